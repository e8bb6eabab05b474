import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRng } from '../platform/rng.ts'
import { affinityOf, cyclesOf, falseDiscovery, tailOf } from './affinity.ts'
import { compared, handoffPairs } from './handoffs.ts'
import { lockstepPairs } from './lockstep.ts'

describe('meetings beyond random assignment', () => {
  const chances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 9 })
  test('the tail is the sum over all outcomes', () => {
    fc.assert(
      fc.property(chances, fc.nat(10), (ps, met) => {
        let slow = 0
        for (let outcome = 0; outcome < 2 ** ps.length; outcome++) {
          const yes = ps.map((_, i) => (outcome >> i) & 1)
          if (yes.reduce((a, b) => a + b, 0) >= met) slow += ps.reduce((x, p, i) => x * (yes[i] ? p : 1 - p), 1)
        }
        expect(tailOf(ps, met)).toBeCloseTo(slow, 12)
      }),
    )
  })
  test('a tiny tail keeps its digits', () => {
    expect(tailOf(new Float64Array(12).fill(1e-3), 12) / 1e-36).toBeCloseTo(1, 9)
  })
  test('a pair that met always stands out among a thousand that met by chance, and only that pair', () => {
    const rng = createRng(3)
    const meetings = Array.from({ length: 1000 }, (_, i) => {
      const ps = new Float64Array(60).fill(0.025)
      return { author: i, reviewer: 0, chances: ps, met: i === 7 ? 20 : ps.filter((p) => rng.fraction() < p).length }
    })
    expect(
      affinityOf(meetings)
        .filter((m) => m.q < 0.01)
        .map((m) => m.author),
    ).toEqual([7])
    // The planted fault: without control of false discoveries chance finds some.
    expect(affinityOf(meetings).filter((m) => m.p < 0.05).length).toBeGreaterThan(1)
  })
  test('rates of false discovery rise with p and are never below it', () => {
    const q = falseDiscovery([0.001, 0.01, 0.2])
    expect([...q]).toEqual([...q].toSorted((a, b) => a - b))
    expect(q[0]).toBeCloseTo(0.001 * 3 * (1 + 1 / 2 + 1 / 3), 12)
  })
  test('cycles of two and three, each once', () => {
    expect(
      cyclesOf([[1, 2], [2, 1], [2, 3], [3, 1], [4, 4], [5, 6], [6, 7], [1, 2]]),
    ).toEqual([[1, 2], [1, 2, 3]]) // prettier-ignore
  })
  test('what is no chance is refused', () => {
    expect(() => tailOf([1.2], 1)).toThrow(/within 0 and 1/)
    expect(() => tailOf([0.5], 0.5)).toThrow(/count/)
  })
})

describe('lockstep', () => {
  const deeds = (rows: [person: number, deed: number, at: number][]) => ({
    person: rows.map((r) => r[0]),
    deed: rows.map((r) => r[1]),
    at: rows.map((r) => r[2]),
  })
  const three = (person: number, late: number): [number, number, number][] =>
    [1, 2, 3].map((deed) => [person, deed, 600 * deed + late])
  test('who does the same at the same time is found, also across a boundary of buckets', () => {
    const found = lockstepPairs(deeds([...three(1, 599), ...three(2, 601), ...three(3, 5000)]), { bucket: 600 })
    expect(found).toEqual([{ a: 1, b: 2, shared: 3, alike: 1 }])
  })
  test('what a crowd does at once links nobody, and costs nothing', () => {
    const rows = Array.from({ length: 200 }, (_, u) => three(u, 0)).flat()
    expect(lockstepPairs(deeds(rows), { bucket: 600 })).toEqual([])
    expect(lockstepPairs(deeds(rows), { bucket: 600, crowd: 200 })).toHaveLength(19_900)
  })
  test('does not depend on the order of deeds', () => {
    const rng = createRng(5)
    const rows = Array.from({ length: 300 }, (): [number, number, number] => [
      rng.below(12),
      rng.below(5),
      rng.below(3000),
    ])
    const options = { bucket: 600, alike: 0.1, least: 1 }
    expect(lockstepPairs(deeds(rng.shuffle(rows)), options)).toEqual(lockstepPairs(deeds(rows), options))
  })
})

describe('hand-offs', () => {
  const DAY = 86_400
  /** Two accounts of one person over 20 days, B 20 s after A; two strangers with the same hours to the half hour. */
  function world() {
    const rng = createRng(9)
    const rows: [number, number, number][] = []
    for (let day = 0; day < 20; day++) {
      const at = day * DAY + 30_000 + rng.below(3600)
      rows.push([1, at, at + 1800], [2, at + 1820, at + 3000])
      const lunch = day * DAY + 43_200
      rows.push([3, lunch - 3600 + rng.below(1800), lunch + rng.below(40)])
      rows.push([4, lunch + 30 + rng.below(40), lunch + 5000])
    }
    return { person: rows.map((r) => r[0]), start: rows.map((r) => r[1]), end: rows.map((r) => r[2]) }
  }
  test('one person with two accounts is found; the same lunch break is not', () => {
    const found = handoffPairs(world(), { below: createRng(1).below })
    const sure = found.filter((f) => f.p <= 0.01).map((f) => [f.a, f.b])
    expect(sure).toEqual([[1, 2]])
    // The planted fault: counting alone would link the strangers too.
    expect(found.map((f) => [f.a, f.b])).toContainEqual([3, 4])
  })
  test('who is there at once, even once, is not handed over to', () => {
    const w = world()
    w.person.push(2)
    w.start.push(w.start[0]! + 60)
    w.end.push(w.start[0]! + 90)
    expect(handoffPairs(w, { below: createRng(1).below }).some((f) => f.a === 1 && f.b === 2)).toBe(false)
  })
  test('counting is what comparing all with all counts', () => {
    const span = fc.tuple(fc.nat(500), fc.integer({ min: 1, max: 90 }))
    const spans = fc
      .array(span, { maxLength: 12 })
      .map((l) => l.map(([start, long]) => ({ start, end: start + long })).toSorted((x, y) => x.start - y.start))
    fc.assert(
      fc.property(spans, spans, (a, b) => {
        const all = a.flatMap((x) => b.map((y) => ({ x, y })))
        const apart = all.filter(({ x, y }) => !(y.start < x.end && x.start < y.end))
        const gap = (p: (typeof all)[number]) => (p.y.start >= p.x.end ? p.y.start - p.x.end : p.x.start - p.y.end)
        expect(compared(a, b, 60)).toEqual({
          handoffs: apart.filter((p) => gap(p) <= 60).length,
          overlaps: all.length - apart.length,
        })
      }),
    )
  })
})
