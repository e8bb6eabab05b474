import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../platform/rng.ts'
import { pairwise, rankings, type Comparisons } from './pairwise.ts'

type Row = readonly [worker: number, winner: number, loser: number]
const columns = (rows: readonly Row[], items: number, workers: number): Comparisons => ({
  items,
  workers,
  worker: rows.map((r) => r[0]),
  winner: rows.map((r) => r[1]),
  loser: rows.map((r) => r[2]),
})

/** Slow and obvious: climbs the penalised log-likelihood of ranked lists by its gradient, in small steps. */
function reference(items: number, lists: readonly (readonly number[])[], prior: number): number[] {
  const score = Array.from({ length: items }, () => 0)
  for (let step = 0; step < 20_000; step++) {
    const slope = score.map((s) => (prior * (1 - Math.exp(s))) / (1 + Math.exp(s)))
    for (const list of lists)
      for (let place = 0; place < list.length - 1; place++) {
        const rest = list.slice(place)
        const sum = rest.reduce((a, i) => a + Math.exp(score[i]!), 0)
        slope[list[place]!]!++
        for (const i of rest) slope[i]! -= Math.exp(score[i]!) / sum
      }
    slope.forEach((g, i) => (score[i]! += 0.03 * g))
  }
  return score
}

function simulate(truthful: readonly number[], items: number, each: number, seed: number) {
  const { fraction, below } = createRng(seed)
  const score = Array.from({ length: items }, (_, i) => (i - items / 2) / 2)
  const rows: Row[] = []
  truthful.forEach((p, w) => {
    for (let k = 0; k < each; k++) {
      const a = below(items)
      const b = (a + 1 + below(items - 1)) % items
      const first = fraction() < 1 / (1 + Math.exp(score[b]! - score[a]!))
      rows.push(first === fraction() < p ? [w, a, b] : [w, b, a])
    }
  })
  return { score, rows }
}

/** Share of pairs in the right order. */
const inOrder = (score: ArrayLike<number>) => {
  let [right, all] = [0, 0]
  for (let i = 0; i < score.length; i++) for (let j = 0; j < i; j++, all++) if (score[i]! > score[j]!) right++
  return right / all
}

