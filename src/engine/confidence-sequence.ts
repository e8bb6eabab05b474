import { BadInput } from './labels.ts'
import type { Interval } from './intervals.ts'
import { logFactorials } from './special.ts'

/**
 * Bets as odds ratios between a candidate number of wrong pieces and the truth bet on. A ladder, because how far off a
 * candidate can be told apart shrinks with the number of audits. Fixed beforehand, so each mixture is a martingale.
 */
const LADDER: readonly (readonly [odds: number, weight: number])[] = [
  [1.1, 0.05],
  [1.25, 0.1],
  [1.6, 0.2],
  [2.5, 0.3],
  [5, 0.25],
  [12, 0.1],
]

export type Sides = 'both' | 'upper' | 'lower'

/**
 * The share of wrong pieces in a finite lot, after `wrong` of `n` audits drawn without replacement: an interval that may
 * be read after every audit and holds at all of them together with probability 1 - alpha. It keeps each number of wrong
 * pieces against which no fixed mixture of bets has won 1 / alpha (Waudby-Smith & Ramdas 2020, 2024: sampling without
 * replacement, hedged betting; for right/wrong pieces the bets are likelihood ratios, so that order does not matter).
 * One-sided intervals spend the whole of alpha on their side. Shares are whole pieces divided by the lot; n = lot gives
 * the share itself. Time grows with the logarithm of the lot, apart from `log`.
 * @throws BadInput for counts that do not fit the lot.
 */
export function lotInterval(at: {
  lot: number
  n: number
  wrong: number
  alpha?: number
  sides?: Sides
  /** `logFactorials(lot)`, to be made once where many intervals of one lot are read. */
  log?: Float64Array
}): Interval {
  const { lot, n, wrong, alpha = 0.05, sides = 'both' } = at
  if (![lot, n, wrong].every(Number.isInteger) || lot < 1 || wrong < 0 || wrong > n || n > lot)
    throw new BadInput(`${wrong} wrong of ${n} audits does not fit a lot of ${lot} pieces.`)
  if (!(alpha > 0 && alpha < 1)) throw new BadInput(`alpha lies between 0 and 1, which ${alpha} does not.`)
  const log = at.log ?? logFactorials(lot)
  const need = Math.log((sides === 'both' ? 2 : 1) / alpha) + 1e-9
  const facts = { log, lot, n, wrong }
  const start = Math.round((wrong / Math.max(1, n)) * lot)
  const centre = Math.min(lot - n + wrong, Math.max(wrong, start))
  let [low, high] = [0, lot]
  if (sides !== 'lower')
    high = centre + furthest(lot - n + wrong - centre, (steps) => evidenceOfFewer(facts, centre + steps) < need)
  if (sides !== 'upper')
    low = centre - furthest(centre - wrong, (steps) => evidenceOfMore(facts, centre - steps) < need)
  return { low: low / lot, high: high / lot }
}

/** How many of at most `most` steps can be kept, where evidence only grows with them: doubling, then halving. */
function furthest(most: number, keeps: (steps: number) => boolean): number {
  let good = 0
  let step = 1
  while (good + step <= most && keeps(good + step)) {
    good += step
    step *= 2
  }
  for (; step >= 1; step /= 2) if (good + step <= most && keeps(good + step)) good += step
  return good
}

type Facts = { log: Float64Array; lot: number; n: number; wrong: number }

const evidenceOfFewer = (facts: Facts, candidate: number) => mixture(facts, candidate, -1)
const evidenceOfMore = (facts: Facts, candidate: number) => mixture(facts, candidate, 1)

/** Logarithm of what bets on one side of a candidate have won from it. */
function mixture(facts: Facts, candidate: number, side: 1 | -1): number {
  const base = logCount(facts, candidate)
  if (base === -Infinity) return Infinity
  let sum = 0
  for (const [ratio, weight] of LADDER) {
    // Half a piece keeps odds defined at none and at all; the bet stays on its side of the candidate.
    const odds = ((candidate + 0.5) / (facts.lot - candidate + 0.5)) * (side === 1 ? ratio : 1 / ratio)
    const bet = Math.round(((facts.lot + 1) * odds) / (1 + odds) - 0.5)
    const wrong = side === 1 ? Math.min(facts.lot, Math.max(candidate, bet)) : Math.max(0, Math.min(candidate, bet))
    sum += weight * Math.exp(logCount(facts, wrong) - base)
  }
  return Math.log(sum)
}

