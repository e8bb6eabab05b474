import { BadInput } from './labels.ts'
import { logFactorials } from './special.ts'

/**
 * Where the bets go: shares of the boundary, and how much of the capital stands on each. Most on a fifth and two fifths,
 * because a claim is worth making when the truth is well under it; the rest keeps nearer and farther truths provable.
 */
const BETS: readonly (readonly [share: number, weight: number])[] = [
  [0.1, 0.1],
  [0.2, 0.35],
  [0.3, 0.2],
  [0.4, 0.25],
  [0.6, 0.1],
]
/** Against the claim, as multiples of the boundary. */
const COUNTER_BETS: readonly (readonly [share: number, weight: number])[] = [
  [1.5, 0.3],
  [2, 0.3],
  [3, 0.2],
  [5, 0.2],
]
/** Part of alpha left unspent, so that a check by ten thousand simulated lots stays under alpha, too. */
const RESERVE = 0.07

/** "Fewer than `share` of this lot is wrong", to be proved by auditing pieces drawn one by one without replacement. */
export type Claim = {
  /** Pieces in the lot. */
  lot: number
  /** Share of wrong pieces, above 0 and below 1. */
  share: number
  /** Probability, at most, that the claim is ever proved although it is false. */
  alpha?: number
  /** Audits at most; the whole lot if not given. */
  max?: number
}

/** A claim as whole numbers: whoever has them and the counts reaches the same verdict. */
export type ClaimPlan = {
  lot: number
  /** The least number of wrong pieces that makes the claim false: share * lot, rounded up. */
  boundary: number
  alpha: number
  max: number
  /** proved[n]: after n audits the claim is proved with at most so many wrong; -1 where it cannot be yet. max + 1 long. */
  proved: Int32Array
  /** refuted[n]: after n audits the opposite is proved with at least so many wrong. */
  refuted: Int32Array
}

export type ClaimState = 'proved' | 'open' | 'refuted' | 'spent'

/**
 * Plans a claim about a finite lot that may be looked at after every audit. The evidence is a betting martingale for
 * sampling without replacement (Waudby-Smith & Ramdas 2020, 2024), which for right/wrong pieces is a likelihood ratio of
 * hypergeometric counts: a fixed mixture of smaller numbers of wrong pieces against the boundary. By Ville's inequality
 * it ever passes 1 / alpha with probability at most alpha, also when there are more wrong pieces than the boundary.
 * A lot that stands exactly on the boundary counts as bad. Time and memory grow with lot + max.
 * @throws BadInput for sizes and shares out of range.
 */
export function planClaim({ lot, share, alpha = 0.05, max = lot }: Claim): ClaimPlan {
  if (!Number.isInteger(lot) || lot < 1 || lot > 1e8)
    throw new BadInput(`A lot has 1 to 100,000,000 pieces, not ${lot}.`)
  if (!(share > 0 && share < 1)) throw new BadInput(`A claim's share lies between 0 and 1, which ${share} does not.`)
  if (!(alpha > 0 && alpha < 1)) throw new BadInput(`alpha lies between 0 and 1, which ${alpha} does not.`)
  if (!Number.isInteger(max) || max < 0) throw new BadInput(`The number of audits is a whole number, not ${max}.`)
  const boundary = Math.max(1, Math.ceil(share * lot - 1e-9))
  const last = Math.min(max, lot)
  const facts = { log: logFactorials(lot), lot, boundary, need: Math.log((1 + RESERVE) / alpha) + 1e-9 }
  const below = lower(boundary)
  const above = upper(boundary, lot)
  const proved = new Int32Array(last + 1).fill(-1)
  const refuted = new Int32Array(last + 1)
  refuted[0] = 1
  for (let n = 1; n <= last; n++) {
    // Both bounds only rise with n, so each is followed instead of searched.
    let k = proved[n - 1]!
    while (k + 1 <= n && evidence(facts, below, n, k + 1, boundary) >= facts.need) k++
    proved[n] = k
    let r = refuted[n - 1]!
    while (r <= n && evidence(facts, above, n, r, boundary - 1) < facts.need) r++
    refuted[n] = r
  }
  return { lot, boundary, alpha, max: last, proved, refuted }
}

type Bets = readonly (readonly [wrong: number, weight: number])[]

