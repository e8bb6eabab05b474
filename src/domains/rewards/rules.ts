import type { Price, Settings } from '../campaigns/contract.ts'

export type Line = { kind: 'reward' | 'bonus' | 'review_pay'; currency: string; amount_minor: bigint }

/**
 * What an accepted submission earns: the base in every currency and, over the benchmark, the bonus. The bonus is
 * rounded down; the fraction of a minor unit that is cut off is never taken out of the campaign's account, which so
 * remains its owner.
 */
export function contributorLines(prices: readonly Price[], bonus: boolean): Line[] {
  return prices.flatMap((p): Line[] => {
    const base = BigInt(p.contribute_minor)
    const extra = bonus ? (base * BigInt(p.bonus_bps)) / 10_000n : 0n
    return [
      ...(base > 0n ? [{ kind: 'reward' as const, currency: p.currency, amount_minor: base }] : []),
      ...(extra > 0n ? [{ kind: 'bonus' as const, currency: p.currency, amount_minor: extra }] : []),
    ]
  })
}

/** What one review of a decided submission earns, whatever it said. The one place where reviewers' pay is decided. */
export function reviewerLines(prices: readonly Price[]): Line[] {
  return prices.flatMap((p) =>
    BigInt(p.review_minor) > 0n
      ? [{ kind: 'review_pay' as const, currency: p.currency, amount_minor: BigInt(p.review_minor) }]
      : [],
  )
}

/** Whether a contributor's record in this campaign, this decision included, is over the bonus benchmark. */
export function isOverBenchmark(
  benchmark: Settings['bonus_benchmark'],
  record: { decided: number; accepted: number },
): boolean {
  if (!benchmark || record.decided < benchmark.min_decided) return false
  return record.accepted * 10_000 >= benchmark.accepted_bps * record.decided
}

const DAY_MS = 86_400_000
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