function logCount({ log, lot, n, wrong: k }: Facts, wrong: number): number {
  const right = lot - wrong
  if (k > wrong || n - k > right) return -Infinity
  return log[wrong]! - log[k]! - log[wrong - k]! + log[right]! - log[n - k]! - log[right - n + k]!
}

/** How much of the largest safe bet is laid; the capital stands in equal parts on each. */
const PORTIONS = [0.03, 0.08, 0.2, 0.4, 0.65, 0.95] as const

/** An audited piece of a doubt-weighted draw, in the order of the draw. */
export type WeightedAudit = {
  /** Its chance to be drawn next, relative to others still in the lot: above 0, known before its grade. */
  size: number
  wrong: boolean
}

/**
 * An upper limit for the share of wrong pieces when pieces are drawn one by one, without replacement, each time with
 * probability size / sum of sizes left; valid after every audit with probability 1 - alpha (Shekhar, Xu, Lipton, Liang &
 * Ramdas 2023, risk-limiting audits by weighted sampling). Each audit's term is wrong / chance, so its mean is what is
 * left wrong in the lot, whatever the sizes; the bet is bounded by the smallest size left, so that capital stays
 * positive. Sizes proportional to doubt prove a claim sooner when the doubts are right, and are valid when they are not.
 * @param sizes Of all pieces of the lot, in any order; audits must be drawn from these.
 * @returns The least share not ruled out, to within 1e-6 of the truth and never below it.
 * @throws BadInput for sizes that are not above 0, and for more audits than pieces.
 */
export function weightedUpperLimit(sizes: ArrayLike<number>, audits: readonly WeightedAudit[], alpha = 0.05): number {
  const lot = sizes.length
  if (lot < 1 || audits.length > lot) throw new BadInput(`${audits.length} audits do not fit a lot of ${lot} pieces.`)
  if (!(alpha > 0 && alpha < 1)) throw new BadInput(`alpha lies between 0 and 1, which ${alpha} does not.`)
  let sum = 0
  let smallest = Infinity
  for (let i = 0; i < lot; i++) {
    if (!(sizes[i]! > 0 && sizes[i]! < Infinity))
      throw new BadInput(`Piece ${i + 1} has the size ${sizes[i]}, which is not above 0: it could never be drawn.`)
    sum += sizes[i]!
    smallest = Math.min(smallest, sizes[i]!)
  }
  const found = audits.reduce((n, a) => n + (a.wrong ? 1 : 0), 0)
  const most = (found + lot - audits.length) / lot
  const facts = { lot, sum, smallest, audits, need: Math.log(1 / alpha) }
  if (capital(facts, most) < facts.need) return most
  let [low, high] = [found / lot, most]
  // The capital only grows with the candidate share, so halving finds its border.
  while (high - low > 1e-6) {
    const middle = (low + high) / 2
    if (capital(facts, middle) >= facts.need) high = middle
    else low = middle
  }
  return high
}

type WeightedFacts = { lot: number; sum: number; smallest: number; audits: readonly WeightedAudit[] }

/** Logarithm of the most that bets against a share had won at any audit so far. */
function capital({ lot, sum, smallest, audits }: WeightedFacts, share: number): number {
  const won = PORTIONS.map(() => 0)
  let left = sum
  let found = 0
  let best = 0
  for (const { size, wrong } of audits) {
    if (!(size > 0)) throw new BadInput(`An audited piece has the size ${size}, which is not above 0.`)
    // Rounding must not make the largest term smaller than it is.
    const largest = Math.max(left, size) / (lot * smallest)
    const expected = share - found / lot
    const seen = wrong ? left / (lot * size) : 0
    let top = -Infinity
    for (let j = 0; j < PORTIONS.length; j++) {
      const factor = 1 + (PORTIONS[j]! / largest) * (expected - seen)
      won[j] = won[j]! + (factor > 0 ? Math.log(factor) : -Infinity)
      top = Math.max(top, won[j]!)
    }
    left -= size
    if (wrong) found++
    if (top === -Infinity) continue
    best = Math.max(best, top + Math.log(won.reduce((s, w) => s + Math.exp(w - top), 0) / PORTIONS.length))
  }
  return best
}
