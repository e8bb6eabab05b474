import type { ComponentType } from 'react'
import type { Question } from './form.ts'

/** What every widget is given. `quick` widgets also answer to the digit keys. */
export type WidgetProps = {
  question: Question
  value: unknown
  onChange: (value: unknown) => void
  error: string | undefined
  /** The element that error summaries lead to. */
  id: string
  lang: string | undefined
  quick: boolean
  data: Readonly<Record<string, unknown>>
  disabled: boolean
}

export type WidgetComponent = ComponentType<WidgetProps>
