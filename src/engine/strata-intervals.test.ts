import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../platform/rng.ts'
import { estimate, FIGURES, type Figure, type Stratum } from './intervals.ts'
import { clopperPearson } from './special.ts'
import { anytimeInterval, exactInterval } from './strata-intervals.ts'

const stratum = (accepted: boolean, population: number, n: number, right: number): Stratum => ({
  accepted,
  population,
  n,
  right,
})
const truthOf = (figure: Figure, s: readonly { accepted: boolean; population: number; right: number }[]) => {
  const sum = (of: (x: (typeof s)[number]) => number) => s.reduce((t, x) => t + of(x), 0)
  const acceptedRight = sum((x) => (x.accepted ? x.right : 0))
  if (figure === 'precision') return acceptedRight / sum((x) => (x.accepted ? x.population : 0))
  if (figure === 'recall') return acceptedRight / sum((x) => x.right)
  if (figure === 'base_rate') return sum((x) => x.right) / sum((x) => x.population)
  return sum((x) => (x.accepted ? x.right : x.population - x.right)) / sum((x) => x.population)
}

describe('intervals of figures from strata', () => {
  it('of one rate are the plain interval of Clopper and Pearson, of the counts that enter the figure', () => {
    const strata = [stratum(true, 1000, 100, 92), stratum(false, 400, 40, 10)]
    expect(exactInterval('precision', strata)).toEqual(clopperPearson(92, 100))
    expect(exactInterval('agreement', strata)).toEqual(clopperPearson(122, 140))
    expect(exactInterval('recall', strata)).toEqual(clopperPearson(92, 102))
    expect(exactInterval('base_rate', strata)).toEqual(clopperPearson(102, 140))
  })

  it('hold the estimate, lie in 0..1, and the one for many looks is no narrower than what one look shows', () => {
    const some = fc.record({
      accepted: fc.boolean(),
      population: fc.integer({ min: 1, max: 400 }),
      a: fc.nat(),
      b: fc.nat(),
    })
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 4 }), (given) => {
        const strata = given.map(({ accepted, population, a, b }) => {
          const n = a % (population + 1)
          return stratum(accepted, population, n, b % (n + 1))
        })
        for (const figure of FIGURES) {
          const { share } = estimate(figure, strata)
          const found = [exactInterval(figure, strata), anytimeInterval(figure, strata)]
          for (const interval of found) {
            if (!interval) continue
            expect(interval.low).toBeGreaterThanOrEqual(0)
            expect(interval.high).toBeLessThanOrEqual(1)
            if (share === null) continue
            expect(interval.low).toBeLessThanOrEqual(share + 1e-9)
            expect(interval.high).toBeGreaterThanOrEqual(share - 1e-9)
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  it('say the truth itself once everything is graded', () => {
    const strata = [stratum(true, 50, 50, 41), stratum(true, 10, 10, 10), stratum(false, 30, 30, 6)]
    for (const figure of FIGURES) {
      const truth = truthOf(figure, strata)
      const { low, high } = anytimeInterval(figure, strata)!
      expect(Math.max(Math.abs(low - truth), Math.abs(high - truth))).toBeLessThan(1e-12)
    }
  })

  it('are nothing where nothing speaks about the figure', () => {
    expect(exactInterval('precision', [stratum(false, 10, 5, 1)])).toBeNull()
    expect(anytimeInterval('recall', [stratum(false, 10, 5, 1)])).toBeNull()
    expect(anytimeInterval('agreement', [stratum(true, 10, 0, 0)])).toBeNull()
  })

  it('hold at all looks together; the planted fault, an interval for one look, does not', () => {
    const lots = [
      { accepted: true, population: 60, right: 51 },
      { accepted: false, population: 40, right: 8 },
    ]
    const misses = (read: typeof anytimeInterval, figure: Figure) => {
      let missed = 0
      for (let seed = 0; seed < 150; seed++) {
        const { fraction } = createRng(seed)
        const left = lots.map((l) => ({ ...l, of: l.population, wanted: l.right }))
        const seen = lots.map((l) => stratum(l.accepted, l.population, 0, 0))
        for (let n = 0; n < 100; n++) {
          const i = fraction() * (left[0]!.of + left[1]!.of) < left[0]!.of ? 0 : 1
          const isRight = fraction() * left[i]!.of < left[i]!.wanted
          left[i]!.of -= 1
          if (isRight) left[i]!.wanted -= 1
          seen[i] = { ...seen[i]!, n: seen[i]!.n + 1, right: seen[i]!.right + (isRight ? 1 : 0) }
          if (seen[0]!.n === 0 || seen[1]!.n === 0) continue
          const found = read(figure, seen, 0.1)
          const truth = truthOf(figure, lots)
          if (found && (truth < found.low - 1e-9 || truth > found.high + 1e-9)) {
            missed += 1
            break
          }
        }
      }
      return missed / 150
    }
    for (const figure of FIGURES) expect(misses(anytimeInterval, figure), figure).toBeLessThanOrEqual(0.1)
    expect(misses(exactInterval, 'precision')).toBeGreaterThan(0.1)
  })
})
