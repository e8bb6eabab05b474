import type { Terms } from './campaigns.ts'
import type { Line } from './facts.ts'

const share = (amount: bigint, bps: number): bigint => (amount * BigInt(bps)) / 10_000n
const PPM = 1_000_000n

/** What a review of decided work pays at the decision, in every currency. */
export const reviewLines = (terms: Terms): Line[] =>
  terms.prices.flatMap((p) => {
    const price = BigInt(p.review_minor)
    return line('review_pay', p.currency, terms.reviewer_pay ? share(price, terms.reviewer_pay.base_bps) : price)
  })

/** What accepted work pays its contributor, at a factor, with or without the bonus, adding so much. All rounded down. */
export const workLines = (terms: Terms, by: { factor_ppm: number; bonus: boolean; added_ppm: number }): Line[] =>
  terms.prices.flatMap((p) => {
    const base = (BigInt(p.contribute_minor) * BigInt(by.factor_ppm)) / PPM
    const held = terms.hold ? share(base, terms.hold.share_bps) : 0n
    return [
      ...line('reward', p.currency, base - held),
      ...line('held', p.currency, held),
      ...line('bonus', p.currency, by.bonus ? share(base, p.bonus_bps) : 0n),
      ...line(
        'novelty',
        p.currency,
        terms.novelty ? (share(base, terms.novelty.most_bps) * BigInt(by.added_ppm)) / PPM : 0n,
      ),
    ]
  })

const line = (kind: string, currency: string, amount: bigint): Line[] =>
  amount > 0n ? [{ kind, currency, amount_minor: amount.toString() }] : []

/** Lines of pay as one text, whatever their order. */
export const textOf = (lines: readonly Line[]): string =>
  lines
    .map((l) => `${l.kind} ${l.amount_minor} ${l.currency}`)
    .toSorted()
    .join(', ') || 'nothing'

/**
 * Everything that a decision may owe, the likeliest first: the factor of a price that follows scarcity is that of the day
 * of leasing, which is not published, and so is whose record earns the bonus.
 */
export function owed(
  terms: Terms,
  d: { accepted: boolean; reviews: number; added_ppm: number; factors: readonly number[] },
): string[] {
  let known = reckoned.get(terms)
  if (!known) reckoned.set(terms, (known = new Map()))
  const key = `${d.accepted}/${d.reviews}/${d.added_ppm}/${d.factors.length}`
  let found = known.get(key)
  if (!found) {
    if (known.size > 10_000) known.clear()
    known.set(key, (found = reckon(terms, d)))
  }
  return found
}
/** Most work of a version owes the same few sums. */
const reckoned = new WeakMap<Terms, Map<string, string[]>>()

function reckon(
  terms: Terms,
  d: { accepted: boolean; reviews: number; added_ppm: number; factors: readonly number[] },
): string[] {
  const reviews = Array.from({ length: d.reviews }, () => reviewLines(terms)).flat()
  if (!d.accepted) return [textOf(reviews)]
  const bonuses = terms.bonus_benchmark && terms.prices.some((p) => p.bonus_bps > 0) ? [false, true] : [false]
  const factors = terms.scarcity ? d.factors : [1_000_000]
  return [
    ...new Set(
      factors.flatMap((factor_ppm) =>
        bonuses.map((bonus) =>
          textOf([...workLines(terms, { factor_ppm, bonus, added_ppm: d.added_ppm }), ...reviews]),
        ),
      ),
    ),
  ]
}
