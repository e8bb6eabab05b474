import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../platform/rng.ts'
import { cohenKappa, estimate, FIGURES, wilson, type Stratum } from './intervals.ts'

const percent = (x: number) => (x * 100).toFixed(1)

describe('wilson', () => {
  // Published values: see the sample sizes that tell 92 from 90.
  it.each([
    [92, 100, '85.0', '95.9'],
    [920, 1000, '90.2', '93.5'],
    [0, 10, '0.0', '27.8'],
    [10, 10, '72.2', '100.0'],
    [1, 2, '9.5', '90.5'],
    [81, 263, '25.5', '36.6'],
  ])('%i of %i is %s to %s', (k, n, low, high) => {
    const found = wilson(k / n, n)
    expect([percent(found.low), percent(found.high)]).toEqual([low, high])
  })

  it('is where the score test just does not reject, holds the share, and narrows with size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (n, x) => {
        const p = Math.round(x * n) / n
        const { low, high } = wilson(p, n)
        expect(low).toBeLessThanOrEqual(p)
        expect(high).toBeGreaterThanOrEqual(p)
        // Independent of the closed form: each end solves |p - end| = z * sqrt(end (1 - end) / n).
        for (const end of [low, high])
          if (end > 1e-9 && end < 1 - 1e-9)
            expect(Math.abs(p - end)).toBeCloseTo(1.959963984540054 * Math.sqrt((end * (1 - end)) / n), 9)
        const four = wilson(p, 4 * n)
        expect(four.high - four.low).toBeLessThan(high - low)
      }),
    )
  })

  it('knows nothing without a sample', () => expect(wilson(0.5, 0)).toEqual({ low: 0, high: 1 }))
})

const census = (accepted: [number, number], rejected: [number, number]): Stratum[] => [
  { accepted: true, population: accepted[0], n: accepted[0], right: accepted[1] },
  { accepted: false, population: rejected[0], n: rejected[0], right: rejected[1] },
]

describe('estimate', () => {
  it('reads a census as plain counting with the plain interval', () => {
    // Ten submissions: four accepted of which three are right; six rejected of which two are right.
    const strata = census([4, 3], [6, 2])
    const by = Object.fromEntries(FIGURES.map((f) => [f, estimate(f, strata)]))
    expect(by.precision).toMatchObject({ share: 3 / 4, n: 4, n_effective: 4 })
    expect(by.agreement).toMatchObject({ share: 7 / 10, n: 10, n_effective: 10 })
    expect(by.recall).toMatchObject({ share: 3 / 5, n: 5, n_effective: 5 })
    expect(by.base_rate).toMatchObject({ share: 5 / 10, n: 10, n_effective: 10 })
    expect(by.precision!.interval).toEqual(wilson(3 / 4, 4))
  })

  it('weights strata by how much each stands for', () => {
    // 100 of 1,000 accepted and 100 of 9,000 rejected: an accepted piece stands for 10, a rejected one for 90.
    const strata: Stratum[] = [
      { accepted: true, population: 1000, n: 100, right: 60 },
      { accepted: false, population: 9000, n: 100, right: 4 },
    ]
    expect(estimate('precision', strata)).toMatchObject({ share: 0.6, n: 100, n_effective: 100 })
    expect(estimate('recall', strata).share).toBeCloseTo(600 / (600 + 360), 12)
    expect(estimate('agreement', strata).share).toBeCloseTo((600 + 8640) / 10000, 12)
    expect(estimate('base_rate', strata).share).toBeCloseTo(960 / 10000, 12)
    // Forgetting the weights would say 64 right pieces, of which 60 accepted.
    expect(estimate('recall', strata).share).not.toBeCloseTo(60 / 64, 2)
    expect(estimate('recall', strata).n_effective).toBeLessThan(40)
  })

  it('says null when nothing graded speaks about a figure', () => {
    const onlyRejected: Stratum[] = [{ accepted: false, population: 5, n: 5, right: 0 }]
    expect(estimate('precision', onlyRejected)).toEqual({ share: null, interval: null, n: 0, n_effective: null })
    expect(estimate('recall', onlyRejected).share).toBeNull()
    expect(estimate('agreement', onlyRejected).share).toBe(1)
    expect(estimate('agreement', []).share).toBeNull()
  })

  it('never claims more than its sample, and splitting a stratum does not change the share', () => {
    const stratum = fc
      .record({
        accepted: fc.boolean(),
        population: fc.integer({ min: 1, max: 5000 }),
        rate: fc.integer({ min: 1, max: 100 }),
        right: fc.double({ min: 0, max: 1, noNaN: true }),
      })
      .map((s) => {
        const n = Math.max(1, Math.floor((s.population * s.rate) / 100))
        return { accepted: s.accepted, population: s.population, n, right: Math.round(s.right * n) }
      })
    fc.assert(
      fc.property(fc.array(stratum, { minLength: 1, maxLength: 6 }), (strata) => {
        for (const figure of FIGURES) {
          const found = estimate(figure, strata)
          if (found.share === null) continue
          expect(found.n_effective).toBeGreaterThan(0)
          expect(found.n_effective).toBeLessThanOrEqual(found.n)
          expect(found.interval!.low).toBeLessThanOrEqual(found.share)
          expect(found.interval!.high).toBeGreaterThanOrEqual(found.share)
          const twice = estimate(
            figure,
            strata.flatMap((s) => [s, s]),
          )
          expect(twice.share).toBeCloseTo(found.share, 9)
        }
      }),
    )
  })

  it('covers the truth about as often as it says, with unequal sampling and rare right work', () => {
    const rng = createRng(7)
    const draw = (n: number, p: number) => {
      let k = 0
      for (let i = 0; i < n; i++) if (rng.fraction() < p) k += 1
      return k
    }
    const rounds = 1000
    for (const [pAccepted, pRejected] of [
      [0.57, 0.04],
      [0.92, 0.1],
    ] as const) {
      const truth = (1000 * pAccepted) / (1000 * pAccepted + 9000 * pRejected)
      let covered = 0
      for (let i = 0; i < rounds; i++) {
        const { interval } = estimate('recall', [
          { accepted: true, population: 1000, n: 100, right: draw(100, pAccepted) },
          { accepted: false, population: 9000, n: 100, right: draw(100, pRejected) },
        ])
        if (interval && interval.low <= truth && truth <= interval.high) covered += 1
      }
      expect(covered / rounds).toBeGreaterThan(0.91)
    }
  })
})

describe('cohenKappa', () => {
  it.each([
    // The textbook table of Cohen's statistic: 20, 5, 10, 15 gives 0.4.
    [{ both_yes: 20, first_only: 5, second_only: 10, both_no: 15 }, 0.4],
    [{ both_yes: 45, first_only: 15, second_only: 25, both_no: 15 }, 0.1304],
    [{ both_yes: 25, first_only: 35, second_only: 5, both_no: 35 }, 0.2593],
    [{ both_yes: 5, first_only: 0, second_only: 0, both_no: 5 }, 1],
  ])('of %o is %f', (table, kappa) => expect(cohenKappa(table)).toBeCloseTo(kappa, 4))

  it('is undefined without pairs, and when both always say the same', () => {
    expect(cohenKappa({ both_yes: 0, first_only: 0, second_only: 0, both_no: 0 })).toBeNull()
    expect(cohenKappa({ both_yes: 9, first_only: 0, second_only: 0, both_no: 0 })).toBeNull()
  })
})
