import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blendPosteriors, bootstrapWeights } from './blend.ts'
import { calibrationOf, fitTemperature, heated, type KnownRows, temper } from './calibrate.ts'
import { takeOut } from './held-out.ts'
import { crowds } from '../../test/crowds.ts'
import { voteShares } from './inference.ts'
import { createRng } from '../platform/rng.ts'

describe('taking votes out', () => {
  test('takes each vote and each known answer out once over all parts, and keeps the others', () => {
    fc.assert(
      fc.property(crowds(), (labels) => {
        const taken = new Map<string, number>()
        const hidden = new Map<number, number>()
        for (let part = 0; part < 4; part++) {
          const { rest, task, vote, gold } = takeOut(labels, 4, part)
          expect(rest.vote.length + vote.length).toBe(labels.vote.length)
          for (let t = 0; t < labels.tasks; t++) {
            const all = Array.from(labels.vote.subarray(labels.start[t], labels.start[t + 1]))
            const kept = Array.from(rest.vote.subarray(rest.start[t], rest.start[t + 1]))
            const out = [...vote].filter((_, i) => task[i] === t)
            expect([...kept, ...out].toSorted()).toEqual(all.toSorted())
            // A task that has votes keeps some.
            if (all.length > 0) expect(kept.length).toBeGreaterThan(0)
            for (const v of out) taken.set(`${t}:${v}`, (taken.get(`${t}:${v}`) ?? 0) + 1)
          }
          for (const t of gold) {
            expect(rest.gold![t]).toBe(-1)
            hidden.set(t, (hidden.get(t) ?? 0) + 1)
          }
        }
        const count = (t: number, v: number) =>
          labels.vote.slice(labels.start[t], labels.start[t + 1]).filter((x) => x === v).length
        for (const [key, n] of taken) {
          const [t, v] = key.split(':').map(Number) as [number, number]
          expect(n).toBeLessThanOrEqual(count(t, v))
        }
        const known = [...(labels.gold ?? [])].flatMap((g, t) => (g >= 0 ? [t] : []))
        expect([...hidden.keys()].toSorted((a, b) => a - b)).toEqual(known)
        expect([...hidden.values()].every((n) => n === 1)).toBe(true)
      }),
    )
  })
})

describe('weights by what was predicted', () => {
  const marks = Uint32Array.from({ length: 300 }, (_, i) => i * 7919)
  const noisy = (gain: number, seed: number) => {
    const rng = createRng(seed)
    return Float64Array.from(marks, () => -1 + gain + (rng.fraction() - 0.5))
  }

  test('a clear winner takes all; equals share; nothing to go by shares', () => {
    expect([...bootstrapWeights([noisy(0.3, 1), noisy(0, 2)], marks)][0]!).toBeGreaterThan(0.99)
    const same = noisy(0, 3)
    expect([...bootstrapWeights([same, same, same], marks)]).toEqual(
      [1 / 3, 1 / 3, 1 / 3].map((x) => expect.closeTo(x, 12)),
    )
    expect([...bootstrapWeights([new Float64Array(2), new Float64Array(2)], new Uint32Array(2))]).toEqual([0.5, 0.5])
  })

  test('sum to one, and a model that predicts better never weighs less', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.double({ min: 0, max: 0.2, noNaN: true }), (seed, gain) => {
        const base = noisy(0, seed)
        const other = noisy(0, seed + 1)
        const [a, b] = bootstrapWeights([base, other], marks) as unknown as [number, number]
        const [more] = bootstrapWeights([base.map((x) => x + gain), other], marks) as unknown as [number]
        expect(a + b).toBeCloseTo(1, 9)
        expect(more).toBeGreaterThanOrEqual(a - 1e-9)
      }),
      { numRuns: 20 },
    )
  })

  test('blends rows that sum to one into rows that sum to one', () => {
    expect([
      ...blendPosteriors(
        [
          [1, 0],
          [0.5, 0.5],
        ],
        [0.25, 0.75],
      ),
    ]).toEqual([0.625, 0.375])
  })
})

describe('calibration', () => {
  test('tempering keeps rows, order and gold, and cools with more correlation', () => {
    fc.assert(
      fc.property(crowds(), fc.double({ min: 0, max: 1, noNaN: true }), (labels, correlation) => {
        const shares = voteShares(labels)
        const out = temper(labels, shares, correlation)
        for (let t = 0; t < labels.tasks; t++) {
          const row = Array.from(out.subarray(t * labels.classes, (t + 1) * labels.classes))
          const before = Array.from(shares.subarray(t * labels.classes, (t + 1) * labels.classes))
          expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
          expect(Math.max(...row)).toBeLessThanOrEqual(Math.max(...before) + 1e-9)
          expect(row.indexOf(Math.max(...row))).toBe(before.indexOf(Math.max(...before)))
          if (labels.gold && labels.gold[t]! >= 0) expect(row).toEqual(before)
        }
      }),
    )
  })

  /** Rows that say 0.9 … of which so many are right. */
  const rows = (n: number, sure: number, right: number): KnownRows => ({
    posterior: Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? sure : 1 - sure)),
    classes: 2,
    truth: Uint32Array.from({ length: n }, (_, i) => (i < right * n ? 0 : 1)),
  })

  test('one temperature brings what is said to what is so, more so with more known answers', () => {
    const fitted = (n: number) => {
      const said = rows(n, 0.99, 0.8)
      return heated(said, fitTemperature(said)).posterior[0]!
    }
    expect(fitted(1000)).toBeCloseTo(0.8, 2)
    expect(fitted(20)).toBeGreaterThan(fitted(1000))
    expect(fitted(20)).toBeLessThan(0.93)
    expect(fitTemperature(rows(0, 0.9, 1))).toBe(1)
  })

  test('the error is the gap between sure and right, bin by bin; ties count in part', () => {
    expect(calibrationOf(rows(100, 0.95, 0.8))).toMatchObject({ ece: expect.closeTo(0.15, 9), accuracy: 0.8 })
    expect(calibrationOf(rows(10, 0.5, 1))).toMatchObject({ accuracy: 0.5, ece: expect.closeTo(0, 9) })
  })
})
