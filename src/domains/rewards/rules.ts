import { basePerReview, priceAt } from '../campaigns/pay-rules.ts'
import type { Settings } from '../campaigns/contract.ts'
import { shareOf } from '../../platform/money.ts'

/** `held` waits while audits may still come; all else freezes at once. */
export type Line = {
  kind: 'reward' | 'held' | 'bonus' | 'novelty' | 'review_pay'
  currency: string
  amount_minor: bigint
}
type Pay = Pick<Settings, 'prices' | 'hold' | 'novelty' | 'reviewer_pay'>

/**
 * What an accepted submission earns, in every currency: the price, of which a share may be held; over the benchmark, the
 * bonus; where novelty is paid, so much of it as the work adds to what was there (`coverage_ppm`, millionths; null: not
 * measured). The price is that of the moment the work was leased (`factor_ppm`). All is rounded down; the fraction of a minor unit that is cut off is never taken out of the campaign's
 * account, which so remains its owner.
 */
export function contributorLines(
  pay: Pay,
  bonus: boolean,
  coverage_ppm: number | null = null,
  factor_ppm = 1_000_000,
): Line[] {
  return pay.prices.flatMap((p): Line[] => {
    const base = priceAt(BigInt(p.contribute_minor), factor_ppm)
    const held = pay.hold ? shareOf(base, pay.hold.share_bps) : 0n
    const novelty = pay.novelty ? (shareOf(base, pay.novelty.most_bps) * BigInt(coverage_ppm ?? 0)) / 1_000_000n : 0n
    return linesOf(p.currency, {
      reward: base - held,
      held,
      bonus: bonus ? shareOf(base, p.bonus_bps) : 0n,
      novelty,
    })
  })
}

const linesOf = (currency: string, amounts: Partial<Record<Line['kind'], bigint>>): Line[] =>
  (Object.entries(amounts) as [Line['kind'], bigint][]).flatMap(([kind, amount_minor]) =>
    amount_minor > 0n ? [{ kind, currency, amount_minor }] : [],
  )

/**
 * What one review of a decided submission earns at the decision, whatever it said: its price, or the base where the rest
 * comes as a window's bonus. The one place where that is decided.
 */
export function reviewerLines({ prices, reviewer_pay }: Pay): Line[] {
  return prices.flatMap((p) => {
    const price = BigInt(p.review_minor)
    return linesOf(p.currency, { review_pay: reviewer_pay ? basePerReview(price, reviewer_pay.base_bps) : price })
  })
}

/** Whether a contributor's record in this campaign, this decision included, is over the bonus benchmark. */
export function isOverBenchmark(
  benchmark: Settings['bonus_benchmark'],
  record: { decided: number; accepted: number },
): boolean {
  if (!benchmark || record.decided < benchmark.min_decided) return false
  return record.accepted * 10_000 >= benchmark.accepted_bps * record.decided
}

export const DAY_MS = 86_400_000
/** A day's transactions are all committed by then, whatever the clocks of several processes say. */
const SETTLING_MS = 5 * 60_000

/** The UTC day of a moment, as `2026-01-05`. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)
export const dayAfter = (day: string): string => dayOf(new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS))

/** When money that froze on a day becomes claimable: after `freezeDays` whole days, shortly after midnight UTC. */
export const thawsAt = (day: string, freezeDays: number): Date =>
  new Date(Date.parse(`${day}T00:00:00Z`) + (freezeDays + 1) * DAY_MS + SETTLING_MS)

export type FrozenDay = { currency: string; day: string; freeze_days: number; amount_minor: string }

/** For each currency: when money next becomes claimable, and how much does then. */
export function nextThaws(days: readonly FrozenDay[], now: Date): Map<string, { at: string; amount_minor: string }> {
  const next = new Map<string, { at: string; amount_minor: string }>()
  for (const d of days) {
    const at = thawsAt(d.day, d.freeze_days)
    if (at <= now) continue
    const iso = at.toISOString()
    const known = next.get(d.currency)
    if (!known || iso < known.at) next.set(d.currency, { at: iso, amount_minor: d.amount_minor })
    else if (iso === known.at) known.amount_minor = (BigInt(known.amount_minor) + BigInt(d.amount_minor)).toString()
  }
  return next
}
