import Type, { type Static } from 'typebox'
import { endpoint, nullable, obj, oneOf, text } from '../../platform/http/endpoint.ts'

/** The kinds of question a form may ask. Spans, boxes and audio get their place here when they come. */
export const WIDGETS = [
  'choice',
  'choices',
  'number',
  'short_text',
  'long_text',
  'ranking',
  'scale',
  'link',
  'preference',
] as const
export type Widget = (typeof WIDGETS)[number]

const QuestionKey = Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' })
export const QuestionUi = obj({
  widget: oneOf(WIDGETS),
  title: text(400, 1),
  help: Type.Optional(text(2000)),
  placeholder: Type.Optional(text(200)),
  /** What people read for each value of a choice. */
  labels: Type.Optional(Type.Record(text(200), text(400))),
  min_label: Type.Optional(text(100)),
  max_label: Type.Optional(text(100)),
  /** For a preference pair: which of the item's fields hold the two sides. */
  a_field: Type.Optional(text(100)),
  b_field: Type.Optional(text(100)),
})
/** How an item's own data is shown above the questions. */
export const ItemFieldUi = obj({
  field: text(100, 1),
  title: text(200),
  as: oneOf(['text', 'markdown', 'link', 'image', 'code'] as const),
})

/** A form: JSON Schema (an object whose properties are the questions) plus how each question looks. */
export const Form = obj({
  schema: Type.Unknown({ description: 'JSON Schema 2020-12 subset: an object of questions' }),
  ui: obj({
    order: Type.Array(QuestionKey, { minItems: 1, maxItems: 60 }),
    questions: Type.Record(QuestionKey, QuestionUi),
    item: Type.Optional(Type.Array(ItemFieldUi, { maxItems: 40 })),
  }),
})
export type Form = Static<typeof Form>

/** A question as the server understands it, derived from a form it has checked. */
export type Question = { key: string; required: boolean; widget: Widget }

export const Instructions = obj({
  body: text(20_000, 1),
  good_examples: Type.Array(obj({ text: text(4000, 1), why: text(1000) }), { maxItems: 20 }),
  bad_examples: Type.Array(obj({ text: text(4000, 1), why: text(1000) }), { maxItems: 20 }),
})
export type Instructions = Static<typeof Instructions>

/** What people agree to before they take part; a new version asks again. */
export const Consent = obj({
  terms: text(20_000, 1),
  /** Under which licence the accepted work is released. */
  licence: text(200, 1),
  adults_only: Type.Boolean(),
  countries: nullable(Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), { maxItems: 250 })),
  /** Said before personal data is asked for; null when the task asks for none. */
  personal_data: nullable(text(2000, 1)),
})
export type Consent = Static<typeof Consent>

export const templates = {
  check_form: endpoint({
    method: 'POST',
    path: '/v1/forms/check',
    role: 'person',
    scope: 'read',
    summary: 'Whether a form can be used, and what to change if not',
    body: obj({ form: Form }),
    result: obj({
      ok: Type.Boolean(),
      problems: Type.Array(obj({ field: text(400), code: text(60), message: text(1000) })),
      questions: Type.Array(obj({ key: text(40), required: Type.Boolean(), widget: oneOf(WIDGETS) })),
    }),
    refusals: [],
    body_limit: 512 * 1024,
  }),
}
