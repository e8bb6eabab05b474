import { BadInput } from './labels.ts'
import type { Interval } from './intervals.ts'

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const // prettier-ignore

/**
 * Natural logarithm of the gamma function for x > 0 (Lanczos 1964, g = 7, nine terms). Relative error under 1e-13.
 * Anything that is not above 0 gives Infinity.
 */
export function logGamma(x: number): number {
  if (!(x > 0)) return Infinity
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  let sum = LANCZOS[0]
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (x - 1 + i)
  const t = x + 6.5
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum)
}

/** Logarithms of 0! … n!, added up one by one: their differences are good to about 1e-10 at a million. */
export function logFactorials(n: number): Float64Array {
  const out = new Float64Array(n + 1)
  for (let i = 2; i <= n; i++) out[i] = out[i - 1]! + Math.log(i)
  return out
}

/**
 * Regularised incomplete beta function I_x(a, b): the share of a Beta(a, b) below x, for a, b > 0. Continued fraction by
 * Lentz's method on the side of the mean where it converges fast. Absolute error under 1e-12 for a + b up to a million.
 */
export function betaShare(x: number, a: number, b: number): number {
  if (!(a > 0) || !(b > 0)) throw new BadInput(`A beta distribution needs a and b above 0, not ${a} and ${b}.`)
  if (!(x > 0)) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  const share = x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b
  return Math.min(1, Math.max(0, share))
}

const TINY = 1e-300

function fraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let value = d
  // Convergence takes about sqrt(max(a, b)) terms.
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    value *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    const step = d * c
    value *= step
    if (Math.abs(step - 1) < 1e-15) break
  }
  return value
}

const away = (x: number) => (Math.abs(x) < TINY ? TINY : x)

/** The x at which `betaShare(x, a, b)` reaches q, by halving: absolute error under 1e-14 in x. 0 at q <= 0, 1 at q >= 1. */
export function betaQuantile(q: number, a: number, b: number): number {
  if (q <= 0) return 0
  if (q >= 1) return 1
  let low = 0
  let high = 1
  for (let i = 0; i < 60 && high - low > 1e-15 * high; i++) {
    const middle = (low + high) / 2
    if (betaShare(middle, a, b) < q) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/**
 * Exact interval for a share of which `k` of `n` independent trials were seen: both ends at alpha / 2 (Clopper & Pearson
 * 1934). Never covers less than 1 - alpha, and may be read once, at a sample size fixed beforehand. n = 0 gives 0..1.
 * @throws BadInput when k is not a whole number from 0 to n.
 */
export function clopperPearson(k: number, n: number, alpha = 0.05): Interval {
  refuseCounts(k, n, alpha)
  return {
    low: k === 0 ? 0 : betaQuantile(alpha / 2, k, n - k + 1),
    high: k === n ? 1 : betaQuantile(1 - alpha / 2, k + 1, n - k),
  }
}

/** The one-sided exact upper limit of Clopper & Pearson at confidence 1 - alpha. */
export function upperLimit(k: number, n: number, alpha = 0.05): number {
  refuseCounts(k, n, alpha)
  return k === n ? 1 : betaQuantile(1 - alpha, k + 1, n - k)
}

function refuseCounts(k: number, n: number, alpha: number): void {
  if (!Number.isInteger(k) || !Number.isInteger(n) || k < 0 || k > n)
    throw new BadInput(`${k} of ${n} is no count: whole numbers, and no more seen than looked at.`)
  if (!(alpha > 0 && alpha < 1)) throw new BadInput(`alpha lies between 0 and 1, which ${alpha} does not.`)
}
