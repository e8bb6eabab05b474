import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { generateCrowd } from '../../bench/lib/crowd.ts'
import { createRng } from '../platform/rng.ts'
import { dawidSkene } from './dawid-skene.ts'
import { buildLabels, labelOf, workerOf, type Labels } from './labels.ts'
import { OnlineDawidSkene } from './online.ts'

const PRIOR = { diagonal: 2, other: 1 }

type Step = { task: number; worker: number; label: number } | { task: number; answer: number }
const steps = fc
  .record({
    tasks: fc.integer({ min: 1, max: 5 }),
    workers: fc.integer({ min: 1, max: 4 }),
    classes: fc.integer({ min: 1, max: 4 }),
  })
  .chain(({ tasks, workers, classes }) => {
    const task = fc.nat({ max: tasks - 1 })
    const vote = fc.record({
      task,
      worker: fc.nat({ max: workers - 1 }),
      label: fc.integer({ min: -1, max: classes - 1 }),
    })
    const answer = fc.record({ task, answer: fc.integer({ min: -1, max: classes - 1 }) })
    return fc.record({
      classes: fc.constant(classes),
      all: fc.array(fc.oneof({ weight: 6, arbitrary: vote }, { weight: 1, arbitrary: answer }), { maxLength: 40 }),
    })
  })

/** The same model from first principles: after each step all counts are summed anew, and one task's posterior set. */
function reference(classes: number, all: readonly Step[]): Map<number, number[]> {
  const K = Array.from({ length: classes }, (_, k) => k)
  const votes: { task: number; worker: number; label: number }[] = []
  const known = new Map<number, number>()
  const posterior = new Map<number, number[]>()
  const infer = (task: number, counted: typeof votes) => {
    const answer = known.get(task) ?? -1
    if (answer >= 0) return K.map((k) => Number(k === answer))
    const mine = votes.filter((v) => v.task === task)
    const p = K.map((k) => {
      const share = [...posterior.values()].reduce((sum, q) => sum + q[k]!, 1)
      return mine.reduce((product, { worker, label }) => {
        const expected = (said: number) =>
          counted
            .filter((v) => v.worker === worker && v.label === said)
            .reduce((sum, v) => sum + (posterior.get(v.task)?.[k] ?? 0), 0) +
          (said === k ? PRIOR.diagonal : PRIOR.other)
        return (product * expected(label)) / K.reduce((sum, said) => sum + expected(said), 0)
      }, share)
    })
    const z = p.reduce((a, b) => a + b, 0)
    return p.map((x) => x / z)
  }
  for (const step of all) {
    const before = [...votes]
    if ('answer' in step) {
      // A taken-back answer counts no longer when the votes are weighed again.
      posterior.delete(step.task)
      known.set(step.task, step.answer)
      if (step.answer < 0 && !votes.some((v) => v.task === step.task)) continue
    } else if (step.label < 0) continue
    else votes.push(step)
    posterior.set(step.task, infer(step.task, before))
  }
  return posterior
}

const run = (classes: number, all: readonly Step[]) => {
  const online = new OnlineDawidSkene({ classes, refitGrowth: Infinity, prior: PRIOR })
  for (const step of all)
    if ('answer' in step) online.know(step.task, step.answer)
    else online.add(step.task, step.worker, step.label)
  return online
}

const shuffledVotes = (labels: Labels, seed: number) => {
  const votes: [number, number, number][] = []
  for (let t = 0; t < labels.tasks; t++)
    for (const v of labels.vote.subarray(labels.start[t], labels.start[t + 1]))
      votes.push([t, workerOf(labels, v), labelOf(labels, v)])
  return createRng(seed).shuffle(votes)
}
const apart = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!)
  return sum / a.length
}

