import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRng } from '../platform/rng.ts'
import { graphOf, partsOf } from './graph.ts'
import { groupOdds, sybilBelief } from './sybil-belief.ts'
import { sybilRank } from './sybil-rank.ts'
import { sybilScar } from './sybil-scar.ts'

/** Two crowds of 60, one of Sybils (from 60), each with `inside` edges a node, `across` edges between, ten known of each. */
function twoCrowds(seed: number, across = 6, inside = 4) {
  const rng = createRng(seed)
  const from: number[] = []
  const to: number[] = []
  for (let u = 0; u < 120; u++)
    for (let e = 0; e < inside; e++) {
      from.push(u)
      to.push((u < 60 ? 0 : 60) + rng.below(60))
    }
  for (let e = 0; e < across; e++) {
    from.push(rng.below(60))
    to.push(60 + rng.below(60))
  }
  const known = new Int8Array(120)
  for (let i = 0; i < 10; i++) {
    known[i] = -1
    known[60 + i] = 1
  }
  const group = Int32Array.from({ length: 120 }, (_, u) => Math.floor(u / 20))
  return { from, to, known, group }
}
const honestOf = (known: Int8Array) => [...known.keys()].filter((u) => known[u]! < 0)
const close = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).forEach((x, i) => expect(x).toBeCloseTo(b[i]!, 9))

describe('a graph in rows', () => {
  test('edges named twice are one, of both weights; loops are left out; rows are in order', () => {
    const g = graphOf(4, { from: [2, 0, 1, 3], to: [0, 2, 2, 3], weight: [1, 2, 5, 9] })
    expect([...g.offset]).toEqual([0, 1, 2, 4, 4])
    expect([...g.neighbour]).toEqual([2, 2, 0, 1])
    expect([...g.weight]).toEqual([3, 5, 3, 5])
    expect([...g.degree]).toEqual([3, 5, 8, 0])
    expect([...partsOf(g)]).toEqual([0, 0, 0, 3])
  })
  test.each([
    [{ from: [0], to: [4] }, /0 to 3/],
    [{ from: [0, 1], to: [1] }, /length/],
    [{ from: [0], to: [1], weight: [0] }, /above 0/],
  ])('refuses %o', (edges, why) => expect(() => graphOf(4, edges)).toThrow(why))

  test('holds exactly what a table of pairs holds', () => {
    const edge = fc.record({ a: fc.nat(9), b: fc.nat(9), w: fc.integer({ min: 1, max: 9 }) })
    fc.assert(
      fc.property(fc.array(edge, { maxLength: 40 }), (edges) => {
        const table = Array.from({ length: 10 }, () => new Float64Array(10))
        for (const { a, b, w } of edges)
          if (a !== b) {
            table[a]![b] = table[a]![b]! + w
            table[b]![a] = table[b]![a]! + w
          }
        const g = graphOf(10, { from: edges.map((e) => e.a), to: edges.map((e) => e.b), weight: edges.map((e) => e.w) })
        const read = Array.from({ length: 10 }, () => new Float64Array(10))
        for (let u = 0; u < 10; u++)
          for (let i = g.offset[u]!; i < g.offset[u + 1]!; i++) read[u]![g.neighbour[i]!] = g.weight[i]!
        expect(read).toEqual(table)
      }),
    )
  })
})

const METHODS = {
  rank: (c: ReturnType<typeof twoCrowds>) => sybilRank(graphOf(120, c), honestOf(c.known)).map((t) => -t),
  scar: (c: ReturnType<typeof twoCrowds>) => sybilScar(graphOf(120, c), c.known),
  belief: (c: ReturnType<typeof twoCrowds>) => sybilBelief(graphOf(120, c), c.known, [c.group]).belief,
}
describe.each(Object.entries(METHODS))('%s', (_, run) => {
  test('ranks Sybils above honest people', () => {
    const score = run(twoCrowds(1))
    const low = Math.min(...score.slice(60))
    const above = score.slice(0, 60).filter((x) => x >= low).length
    expect(above).toBeLessThan(6)
  })
  test('does not depend on how people are numbered, nor on the order of edges', () => {
    const c = twoCrowds(2)
    const name = createRng(3).shuffle(Array.from({ length: 120 }, (_, i) => i))
    const order = createRng(4).shuffle(c.from.map((_, i) => i))
    const known = new Int8Array(120)
    const group = new Int32Array(120)
    name.forEach((n, u) => {
      known[n] = c.known[u]!
      group[n] = c.group[u]! + 7
    })
    const again = run({
      known,
      group,
      from: order.map((i) => name[c.to[i]!]!),
      to: order.map((i) => name[c.from[i]!]!),
    })
    const score = run(c)
    close(
      name.map((n) => again[n]!),
      score,
    )
  })
})

