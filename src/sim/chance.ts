import { createRng, type Rng } from '../platform/rng.ts'

/**
 * A seed from names and numbers (FNV-1a with a finalizer). Whatever is drawn for one person, day or piece of work has a
 * seed of its own, so that nothing depends on what was drawn before, and a run can go on from any day.
 */
export function seedOf(...parts: readonly (string | number)[]): number {
  let h = 0x811c9dc5
  for (const part of parts) {
    const text = `${part}/`
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  }
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
  return (h ^ (h >>> 15)) >>> 0
}

export const rngOf = (...parts: readonly (string | number)[]): Rng => createRng(seedOf(...parts))

/** A draw from the standard normal distribution. */
export function normal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.fraction())) * Math.cos(2 * Math.PI * rng.fraction())
}

export const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

/** How many of `total` fall to each weight: whole numbers that add up, the largest remainders rounded up. */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  if (sum === 0) return weights.map(() => 0)
  const exact = weights.map((w) => (total * w) / sum)
  const out = exact.map(Math.floor)
  const left = total - out.reduce((a, b) => a + b, 0)
  const order = exact.map((x, i) => ({ i, rest: x - Math.floor(x) })).sort((a, b) => b.rest - a.rest || a.i - b.i)
  for (let n = 0; n < left; n++) out[order[n]!.i]! += 1
  return out
}
