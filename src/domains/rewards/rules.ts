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
