import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { digamma } from './digamma.ts'
import { createTables, numberCodes } from './alternate.ts'
import { ebcc, startSubtypes } from './ebcc.ts'
import { ibcc } from './ibcc.ts'
import { voteShares } from './inference.ts'
import { knowOrGuess } from './know-or-guess.ts'
import { type Labels, labelOf, workerOf } from './labels.ts'
import { majority } from './majority.ts'
import { marksOf } from './marks.ts'
import { oneCoin } from './one-coin.ts'
import { crowds } from '../../test/crowds.ts'

/** The models again, as their papers write them: arrays of arrays, nothing shared with the real ones but digamma. */
const range = (n: number) => Array.from({ length: n }, (_, i) => i)
const sum = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0)
const normal = (logs: readonly number[]) => {
  const max = Math.max(...logs)
  const parts = logs.map((l) => Math.exp(l - max))
  return parts.map((p) => p / sum(parts))
}

type Plain = { votes: { t: number; w: number; l: number }[]; known: (number | null)[]; T: number; W: number; K: number }
const plain = (labels: Labels): Plain => ({
  votes: range(labels.tasks).flatMap((t) =>
    Array.from(labels.vote.slice(labels.start[t], labels.start[t + 1]), (v) => ({
      t,
      w: workerOf(labels, v),
      l: labelOf(labels, v),
    })),
  ),
  known: range(labels.tasks).map((t) => (labels.gold && labels.gold[t]! >= 0 ? labels.gold[t]! : null)),
  T: labels.tasks,
  W: labels.workers,
  K: labels.classes,
})
const of = (p: Plain, t: number) => p.votes.filter((v) => v.t === t)
const isSeen = (p: Plain, t: number) => of(p, t).length > 0 || p.known[t] !== null
const seen = (p: Plain) => range(p.T).filter((t) => isSeen(p, t))
const shares = (p: Plain): number[][] => {
  const first = range(p.T).map((t) =>
    range(p.K).map((k) =>
      p.known[t] !== null
        ? Number(k === p.known[t])
        : of(p, t).filter((v) => v.l === k).length / Math.max(1, of(p, t).length),
    ),
  )
  const prior = range(p.K).map((k) =>
    seen(p).length ? sum(seen(p).map((t) => first[t]![k]!)) / seen(p).length : 1 / p.K,
  )
  return first.map((row, t) => (isSeen(p, t) ? row : prior))
}
/** Posteriors of observed tasks from a log prior and a log chance; gold stays. */
const posteriors = (
  p: Plain,
  states: number,
  classOf: (s: number) => number,
  logPrior: number[],
  log: (w: number, l: number, s: number) => number,
) =>
  range(p.T).map((t) =>
    normal(
      range(states).map((s) =>
        p.known[t] !== null && classOf(s) !== p.known[t]
          ? -1e300
          : logPrior[s]! + sum(of(p, t).map((v) => log(v.w, v.l, s))),
      ),
    ),
  )

function referenceOneCoin(labels: Labels, iterations: number): number[][] {
  const p = plain(labels)
  let q = shares(p)
  let [a, b] = [2, 1]
  const n = range(p.W).map((w) => p.votes.filter((v) => v.w === w).length)
  for (let i = 0; i < iterations; i++) {
    const right = range(p.W).map((w) => sum(p.votes.filter((v) => v.w === w).map((v) => q[v.t]![v.l]!)))
    if (i > 0) [a, b] = referenceBeta(a, b, right, n)
    const mass = range(p.K).map((k) => sum(seen(p).map((t) => q[t]![k]!)))
    const next = posteriors(
      p,
      p.K,
      (s) => s,
      mass.map((m) => Math.log((m + 1) / (seen(p).length + p.K))),
      (w, l, k) =>
        k === l
          ? digamma(right[w]! + a) - digamma(n[w]! + a + b)
          : digamma(n[w]! - right[w]! + b) - digamma(n[w]! + a + b) - Math.log(Math.max(1, p.K - 1)),
    )
    q = q.map((row, t) => (isSeen(p, t) ? next[t]! : row))
  }
  return q
}