describe('pairwise', () => {
  const some: Row[] = [[0, 0, 1], [0, 1, 2], [1, 0, 2], [1, 2, 3], [0, 3, 0], [1, 1, 3], [0, 0, 1]] // prettier-ignore

  it('agrees with the slow reference when all are believed alike', () => {
    const found = pairwise(columns(some, 5, 2), { reliability: false })
    expect(found.converged).toBe(true)
    reference(
      5,
      some.map(([, a, b]) => [a, b]),
      0.5,
    ).forEach((s, i) => expect(found.score[i]).toBeCloseTo(s, 5))
    // Nobody compared the last one.
    expect(found.score[4]).toBe(0)
  })

  it('knows two items in closed form', () => {
    // Won 3 of 4 with a prior of p wins and losses each: by symmetry the scores are opposite.
    const rows: Row[] = [
      [0, 0, 1],
      [0, 0, 1],
      [0, 0, 1],
      [0, 1, 0],
    ]
    const { score, order } = pairwise(columns(rows, 2, 1), { reliability: false })
    expect(score[0]).toBeCloseTo(-score[1]!, 5)
    expect(order).toEqual([0, 1])
  })

  it('finds the order, and who tells it', () => {
    const { rows } = simulate([0.97, 0.95, 0.9, 0.5, 0.5, 0.08], 12, 250, 3)
    const found = pairwise(columns(rows, 12, 6))
    const naive = pairwise(columns(rows, 12, 6), { reliability: false })
    expect(inOrder(found.score)).toBeGreaterThan(0.93)
    expect(found.truthful[0]!).toBeGreaterThan(0.85)
    expect(Math.abs(found.truthful[3]! - 0.5)).toBeLessThan(0.2)
    expect(found.truthful[5]!).toBeLessThan(0.2)
    const spread = (s: Float64Array) => Math.max(...s) - Math.min(...s)
    // The planted fault: spammers believed as anybody flatten everything.
    expect(spread(naive.score)).toBeLessThan(0.6 * spread(found.score))
  })

  it('covers in its intervals, nearly', () => {
    let [covered, all] = [0, 0]
    for (let seed = 0; seed < 20; seed++) {
      const { rows, score } = simulate([1, 1, 1], 8, 150, seed)
      const found = pairwise(columns(rows, 8, 3), { reliability: false, prior: 0.1 })
      const shift = score.reduce((a, b) => a + b) / 8 - found.score.reduce((a, b) => a + b) / 8
      score.forEach((s, i) => {
        all++
        if (found.low[i]! + shift <= s && s <= found.high[i]! + shift) covered++
      })
    }
    expect(covered / all).toBeGreaterThan(0.88)
  })

  it('stays finite and does not depend on names or order', () => {
    const row = fc.tuple(fc.nat(3), fc.nat(5), fc.nat(5)).filter(([, a, b]) => a !== b)
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), fc.boolean(), (rows, reliability) => {
        const found = pairwise(columns(rows, 6, 4), { reliability })
        const turned = pairwise(columns(rows.map(([w, a, b]): Row => [3 - w, 5 - a, 5 - b]).toReversed(), 6, 4), {
          reliability,
        })
        found.score.forEach((s, i) => {
          expect(Number.isFinite(s)).toBe(true)
          expect(found.low[i]!).toBeLessThan(s)
          expect(found.high[i]!).toBeGreaterThan(s)
          expect(turned.score[5 - i]!).toBeCloseTo(s, 4)
        })
        found.truthful.forEach((p) => expect(p >= 0 && p <= 1).toBe(true))
        // All the other way round: the same strengths, upside down.
        if (!reliability) {
          const reversed = pairwise(
            columns(
              rows.map(([w, a, b]): Row => [w, b, a]),
              6,
              4,
            ),
            { reliability },
          )
          found.score.forEach((s, i) => expect(reversed.score[i]!).toBeCloseTo(-s, 4))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('bears nothing, winners of everything, and islands', () => {
    expect(pairwise(columns([], 0, 0)).order).toEqual([])
    const always: Row[] = Array.from({ length: 30 }, () => [0, 1, 0] as const)
    const { score } = pairwise(columns([...always, [0, 2, 3]], 4, 1))
    expect(score[1]!).toBeGreaterThan(score[0]!)
    expect(score[2]!).toBeGreaterThan(score[3]!)
  })

  it('names the row that it refuses', () => {
    expect(() =>
      pairwise(
        columns(
          [
            [0, 0, 1],
            [0, 1, 1],
          ],
          2,
          1,
        ),
      ),
    ).toThrow('Row 2 compares item 1 with itself')
    expect(() => pairwise(columns([[0, 0, 2]], 2, 1))).toThrow('Row 1: there is no item 2')
    expect(() => pairwise(columns([[1, 0, 1]], 2, 1))).toThrow('Row 1: there is no worker 1')
    expect(() => pairwise(columns([[0, 0, 1]], 2, 1), { prior: 0 })).toThrow('above 0')
    expect(() => pairwise({ ...columns([], 2, 1), winner: [1] })).toThrow('differ in length')
  })
})

describe('rankings', () => {
  it('agrees with the slow reference, and with pairs where lists have two', () => {
    const lists = [[0, 1, 2, 3], [1, 0, 2], [3, 0], [2], [], [0, 2, 4, 1]]
    reference(6, lists, 0.5).forEach((s, i) => expect(rankings(6, lists).score[i]).toBeCloseTo(s, 5))
    const pairs: Row[] = [
      [0, 0, 1],
      [0, 2, 1],
      [0, 0, 2],
      [0, 1, 0],
    ]
    const byPairs = pairwise(columns(pairs, 3, 1), { reliability: false })
    const byLists = rankings(
      3,
      pairs.map(([, a, b]) => [a, b]),
    )
    byPairs.score.forEach((s, i) => expect(byLists.score[i]).toBeCloseTo(s, 6))
    byPairs.high.forEach((s, i) => expect(byLists.high[i]).toBeCloseTo(s, 6))
  })

  it('is proud of whom all put first', () => {
    fc.assert(
      fc.property(fc.array(fc.shuffledSubarray([1, 2, 3, 4]), { minLength: 1, maxLength: 10 }), (tails) => {
        const found = rankings(
          5,
          tails.map((tail) => [0, ...tail]),
        )
        if (tails.some((t) => t.length > 0)) expect(found.order[0]).toBe(0)
        for (const s of found.score) expect(Number.isFinite(s)).toBe(true)
      }),
    )
  })

  it('names the ranking that it refuses', () => {
    expect(() =>
      rankings(3, [
        [0, 1],
        [1, 1],
      ]),
    ).toThrow('Ranking 2 names item 1 twice')
    expect(() => rankings(3, [[0, 3]])).toThrow('Ranking 1: there is no item 3')
    expect(() => rankings(3, [], { prior: -1 })).toThrow('above 0')
  })
})
