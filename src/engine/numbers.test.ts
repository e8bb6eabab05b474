import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../platform/rng.ts'
import { numbers, type NumberColumns } from './numbers.ts'

const columns = (
  rows: readonly (readonly [number, number, number])[],
  tasks?: number,
  workers?: number,
): NumberColumns => ({
  tasks: tasks ?? Math.max(0, ...rows.map((r) => r[0] + 1)),
  workers: workers ?? Math.max(0, ...rows.map((r) => r[1] + 1)),
  task: rows.map((r) => r[0]),
  worker: rows.map((r) => r[1]),
  value: rows.map((r) => r[2]),
})

/** Slow and obvious: the same alternation written with arrays of answers, without clipping or shifts. */
function reference(rows: readonly (readonly [number, number, number])[], shrink: number): number[] {
  const { tasks, workers } = columns(rows)
  const of = (t: number) => rows.filter((r) => r[0] === t)
  let answer = Array.from({ length: tasks }, (_, t) => {
    const v = of(t)
      .map((r) => r[2])
      .sort((a, b) => a - b)
    return (v[(v.length - 1) >> 1]! + v[v.length >> 1]!) / 2
  })
  let doubt = answer.map(() => 0)
  for (let step = 0; step < 400; step++) {
    const squares = rows.map(([t, , x]) => (x - answer[t]!) ** 2 + doubt[t]!)
    const common = squares.reduce((a, b) => a + b) / rows.length
    const variance = Array.from({ length: workers }, (_, w) => {
      const own = squares.filter((_, i) => rows[i]![1] === w)
      return (own.reduce((a, b) => a + b, 0) + shrink * common) / (own.length + shrink)
    })
    const sum = (t: number, f: (r: readonly [number, number, number]) => number) => of(t).reduce((s, r) => s + f(r), 0)
    doubt = answer.map((_, t) => 1 / sum(t, (r) => 1 / variance[r[1]]!))
    answer = answer.map((_, t) => sum(t, (r) => r[2] / variance[r[1]]!) * doubt[t]!)
  }
  return answer
}

/** A crowd with known truth: `sd` of each worker, each answering every task. */
function crowd(sds: readonly number[], tasks: number, seed: number) {
  const { fraction } = createRng(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - fraction())) * Math.cos(2 * Math.PI * fraction())
  const truth = Array.from({ length: tasks }, () => 100 * fraction())
  const rows = truth.flatMap((x, t) => sds.map((sd, w): [number, number, number] => [t, w, x + sd * normal()]))
  return { truth, rows }
}
const error = (answer: ArrayLike<number>, truth: readonly number[]) =>
  truth.reduce((s, x, t) => s + Math.abs(answer[t]! - x), 0) / truth.length

