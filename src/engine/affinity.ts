import { BadInput } from './labels.ts'

/**
 * One author's and one reviewer's meetings: for each task of the author's that the reviewer could have been given, the chance
 * that random assignment gave it to them, and whether it did.
 */
export type Meetings = { author: number; reviewer: number; chances: ArrayLike<number>; met: number }
export type Affinity = {
  author: number
  reviewer: number
  met: number
  expected: number
  /** Chance of so many meetings or more if assignment was random. */
  p: number
  /** The least false-discovery rate at which this pair is among those found (Benjamini & Yekutieli 2001). */
  q: number
}

/**
 * Chance of `met` or more successes in independent trials with these chances, exactly (Poisson-binomial, by convolution).
 * With few trials a table is filled up to `met`; time: trials x met.
 * @throws BadInput for a chance outside 0 … 1 or a count that is no whole number from 0.
 */
export function tailOf(chances: ArrayLike<number>, met: number): number {
  if (!Number.isInteger(met) || met < 0) throw new BadInput(`${met} meetings is no count.`)
  if (met === 0) return 1
  if (met > chances.length) return 0
  // below[k]: chance of exactly k so far; what reaches `met` is taken out and added up, so tiny tails lose no digits.
  const below = new Float64Array(met)
  below[0] = 1
  let tail = 0
  for (let i = 0; i < chances.length; i++) {
    const p = chances[i]!
    if (!(p >= 0 && p <= 1)) throw new BadInput(`A chance lies within 0 and 1, which ${p} does not.`)
    tail += below[met - 1]! * p
    for (let k = met - 1; k > 0; k--) below[k] = below[k]! * (1 - p) + below[k - 1]! * p
    below[0] = below[0]! * (1 - p)
  }
  return Math.min(1, tail)
}

/**
 * Authors and reviewers who meet more often than random assignment explains, surest first. `pairs` is how many pairs could
 * have met, those who did not included: all of them are looked at, so all count when controlling false discoveries.
 */
export function affinityOf(meetings: readonly Meetings[], pairs = meetings.length): Affinity[] {
  const found = meetings.map((m) => {
    let expected = 0
    for (let i = 0; i < m.chances.length; i++) expected += m.chances[i]!
    return { author: m.author, reviewer: m.reviewer, met: m.met, expected, p: tailOf(m.chances, m.met) }
  })
  found.sort((a, b) => a.p - b.p || a.author - b.author || a.reviewer - b.reviewer)
  const q = falseDiscovery(
    found.map((f) => f.p),
    Math.max(pairs, meetings.length),
  )
  return found.map((f, i) => ({ ...f, q: q[i]! }))
}

/** Adjusted p-values of a rising list, valid whatever ties the tests together (Benjamini & Yekutieli 2001). */
export function falseDiscovery(rising: readonly number[], tests = rising.length): Float64Array {
  let harmonic = 0
  for (let k = 1; k <= tests; k++) harmonic += 1 / k
  const out = new Float64Array(rising.length)
  let least = 1
  for (let i = rising.length - 1; i >= 0; i--) {
    least = Math.min(least, (rising[i]! * tests * harmonic) / (i + 1))
    out[i] = least
  }
  return out
}

/** Rings of two and three in which each reviewed the next: `reviewed` holds pairs of reviewer and author. Least member first. */
export function cyclesOf(reviewed: readonly (readonly [reviewer: number, author: number])[]): number[][] {
  const next = new Map<number, Set<number>>()
  for (const [a, b] of reviewed) {
    if (a === b) continue
    const row = next.get(a)
    if (row) row.add(b)
    else next.set(a, new Set([b]))
  }
  const out: number[][] = []
  for (const [a, firsts] of next)
    for (const b of firsts) {
      if (b > a && next.get(b)?.has(a)) out.push([a, b])
      if (b > a) for (const c of next.get(b) ?? []) if (c > a && c !== b && next.get(c)?.has(a)) out.push([a, b, c])
    }
  return out.toSorted((x, y) => x.length - y.length || x[0]! - y[0]! || x[1]! - y[1]! || (x[2] ?? 0) - (y[2] ?? 0))
}
