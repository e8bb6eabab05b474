import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { dawidSkene, type DawidSkeneOptions } from './dawid-skene.ts'
import { vectorSteps } from './dawid-skene-kernel.ts'
import { digamma } from './digamma.ts'
import { buildLabels, labelOf, workerOf, type Labels } from './labels.ts'

type Row = [task: number, worker: number, label: number]
const build = (tasks: number, workers: number, classes: number, rows: readonly Row[], gold: number[] | null = null) =>
  buildLabels({
    tasks,
    workers,
    classes,
    task: Int32Array.from(rows, (r) => r[0]),
    worker: Int32Array.from(rows, (r) => r[1]),
    label: Int32Array.from(rows, (r) => r[2]),
    gold: gold && Int32Array.from(gold),
  })

/** The model as the paper writes it, in logarithms, with arrays of arrays and nothing clever. */
function reference(labels: Labels, iterations: number, pseudo = { diagonal: 0, other: 0 }) {
  const range = (n: number) => Array.from({ length: n }, (_, i) => i)
  const { tasks, workers, classes, start, gold } = labels
  const K = range(classes)
  const votes = range(tasks).map((t) =>
    Array.from(labels.vote.slice(start[t], start[t + 1]), (v) => ({
      w: workerOf(labels, v),
      said: labelOf(labels, v),
    })),
  )
  const known = (t: number) => (gold && gold[t]! >= 0 ? K.map((k) => Number(k === gold[t])) : null)
  const seen = range(tasks).filter((t) => votes[t]!.length > 0 || known(t))
  let q = range(tasks).map(
    (t) =>
      known(t) ??
      K.map((k) =>
        votes[t]!.length === 0 ? 1 / classes : votes[t]!.filter((v) => v.said === k).length / votes[t]!.length,
      ),
  )
  let evidence = 0
  let prior: number[] = []
  let chance: number[][][] = []
  for (let i = 0; ; i++) {
    const share = K.map((k) => Math.max(1e-10, seen.length === 0 ? 1 : seen.reduce((sum, t) => sum + q[t]![k]!, 0)))
    prior = share.map((n) => n / share.reduce((a, b) => a + b, 0))
    const counts = range(workers).map(() =>
      K.map((truth) => K.map((said) => (said === truth ? pseudo.diagonal : pseudo.other))),
    )
    for (const t of range(tasks)) for (const v of votes[t]!) for (const k of K) counts[v.w]![k]![v.said]! += q[t]![k]!
    chance = counts.map((matrix) =>
      matrix.map((row) => {
        const floored = row.map((n) => Math.max(1e-10, n))
        return floored.map((n) => n / floored.reduce((a, b) => a + b, 0))
      }),
    )
    if (i === iterations) return { posterior: q, prior, chance, evidence }
    evidence = 0
    q = range(tasks).map((t) => {
      const fixed = known(t)
      if (fixed) return fixed
      const logs = K.map(
        (k) => Math.log(prior[k]!) + votes[t]!.reduce((sum, v) => sum + Math.log(chance[v.w]![k]![v.said]!), 0),
      )
      const top = Math.max(...logs)
      const total = logs.reduce((sum, x) => sum + Math.exp(x - top), 0)
      if (votes[t]!.length > 0) evidence += top + Math.log(total)
      return logs.map((x) => Math.exp(x - top) / total)
    })
  }
}

const sets = fc
  .record({
    tasks: fc.integer({ min: 1, max: 8 }),
    workers: fc.integer({ min: 1, max: 6 }),
    classes: fc.integer({ min: 1, max: 6 }),
    goldShare: fc.constantFrom(0, 0, 0.3, 1),
  })
  .chain(({ tasks, workers, classes, goldShare }) =>
    fc.record({
      rows: fc.array(
        fc.tuple(fc.nat({ max: tasks - 1 }), fc.nat({ max: workers - 1 }), fc.integer({ min: -1, max: classes - 1 })),
        { maxLength: 60 },
      ),
      gold: fc.array(fc.integer({ min: goldShare === 1 ? 0 : -1, max: classes - 1 }), {
        minLength: tasks,
        maxLength: tasks,
      }),
      size: fc.constant({ tasks, workers, classes, withGold: goldShare > 0 }),
    }),
  )
  .map(({ rows, gold, size }) => build(size.tasks, size.workers, size.classes, rows, size.withGold ? gold : null))

