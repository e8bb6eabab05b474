import type { Form } from '../../../src/domains/templates/contract.ts'

export const KINDS = [
  'choice',
  'choices',
  'short_text',
  'long_text',
  'number',
  'scale',
  'ranking',
  'link',
  'preference',
] as const
export type Kind = (typeof KINDS)[number]

/** A question while it is being written; numbers are kept as typed. */
export type Asked = {
  key: string
  /** False while the key still follows the title. */
  own_key: boolean
  kind: Kind
  title: string
  help: string
  placeholder: string
  required: boolean
  options: { value: string; label: string }[]
  min: string
  max: string
  integer: boolean
  min_label: string
  max_label: string
  a_field: string
  b_field: string
  tie: boolean
}
export type ItemField = NonNullable<Form['ui']['item']>[number]

type Loose = Record<string, unknown>
const isLoose = (v: unknown): v is Loose => typeof v === 'object' && v !== null && !Array.isArray(v)
const strings = (v: unknown): string[] => (Array.isArray(v) ? v.map(String) : [])
const typed = (v: unknown): string => (typeof v === 'number' ? String(v) : '')

/** A key from words: small Latin letters, digits and underscores; `fallback` when nothing of them is left. */
export function keyFrom(words: string, fallback: string): string {
  const plain = words
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[_0-9]+|_+$/g, '')
    .slice(0, 32)
  return plain === '' ? fallback : plain
}

/** A key that no other question has. */
export function freeKey(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted
  for (let n = 2; ; n++) {
    const next = `${wanted.slice(0, 36)}_${n}`
    if (!taken.includes(next)) return next
  }
}

export const blank = (kind: Kind, key: string): Asked => ({
  key, own_key: false, kind, title: '', help: '', placeholder: '', required: true, options: [], integer: false, min_label: '', max_label: '', a_field: '', b_field: '', tie: false,
  min: kind === 'scale' ? '1' : '', max: kind === 'scale' ? '5' : kind === 'short_text' ? '200' : kind === 'long_text' ? '2000' : '',
}) // prettier-ignore

/** Reads a stored form back into what the builder edits. */
export function askedOf(form: Form): Asked[] {
  const schema = isLoose(form.schema) ? form.schema : {}
  const properties = isLoose(schema['properties']) ? schema['properties'] : {}
  const required = new Set(strings(schema['required']))
  return form.ui.order.flatMap((key) => {
    const ui = form.ui.questions[key]
    if (!ui) return []
    const s = isLoose(properties[key]) ? properties[key] : {}
    const items = isLoose(s['items']) ? s['items'] : {}
    const listed = ui.widget === 'choices' || ui.widget === 'ranking'
    const text = ui.widget === 'short_text' || ui.widget === 'long_text'
    const values = ui.widget === 'preference' ? [] : strings(listed ? items['enum'] : s['enum'])
    return {
      key, own_key: true, kind: ui.widget, title: ui.title, help: ui.help ?? '', placeholder: ui.placeholder ?? '', required: required.has(key),
      options: values.map((value) => ({ value, label: ui.labels?.[value] ?? value })),
      min: typed(text ? s['minLength'] : listed ? s['minItems'] : s['minimum']), max: typed(text ? s['maxLength'] : listed ? s['maxItems'] : s['maximum']),
      integer: s['type'] === 'integer', min_label: ui.min_label ?? '', max_label: ui.max_label ?? '', a_field: ui.a_field ?? '', b_field: ui.b_field ?? '',
      tie: strings(s['enum']).includes('tie'),
    } // prettier-ignore
  })
}

const bound = (name: string, text: string): Loose => {
  const n = Number(text)
  return text.trim() === '' || !Number.isFinite(n) ? {} : { [name]: n }
}

function schemaOf(q: Asked): Loose {
  const values = q.options.map((o) => o.value)
  switch (q.kind) {
    case 'choice':
      return { type: 'string', enum: values }
    case 'choices':
      return {
        type: 'array',
        items: { type: 'string', enum: values },
        uniqueItems: true,
        ...bound('minItems', q.min),
        ...bound('maxItems', q.max),
      }
    case 'ranking':
      return {
        type: 'array',
        items: { type: 'string', enum: values },
        uniqueItems: true,
        minItems: values.length,
        maxItems: values.length,
      }
    case 'preference':
      return { type: 'string', enum: q.tie ? ['a', 'b', 'tie'] : ['a', 'b'] }
    case 'number':
      return { type: q.integer ? 'integer' : 'number', ...bound('minimum', q.min), ...bound('maximum', q.max) }
    case 'scale':
      return { type: 'integer', ...bound('minimum', q.min), ...bound('maximum', q.max) }
    case 'short_text':
    case 'long_text':
      return { type: 'string', ...bound('minLength', q.min), ...bound('maxLength', q.max) }
    case 'link':
      return { type: 'string', format: 'uri' }
  }
}

const given = (name: string, text: string): Loose => (text.trim() === '' ? {} : { [name]: text })

/** What the builder holds, as the form that is stored and rendered. */
export function formOf(asked: readonly Asked[], item: readonly ItemField[]): Form {
  const questions = Object.fromEntries(
    asked.map((q) => {
      const labels = Object.fromEntries(
        q.options.filter((o) => o.label.trim() !== '' && o.label !== o.value).map((o) => [o.value, o.label]),
      )
      return [
        q.key,
        {
          widget: q.kind,
          title: q.title,
          ...given('help', q.help),
          ...(q.kind === 'short_text' || q.kind === 'long_text' || q.kind === 'link' || q.kind === 'number'
            ? given('placeholder', q.placeholder)
            : {}),
          ...(Object.keys(labels).length > 0 && q.kind !== 'preference' ? { labels } : {}),
          ...(q.kind === 'scale' ? { ...given('min_label', q.min_label), ...given('max_label', q.max_label) } : {}),
          ...(q.kind === 'preference' ? { ...given('a_field', q.a_field), ...given('b_field', q.b_field) } : {}),
        },
      ]
    }),
  ) as Form['ui']['questions']
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(asked.map((q) => [q.key, schemaOf(q)])),
      required: asked.filter((q) => q.required).map((q) => q.key),
      additionalProperties: false,
    },
    ui: { order: asked.map((q) => q.key), questions, ...(item.length > 0 ? { item: [...item] } : {}) },
  }
}

/** Which question a refused pointer is about: `/schema/properties/<key>/…` or `/ui/questions/<key>/…`. */
export const questionAt = (field: string): string | undefined =>
  /\/(?:properties|questions)\/([a-z][a-z0-9_]*)/.exec(field)?.[1]
