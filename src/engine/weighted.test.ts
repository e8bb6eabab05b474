import { describe, expect, it } from 'vitest'
import { createRng } from '../platform/rng.ts'
import { estimate, wilson } from './intervals.ts'
import { doubtDraw, doubtSizes } from './sampling.ts'
import { graderDoubt, weightedFigures, weightedShare, widened } from './weighted.ts'

describe('weightedFigures', () => {
  it('with equal weights counts, with the plain interval', () => {
    const pieces = [
      [0, 0],
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 1],
      [1, 2],
      [2, 2],
    ].map(([said, truth]) => ({ said: said!, truth: truth!, weight: 3 }))
    const found = weightedFigures(pieces, 4)
    expect(found.agreement).toMatchObject({ share: 5 / 7, n: 7, n_effective: 7, interval: wilson(5 / 7, 7) })
    expect(found.classes[0]!.precision.share).toBeCloseTo(2 / 3, 12)
    expect(found.classes[1]!.recall.share).toBeCloseTo(2 / 3, 12)
    expect(found.classes[3]).toMatchObject({ precision: { share: null }, recall: { share: null } })
  })

  it('agrees with the stratified estimate', () => {
    // 100 of 1,000 accepted, of which 60 right; 100 of 9,000 rejected, of which 4 were right work.
    const piece = (said: number, truth: number, weight: number, n: number) =>
      Array.from({ length: n }, () => ({ said, truth, weight }))
    const pieces = [...piece(1, 1, 10, 60), ...piece(1, 0, 10, 40), ...piece(0, 1, 90, 4), ...piece(0, 0, 90, 96)]
    const strata = [
      { accepted: true, population: 1000, n: 100, right: 60 },
      { accepted: false, population: 9000, n: 100, right: 4 },
    ]
    const found = weightedFigures(pieces, 2)
    expect(found.classes[1]!.precision.share).toBeCloseTo(estimate('precision', strata).share!, 12)
    expect(found.classes[1]!.recall.share).toBeCloseTo(estimate('recall', strata).share!, 12)
    expect(found.agreement.share).toBeCloseTo(estimate('agreement', strata).share!, 12)
    expect(found.classes[1]!.recall.n_effective).toBeLessThan(40)
  })

  it('covers in simulation, and catches the planted fault of weights left out', () => {
    const { fraction } = createRng(21)
    const lot = 3000
    const doubt = Array.from({ length: lot }, () => (fraction() < 0.2 ? 0.4 : 0.03))
    const right = doubt.map((d) => fraction() >= d)
    const truth = right.filter(Boolean).length / lot
    const sizes = doubtSizes(doubt)
    let [covered, biased, sum] = [0, 0, 0]
    for (let r = 0; r < 400; r++) {
      const { pieces, weights } = doubtDraw(sizes, 250, fraction)
      const sample = pieces.map((i, j) => ({ right: right[i]!, weight: weights[j]! }))
      const { share, interval } = weightedShare(sample, (p) => p.right)
      sum += share!
      if (interval!.low <= truth && truth <= interval!.high) covered++
      const plain = weightedShare(
        sample.map((p) => ({ ...p, weight: 1 })),
        (p) => p.right,
      ).interval!
      if (plain.low <= truth && truth <= plain.high) biased++
    }
    expect(Math.abs(sum / 400 - truth)).toBeLessThan(0.004)
    expect(covered / 400).toBeGreaterThan(0.93)
    expect(biased / 400).toBeLessThan(0.5)
  })

  it('refuses the row that is wrong', () => {
    expect(() => weightedFigures([{ said: 0, truth: 2, weight: 1 }], 2)).toThrow('Row 1: class 2')
    expect(() => weightedFigures([{ said: 0, truth: 0, weight: 0.5 }], 2)).toThrow('its weight is 0.5')
  })
})

describe('graderDoubt', () => {
  const of = (graded: number, doubles: number, disagreements: number, found_wrong: number) =>
    graderDoubt({ graded, doubles, disagreements, found_wrong })

  it('takes what two graders differ over for what one overlooks', () => {
    const found = of(1000, 100, 18, 10)
    expect(found).toMatchObject({ disagreement: 0.18, overlooked: 0.1 })
    expect(found.allowance).toBeCloseTo(0.9 * 0.1 + 0.1 * 0.05, 12)
    expect(found.overlooked_at_most).toBeGreaterThan(0.15)
    expect(of(200, 20, 0, 0)).toMatchObject({ overlooked: 0, allowance: 0, disagreement: 0 })
    expect(of(200, 20, 4, 0).allowance).toBe(0)
    expect(of(200, 0, 0, 0)).toMatchObject({ disagreement: null, allowance: 0, allowance_at_most: 1 })
  })

  it('refuses counts that do not fit each other', () => {
    expect(() => of(10, 11, 0, 0)).toThrow('11 of 10')
    expect(() => of(10, 3, 4, 0)).toThrow('4 disagreements')
    expect(() => of(10, 3, 2, 3)).toThrow('3 of 2')
    expect(() => of(10, 3, 2, -1)).toThrow('whole numbers')
  })

  it('widens and never narrows', () => {
    const doubt = of(1000, 100, 18, 10)
    const found = widened({ low: 0.02, high: 0.04 }, doubt)
    expect(found.low).toBe(0.02)
    expect(found.high).toBeCloseTo(0.135, 12)
    expect(widened({ low: 0.5, high: 0.99 }, doubt).high).toBe(1)
  })

  it('keeps the claim true under the model, where an unwidened one fails', () => {
    const { fraction } = createRng(4)
    let [plain, wide] = [0, 0]
    for (let r = 0; r < 300; r++) {
      // 8 % are wrong; half of these are easy, the other half overlooked two times in five.
      let [seen, doubles, differ] = [0, 0, 0]
      for (let i = 0; i < 1000; i++) {
        const wrong = fraction() < 0.08
        const g = fraction() < 0.5 ? 0.1 : 0.4
        const first = wrong && fraction() >= g
        const second = wrong && fraction() >= g
        if (i < 300) {
          doubles++
          if (first !== second) differ++
          if (first || second) seen++
        } else if (first) seen++
      }
      const upper = wilson(seen / 1000, 1000)
      const doubt = of(1000, doubles, differ, differ)
      if (upper.high >= 0.08) plain++
      if (widened(upper, doubt).high >= 0.08) wide++
    }
    expect(wide / 300).toBeGreaterThan(0.97)
    expect(plain / 300).toBeLessThan(0.9)
  })
})