function referenceBeta(a: number, b: number, right: number[], n: number[]): [number, number] {
  for (let step = 0; step < 3; step++) {
    const those = range(n.length).filter((w) => n[w]! > 0)
    const up = sum([...those.map((w) => right[w]!), 2].map((x) => digamma(x + a) - digamma(a)))
    const down = sum([...those.map((w) => n[w]! - right[w]!), 1].map((x) => digamma(x + b) - digamma(b)))
    const all = sum([...those.map((w) => n[w]!), 3].map((x) => digamma(x + a + b) - digamma(a + b)))
    ;[a, b] = [Math.min(1000, Math.max(0.05, (a * up) / all)), Math.min(1000, Math.max(0.05, (b * down) / all))]
  }
  return [a, b]
}

/** IBCC is EBCC with one subtype, but for how its class prior is written. */
function referenceEbcc(labels: Labels, M: number, first: number[][], iterations: number): number[][] {
  const p = plain(labels)
  const S = p.K * M
  const classOf = (s: number) => Math.floor(s / M)
  let q = first
  for (let i = 0; i < iterations; i++) {
    const count = (w: number, l: number, s: number) =>
      sum(p.votes.filter((v) => v.w === w && v.l === l).map((v) => q[v.t]![s]!)) + (classOf(s) === l ? 4 : 1)
    const mass = range(S).map((s) => sum(seen(p).map((t) => q[t]![s]!)))
    const ofClass = range(p.K).map((k) => sum(range(M).map((m) => mass[k * M + m]!)))
    const logPrior = range(S).map(
      (s) =>
        digamma(ofClass[classOf(s)]! + 1) -
        digamma(seen(p).length + p.K) +
        (M === 1 ? 0 : digamma(mass[s]! + 0.1 / M) - digamma(ofClass[classOf(s)]! + 0.1)),
    )
    const table = range(p.W).map((w) =>
      range(p.K).map((l) =>
        range(S).map((s) => digamma(count(w, l, s)) - digamma(sum(range(p.K).map((j) => count(w, j, s))))),
      ),
    )
    const next = posteriors(p, S, classOf, logPrior, (w, l, s) => table[w]![l]![s]!)
    q = q.map((row, t) => (isSeen(p, t) ? next[t]! : row))
  }
  return q.map((row) => range(p.K).map((k) => sum(range(M).map((m) => row[k * M + m]!))))
}

function referenceKnowOrGuess(labels: Labels, iterations: number): number[][] {
  const p = plain(labels)
  const n = range(p.W).map((w) => p.votes.filter((v) => v.w === w).length)
  const crowd = range(p.K).map((l) => (p.votes.filter((v) => v.l === l).length + 1) / (p.votes.length + p.K))
  let q = shares(p)
  let knowing = n.map(() => 2 / 3)
  let habit = n.map(() => crowd)
  const base = range(p.K).map((k) => range(p.K).map((l) => (k === l ? 10 : 2 / Math.max(1, p.K - 1))))
  const rows = (m: number[][]) => m.map((row) => row.map((x) => x / sum(row)))
  let pooled = rows(base)
  let likeness = 20
  let own = n.map(() => pooled)
  let [a, b] = [2, 1]
  const tiny = 1e-12
  for (let i = 0; i < iterations; i++) {
    const parts = p.votes.flatMap((v) =>
      range(p.K).map((k) => {
        const know = knowing[v.w]! * own[v.w]![k]![v.l]!
        return {
          ...v,
          k,
          q: q[v.t]![k]!,
          part: (q[v.t]![k]! * know) / (know + (1 - knowing[v.w]!) * habit[v.w]![v.l]! + tiny),
        }
      }),
    )
    const added = (f: (x: (typeof parts)[number]) => boolean) => sum(parts.filter(f).map((x) => x.part))
    const known = range(p.W).map((w) => added((x) => x.w === w))
    if (i > 0) [a, b] = referenceBeta(a, b, known, n)
    knowing = range(p.W).map((w) => (known[w]! + a) / (n[w]! + a + b))
    habit = range(p.W).map((w) =>
      range(p.K).map((l) => {
        const guessed = sum(parts.filter((x) => x.w === w && x.l === l).map((x) => x.q - x.part))
        return (guessed + 4 * crowd[l]!) / (n[w]! - known[w]! + 4)
      }),
    )
    pooled = rows(base.map((row, k) => row.map((x, l) => x + added((y) => y.k === k && y.l === l))))
    const ownVotes = range(p.W).map((w) =>
      range(p.K).map((k) => range(p.K).map((l) => added((x) => x.w === w && x.k === k && x.l === l))),
    )
    if (i > 0) likeness = referenceLikeness(likeness, ownVotes, pooled)
    own = ownVotes.map((m) =>
      m.map((row, k) => row.map((x, l) => (x + likeness * pooled[k]![l]!) / (sum(row) + likeness))),
    )
    const mass = range(p.K).map((k) => sum(seen(p).map((t) => q[t]![k]!)))
    const next = posteriors(
      p,
      p.K,
      (s) => s,
      mass.map((m) => Math.log((m + 1) / (seen(p).length + p.K))),
      (w, l, k) => Math.log(knowing[w]! * own[w]![k]![l]! + (1 - knowing[w]!) * habit[w]![l]! + tiny),
    )
    q = q.map((row, t) => (isSeen(p, t) ? next[t]! : row))
  }
  return q
}

