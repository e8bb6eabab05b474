/** The 97.5 % point of the normal distribution: two-sided 95 % intervals. */
export const Z95 = 1.959963984540054

export type Interval = { low: number; high: number }

/**
 * Wilson's score interval for a share `p` seen in `n` independent trials (`n` may be an effective, fractional size).
 * E. B. Wilson 1927. Nothing seen says nothing: n = 0 gives 0..1.
 */
export function wilson(p: number, n: number, z = Z95): Interval {
  if (!(n > 0)) return { low: 0, high: 1 }
  const zz = z * z
  const scale = 1 + zz / n
  const centre = p + zz / (2 * n)
  const half = z * Math.sqrt((p * (1 - p)) / n + zz / (4 * n * n))
  // The ends of 0 and n out of n are exact, and must not differ by a rounding error.
  return {
    low: p <= 0 ? 0 : Math.max(0, (centre - half) / scale),
    high: p >= 1 ? 1 : Math.min(1, (centre + half) / scale),
  }
}

/** Part of what peers decided one way: `n` drawn at random from `population`, of which QA found `right` right. */
export type Stratum = { accepted: boolean; population: number; n: number; right: number }

/**
 * `precision`: accepted work that is right. `agreement`: decisions that QA confirms. `recall`: right work that was
 * accepted. `base_rate`: work that is right, whatever was decided.
 */
export const FIGURES = ['precision', 'agreement', 'recall', 'base_rate'] as const
export type Figure = (typeof FIGURES)[number]

export type ShareEstimate = {
  /** Null when no graded piece speaks about it. */
  share: number | null
  interval: Interval | null
  /** Graded pieces that the share is taken of. */
  n: number
  /** How many pieces of a simple random sample would tell as much; never more than `n`. */
  n_effective: number | null
}

/** How a stratum's share of right work enters a figure: numerator and denominator, each `fixed + slope * right share`. */
function part(figure: Figure, accepted: boolean): { top: [number, number]; bottom: [number, number] } {
  if (figure === 'precision') return accepted ? { top: [0, 1], bottom: [1, 0] } : { top: [0, 0], bottom: [0, 0] }
  if (figure === 'agreement') return { top: accepted ? [0, 1] : [1, -1], bottom: [1, 0] }
  if (figure === 'recall') return { top: accepted ? [0, 1] : [0, 0], bottom: [0, 1] }
  return { top: [0, 1], bottom: [1, 0] }
}

/**
 * Estimates a figure from strata sampled at their own rates, each weighted by population / n (Horvitz–Thompson). The
 * interval is Wilson's on an effective sample size: the size at which a simple random sample would have the stratified
 * variance (linearised; each stratum's share taken with half a success and half a failure added, as Jeffreys does, so
 * that "none found" still counts as uncertain). Equal rates, a census among them, give the plain Wilson interval on n.
 * Simulated coverage at nominal 95 %: 91–99 %. Season and strata are read as samples of a process: no finite-population
 * correction. Strata with nothing graded are left out; the caller says how much that leaves uncovered.
 */
export function estimate(figure: Figure, strata: readonly Stratum[]): ShareEstimate {
  const used = strata.filter((s) => s.n > 0 && s.population > 0)
  let n = 0
  const exact = weigh(figure, used, 0)
  for (const s of used) n += figure === 'recall' ? s.right : figure === 'precision' && !s.accepted ? 0 : s.n
  if (n === 0 || exact.bottom === 0) return { share: null, interval: null, n: 0, n_effective: null }
  const share = Math.min(1, Math.max(0, exact.top / exact.bottom))
  const n_effective = sameRate(figure, used) ? n : Math.min(n, effectiveSize(figure, used))
  return { share, interval: wilson(share, n_effective), n, n_effective }
}

function weigh(figure: Figure, strata: readonly Stratum[], added: number): { top: number; bottom: number } {
  let top = 0
  let bottom = 0
  for (const s of strata) {
    const share = (s.right + added / 2) / (s.n + added)
    const { top: t, bottom: b } = part(figure, s.accepted)
    // Of a census the count itself, so that whole numbers stay whole.
    const right = added === 0 && s.n === s.population ? s.right : s.population * share
    top += s.population * t[0] + t[1] * right
    bottom += s.population * b[0] + b[1] * right
  }
  return { top, bottom }
}

/** Whether all strata that matter were sampled at one rate; then the sample stands for the whole as it is. */
function sameRate(figure: Figure, strata: readonly Stratum[]): boolean {
  const some = strata.filter((s) => figure !== 'precision' || s.accepted)
  const first = some[0]
  return first !== undefined && some.every((s) => s.n * first.population === first.n * s.population)
}

function effectiveSize(figure: Figure, strata: readonly Stratum[]): number {
  const { top, bottom } = weigh(figure, strata, 1)
  const share = top / bottom
  let variance = 0
  for (const s of strata) {
    const right = (s.right + 0.5) / (s.n + 1)
    const { top: t, bottom: b } = part(figure, s.accepted)
    const slope = (s.population * (t[1] - share * b[1])) / bottom
    variance += (slope * slope * right * (1 - right)) / (s.n + 1)
  }
  return variance > 0 ? (share * (1 - share)) / variance : Infinity
}

/**
 * Cohen's kappa of two graders who each say yes or no: agreement beyond what their own rates of yes would give by
 * chance (Cohen 1960). Null when there are no pairs, or when chance alone already agrees always.
 */
export function cohenKappa(pairs: {
  both_yes: number
  first_only: number
  second_only: number
  both_no: number
}): number | null {
  const n = pairs.both_yes + pairs.first_only + pairs.second_only + pairs.both_no
  if (n === 0) return null
  const first = (pairs.both_yes + pairs.first_only) / n
  const second = (pairs.both_yes + pairs.second_only) / n
  const chance = first * second + (1 - first) * (1 - second)
  if (chance >= 1) return null
  return ((pairs.both_yes + pairs.both_no) / n - chance) / (1 - chance)
}
