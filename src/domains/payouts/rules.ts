import type { BATCH_STATES, PAYOUT_STATES } from './contract.ts'

export type BatchState = (typeof BATCH_STATES)[number]
export type PayoutState = (typeof PAYOUT_STATES)[number]

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
