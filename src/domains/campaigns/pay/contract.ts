import Type, { type Static } from 'typebox'
import { obj } from '../../../platform/http/endpoint.ts'

/** What of a window's audits goes elsewhere than evenly to all decided work; weights take it back from every figure. */
export const AuditAim = obj({
  /** To work on which peers differed, or most models from the decision. */
  doubted_bps: Type.Integer({ minimum: 0, maximum: 5_000 }),
  /** To people who have most at stake in the window and of whom audits told least. */
  exposed_bps: Type.Integer({ minimum: 0, maximum: 5_000 }),
})
export type AuditAim = Static<typeof AuditAim>

/**
 * How reviewers are paid. `audited`: a base for each review at its decision, and for each window a bonus by how much the
 * reviewer saw in work that experts graded afterwards, and how they compare with unconnected reviewers.
 */
export const ReviewerPay = obj({
  kind: Type.Literal('audited'),
  /** The part of a review's price that is paid at once, whatever the review said. */
  base_bps: Type.Integer({ minimum: 0, maximum: 2_500 }),
  window_days: Type.Integer({ minimum: 1, maximum: 14 }),
  /** How much of a window's decided work experts grade. */
  audit_bps: Type.Integer({ minimum: 100, maximum: 10_000 }),
  /** Absent: all of them evenly. At least half always is. */
  audit_aim: Type.Optional(AuditAim),
})
export type ReviewerPay = Static<typeof ReviewerPay>

/** What pay may depend on besides prices; each is absent where it does not apply. */
export const PayParts = {
  /** Absent: the price for each review, whatever it says. */
  reviewer_pay: Type.Optional(ReviewerPay),
  /** A share of accepted work's pay that waits while audits may still come; it may be taken by a case only. */
  hold: Type.Optional(
    obj({
      share_bps: Type.Integer({ minimum: 1, maximum: 6_000 }),
      days: Type.Integer({ minimum: 1, maximum: 30 }),
    }),
  ),
  /** Paid on top of the price by how much accepted work adds to what was there, at most so much of the price. */
  novelty: Type.Optional(obj({ most_bps: Type.Integer({ minimum: 1, maximum: 30_000 }) })),
  /** Each day the price follows what is missing, from half of it up to this; what was leased keeps its price. */
  scarcity: Type.Optional(obj({ most_bps: Type.Integer({ minimum: 10_000, maximum: 40_000 }) })),
}