describe('OnlineDawidSkene', () => {
  test('does what incremental EM from first principles does, step by step', () => {
    fc.assert(
      fc.property(steps, ({ classes, all }) => {
        const online = run(classes, all)
        for (const [task, p] of reference(classes, all))
          online.posteriorOf(task).forEach((x, k) => expect(x).toBeCloseTo(p[k]!, 8))
        for (let t = 0; t < online.tasks; t++) {
          expect(online.posteriorOf(t).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
          expect(Array.from(online.posteriors().subarray(t * classes, t * classes + classes))).toEqual([
            ...online.posteriorOf(t),
          ])
        }
        for (const xs of Object.values(online.reliability())) expect(xs.every((x) => x >= 0 && x <= 1)).toBe(true)
      }),
    )
  })

  test('after a full run the order of arrival has left no trace, bit for bit, and it is the batch run', () => {
    fc.assert(
      fc.property(steps, fc.integer(), ({ classes, all }, seed) => {
        const answers = all.filter((s) => 'answer' in s)
        const votes = all.flatMap((s) => ('answer' in s ? [] : [s]))
        const one = run(classes, [...votes, ...answers])
        const other = run(classes, [...createRng(seed).shuffle(votes), ...answers])
        const [a, b] = [one.refit(), other.refit()]
        expect(b).toEqual(a)
        expect(other.posteriors()).toEqual(one.posteriors())
        const batch = dawidSkene(one.labels(), { prior: PRIOR, classPrior: 1 })
        expect(a).toEqual(batch)
        const column = (f: (s: { task: number; worker: number; label: number }) => number) =>
          Int32Array.from(votes.map(f))
        const sorted = buildLabels({
          tasks: one.tasks,
          workers: one.workers,
          classes,
          task: column((v) => v.task),
          worker: column((v) => v.worker),
          label: column((v) => v.label),
        })
        expect(one.labels().start).toEqual(sorted.start)
        for (let t = 0; t < one.tasks; t++)
          expect(one.labels().vote.slice(sorted.start[t], sorted.start[t + 1])).toEqual(
            sorted.vote.slice(sorted.start[t], sorted.start[t + 1]).sort(),
          )
        // Nor does what comes later tell them apart.
        for (const online of [one, other]) for (const s of votes) online.add(s.task, s.worker, s.label)
        expect(other.posteriors()).toEqual(one.posteriors())
      }),
    )
  })

  test('stays within .01 of the batch run between full runs, in any order of arrival', () => {
    const { labels } = generateCrowd({ tasks: 3_000, workers: 200, classes: 4, perTask: 10, seed: 5 })
    const batch = dawidSkene(labels, { prior: PRIOR, classPrior: 1 })
    for (const seed of [1, 2]) {
      const online = new OnlineDawidSkene({ classes: 4, prior: PRIOR })
      for (const [t, w, l] of shuffledVotes(labels, seed)) online.add(t, w, l)
      expect(online.refitted).toBeLessThan(online.votes)
      expect(apart(online.posteriors(), batch.posterior)).toBeLessThan(0.01)
      online.refit()
      expect(apart(online.posteriors(), batch.posterior)).toBeLessThan(1e-6)
    }
  })

  test('runs over everything by itself when votes have grown by the factor asked for', () => {
    const online = new OnlineDawidSkene({ classes: 2, refitGrowth: 2 })
    const runs: number[] = []
    for (let i = 0; i < 5_000; i++) {
      online.add(i % 300, i % 7, (i * i) % 2)
      if (runs.at(-1) !== online.refitted && online.refitted > 0) runs.push(online.refitted)
    }
    expect(runs).toEqual([1000, 2000, 4000])
  })

  test('a known answer moves the reliabilities it touches, and taken back it moves them back', () => {
    const online = run(2, [
      { task: 0, worker: 0, label: 1 },
      { task: 0, worker: 1, label: 0 },
    ])
    const before = online.reliability().mean
    online.know(0, 1)
    expect(Array.from(online.posteriorOf(0))).toEqual([0, 1])
    expect(online.reliability().mean[0]).toBeGreaterThan(before[0]!)
    expect(online.reliability().mean[1]).toBeLessThan(before[1]!)
    online.know(0, -1)
    online.reliability().mean.forEach((x, w) => expect(Math.abs(x - before[w]!)).toBeLessThan(0.02))
  })

  test('a task with thousands of contradicting votes does not underflow', () => {
    const online = new OnlineDawidSkene({ classes: 3, refitGrowth: Infinity, prior: { diagonal: 1e-3, other: 0 } })
    for (let t = 1; t < 40; t++) for (let w = 0; w < 10; w++) online.add(t, w, t % 3)
    for (let i = 0; i < 3_000; i++) online.add(0, i % 10, i % 3)
    expect(online.posteriorOf(0).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
  })

  test('an unknown task has the prior', () => {
    expect(Array.from(new OnlineDawidSkene({ classes: 2 }).posteriorOf(7))).toEqual([0.5, 0.5])
  })

  const one = () => new OnlineDawidSkene({ classes: 2, maxTableBytes: 4800 })
  test.each<[string, (o: OnlineDawidSkene) => unknown, string]>([
    ['a negative task', (o) => o.add(-1, 0, 0), 'A task is a whole number from 0 to 2147483647, not -1.'],
    ['half a worker', (o) => o.add(0, 0.5, 0), 'A worker is a whole number from 0 to 2147483647, not 0.5.'],
    ['an unknown class', (o) => o.add(0, 0, 2), 'There is no class 2; they go from 0 to 1.'],
    ['an unknown answer', (o) => o.know(0, NaN), 'There is no class NaN; they go from 0 to 1.'],
    [
      'more workers than there is room for',
      (o) => o.add(0, 100, 0),
      '101 workers × 2² classes need more than the 4800 bytes allowed.',
    ],
    ['no classes', () => new OnlineDawidSkene({ classes: 0 }), 'There must be at least one class, not 0.'],
    [
      'a prior without direction',
      () => new OnlineDawidSkene({ classes: 2, prior: { diagonal: 1, other: 1 } }),
      'A prior needs more votes on the right answer',
    ],
    [
      'full runs at every vote',
      () => new OnlineDawidSkene({ classes: 2, refitGrowth: 1 }),
      'Full runs come when votes have grown by a factor above 1, not 1.',
    ],
  ])('refuses %s with a sentence, and nothing changes', (_, act, message) => {
    const online = one()
    expect(() => act(online)).toThrow(message)
    expect([online.tasks, online.workers, online.votes]).toEqual([0, 0, 0])
  })
})
