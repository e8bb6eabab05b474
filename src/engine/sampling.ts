import { BadInput } from './labels.ts'

/** A draw: indices in drawing order, and for each piece drawn the inverse of its chance to be in the sample. */
export type Draw = { pieces: number[]; weights: number[] }

/** Chance from outside: numbers from 0 up to but without 1, as `createRng(seed).fraction`. */
export type Chance = () => number

/**
 * `n` of `lot` pieces, each equally likely, without replacement (Fisher & Yates). Each stands for lot / n. The order is
 * random too, so any first part of it is a sample of its own, and reading stops where a claim is proved.
 * @throws BadInput when n is not a whole number from 0 to lot.
 */
export function uniformDraw(lot: number, n: number, chance: Chance): Draw {
  refuseSize(n, lot)
  const order = Array.from({ length: lot }, (_, i) => i)
  for (let i = 0; i < n; i++) {
    const j = i + Math.floor(chance() * (lot - i))
    const piece = order[j]!
    order[j] = order[i]!
    order[i] = piece
  }
  return { pieces: order.slice(0, n), weights: Array.from({ length: n }, () => lot / n) }
}

/**
 * How many of `n` audits each stratum gets: by size * spread (Neyman 1934; equal spreads give proportional shares), at
 * least `least` and at most all of a stratum, and exactly n in total. Rounded by largest remainder, ties by position.
 */
export function allocate(strata: readonly { size: number; spread?: number }[], n: number, least = 1): number[] {
  const total = strata.reduce((s, x) => s + x.size, 0)
  refuseSize(n, total)
  const out = strata.map((s) => Math.min(s.size, least))
  let left = n - out.reduce((a, b) => a + b, 0)
  if (left < 0)
    throw new BadInput(`${n} audits cannot give ${least} to each of ${strata.length} strata; draw more or join some.`)
  while (left > 0) {
    const want = strata.map((s, i) => (out[i]! < s.size ? s.size * Math.max(s.spread ?? 1, 1e-9) : 0))
    const sum = want.reduce((a, b) => a + b, 0)
    const exact = want.map((w) => (left * w) / sum)
    let given = 0
    exact.forEach((x, i) => {
      const whole = Math.min(strata[i]!.size - out[i]!, Math.floor(x))
      out[i]! += whole
      given += whole
    })
    left -= given
    if (given > 0) continue
    const first = exact
      .map((x, i) => ({ i, x }))
      .sort((a, b) => b.x - a.x || a.i - b.i)
      .slice(0, left)
    for (const { i, x } of first) if (x > 0) [out[i]!, left] = [out[i]! + 1, left - 1]
  }
  return out
}

/** A uniform draw inside each stratum; a piece stands for its stratum's size / its stratum's draws. */
export function stratifiedDraw(stratumOf: ArrayLike<number>, counts: readonly number[], chance: Chance): Draw {
  const members: number[][] = counts.map(() => [])
  for (let i = 0; i < stratumOf.length; i++) {
    const stratum = members[stratumOf[i]!]
    if (!stratum) throw new BadInput(`Piece ${i + 1} is in stratum ${stratumOf[i]}, and there are ${counts.length}.`)
    stratum.push(i)
  }
  const out: Draw = { pieces: [], weights: [] }
  members.forEach((all, s) => {
    const draw = uniformDraw(all.length, counts[s]!, chance)
    out.pieces.push(...draw.pieces.map((i) => all[i]!))
    out.weights.push(...draw.weights)
  })
  return out
}

/**
 * Sizes for a doubt-weighted draw: the standard deviation of being wrong, sqrt(d (1 - d)), which is what makes an
 * estimate of the wrong share tightest if the doubts are right, mixed with an equal part for all, so that a piece that
 * seems certain is still drawn and no weight exceeds 1 / `equal`. Sums to the number of pieces.
 * @param doubt Of each piece, from 0 to 1: the probability that it is wrong.
 */