test('SybilRank and SybilSCAR do as their formulas on whole matrices do', () => {
  const c = twoCrowds(5)
  const g = graphOf(120, c)
  const A = Array.from({ length: 120 }, () => new Float64Array(120))
  for (let u = 0; u < 120; u++)
    for (let i = g.offset[u]!; i < g.offset[u + 1]!; i++) A[u]![g.neighbour[i]!] = g.weight[i]!
  const times = (x: ArrayLike<number>, per: (u: number) => number) =>
    Float64Array.from({ length: 120 }, (_, v) => A.reduce((sum, row, u) => sum + row[v]! * per(u) * x[u]!, 0))
  let trust = Float64Array.from(c.known, (k) => (k < 0 ? 12 : 0))
  for (let round = 0; round < 7; round++) trust = times(trust, (u) => 1 / g.degree[u]!)
  close(
    sybilRank(g, honestOf(c.known)),
    trust.map((t, u) => t / g.degree[u]!),
  )
  const q = Float64Array.from(c.known, (k) => k * 0.4)
  let p = q
  for (let round = 0; round < 6; round++)
    p = times(p, () => 0.1).map((x, u) => Math.max(-0.5, Math.min(0.5, q[u]! + x)))
  close(sybilScar(g, c.known, { homophily: 0.05 }), p)
})

describe('who is reached by nothing', () => {
  const c = twoCrowds(6)
  const g = graphOf(122, { from: [...c.from, 120], to: [...c.to, 121] })
  const known = Int8Array.from({ length: 122 }, (_, u) => c.known[u] ?? 0)
  test('has no trust, and no belief of SybilSCAR', () => {
    expect(sybilRank(g, honestOf(known))[120]).toBe(0)
    expect(sybilScar(g, known)[120]).toBe(0)
  })
  test('is believed what a small group without known nodes is: as honest as most', () => {
    const group = Int32Array.from({ length: 122 }, (_, u) => Math.floor(u / 20))
    const { belief } = sybilBelief(g, known, [group])
    expect(belief[120]).toBeLessThan(0)
    expect(belief[120]).toBe(belief[121])
  })
})

describe('names that are wrong', () => {
  test('are outvoted by those around them, and said', () => {
    const c = twoCrowds(7)
    c.known[3] = 1
    c.known[64] = -1
    const { belief, doubted } = sybilBelief(graphOf(120, c), c.known, [c.group])
    expect(doubted).toEqual([3, 64])
    expect(belief[3]).toBeLessThan(0)
    // The planted fault: believing each name as it stands turns the person and their friends.
    expect(sybilScar(graphOf(120, c), c.known)[3]).toBeGreaterThan(0)
  })
  test('one more known Sybil in a group never makes it less of one, one more known honest person never more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(119), (seed, u) => {
        const c = twoCrowds(seed)
        if (c.known[u] !== 0) return
        const before = groupOdds(120, c.known, c.group)
        c.known[u] = 1
        const sybil = groupOdds(120, c.known, c.group)
        c.known[u] = -1
        const honest = groupOdds(120, c.known, c.group)
        expect(sybil[u]!).toBeGreaterThanOrEqual(before[u]! - 1e-9)
        expect(honest[u]!).toBeLessThanOrEqual(before[u]! + 1e-9)
      }),
    )
  })
})

test('what cannot be answered is refused', () => {
  const g = graphOf(3, { from: [0], to: [1] })
  expect(() => sybilRank(g, [])).toThrow(/at least one/)
  expect(() => sybilScar(g, [0, 0, 0])).toThrow(/at least one/)
  expect(() => sybilScar(g, [1, 0, 0], { homophily: 0.6 })).toThrow(/within/)
  expect(() => sybilBelief(g, [1, 0, 0], [[0, 0, 0]])).toThrow(/both kinds/)
  expect(() => sybilBelief(g, [1, -1, 0], [])).toThrow(/partition/)
})
