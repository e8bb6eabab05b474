import type { Form } from '../templates/contract.ts'
import { canonicalJson } from '../../platform/canonical.ts'

/** `json`: what has no flat shape, as canonical JSON text. */
export type ColumnType = 'text' | 'integer' | 'number' | 'flag' | 'json'
export type Column = { name: string; type: ColumnType }

const column = (name: string, type: ColumnType): Column => ({ name, type })
type Schemas = { properties: Record<string, { type?: unknown }> }

/** The flat type of each question over every version of the form; versions that disagree make it JSON. */
export function answerColumns(forms: readonly Form[]): (Column & { key: string })[] {
  const types = new Map<string, ColumnType>()
  // The newest form's order leads; questions that only older ones asked follow.
  for (const form of [...forms].reverse()) {
    for (const key of form.ui.order) {
      const type = flatType((form.schema as Schemas).properties[key]?.type)
      const known = types.get(key)
      types.set(
        key,
        known === undefined || known === type ? type : isNumeric(known) && isNumeric(type) ? 'number' : 'json',
      )
    }
  }
  return [...types].map(([key, type]) => ({ name: `answer_${key}`, type, key }))
}

const isNumeric = (type: ColumnType): boolean => type === 'integer' || type === 'number'
const flatType = (type: unknown): ColumnType =>
  type === 'string' ? 'text' : type === 'integer' || type === 'number' ? type : 'json'

/** A value as a cell of its column. */
export function flat(type: ColumnType, value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null
  if (type === 'json') return canonicalJson(value)
  if (type === 'text') return typeof value === 'string' ? value : canonicalJson(value)
  if (typeof value !== (type === 'flag' ? 'boolean' : 'number'))
    throw new Error(`a ${type} column cannot hold a ${typeof value}`)
  return value as number | boolean
}

const HEAD = [column('id', 'text'), column('item_ref', 'text'), column('version', 'integer'), column('data', 'json')]

/** The columns of `data`. */
export const dataColumns = (mode: string, answers: readonly Column[]): Column[] => [
  ...HEAD,
  ...answers.map(({ name, type }) => column(name, type)),
  ...(mode === 'review'
    ? [column('reviews', 'integer'), column('decided_on', 'text'), column('contributor', 'text')]
    : [
        column('counts', 'json'),
        column('probability', 'json'),
        column('answers', 'integer'),
        column('decided_on', 'text'),
      ]),
]

/** The raw long table: `task,worker,label` first, as crowd-kit reads it. */
export const annotationColumns = (mode: string): Column[] =>
  mode === 'review'
    ? [
        column('task', 'text'),
        column('worker', 'text'),
        column('label', 'integer'),
        column('question', 'text'),
        column('round', 'integer'),
        column('pool', 'text'),
        column('accepted', 'flag'),
      ]
    : [
        column('task', 'text'),
        column('worker', 'text'),
        column('label', 'text'),
        column('question', 'text'),
        column('answer_id', 'text'),
        column('resolved', 'flag'),
      ]

/** Aggregated answers, one row for each question, with the share of answers that agree. */
export const GOLD_COLUMNS: readonly Column[] = [
  column('task', 'text'),
  column('question', 'text'),
  column('label', 'text'),
  column('probability', 'number'),
  column('answers', 'integer'),
]

/** How often each value was given, by its canonical JSON (text by itself). */
export function countValues(values: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = Object.create(null) as Record<string, number>
  for (const value of values) {
    const key = labelOf(value)
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

/** A value as a label of the long table: text as it is, anything else as canonical JSON. */
export const labelOf = (value: unknown): string => (typeof value === 'string' ? value : canonicalJson(value))

/** One line of JSON with its keys in this order and everything inside canonical. */
export const jsonLine = (fields: Readonly<Record<string, unknown>>): string =>
  `{${Object.entries(fields)
    .filter(([, v]) => v !== undefined)
    .map(([k, v]) => `${JSON.stringify(k)}:${canonicalJson(v)}`)
    .join(',')}}\n`

/** A question between two sides, when a form asks exactly one. */
export type Preference = { key: string; a_field: string; b_field: string; prompt_field: string | undefined }

/** Where the pair and its prompt are, for forms with exactly one preference question. */
export function preferenceOf(form: Form): Preference | undefined {
  const [only, second] = form.ui.order.filter((key) => form.ui.questions[key]?.widget === 'preference')
  if (only === undefined || second !== undefined) return undefined
  const { a_field, b_field } = form.ui.questions[only]!
  if (!a_field || !b_field) return undefined
  const others = (form.ui.item ?? []).map((f) => f.field).filter((f) => f !== a_field && f !== b_field)
  return { key: only, a_field, b_field, prompt_field: others.includes('prompt') ? 'prompt' : others[0] }
}

/** The pair as TRL reads it; a tie, or a side that is missing, prefers nothing. */
export function preferencePair(
  p: Preference,
  data: Readonly<Record<string, unknown>> | null,
  chosen: unknown,
): { prompt?: unknown; chosen: unknown; rejected: unknown } | undefined {
  const [a, b] = [data?.[p.a_field], data?.[p.b_field]]
  if (a === undefined || b === undefined || (chosen !== 'a' && chosen !== 'b')) return undefined
  const prompt = p.prompt_field === undefined ? undefined : data?.[p.prompt_field]
  return {
    ...(prompt === undefined ? {} : { prompt }),
    chosen: chosen === 'a' ? a : b,
    rejected: chosen === 'a' ? b : a,
  }
}
