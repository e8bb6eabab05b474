import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../platform/rng.ts'
import { buildLabels, type Labels } from './labels.ts'
import { shrunkConfusion, worthOfVote } from './shrunk-confusion.ts'

type Row = readonly [task: number, worker: number, said: number]
const labelsOf = (rows: readonly Row[], tasks: number, workers: number, classes: number, gold?: Int32Array): Labels =>
  buildLabels({
    tasks,
    workers,
    classes,
    task: Int32Array.from(rows, (r) => r[0]),
    worker: Int32Array.from(rows, (r) => r[1]),
    label: Int32Array.from(rows, (r) => r[2]),
    gold: gold ?? null,
  })

/** Slow and obvious: the same steps on nested arrays, for two or more classes. */
function reference(rows: readonly Row[], tasks: number, workers: number, K: number, steps: number): number[][] {
  const of = (t: number) => rows.filter((r) => r[0] === t)
  const range = Array.from({ length: K }, (_, c) => c)
  let p = Array.from({ length: tasks }, (_, t) => {
    const mine = of(t)
    return range.map((c) => (mine.filter((r) => r[2] === c).length + 0.5 / K) / (mine.length + 0.5))
  })
  for (let step = 0; step < steps; step++) {
    const used = p.filter((_, t) => of(t).length > 0)
    const prior = range.map((c) => (1 + used.reduce((s, q) => s + q[c]!, 0)) / (K + used.length))
    const n = (w: number, c: number, l: number) =>
      rows.filter((r) => r[1] === w && r[2] === l).reduce((s, r) => s + p[r[0]]![c]!, 0)
    const people = Array.from({ length: workers }, (_, w) => w)
    const crowd = range.map((c) => {
      const row = range.map((l) => 10 * (l === c ? 0.75 : 0.25 / (K - 1)) + people.reduce((s, w) => s + n(w, c, l), 0))
      return row.map((x) => x / row.reduce((a, b) => a + b))
    })
    const right = people.map((w) => range.reduce((s, c) => s + n(w, c, c), 0))
    const votes = people.map((w) => rows.filter((r) => r[1] === w).length)
    const pool = (7.5 + right.reduce((a, b) => a + b, 0)) / (10 + rows.length + 0.01)
    const rates = people.map((w) => {
      const a = (right[w]! + 5 * pool) / (votes[w]! + 5)
      return range.map((c) => {
        const usual = crowd[c]![c]!
        const odds = (usual / (1 - usual)) * (a / (1 - a) / (pool / (1 - pool)))
        const start = range.map((l) => (l === c ? odds / (1 + odds) : crowd[c]![l]! / (1 - usual) / (1 + odds)))
        const total = 3 + range.reduce((s, l) => s + n(w, c, l), 0)
        return range.map((l) => (n(w, c, l) + 3 * start[l]!) / total)
      })
    })
    p = p.map((_, t) => {
      const odds = range.map((c) => of(t).reduce((s, r) => s * rates[r[1]]![c]![r[2]]!, prior[c]!))
      return odds.map((x) => x / odds.reduce((a, b) => a + b))
    })
  }
  return p
}

/** Tasks answered by `each` of the workers, whose shares of right answers are given. */
function crowd(skill: readonly number[], tasks: number, each: number, classes: number, seed: number) {
  const { fraction, below, shuffle } = createRng(seed)
  const truth = Array.from({ length: tasks }, () => below(classes))
  const rows = truth.flatMap((c, t) =>
    shuffle(skill.map((_, w) => w))
      .slice(0, each)
      .map((w): Row => [t, w, fraction() < skill[w]! ? c : (c + 1 + below(classes - 1)) % classes]),
  )
  return { truth, rows }
}

const rightShare = (posterior: Float64Array, truth: readonly number[], classes: number) =>
  truth.filter((c, t) => {
    const row = [...posterior.subarray(t * classes, (t + 1) * classes)]
    return row.indexOf(Math.max(...row)) === c
  }).length / truth.length