export function doubtSizes(doubt: ArrayLike<number>, equal = 0.3): Float64Array {
  if (!(equal > 0 && equal <= 1))
    throw new BadInput(`The equal part lies above 0 and up to 1, which ${equal} does not.`)
  const spread = new Float64Array(doubt.length)
  let sum = 0
  for (let i = 0; i < doubt.length; i++) {
    const d = doubt[i]!
    if (!(d >= 0 && d <= 1)) throw new BadInput(`Piece ${i + 1} has the doubt ${d}, which is no probability.`)
    sum += spread[i] = Math.sqrt(d * (1 - d))
  }
  for (let i = 0; i < spread.length; i++)
    spread[i] = sum > 0 ? equal + (1 - equal) * ((spread[i]! * spread.length) / sum) : 1
  return spread
}

/**
 * Each piece's chance to be in a sample of n when chances go with sizes: n * size / sum, and 1 for pieces that would
 * exceed it, with the rest shared again. Adds up to n.
 */
export function inclusionChances(sizes: ArrayLike<number>, n: number): Float64Array {
  refuseSize(n, sizes.length)
  const out = new Float64Array(sizes.length)
  let [sum, left] = [0, n]
  for (let i = 0; i < sizes.length; i++) {
    if (!(sizes[i]! > 0 && sizes[i]! < Infinity))
      throw new BadInput(`Piece ${i + 1} has the size ${sizes[i]}, which is not above 0: it could never be drawn.`)
    sum += sizes[i]!
  }
  for (let again = left > 0; again;) {
    again = false
    const rate = left / sum
    for (let i = 0; i < sizes.length; i++) {
      if (out[i] === 1) continue
      if (sizes[i]! * rate < 1) continue
      out[i] = 1
      sum -= sizes[i]!
      left--
      again = true
    }
    if (left <= 0) break
  }
  for (let i = 0; i < sizes.length; i++) if (out[i] !== 1) out[i] = left > 0 ? sizes[i]! * (left / sum) : 0
  return out
}

/**
 * Exactly n pieces with exactly these chances: systematic sampling over a random order (Madow 1949; Goodman & Kish
 * 1950). A piece's weight is 1 / chance.
 */
export function doubtDraw(sizes: ArrayLike<number>, n: number, chance: Chance): Draw {
  const chances = inclusionChances(sizes, n)
  const order = uniformDraw(sizes.length, sizes.length, chance).pieces
  const pieces: number[] = []
  let at = chance()
  let sum = 0
  for (const i of order) {
    sum += chances[i]!
    // The last step's rounding must not lose or add a piece.
    if (sum > at && pieces.length < n) {
      pieces.push(i)
      at++
    }
  }
  for (const i of order.toReversed()) if (pieces.length < n && !pieces.includes(i)) pieces.push(i)
  return { pieces, weights: pieces.map((i) => 1 / chances[i]!) }
}

/**
 * All pieces in the order of a one-by-one draw without replacement, each time with probability size / sum of sizes left
 * (Efraimidis & Spirakis 2006): the order for `weightedUpperLimit`, to be audited from the front until it is proved.
 */
export function doubtOrder(sizes: ArrayLike<number>, chance: Chance): number[] {
  const keys = Array.from({ length: sizes.length }, (_, i) => ({ i, key: -Math.log(1 - chance()) / sizes[i]! }))
  return keys.sort((a, b) => a.key - b.key || a.i - b.i).map((k) => k.i)
}

/** Which of a sample are graded twice: the first ceil(share * n) of a random order, so that anyone can draw it again. */
export function doubled(n: number, share: number, chance: Chance): boolean[] {
  const twice = uniformDraw(n, Math.min(n, Math.ceil(share * n - 1e-9)), chance).pieces
  const out = Array.from({ length: n }, () => false)
  for (const i of twice) out[i] = true
  return out
}

function refuseSize(n: number, lot: number): void {
  if (!Number.isInteger(n) || n < 0 || n > lot) throw new BadInput(`${n} of ${lot} pieces cannot be drawn.`)
}