describe('numbers', () => {
  it('agrees with the slow reference', () => {
    const { rows } = crowd([2, 5, 10, 20], 25, 3)
    const found = numbers(columns(rows), { shrink: 5, clip: Infinity, iterations: 400 })
    reference(rows, 5).forEach((x, t) => expect(found.answer[t]).toBeCloseTo(x, 3))
    expect(found.converged).toBe(true)
  })

  it('trusts whom it should: better than the mean, with known deviations in their order', () => {
    const { truth, rows } = crowd([1, 2, 4, 15, 30], 200, 5)
    const found = numbers(columns(rows), { shrink: 5 })
    const mean = truth.map((_, t) => rows.filter((r) => r[0] === t).reduce((s, r) => s + r[2], 0) / 5)
    expect(error(found.answer, truth)).toBeLessThan(0.4 * error(mean, truth))
    expect([...found.worker_sd].sort((a, b) => a - b)).toEqual([...found.worker_sd])
  })

  it('covers in its intervals', () => {
    const { truth, rows } = crowd([5, 5, 8, 8, 12, 12], 500, 6)
    const { low, high } = numbers(columns(rows))
    const covered = truth.filter((x, t) => low[t]! <= x && x <= high[t]!).length / 500
    expect(covered).toBeGreaterThan(0.92)
    expect(covered).toBeLessThan(0.99)
  })

  it('is not decided by one slip; without clipping (the planted fault) it is', () => {
    const { truth, rows } = crowd([3, 3, 3, 3, 3, 3, 3], 100, 7)
    const slipped = rows.map(([t, w, x], i): [number, number, number] => [t, w, i % 50 === 0 ? x + 10_000 : x])
    const robust = error(numbers(columns(slipped)).answer, truth)
    expect(robust).toBeLessThan(20)
    expect(error(numbers(columns(slipped), { clip: Infinity }).answer, truth)).toBeGreaterThan(5 * robust)
  })

  it('finds shifts when asked', () => {
    const { truth, rows } = crowd([3, 3, 3, 3], 100, 8)
    const shifted = rows.map(([t, w, x]): [number, number, number] => [t, w, x + (w === 0 ? 30 : 0)])
    const found = numbers(columns(shifted), { shift_shrink: 5, shrink: 5 })
    expect(found.worker_shift[0]! - found.worker_shift[1]!).toBeGreaterThan(25)
    expect(truth.length).toBe(100)
  })

  it('moves with the unit and the origin, and does not care about the order of rows', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    const row = fc.tuple(fc.nat(6), fc.nat(4), value)
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: -99, max: 99 }),
        (rows, k, c) => {
          const plain = numbers(columns(rows, 7, 5))
          const moved = numbers(
            columns(
              rows.map(([t, w, x]) => [t, w, k * x + c]),
              7,
              5,
            ),
          )
          const turned = numbers(columns(rows.toReversed(), 7, 5))
          const range = Math.max(...rows.map((r) => Math.abs(r[2])), 1)
          plain.answer.forEach((a, t) => {
            const values = rows.filter((r) => r[0] === t).map((r) => r[2])
            if (values.length === 0) return expect(a).toBeNaN()
            expect(Math.abs(k * a + c - moved.answer[t]!)).toBeLessThan(1e-4 * (range * k + 99))
            expect(Math.abs(a - turned.answer[t]!)).toBeLessThan(1e-4 * range)
            expect(a).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6 * range)
            expect(a).toBeLessThanOrEqual(Math.max(...values) + 1e-6 * range)
            expect(plain.low[t]!).toBeLessThanOrEqual(a)
            expect(plain.high[t]!).toBeGreaterThanOrEqual(a)
          })
        },
      ),
    )
  })

  it('bears the least and the largest', () => {
    expect(numbers(columns([], 2, 1)).answer).toEqual(Float64Array.from([Number.NaN, Number.NaN]))
    expect(numbers(columns([[0, 0, 7]])).answer[0]).toBe(7)
    const equal = numbers(
      columns([
        [0, 0, 4],
        [0, 1, 4],
        [1, 0, 4],
      ]),
    )
    expect([...equal.answer]).toEqual([4, 4])
    const huge = numbers(
      columns([
        [0, 0, 1.7e308],
        [0, 1, -1.7e308],
        [1, 0, 1e308],
        [1, 1, 1e308],
      ]),
    )
    for (const x of huge.answer) expect(Number.isFinite(x)).toBe(true)
  })

  it('names the row that it refuses', () => {
    expect(() =>
      numbers(
        columns([
          [0, 0, 1],
          [0, 0, Number.NaN],
        ]),
      ),
    ).toThrow('Row 2: the value is NaN')
    expect(() => numbers(columns([[0, 0, Infinity]]))).toThrow('Row 1: the value is Infinity')
    expect(() => numbers(columns([[3, 0, 1]], 2, 1))).toThrow('Row 1: there is no task 3')
    expect(() => numbers(columns([[0, -1, 1]], 2, 1))).toThrow('Row 1: there is no worker -1')
    expect(() => numbers({ ...columns([[0, 0, 1]]), value: [] })).toThrow('differ in length')
    expect(() => numbers(columns([[0, 0, 1]]), { clip: 0 })).toThrow('above 0')
  })
})
