import { type ReactNode, type Ref, useId, useImperativeHandle, useRef } from 'react'
import { useT } from '../app/i18n.ts'
import { Notice } from '../ui/badge.tsx'
import type { Problem, Question, Values } from './form.ts'
import { widgetFor } from './registry.ts'

export type WorkFormHandle = { showProblems: () => void }

const QUICK = new Set(['choice', 'scale', 'preference'])

/**
 * The questions of one item. It holds nothing itself: values live in the draft, problems come from the rules, so a
 * reload or a lost tab changes nothing.
 */
export function WorkForm({
  questions,
  values,
  onChange,
  problems,
  showing,
  data,
  lang,
  disabled = false,
  quickKeys = false,
  notes,
  ref,
}: {
  questions: readonly Question[]
  values: Values
  onChange: (key: string, value: unknown) => void
  problems: Readonly<Record<string, Problem | string>>
  /** Problems are shown once the person tried to go on, not while they are still writing. */
  showing: boolean
  data: Readonly<Record<string, unknown>>
  lang?: string
  disabled?: boolean
  /** Digits answer the one question that has options; only where this form is alone on the page. */
  quickKeys?: boolean
  /** What is said beside single questions, as reviewers' reasons beside a revision. */
  notes?: Readonly<Record<string, ReactNode>>
  ref?: Ref<WorkFormHandle>
}) {
  const t = useT('forms')
  const formId = useId()
  const summary = useRef<HTMLDivElement>(null)
  const words = (problem: Problem | string) =>
    typeof problem === 'string' ? problem : t(`forms:problem.${problem.code}`, { count: problem.count })
  const wrong = showing ? questions.filter((q) => problems[q.key]) : []
  const quickOnes = questions.filter((q) => QUICK.has(q.widget))
  const idOf = (q: Question) => `${formId}${q.key}`
  useImperativeHandle(ref, () => ({ showProblems: () => requestAnimationFrame(() => summary.current?.focus()) }), [])
  return (
    <div className="grid gap-7">
      {wrong.length > 0 ? (
        <div ref={summary} tabIndex={-1} className="rounded-md">
          <Notice tone="bad" title={t('forms:summary', { count: wrong.length })} role="alert">
            <ul className="mt-1 grid">
              {wrong.map((q) => (
                <li key={q.key}>
                  <a
                    href={`#${idOf(q)}`}
                    className="inline-flex min-h-8 items-center underline underline-offset-2"
                    onClick={(event) => {
                      event.preventDefault()
                      document.getElementById(idOf(q))?.focus()
                      document.getElementById(idOf(q))?.scrollIntoView({ block: 'center' })
                    }}
                  >
                    <bdi>{q.title}</bdi>
                  </a>
                </li>
              ))}
            </ul>
          </Notice>
        </div>
      ) : null}
      {questions.map((q) => {
        const Widget = widgetFor(q.widget)
        const problem = problems[q.key]
        if (!Widget) {
          return (
            <Notice key={q.key} tone="warn">
              {t('forms:unknown_widget', { title: q.title })}
            </Notice>
          )
        }
        const note = notes?.[q.key]
        const widget = (
          <Widget
            key={q.key}
            question={q}
            value={values[q.key]}
            onChange={(value) => onChange(q.key, value)}
            error={showing && problem ? words(problem) : undefined}
            id={idOf(q)}
            lang={lang}
            quick={quickKeys && quickOnes.length === 1 && quickOnes[0] === q}
            data={data}
            disabled={disabled}
          />
        )
        return note ? (
          <div key={q.key} className="grid gap-2.5">
            {note}
            {widget}
          </div>
        ) : (
          widget
        )
      })}
    </div>
  )
}
