import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { betaQuantile, betaShare, clopperPearson, logFactorials, logGamma, upperLimit } from './special.ts'

/** Slow and obvious: the binomial tail P(X >= k) by adding its terms, which is I_p(k, n - k + 1). */
function tail(k: number, n: number, p: number): number {
  let sum = 0
  for (let i = k; i <= n; i++) {
    let term = 1
    for (let j = 1; j <= i; j++) term *= ((n - i + j) / j) * p
    sum += term * (1 - p) ** (n - i)
  }
  return sum
}

describe('logGamma and logFactorials', () => {
  it('know factorials, halves and Stirling', () => {
    expect(logGamma(1)).toBeCloseTo(0, 13)
    expect(logGamma(11)).toBeCloseTo(Math.log(3628800), 12)
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13)
    expect(logGamma(1e6) / (999_999.5 * Math.log(1e6) - 1e6 + Math.log(2 * Math.PI) / 2 + 1 / 12e6)).toBeCloseTo(1, 14)
    expect(logFactorials(1000)[1000]! / logGamma(1001)).toBeCloseTo(1, 13)
    expect([logGamma(0), logGamma(-1), logGamma(Number.NaN)]).toEqual([Infinity, Infinity, Infinity])
  })
})

describe('betaShare', () => {
  it('is the binomial tail', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.nat(59),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (n, x, p) => {
          const k = 1 + (x % n)
          expect(betaShare(p, k, n - k + 1)).toBeCloseTo(tail(k, n, p), 11)
        },
      ),
    )
  })
  it('mirrors itself, also for a million', () => {
    for (const [x, a, b] of [
      [0.3, 2.5, 7],
      [0.05, 50_000, 950_000],
      [0.0502, 50_000, 950_000],
      [1e-8, 0.5, 10],
    ] as const)
      expect(betaShare(x, a, b)).toBeCloseTo(1 - betaShare(1 - x, b, a), 9)
    // A symmetric one is split in the middle.
    expect(betaShare(0.5, 500_000, 500_000)).toBeCloseTo(0.5, 9)
  })
  it('is turned round by betaQuantile', () => {
    for (const [q, a, b] of [
      [0.025, 3, 8],
      [0.975, 1, 300],
      [0.5, 200, 4],
    ] as const)
      expect(betaShare(betaQuantile(q, a, b), a, b)).toBeCloseTo(q, 11)
  })
})

describe('clopperPearson', () => {
  // Known values: 0 of n is 1 - (alpha / 2)^(1 / n); the others as R's binom.test prints them.
  it.each([
    [0, 10, 0, 0.3084971],
    [1, 10, 0.002528579, 0.4450161],
    [5, 10, 0.187086, 0.812914],
    [10, 10, 0.6915029, 1],
    [81, 263, 0.2527039, 0.3676129],
  ])('%i of %i', (k, n, low, high) => {
    const found = clopperPearson(k, n)
    expect(found.low).toBeCloseTo(low, 4)
    expect(found.high).toBeCloseTo(high, 4)
  })
  it('has tails of exactly alpha / 2 at its ends', () => {
    for (const [k, n] of [
      [3, 40],
      [20, 40],
      [1, 57],
    ] as const) {
      const { low, high } = clopperPearson(k, n)
      expect(tail(k, n, low)).toBeCloseTo(0.025, 10)
      expect(1 - tail(k + 1, n, high)).toBeCloseTo(0.025, 10)
      expect(1 - tail(k + 1, n, upperLimit(k, n))).toBeCloseTo(0.05, 10)
    }
  })
  it('knows nothing of nothing and refuses what is no count', () => {
    expect(clopperPearson(0, 0)).toEqual({ low: 0, high: 1 })
    for (const [k, n, a] of [
      [2, 1, 0.05],
      [-1, 3, 0.05],
      [1.5, 3, 0.05],
      [1, 3, 0],
      [1, 3, Number.NaN],
    ] as const)
      expect(() => clopperPearson(k, n, a)).toThrow(/is no count|alpha lies/)
  })
})
