import type { FieldProblem } from '../../platform/refusal.ts'
import type { Form, Question, Widget } from './contract.ts'

/** What a form may ask at most; a page, a reviewer and a worst-case budget all have to hold it. */
export const FORM_LIMITS = {
  questions: 60,
  options: 500,
  option_length: 200,
  ranked: 50,
  scale_points: 101,
  json_bytes: 200_000,
  depth: 8,
  nodes: 20_000,
  short_text: 1_000,
  long_text: 20_000,
  text_max: 100_000,
  link_length: 2_048,
} as const

/** One question's JSON Schema, after `formProblems` found nothing wrong with it. */
type QuestionSchema = {
  type: 'string' | 'number' | 'integer' | 'array'
  enum?: string[]
  items?: { type: 'string'; enum: string[] }
  minItems?: number
  maxItems?: number
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
}
type FormSchema = { properties: Record<string, QuestionSchema>; required?: string[] }

const schemaOf = (form: Form): FormSchema => form.schema as FormSchema

/** The questions of a checked form, in the order people read them. */
export function questionsOf(form: Form): Question[] {
  const required = new Set(schemaOf(form).required ?? [])
  return form.ui.order.map((key) => ({ key, required: required.has(key), widget: form.ui.questions[key]!.widget }))
}

/** The questions that reviewers judge: the required ones; of a form without any, all. */
export function judgedQuestions(questions: readonly Question[]): string[] {
  const required = questions.filter((q) => q.required)
  return (required.length > 0 ? required : questions).map((q) => q.key)
}

/** Length as people and schemas count it: Unicode code points, not UTF-16 units. */
export const codePoints = (s: string): number => {
  let n = 0
  for (const _ of s) n += 1
  return n
}

type Found = { code: string; message: string }
const found = (code: string, message: string): Found => ({ code, message })

/** What is wrong with a contributor's answer, one problem for each question; fields are pointers into the answer. */
export function answerProblems(form: Form, answer: Record<string, unknown>): FieldProblem[] {
  const schema = schemaOf(form)
  const problems: FieldProblem[] = []
  for (const { key, required, widget } of questionsOf(form)) {
    const question = schema.properties[key]!
    const given = Object.hasOwn(answer, key) ? answer[key] : undefined
    const problem = isUnanswered(given, question)
      ? required
        ? found('required', 'This question needs an answer.')
        : undefined
      : valueProblem(widget, question, given)
    if (problem) problems.push({ field: `/${key}`, ...problem })
  }
  for (const key of Object.keys(answer)) {
    if (!Object.hasOwn(schema.properties, key))
      problems.push({
        field: `/${pointer(key.slice(0, 100))}`,
        code: 'unknown_question',
        message: 'This form has no such question.',
      })
  }
  return problems
}

/** Blank text and an empty selection say nothing, so they do not answer a required question. */
const isUnanswered = (value: unknown, question: QuestionSchema): boolean =>
  value === undefined ||
  (typeof value === 'string' && !question.enum && value.trim() === '') ||
  (Array.isArray(value) && value.length === 0 && question.minItems === undefined)

function valueProblem(widget: Widget, q: QuestionSchema, value: unknown): Found | undefined {
  switch (widget) {
    case 'choice':
    case 'preference':
      if (typeof value !== 'string') return found('wrong_type', 'Choose one of the options.')
      return q.enum!.includes(value) ? undefined : found('not_an_option', 'This is not one of the options.')
    case 'choices':
    case 'ranking':
      return selectionProblem(q, value, widget === 'ranking')
    case 'number':
    case 'scale':
      return numberProblem(q, value)
    case 'short_text':
    case 'long_text':
      return textProblem(q, value, widget === 'short_text' ? FORM_LIMITS.short_text : FORM_LIMITS.long_text)
    case 'link':
      return linkProblem(value)
  }
}

function selectionProblem(q: QuestionSchema, value: unknown, ranked: boolean): Found | undefined {
  const options = q.items!.enum
  if (!Array.isArray(value))
    return found('wrong_type', ranked ? 'Put the options in order.' : 'Choose from the options.')
  if (value.length > options.length) return found('too_many', `Choose at most ${q.maxItems ?? options.length}.`)
  if (value.some((v) => typeof v !== 'string' || !options.includes(v)))
    return found('not_an_option', 'One of these is not among the options.')
  if (new Set(value).size !== value.length) return found('chosen_twice', 'Each option may be chosen once.')
  if (ranked && value.length !== options.length)
    return found('incomplete_ranking', `Put all ${options.length} options in order.`)
  if (q.minItems !== undefined && value.length < q.minItems) return found('too_few', `Choose at least ${q.minItems}.`)
  if (q.maxItems !== undefined && value.length > q.maxItems) return found('too_many', `Choose at most ${q.maxItems}.`)
  return undefined
}

function numberProblem(q: QuestionSchema, value: unknown): Found | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return found('wrong_type', 'Give a number.')
  if (q.type === 'integer' && !Number.isSafeInteger(value)) return found('not_whole', 'Give a whole number.')
  if (q.minimum !== undefined && value < q.minimum) return found('too_small', `Give ${q.minimum} or more.`)
  if (q.maximum !== undefined && value > q.maximum) return found('too_large', `Give ${q.maximum} or less.`)
  return undefined
}

function textProblem(q: QuestionSchema, value: unknown, otherwise: number): Found | undefined {
  if (typeof value !== 'string') return found('wrong_type', 'Write text.')
  const longest = q.maxLength ?? otherwise
  const length = codePoints(value)
  if (length < (q.minLength ?? 0))
    return found('too_short', `Write at least ${q.minLength} characters; this has ${length}.`)
  return length > longest ? found('too_long', `Write at most ${longest} characters; this has ${length}.`) : undefined
}

function linkProblem(value: unknown): Found | undefined {
  if (typeof value !== 'string') return found('wrong_type', 'Give a link.')
  if (value.length > FORM_LIMITS.link_length)
    return found('too_long', `Give a link of at most ${FORM_LIMITS.link_length} characters.`)
  // The parser forgives what a reviewer's click would not: spaces, a missing slash, a user and password.
  const url = /^https?:\/\/[^\s\\]+$/i.test(value) && URL.canParse(value) ? new URL(value) : undefined
  if (!url || url.username !== '' || url.password !== '')
    return found('not_a_link', 'Give a whole web address that starts with https:// or http://.')
  return undefined
}

/** A key inside a JSON pointer. */
export const pointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

/** The item's fields that a form shows: those are what an item must have. */
export function shownFields(form: Form): string[] {
  const sides = Object.values(form.ui.questions).flatMap((q) => [q.a_field, q.b_field])
  return [...new Set([...(form.ui.item ?? []).map((f) => f.field), ...sides.filter((s) => s !== undefined)])]
}

/**
 * The part of an item's data that people may see: the fields the form shows, or all of it when the form names none. A
 * column that a requester keeps for themselves (an expected answer, a source id) never leaves the server.
 */
export function shownData(form: Form, data: Record<string, unknown> | null): Record<string, unknown> | null {
  if (!data || !form.ui.item) return data
  return Object.fromEntries(
    shownFields(form).flatMap((field) => (Object.hasOwn(data, field) ? [[field, data[field]]] : [])),
  )
}
