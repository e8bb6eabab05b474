import type { Form, Widget } from '../../src/domains/templates/contract.ts'
import { codePoints } from '../ui/code-points.ts'

/** What a person has put in so far. Numbers stay as typed text until they are sent. */
export type Values = Record<string, unknown>

/** One question, read once from JSON Schema and UI schema into what a widget needs. */
export type Question = {
  key: string
  widget: Widget | (string & {})
  title: string
  help: string | undefined
  placeholder: string | undefined
  required: boolean
  options: { value: string; label: string }[]
  integer: boolean
  min: number | undefined
  max: number | undefined
  minLabel: string | undefined
  maxLabel: string | undefined
  aField: string | undefined
  bField: string | undefined
}

/** Why an answer cannot be sent yet; the words are the catalogue's, under `forms:problem.<code>`. */
export type Problem = {
  code:
    | 'required'
    | 'too_short'
    | 'too_long'
    | 'not_a_number'
    | 'not_whole'
    | 'too_small'
    | 'too_large'
    | 'too_few'
    | 'too_many'
    | 'not_a_link'
    | 'not_offered'
  count: number
}

type Loose = Record<string, unknown>
const object = (value: unknown): Loose => (value !== null && typeof value === 'object' ? (value as Loose) : {})
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

/** Reads a form's questions in the order they are asked. */
export function questionsOf(form: Form): Question[] {
  const schema = object(form.schema)
  const properties = object(schema['properties'])
  const required = new Set(strings(schema['required']))
  return form.ui.order.flatMap((key) => {
    const ui = form.ui.questions[key]
    if (!ui) return []
    const own = object(properties[key])
    const items = object(own['items'])
    const listed = own['type'] === 'array'
    const values = strings(listed ? items['enum'] : own['enum'])
    return {
      key,
      widget: ui.widget,
      title: ui.title,
      help: ui.help,
      placeholder: ui.placeholder,
      required: required.has(key),
      options: values.map((value) => ({ value, label: ui.labels?.[value] ?? value })),
      integer: own['type'] === 'integer',
      min: number(listed ? own['minItems'] : own['type'] === 'string' ? own['minLength'] : own['minimum']),
      max: number(listed ? own['maxItems'] : own['type'] === 'string' ? own['maxLength'] : own['maximum']),
      minLabel: ui.min_label,
      maxLabel: ui.max_label,
      aField: ui.a_field,
      bField: ui.b_field,
    }
  })
}

/** Whether a question has no answer yet. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (typeof value === 'string') return value.trim() === ''
  return Array.isArray(value) && value.length === 0
}

/** A typed number in any digits a phone may offer, or undefined when it is none. */
export function numberOf(typed: unknown): number | undefined {
  if (typeof typed === 'number') return Number.isFinite(typed) ? typed : undefined
  const plain = String(typed ?? '')
    .trim()
    .replaceAll(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660))
    .replaceAll(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0))
    .replace(/[,٫]/, '.')
  return /^[-+]?\d{1,300}(\.\d{1,100})?$/.test(plain) ? Number(plain) : undefined
}

const isLink = (text: string): boolean => /^https?:\/\//.test(text) && URL.canParse(text)

/** What stands in the way of one answer; undefined when it can be sent. */
export function problemOf(question: Question, value: unknown): Problem | undefined {
  const { min, max } = question
  if (isEmpty(value)) return question.required ? { code: 'required', count: 0 } : undefined
  if (Array.isArray(value)) {
    if (value.some((v) => !question.options.some((o) => o.value === v))) return { code: 'not_offered', count: 0 }
    if (min !== undefined && value.length < min) return { code: 'too_few', count: min }
    if (max !== undefined && value.length > max) return { code: 'too_many', count: max }
    return undefined
  }
  if (question.widget === 'number' || question.widget === 'scale') {
    const given = numberOf(value)
    if (given === undefined) return { code: 'not_a_number', count: 0 }
    if (question.integer && !Number.isInteger(given)) return { code: 'not_whole', count: 0 }
    if (min !== undefined && given < min) return { code: 'too_small', count: min }
    if (max !== undefined && given > max) return { code: 'too_large', count: max }
    return undefined
  }
  const text = String(value)
  if (question.options.length > 0)
    return question.options.some((o) => o.value === text) ? undefined : { code: 'not_offered', count: 0 }
  if (question.widget === 'link' && !isLink(text.trim())) return { code: 'not_a_link', count: 0 }
  const length = codePoints(text)
  if (min !== undefined && length < min) return { code: 'too_short', count: min }
  if (max !== undefined && length > max) return { code: 'too_long', count: max }
  return undefined
}

/** Every question that cannot be sent yet, in order. */
export function problemsOf(questions: readonly Question[], values: Values): Record<string, Problem> {
  return Object.fromEntries(
    questions.flatMap((q) => {
      const problem = problemOf(q, values[q.key])
      return problem ? [[q.key, problem]] : []
    }),
  )
}

/** The answer as it is sent: typed as the schema wants, without what was left empty. */
export function answerOf(questions: readonly Question[], values: Values): Record<string, unknown> {
  return Object.fromEntries(
    questions.flatMap((q) => {
      const value = values[q.key]
      if (isEmpty(value)) return []
      if (q.widget === 'number' || q.widget === 'scale') return [[q.key, numberOf(value)]]
      return [[q.key, q.widget === 'link' ? String(value).trim() : value]]
    }),
  )
}