/** Everything a result holds, as plain numbers. */
const numbersOf = (r: ReturnType<typeof dawidSkene>) => [
  ...r.posterior,
  ...r.prior,
  ...r.confusion,
  ...r.reliability.mean,
  ...r.reliability.low,
  ...r.reliability.high,
  r.evidence,
]
function isProper(labels: Labels, r: ReturnType<typeof dawidSkene>, digits: number) {
  expect(numbersOf(r).every(Number.isFinite)).toBe(true)
  const { workers, classes } = labels
  let worst = Math.abs(r.prior.reduce((a, b) => a + b, 0) - Number(classes > 0))
  for (const rows of [r.posterior, r.confusion])
    for (let i = 0; i < rows.length; i += classes)
      worst = Math.max(worst, Math.abs(Array.from(rows.subarray(i, i + classes)).reduce((a, b) => a + b, 0) - 1))
  expect(worst).toBeLessThan(10 ** -digits)
  const { mean, low, high } = r.reliability
  for (let w = 0; w < workers; w++)
    expect(low[w]! >= 0 && low[w]! <= mean[w]! && mean[w]! <= high[w]! && high[w]! <= 1).toBe(true)
}
/** All of a result as text that differs when one bit does. */
const bits = (r: ReturnType<typeof dawidSkene>) => [r.iterations, r.converged, ...numbersOf(r)].join()

