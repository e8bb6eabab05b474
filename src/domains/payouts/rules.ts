import type { BATCH_STATES, PAYOUT_STATES } from './contract.ts'

export type BatchState = (typeof BATCH_STATES)[number]
export type PayoutState = (typeof PAYOUT_STATES)[number]

const DAY_MS = 86_400_000
/** A day's transactions are all committed by then, whatever the clocks of several processes say. */
const SETTLING_MS = 5 * 60_000

/** The UTC day of a moment, as `2026-01-05`. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)
export const dayAfter = (day: string): string => dayOf(new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS))

/** When money that froze on a day becomes claimable: after `freezeDays` whole days, shortly after midnight UTC. */
export const thawsAt = (day: string, freezeDays: number): Date =>
  new Date(Date.parse(`${day}T00:00:00Z`) + (freezeDays + 1) * DAY_MS + SETTLING_MS)

/** One transfer for each person, campaign, currency and day, so that a day can never thaw twice. */
export const thawId = (t: { campaign_id: string; account_id: string; currency: string; day: string }): string =>
  `thaw:${t.campaign_id}:${t.account_id}:${t.currency}:${t.day}`

/** A destination is one line that people can read: nothing that hides, turns or breaks text. */
export function refuseDestination(destination: string): 'destination_invalid' | undefined {
  const isVisible =
    destination.trim() === destination &&
    destination.length > 0 &&
    [...destination].length <= 200 &&
    !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/u.test(destination)
  return isVisible ? undefined : 'destination_invalid'
}

/**
 * Where the money of a payout that did not arrive comes back from; nothing where it cannot. Not sent yet: it still
 * waits to be paid. Sent: it counts as claimed, also after the batch was closed.
 */
export function moneyBack(
  mark: 'failed' | 'returned',
  payout: PayoutState,
  batch: BatchState,
): 'again' | 'paying' | 'claimed' | undefined {
  if (payout === 'failed' || payout === 'returned') return 'again'
  if (payout === 'draft' && batch === 'draft') return mark === 'failed' ? 'paying' : undefined
  return payout === 'sent' ? 'claimed' : undefined
}