/** A Newton step on the logarithm, with derivatives by differences. */
function referenceLikeness(c: number, votes: number[][][], pooled: number[][]): number {
  const slope = (at: number) => {
    let sum = 0
    for (const matrix of votes)
      for (const [k, row] of matrix.entries()) {
        for (const [l, x] of row.entries())
          if (x > 1e-6) sum += pooled[k]![l]! * (digamma(x + at * pooled[k]![l]!) - digamma(at * pooled[k]![l]!))
        const all = row.reduce((a, b) => a + b, 0)
        if (all > 1e-6) sum -= digamma(all + at) - digamma(at)
      }
    return at * sum
  }
  const up = slope(c)
  const curve = (slope(c * Math.exp(1e-4)) - slope(c * Math.exp(-1e-4))) / 2e-4
  const step = curve < 0 ? -up / curve : Math.sign(up) * 0.5
  return Math.min(1000, Math.max(1, c * Math.exp(Math.min(0.5, Math.max(-0.5, step)))))
}

const exactly = (iterations: number) => ({ maxIterations: iterations, tolerance: -1 })
function expectSame(labels: Labels, posterior: ArrayLike<number>, reference: number[][], digits = 7): void {
  for (let t = 0; t < labels.tasks; t++) {
    if (labels.start[t] === labels.start[t + 1] && !(labels.gold && labels.gold[t]! >= 0)) continue
    for (let k = 0; k < labels.classes; k++)
      expect(posterior[t * labels.classes + k]!).toBeCloseTo(reference[t]![k]!, digits)
  }
}
const RUNS = { numRuns: 25 }

describe('the models equal their plain versions', () => {
  test('majority', () =>
    fc.assert(
      fc.property(crowds(), (labels) => expectSame(labels, majority(labels).posterior, shares(plain(labels)))),
      RUNS,
    ))

  test('one coin', () =>
    fc.assert(
      fc.property(crowds(), (labels) =>
        expectSame(labels, oneCoin(labels, exactly(6)).posterior, referenceOneCoin(labels, 6)),
      ),
      RUNS,
    ))

  test('IBCC', () =>
    fc.assert(
      fc.property(crowds(), (labels) =>
        expectSame(labels, ibcc(labels, exactly(6)).posterior, referenceEbcc(labels, 1, shares(plain(labels)), 6)),
      ),
      RUNS,
    ))

  test('EBCC, from the same start', () =>
    fc.assert(
      fc.property(crowds(), (labels) => {
        const codes = numberCodes(labels)
        const tables = createTables(codes, 3)
        startSubtypes(tables, voteShares(labels), marksOf(codes).task, 1)
        const first = range(labels.tasks).map((t) =>
          Array.from(tables.posterior.subarray(t * tables.states, (t + 1) * tables.states)),
        )
        const found = ebcc(labels, { subtypes: 3, starts: 1, ...exactly(6) })
        expectSame(labels, found.posterior, referenceEbcc(labels, 3, first, 6))
      }),
      RUNS,
    ))

  test('know or guess', () =>
    fc.assert(
      fc.property(crowds(), (labels) =>
        expectSame(labels, knowOrGuess(labels, exactly(5)).posterior, referenceKnowOrGuess(labels, 5), 6),
      ),
      RUNS,
    ))
})