describe('dawidSkene', () => {
  test('is what the paper writes, for any votes, gold and prior', () => {
    fc.assert(
      fc.property(
        sets,
        fc.nat({ max: 6 }),
        fc.constantFrom(undefined, { diagonal: 2, other: 1 }),
        (labels, n, prior) => {
          const ours = dawidSkene(labels, { maxIterations: n, tolerance: -1, ...(prior && { prior }) })
          const slow = reference(labels, n, prior)
          const near = (xs: ArrayLike<number>, ys: number[]) => ys.forEach((y, i) => expect(xs[i]).toBeCloseTo(y, 6))
          near(ours.posterior, slow.posterior.flat())
          near(ours.prior, slow.prior)
          near(ours.confusion, slow.chance.flat(2))
          expect(ours.evidence).toBeCloseTo(slow.evidence, 5)
          expect(ours.iterations).toBe(n)
        },
      ),
      { numRuns: 150 },
    )
  })

  test('gives the same bits with vectors and without, in both precisions', () => {
    const options = fc.record({
      precision: fc.constantFrom('double' as const, 'single' as const),
      maxIterations: fc.constant(12),
      tolerance: fc.constantFrom(-1, 1e-4, 1e-2),
      prior: fc.constantFrom(
        {},
        { diagonal: 1, other: 0.25 },
        { pooled: 3 },
        { pooled: 'estimate' as const, other: 0.1 },
      ),
    })
    fc.assert(
      fc.property(sets, options, (labels, o) => {
        expect(bits(dawidSkene(labels, { ...o, vectors: true }))).toBe(
          bits(dawidSkene(labels, { ...o, vectors: false })),
        )
      }),
    )
  })

  test('gives the same bits over many blocks, long tasks and tasks without votes', () => {
    const rows: Row[] = []
    for (let t = 0; t < 20_000; t += 3)
      for (let i = 0; i < 1 + (t % 7); i++) rows.push([t, (t * 31 + i * 17) % 50, (t + i * i) % 3])
    // More votes on one task than a block of ordinary tasks holds.
    for (let i = 0; i < 40_000; i++) rows.push([9_000, i % 50, i % 5 === 0 ? 1 : 2])
    const gold = Array.from({ length: 20_000 }, (_, t) => (t % 11 === 0 ? t % 3 : -1))
    const labels = build(20_000, 50, 3, rows, gold)
    const ours = dawidSkene(labels, { maxIterations: 5 })
    expect(bits(ours)).toBe(bits(dawidSkene(labels, { maxIterations: 5, vectors: false })))
    isProper(labels, ours, 9)
    // Small changes are seen alike, too: both stop at the same iteration.
    const until = { precision: 'single', tolerance: 1e-4 } as const
    const single = dawidSkene(labels, until)
    expect(single.iterations).toBeGreaterThan(2)
    expect(bits(single)).toBe(bits(dawidSkene(labels, { ...until, vectors: false })))
  })

  test('never gives a number that is none, and rows sum to one, whatever it is told to do', () => {
    const options: fc.Arbitrary<DawidSkeneOptions> = fc.record(
      {
        precision: fc.constantFrom('double' as const, 'single' as const),
        maxIterations: fc.integer({ min: 0, max: 150 }),
        tolerance: fc.constantFrom(-1, 0, 1e-5, 1),
        classPrior: fc.constantFrom(0, 1),
        vectors: fc.boolean(),
        prior: fc.record(
          {
            diagonal: fc.constantFrom(0, 3, 1e6),
            other: fc.constantFrom(0, 1),
            pooled: fc.constantFrom(0, 4, 'estimate' as const),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(sets, options, (labels, o) =>
        isProper(labels, dawidSkene(labels, o), o.precision === 'single' ? 5 : 9),
      ),
      { numRuns: 150 },
    )
  })

  test('the likelihood never falls from one iteration to the next', () => {
    fc.assert(
      fc.property(sets, (some) => {
        const labels = { ...some, gold: null }
        const evidence = Array.from(
          { length: 12 },
          (_, n) => dawidSkene(labels, { maxIterations: n + 1, tolerance: -1 }).evidence,
        )
        for (let n = 1; n < 12; n++) expect(evidence[n]! - evidence[n - 1]!).toBeGreaterThan(-1e-6)
      }),
    )
  })

  test('means the same when classes are numbered otherwise', () => {
    fc.assert(
      fc.property(sets, (labels) => {
        const { classes } = labels
        const turned = (k: number) => (k + 1) % classes
        const other: Labels = {
          ...labels,
          vote: labels.vote.map((v) => workerOf(labels, v) * classes + turned(labelOf(labels, v))),
          gold: labels.gold && labels.gold.map((k) => (k < 0 ? k : turned(k))),
        }
        const a = dawidSkene(labels, { maxIterations: 5, tolerance: -1 })
        const b = dawidSkene(other, { maxIterations: 5, tolerance: -1 })
        for (let i = 0; i < a.posterior.length; i++)
          expect(b.posterior[Math.floor(i / classes) * classes + turned(i % classes)]).toBeCloseTo(a.posterior[i]!, 6)
      }),
    )
  })

  test('believes gold, and through it finds a crowd that is mostly against', () => {
    // Three of four people always say the other class; ten known answers turn the tables.
    const truth = (t: number) => t % 2
    const rows: Row[] = []
    for (let t = 0; t < 60; t++) for (let w = 0; w < 4; w++) rows.push([t, w, w < 3 ? 1 - truth(t) : truth(t)])
    const gold = Array.from({ length: 60 }, (_, t) => (t < 10 ? truth(t) : -1))
    const right = (r: ReturnType<typeof dawidSkene>) =>
      Array.from({ length: 60 }, (_, t) => r.posterior[2 * t + truth(t)]! > 0.5).filter(Boolean).length
    expect(right(dawidSkene(build(60, 4, 2, rows)))).toBe(0)
    // From shares of votes the lie has the larger say; from nothing, gold decides.
    const fair = { initial: new Float64Array(120).fill(0.5) }
    const ours = dawidSkene(build(60, 4, 2, rows, gold), fair)
    expect(right(ours)).toBe(60)
    expect(Array.from(ours.posterior.subarray(0, 4))).toEqual([1, 0, 0, 1])
    expect(ours.reliability.mean[0]).toBeLessThan(0.1)
    expect(ours.reliability.high[3]).toBeGreaterThan(0.95)
  })

  test('does not underflow on a task with thousands of contradicting votes', () => {
    const rows: Row[] = []
    for (let t = 0; t < 40; t++) for (let w = 0; w < 30; w++) rows.push([t, w, t % 2])
    for (let i = 0; i < 6_000; i++) rows.push([40, i % 30, i % 2])
    rows.push([40, 0, 1])
    const labels = build(41, 30, 2, rows)
    const ours = dawidSkene(labels, { maxIterations: 3, tolerance: -1 })
    isProper(labels, ours, 9)
    const slow = reference(labels, 3)
    expect(ours.posterior[81]).toBeCloseTo(slow.posterior[40]![1]!, 6)
    expect(ours.evidence / slow.evidence).toBeCloseTo(1, 9)
  })

  test('gives a task without votes the prior, and people without votes the crowd, widely', () => {
    const rows: Row[] = []
    for (let t = 0; t < 30; t++) for (let w = 0; w < 3; w++) rows.push([t, w, t < 24 ? 0 : 1])
    const ours = dawidSkene(build(31, 4, 3, rows))
    expect(ours.posterior[90]).toBeCloseTo(0.8, 6)
    expect(ours.posterior[91]).toBeCloseTo(0.2, 6)
    expect(ours.posterior[92]).toBeLessThan(1e-9)
    expect(ours.reliability.high[3]! - ours.reliability.low[3]!).toBeGreaterThan(0.6)
    expect(ours.reliability.high[0]! - ours.reliability.low[0]!).toBeLessThan(0.3)
  })

  test('an empty set, a single class, and no class at all are fine', () => {
    isProper(build(0, 0, 2, []), dawidSkene(build(0, 0, 2, [])), 9)
    const one = dawidSkene(build(2, 1, 1, [[0, 0, 0]]))
    expect([...one.posterior]).toEqual([1, 1])
    expect(dawidSkene(build(3, 2, 0, [])).posterior).toHaveLength(0)
  })

  test('stops when posteriors hold still, or at the cap', () => {
    const rows: Row[] = []
    for (let t = 0; t < 50; t++) for (let w = 0; w < 5; w++) rows.push([t, w, (t * 7 + w * w * (t % 3)) % 3])
    const labels = build(50, 5, 3, rows)
    const free = dawidSkene(labels, { tolerance: 1e-9, maxIterations: 10_000 })
    expect(free.converged).toBe(true)
    expect(free.iterations).toBeLessThan(10_000)
    const further = dawidSkene(labels, { tolerance: -1, maxIterations: free.iterations + 50 })
    free.posterior.forEach((p, i) => expect(further.posterior[i]).toBeCloseTo(p, 6))
    expect(dawidSkene(labels, { tolerance: 1e-9, maxIterations: 2 })).toMatchObject({ converged: false, iterations: 2 })
  })

  test('a pooled prior draws people with few votes to the crowd, and its strength follows how alike they are', () => {
    // 30 people with 40 votes each on known answers; alike (all .8) or of two kinds (.99 and .55).
    const strength = (accuracy: (w: number) => number) => {
      const rows: Row[] = []
      for (let w = 0; w < 30; w++)
        for (let i = 0; i < 40; i++) {
          const t = (w * 40 + i) % 200
          rows.push([t, w, ((i * 29 + w * 7) % 40) / 40 < accuracy(w) ? t % 2 : 1 - (t % 2)])
        }
      const labels = build(
        200,
        31,
        2,
        rows,
        Array.from({ length: 200 }, (_, t) => t % 2),
      )
      const r = dawidSkene(labels, { prior: { pooled: 'estimate' }, maxIterations: 60, tolerance: -1 })
      const ml = dawidSkene(labels)
      // How far the first person is drawn from their own share to the crowd's (person 31 without votes).
      return {
        pull: (ml.confusion[0]! - r.confusion[0]!) / (ml.confusion[0]! - r.confusion[30 * 4]!),
        crowd: r.confusion[30 * 4]!,
      }
    }
    const alike = strength((w) => (w === 0 ? 0.9 : 0.8))
    const unlike = strength((w) => (w % 2 === 0 ? 0.99 : 0.55))
    expect(alike.crowd).toBeCloseTo(0.8, 1)
    expect(alike.pull).toBeGreaterThan(0.5)
    expect(unlike.pull).toBeLessThan(0.2)
  })

  test('falls back to plain loops where there are no vectors', () => {
    const labels = build(2, 2, 2, [
      [0, 0, 1],
      [1, 1, 0],
      [1, 0, 0],
    ])
    const with_ = dawidSkene(labels, { vectors: true })
    vi.stubGlobal('WebAssembly', undefined)
    try {
      expect(vectorSteps(labels, new Float64Array(4))).toBeNull()
      expect(dawidSkene(labels, { vectors: true })).toEqual(with_)
    } finally {
      vi.unstubAllGlobals()
    }
    // A page that forbids to compile throws.
    vi.stubGlobal('WebAssembly', {})
    try {
      expect(dawidSkene(labels, { vectors: true })).toEqual(with_)
    } finally {
      vi.unstubAllGlobals()
    }
    const many = build(2, 2, 20, [
      [0, 0, 19],
      [1, 1, 0],
    ])
    expect(vectorSteps(many, new Float64Array(40))).toBeNull()
    isProper(many, dawidSkene(many), 9)
  })

  test.each<[string, () => unknown, string]>([
    [
      'a million classes',
      () => dawidSkene(build(1, 10, 1_000_000, [])),
      '10 workers × 1000000² classes need a table of 160000 GB, and the limit is 1.1 GB. A model with one reliability per worker (one-coin) needs none.',
    ],
    [
      'tables over a limit of the caller',
      () => dawidSkene(build(1, 10, 2, []), { maxTableBytes: 639 }),
      '10 workers × 2² classes need a table of',
    ],
    [
      'a prior below 0',
      () => dawidSkene(build(1, 1, 2, []), { prior: { other: -1 } }),
      "A prior's other is a number of votes from 0 up, not -1.",
    ],
    [
      'a prior that is no number',
      () => dawidSkene(build(1, 1, 2, []), { classPrior: NaN }),
      "A prior's classPrior is a number of votes from 0 up, not NaN.",
    ],
    [
      'another size of start',
      () => dawidSkene(build(1, 1, 2, []), { initial: [1] }),
      'There are 1 initial posteriors for 1 tasks × 2 classes.',
    ],
    [
      'a start that is no number',
      () => dawidSkene(build(1, 1, 2, []), { initial: [1, NaN] }),
      'The initial posterior of task 0 holds NaN.',
    ],
  ])('refuses %s with a sentence', (_, run, message) => {
    expect(run).toThrow(message)
  })
})

test('digamma matches values from tables and its recurrence', () => {
  expect(digamma(1)).toBeCloseTo(-0.5772156649015329, 9)
  expect(digamma(0.5)).toBeCloseTo(-1.9635100260214235, 9)
  expect(digamma(10)).toBeCloseTo(2.251752589066721, 9)
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 100, noNaN: true }), (x) => {
      expect(digamma(x + 1) - 1 / x).toBeCloseTo(digamma(x), 8)
    }),
  )
})
