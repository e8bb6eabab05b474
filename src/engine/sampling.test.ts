import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../platform/rng.ts'
import {
  allocate, doubled, doubtDraw, doubtOrder, doubtSizes, inclusionChances, stratifiedDraw, uniformDraw,
} from './sampling.ts' // prettier-ignore

const doubts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 })

describe('draws', () => {
  it('take distinct pieces whose weights stand for the whole lot', () => {
    fc.assert(
      fc.property(doubts, fc.nat(40), fc.nat(9999), (doubt, x, seed) => {
        const n = x % (doubt.length + 1)
        const { fraction } = createRng(seed)
        const plain = uniformDraw(doubt.length, n, fraction)
        expect(new Set(plain.pieces).size).toBe(n)
        if (n > 0) expect(plain.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(doubt.length, 9)
        const sizes = doubtSizes(doubt)
        expect(sizes.reduce((a, b) => a + b, 0)).toBeCloseTo(doubt.length, 8)
        const chances = inclusionChances(sizes, n)
        expect(chances.reduce((a, b) => a + b, 0)).toBeCloseTo(n, 8)
        const draw = doubtDraw(sizes, n, fraction)
        expect(new Set(draw.pieces).size).toBe(n)
        draw.pieces.forEach((i, j) => expect(draw.weights[j]).toBe(1 / chances[i]!))
      }),
    )
  })

  it('have the chances that they say', () => {
    const sizes = [1, 2, 3, 4, 30]
    const { fraction } = createRng(5)
    const chances = inclusionChances(sizes, 3)
    ;[0.2, 0.4, 0.6, 0.8, 1].forEach((x, i) => expect(chances[i]).toBeCloseTo(x, 12))
    const seen = [0, 0, 0, 0, 0]
    for (let r = 0; r < 20_000; r++) for (const i of doubtDraw(sizes, 3, fraction).pieces) seen[i]!++
    seen.forEach((s, i) => expect(Math.abs(s / 20_000 - chances[i]!)).toBeLessThan(0.015))
    const first = [0, 0, 0, 0, 0]
    for (let r = 0; r < 20_000; r++) first[doubtOrder(sizes, fraction)[0]!]!++
    first.forEach((s, i) => expect(Math.abs(s / 20_000 - sizes[i]! / 40)).toBeLessThan(0.015))
  })

  it('stratify: each stratum by its own rate, in total exactly n', () => {
    expect(allocate([{ size: 900 }, { size: 100 }], 100)).toEqual([90, 10])
    expect(
      allocate(
        [
          { size: 900, spread: 0.1 },
          { size: 100, spread: 0.5 },
        ],
        140,
      ),
    ).toEqual([90, 50])
    expect(allocate([{ size: 1000 }, { size: 2 }], 50, 5)).toEqual([48, 2])
    expect(() => allocate([{ size: 5 }, { size: 5 }], 1)).toThrow('cannot give 1 to each')
    fc.assert(
      fc.property(
        fc.array(fc.record({ size: fc.nat(50), spread: fc.double({ min: 0, max: 1, noNaN: true }) }), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.nat(300),
        (strata, x) => {
          const total = strata.reduce((s, v) => s + v.size, 0)
          const n = Math.min(total, strata.length + x)
          if (n < strata.filter((s) => s.size > 0).length) return
          const counts = allocate(strata, n)
          expect(counts.reduce((a, b) => a + b, 0)).toBe(n)
          counts.forEach((c, i) => expect(c).toBeLessThanOrEqual(strata[i]!.size))
        },
      ),
    )
    const of = Array.from({ length: 30 }, (_, i) => (i < 20 ? 0 : 1))
    const draw = stratifiedDraw(of, [4, 5], createRng(1).fraction)
    expect(draw.weights).toEqual([5, 5, 5, 5, 2, 2, 2, 2, 2])
    expect(draw.pieces.map((i) => of[i])).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1])
  })

  it('draw the same again from the same seed', () => {
    const once = () => doubtDraw([1, 2, 3, 4, 5, 6], 3, createRng(8).fraction)
    expect(once()).toEqual(once())
    expect(doubled(20, 0.1, createRng(3).fraction)).toEqual(doubled(20, 0.1, createRng(3).fraction))
    expect(doubled(21, 0.1, createRng(3).fraction).filter(Boolean)).toHaveLength(3)
  })

  it('refuse what cannot be drawn', () => {
    expect(() => uniformDraw(3, 4, () => 0)).toThrow('4 of 3 pieces')
    expect(() => doubtSizes([0.2, 1.2])).toThrow('Piece 2 has the doubt 1.2')
    expect(() => doubtSizes([0.2], 0)).toThrow('equal part')
    expect(() => inclusionChances([1, -1], 1)).toThrow('Piece 2 has the size -1')
    expect(() => stratifiedDraw([0, 2], [1, 1], () => 0)).toThrow('Piece 2 is in stratum 2')
  })
})
