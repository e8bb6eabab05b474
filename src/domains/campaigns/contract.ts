import Type, { type Static } from 'typebox'
import { CurrencyCode, Minor, nullable, obj, oneOf } from '../../platform/http/endpoint.ts'

export const TASK_CLASSES = ['simple_research', 'in_depth_research', 'adversarial', 'labelling'] as const
export const MODES = ['review', 'redundancy'] as const
export const DIFFICULTIES = ['beginner', 'intermediate', 'advanced', 'expert'] as const
export const CAMPAIGN_STATES = ['draft', 'awaiting_approval', 'pilot', 'open', 'paused', 'closing', 'closed', 'cancelled'] as const

/** Prices in one currency; a dual-reward campaign has two of these. */
export const Price = obj({
  currency: CurrencyCode,
  /** For an accepted submission (in redundancy mode: an answer that agrees with the inferred one). */
  contribute_minor: Minor,
  /** For a review, whatever it says. */
  review_minor: Minor,
  /** On top of an accepted submission, in basis points, for people over the bonus benchmark. */
  bonus_bps: Type.Integer({ minimum: 0, maximum: 10_000 }),
})
const Seconds = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum })
const Cap = nullable(Type.Integer({ minimum: 1, maximum: 1_000_000 }))

/** Everything about pay and policy that a version fixes. A submission is judged by its own version's settings. */
export const Settings = obj({
  prices: Type.Array(Price, { minItems: 1, maxItems: 4 }),
  /** Who gets the bonus: enough decided work in this campaign, of which enough was accepted. */
  bonus_benchmark: nullable(obj({ min_decided: Type.Integer({ minimum: 1, maximum: 50 }), accepted_bps: Type.Integer({ minimum: 0, maximum: 10_000 }) })),
  /** Review mode: reviews before a decision, and at most; then an expert decides. Odd minimum avoids splits. */
  reviews: obj({ min: Type.Integer({ minimum: 1, maximum: 15 }), max: Type.Integer({ minimum: 1, maximum: 31 }) }),
  /** Redundancy mode: answers for each item, and at most when they disagree. */
  redundancy: obj({ min: Type.Integer({ minimum: 1, maximum: 31 }), max: Type.Integer({ minimum: 1, maximum: 63 }) }),
  /** Submissions that an item may take in all, refused ones and revisions included: what makes the worst case finite. */
  attempts_per_item: Type.Integer({ minimum: 1, maximum: 20 }),
  lease_seconds: Seconds(60, 7 * 86_400),
  revision_seconds: Seconds(0, 30 * 86_400),
  decision_deadline_seconds: Seconds(60, 90 * 86_400),
  min_seconds_contribute: Seconds(0, 86_400),
  min_seconds_review: Seconds(0, 86_400),
  batch_size: Type.Integer({ minimum: 1, maximum: 50 }),
  caps: obj({ contribute_total: Cap, contribute_daily: Cap, review_total: Cap, review_daily: Cap }),
})
export type Settings = Static<typeof Settings>
export type Price = Static<typeof Price>
export const TaskClass = oneOf(TASK_CLASSES)