describe('shrunkConfusion', () => {
  it('agrees with the slow reference', () => {
    for (const classes of [2, 3]) {
      const { rows } = crowd([0.9, 0.8, 0.7, 0.5, 0.6], 20, 3, classes, classes)
      const found = shrunkConfusion(labelsOf(rows, 21, 6, classes), { iterations: 7 })
      reference(rows, 21, 6, classes, 7).forEach((p, t) =>
        p.forEach((x, c) => {
          if (rows.some((r) => r[0] === t)) expect(found.posterior[t * classes + c]).toBeCloseTo(x, 9)
        }),
      )
    }
  })

  it('with few votes beats counting heads', () => {
    const skill = [0.97, 0.95, 0.93, 0.5, 0.5, 0.5, 0.5, 0.5]
    let [ours, heads] = [0, 0]
    for (let seed = 0; seed < 10; seed++) {
      const { truth, rows } = crowd(skill, 150, 3, 2, seed)
      ours += rightShare(shrunkConfusion(labelsOf(rows, 150, 8, 2)).posterior, truth, 2) / 10
      heads += truth.filter((c, t) => rows.filter((r) => r[0] === t && r[2] === c).length >= 2).length / 1500
    }
    expect(ours).toBeGreaterThan(heads + 0.06)
  })

  it('goes on from where it stood, keeps gold, and fears what it does not know when cautious', () => {
    const { rows } = crowd([0.9, 0.8, 0.7], 30, 3, 2, 4)
    const labels = labelsOf(rows, 30, 3, 2)
    const long = shrunkConfusion(labels, { iterations: 25 })
    const short = shrunkConfusion(labels, { iterations: 5, initial: shrunkConfusion(labels).posterior })
    expect([...short.posterior]).toEqual([...long.posterior])
    const gold = new Int32Array(30).fill(-1)
    gold[3] = 1
    expect([...shrunkConfusion(labelsOf(rows, 30, 3, 2, gold)).posterior.subarray(6, 8)]).toEqual([0, 1])
    const one = labelsOf([[0, 0, 1]], 1, 1, 2)
    const sure = (cautious: boolean) => shrunkConfusion(one, { cautious, iterations: 1 }).log_confusion
    expect(Math.exp(sure(true)[0]!) + Math.exp(sure(true)[1]!)).toBeLessThan(1)
    expect(Math.exp(sure(false)[0]!) + Math.exp(sure(false)[1]!)).toBeCloseTo(1, 12)
  })

  it('has no NaN, and rows that sum to one, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.tuple(fc.nat(5), fc.nat(4), fc.nat(3)), { maxLength: 40 }),
        fc.boolean(),
        (classes, raw, cautious) => {
          const rows = raw.map(([t, w, c]): Row => [t, w, c % classes])
          const { posterior, prior, log_confusion } = shrunkConfusion(labelsOf(rows, 6, 5, classes), { cautious })
          for (let t = 0; t < 6; t++) {
            const row = [...posterior.subarray(t * classes, (t + 1) * classes)]
            expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
          }
          expect([...posterior, ...prior, ...log_confusion].some(Number.isNaN)).toBe(false)
        },
      ),
      { numRuns: 60 },
    )
    expect(shrunkConfusion(labelsOf([], 0, 0, 2)).posterior).toHaveLength(0)
  })
})

describe('worthOfVote', () => {
  it('is more for doubt than for certainty, and for those who know than for those who guess', () => {
    const { rows } = crowd([0.97, 0.95, 0.93, 0.5, 0.9], 200, 4, 2, 6)
    const few = rows.filter((r) => r[0] !== 0 && r[0] !== 1)
    const split: Row[] = [[0, 1, 0], [0, 2, 1], [1, 1, 0], [1, 2, 0], [1, 4, 0]] // prettier-ignore
    const model = shrunkConfusion(labelsOf([...few, ...split], 200, 5, 2))
    expect(worthOfVote(model, 0, 0)).toBeGreaterThan(10 * worthOfVote(model, 1, 0))
    expect(worthOfVote(model, 0, 0)).toBeGreaterThan(2 * worthOfVote(model, 0, 3))
    expect(worthOfVote(model, 1, 0)).toBeGreaterThan(0)
  })
})
