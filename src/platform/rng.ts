/** Chance, injected: the same seed draws the same numbers on every machine. */
export type Rng = { below(n: number): number; fraction(): number; shuffle<T>(xs: readonly T[]): T[]; seed: number }

/** SplitMix32. Small, seedable, good enough for draws and panels; never for secrets. */
export function createRng(seed: number): Rng {
  let s = seed >>> 0
  const next = () => {
    s = (s + 0x9e3779b9) >>> 0
    let z = s
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
  const below = (n: number) => {
    // Rejection keeps every value equally likely.
    const limit = Math.floor(2 ** 32 / n) * n
    for (;;) {
      const x = next()
      if (x < limit) return x % n
    }
  }
  const shuffle = <T>(xs: readonly T[]): T[] => {
    const out = [...xs]
    for (let i = out.length - 1; i > 0; i--) {
      const j = below(i + 1)
      const swap = out[i]!
      out[i] = out[j]!
      out[j] = swap
    }
    return out
  }
  return { below, fraction: () => next() / 2 ** 32, shuffle, seed }
}