const lower = (boundary: number): Bets => BETS.map(([s, w]) => [Math.min(boundary - 1, Math.round(s * boundary)), w])
const upper = (boundary: number, lot: number): Bets =>
  COUNTER_BETS.map(([s, w]) => [Math.min(lot, Math.max(boundary, Math.round(s * boundary))), w])

/** Logarithm of the mixture's likelihood over that of `against` wrong pieces, after k wrong of n. */
function evidence(
  facts: { log: Float64Array; lot: number },
  bets: Bets,
  n: number,
  k: number,
  against: number,
): number {
  const base = logCount(facts, n, k, against)
  // What cannot happen under the hypothesis disproves it.
  if (base === -Infinity) return Infinity
  let sum = 0
  for (const [wrong, weight] of bets) sum += weight * Math.exp(logCount(facts, n, k, wrong) - base)
  return Math.log(sum)
}

/** Logarithm of the number of samples with k wrong of n, from a lot with so many wrong. */
function logCount({ log, lot }: { log: Float64Array; lot: number }, n: number, k: number, wrong: number): number {
  const right = lot - wrong
  if (k > wrong || n - k > right || k < 0) return -Infinity
  return log[wrong]! - log[k]! - log[wrong - k]! + log[right]! - log[n - k]! - log[right - n + k]!
}

/** Where a claim stands after `n` audits of which `wrong` were wrong: comparisons of whole numbers only. */
export function claimState(plan: ClaimPlan, n: number, wrong: number): ClaimState {
  if (!Number.isInteger(n) || !Number.isInteger(wrong) || wrong < 0 || wrong > n || n > plan.max)
    throw new BadInput(`${wrong} wrong of ${n} audits does not fit a plan of ${plan.max} audits.`)
  if (wrong <= plan.proved[n]!) return 'proved'
  if (wrong >= plan.refuted[n]!) return 'refuted'
  // No number of right pieces can still prove it.
  if (n >= plan.max || wrong > plan.proved[plan.max]!) return 'spent'
  return 'open'
}

export type Outlook = {
  /** Audits until the claim is proved, refuted or given up. */
  audits_mean: number
  /** Nine lots in ten are settled with at most so many. */
  audits_90: number
  proved: number
  refuted: number
  /** The mean number of audits times the price, in the price's unit. */
  price_mean: number
  price_90: number
}

/**
 * What a plan will cost if `wrong` pieces of the lot are wrong: exact, by walking the distribution of the count audit by
 * audit (no simulation, no chance). Time grows with audits * wrong. States less likely than 1e-18 are dropped.
 * @param price Of one audit, in any unit.
 */
export function outlook(plan: ClaimPlan, wrong: number, price = 0): Outlook {
  if (!Number.isInteger(wrong) || wrong < 0 || wrong > plan.lot)
    throw new BadInput(`A lot of ${plan.lot} pieces cannot have ${wrong} wrong ones.`)
  let state = new Float64Array(Math.min(wrong, plan.max) + 2)
  let next = new Float64Array(state.length)
  state[0] = 1
  let [low, high, alive, mean, proved, refuted, at90] = [0, 0, 1, 0, 0, 0, 0]
  for (let n = 1; n <= plan.max && alive > 1e-12; n++) {
    mean += alive
    const left = plan.lot - n + 1
    next.fill(0, low, high + 2)
    for (let k = low; k <= high; k++) {
      const p = state[k]!
      if (p < 1e-18) continue
      const bad = Math.max(0, wrong - k) / left
      next[k]! += p * (1 - bad)
      next[k + 1]! += p * bad
    }
    high = Math.min(high + 1, state.length - 2)
    alive = 0
    for (let k = low; k <= high; k++) {
      const p = next[k]!
      if (p === 0) continue
      const verdict = claimState(plan, n, k)
      if (verdict === 'open') {
        alive += p
        continue
      }
      if (verdict === 'proved') proved += p
      else if (verdict === 'refuted') refuted += p
      next[k] = 0
    }
    while (low < high && next[low] === 0) low++
    if (at90 === 0 && alive <= 0.1) at90 = n
    ;[state, next] = [next, state]
  }
  const audits_90 = at90 === 0 ? plan.max : at90
  return { audits_mean: mean, audits_90, proved, refuted, price_mean: mean * price, price_90: audits_90 * price }
}
