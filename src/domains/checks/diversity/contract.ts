import Type, { type Static } from 'typebox'
import { nullable, obj, text } from '../../../platform/http/endpoint.ts'

const Count = Type.Integer({ minimum: 0 })

/** How varied the answers to one text question are. */
export const TextDiversity = obj({
  question: text(40),
  /** Answers with letters or digits in them. */
  texts: Count,
  /** RKE, the order-2 Vendi score: so many entirely different texts would be as varied. Null without texts. */
  effective_texts: nullable(Type.Number()),
  /** Where it lies with 95 %, when it was estimated; the same twice when every pair was compared. */
  effective_low: nullable(Type.Number()),
  effective_high: nullable(Type.Number()),
  /** That out of all texts, in millionths. */
  effective_ppm: nullable(Count),
  /** Distinct runs of one, two and three words out of all, in millionths. */
  distinct_1_ppm: nullable(Count),
  distinct_2_ppm: nullable(Count),
  distinct_3_ppm: nullable(Count),
})
export type TextDiversity = Static<typeof TextDiversity>

/** Languages that texts read as, most first: a guess by runs of letters. `und`: too little text. */
const Languages = Type.Array(obj({ language: text(20), texts: Count }))

/** How varied a body of work is, and what copies it did without. */
export const Diversity = obj({
  questions: Type.Array(TextDiversity),
  /** The mean of what work adds to what was there before it, in basis points; null where nothing measures it. */
  coverage_bps: nullable(Count),
  /** Copies and near copies that checks found before anybody read them. */
  duplicates_avoided: Count,
  languages: Languages,
})
export type Diversity = Static<typeof Diversity>
