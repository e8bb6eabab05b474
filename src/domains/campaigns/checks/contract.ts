import Type, { type Static } from 'typebox'
import { obj, oneOf, text } from '../../../platform/http/endpoint.ts'

/** What can be checked before people look: by the server alone, or (`link`, `model_judge`, `red_team`) by asking somebody outside. */
export const CHECK_KINDS = [
  'length',
  'odd_text',
  'pace',
  'language',
  'gibberish',
  'profanity',
  'personal_data',
  'exact_duplicate',
  'near_duplicate',
  'link',
  'model_judge',
  'red_team',
] as const
export type CheckKind = (typeof CHECK_KINDS)[number]
/** Of these nothing follows for the work: words and data that are wrong in one task are the point of another. */
export const FLAG_ONLY: readonly CheckKind[] = ['profanity', 'personal_data']
/** These read what was written; the others read the whole submission or its links. */
export const TEXT_KINDS: readonly CheckKind[] = [
  'length',
  'odd_text',
  'pace',
  'language',
  'gibberish',
  'profanity',
  'personal_data',
  'exact_duplicate',
  'near_duplicate',
]
/** These ask somebody outside, so they take time and may cost money. */
export const OUTSIDE_KINDS: readonly CheckKind[] = ['link', 'model_judge', 'red_team']

/** One check of a campaign's version; every limit belongs to the kinds that its comment names. */
export const Check = obj({
  kind: oneOf(CHECK_KINDS),
  /** `reject`: the work is rejected, with the reason, a revision and an appeal. `flag`: people judge it without knowing. */
  on_fail: oneOf(['reject', 'flag'] as const),
  /** Absent: every question it can read. */
  questions: Type.Optional(
    Type.Array(Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' }), { minItems: 1, maxItems: 60 }),
  ),
  /** length */
  min_words: Type.Optional(Type.Integer({ minimum: 1, maximum: 20_000 })),
  max_words: Type.Optional(Type.Integer({ minimum: 1, maximum: 20_000 })),
  /** pace: more words than this for each minute since the item was opened, by the server's clock. */
  max_words_per_minute: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  /** profanity: words besides the built-in list. */
  words: Type.Optional(Type.Array(text(60, 2), { maxItems: 200 })),
  /** near_duplicate: from which similarity on work is the same (7,000 if absent), and below which it is new (3,000). */
  same_bps: Type.Optional(Type.Integer({ minimum: 3_000, maximum: 10_000 })),
  new_bps: Type.Optional(Type.Integer({ minimum: 0, maximum: 9_999 })),
  /** model_judge: what it looks for besides the instructions, and what it may cost. */
  rubric: Type.Optional(text(8000, 1)),
  max_calls: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
  max_tokens: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 })),
})
export type Check = Static<typeof Check>
export const Checks = Type.Array(Check, { maxItems: 20 })
