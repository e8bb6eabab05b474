import Type, { type Static } from 'typebox'
import { CurrencyCode, nullable, obj } from '../../../platform/http/endpoint.ts'
import { TaskClass } from '../../campaigns/contract.ts'

const Count = Type.Integer({ minimum: 0 })
const Decimal = Type.String({ pattern: '^-?[0-9]+(\\.[0-9]+)?$' })

/** What a kind of work is short of, how long it takes, and what it would have to pay. */
export const ClassValue = obj({
  task_class: TaskClass,
  /** What its campaigns asked for; null where the log does not say. */
  wanted: nullable(Count),
  accepted: Count,
  shortfall: nullable(Count),
  /** First versions accepted by peers or borne out by inference, of those decided. */
  acceptance: obj({ count: Count, of: Count, share: nullable(Decimal) }),
  median_seconds: nullable(Count),
  prices: Type.Array(
    obj({
      currency: CurrencyCode,
      scale: Count,
      per_accepted_minor: nullable(Decimal),
      /** What half of the season's contributors earned at most in an hour of work; null of fewer than five. */
      hour_minor: nullable(Decimal),
      /** What an accepted datapoint of this class would have to pay for the same hour. */
      price_minor: nullable(Decimal),
    }),
  ),
})
export type ClassValue = Static<typeof ClassValue>
