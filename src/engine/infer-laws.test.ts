import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRng } from '../platform/rng.ts'
import { auto } from './auto.ts'
import { ebcc } from './ebcc.ts'
import { ibcc } from './ibcc.ts'
import { labelsOf, type Shape, shapes } from '../../test/crowds.ts'
import { answerOf, type Inference } from './inference.ts'
import { knowOrGuess } from './know-or-guess.ts'
import { buildLabels, type Labels } from './labels.ts'
import { majority } from './majority.ts'
import { oneCoin } from './one-coin.ts'

const METHODS: Record<string, (labels: Labels) => Inference> = {
  majority,
  oneCoin: (l) => oneCoin(l),
  ibcc: (l) => ibcc(l),
  ibccEstimated: (l) => ibcc(l, { estimate: true }),
  knowOrGuess: (l) => knowOrGuess(l),
  ebcc: (l) => ebcc(l, { subtypes: 3, starts: 2, maxIterations: 30 }),
  auto: (l) => auto(l),
}
/** Auto fits its models many times over. */
const RUNS = (name: string) => ({ numRuns: name === 'auto' ? 12 : 40 })

function expectSound(labels: Labels, found: Inference): void {
  const { tasks, workers, classes, gold } = labels
  expect(found.posterior).toHaveLength(tasks * classes)
  for (let t = 0; t < tasks; t++) {
    let sum = 0
    for (let k = 0; k < classes; k++) {
      const p = found.posterior[t * classes + k]!
      expect(p >= 0 && p <= 1 + 1e-12).toBe(true)
      sum += p
      if (gold && gold[t]! >= 0) expect(p).toBeCloseTo(k === gold[t] ? 1 : 0, 12)
    }
    expect(sum).toBeCloseTo(1, 9)
  }
  expect(found.prior.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
  if (found.evidence !== null) expect(Number.isFinite(found.evidence)).toBe(true)
  const { mean, low, high } = found.reliability
  for (let w = 0; w < workers; w++) {
    expect(mean[w]! >= 0 && mean[w]! <= 1).toBe(true)
    expect(low[w]! <= mean[w]! + 1e-9 && mean[w]! <= high[w]! + 1e-9).toBe(true)
  }
}

/** The same table with tasks, workers and classes renamed and rows in another order. */
function renamed(shape: Shape, seed: number): { shape: Shape; task: number[]; worker: number[]; cls: number[] } {
  const rng = createRng(seed)
  const permutation = (n: number) => rng.shuffle(Array.from({ length: n }, (_, i) => i))
  const [task, worker, cls] = [permutation(shape.tasks), permutation(shape.workers), permutation(shape.classes)]
  const gold = Array<number>(shape.tasks).fill(-1)
  for (const [t, g] of shape.gold.entries()) gold[task[t]!] = g < 0 ? -1 : cls[g]!
  const rows = rng
    .shuffle(shape.rows)
    .map(([t, w, l]): [number, number, number] => [task[t]!, worker[w]!, l < 0 ? -1 : cls[l]!])
  return { shape: { ...shape, rows, gold }, task, worker, cls }
}

describe.each(Object.entries(METHODS))('%s', (name, method) => {
  test('gives sound numbers for any table, and the same twice', () => {
    fc.assert(
      fc.property(shapes(), (shape) => {
        const labels = labelsOf(shape)
        const found = method(labels)
        expectSound(labels, found)
        expect(method(labels).posterior).toEqual(found.posterior)
      }),
      RUNS(name),
    )
  })

  test('says the same whatever tasks, people and classes are called, and in any order', () => {
    fc.assert(
      fc.property(shapes(), fc.integer({ min: 0, max: 1e6 }), (shape, seed) => {
        const found = method(labelsOf(shape))
        const other = renamed(shape, seed)
        const again = method(labelsOf(other.shape))
        const { classes } = shape
        for (let t = 0; t < shape.tasks; t++)
          for (let k = 0; k < classes; k++)
            expect(again.posterior[other.task[t]! * classes + other.cls[k]!]!).toBeCloseTo(
              found.posterior[t * classes + k]!,
              4,
            )
        for (let w = 0; w < shape.workers; w++)
          expect(again.reliability.mean[other.worker[w]!]!).toBeCloseTo(found.reliability.mean[w]!, 4)
      }),
      RUNS(name),
    )
  })

  test.each<[string, Shape]>([
    ['nothing', { tasks: 0, workers: 0, classes: 2, rows: [], gold: [] }],
    ['no votes', { tasks: 3, workers: 2, classes: 3, rows: [], gold: [-1, -1, -1] }],
    [
      'one task',
      {
        tasks: 1,
        workers: 3,
        classes: 2,
        rows: [
          [0, 0, 1],
          [0, 1, 1],
          [0, 2, 0],
        ],
        gold: [-1],
      },
    ],
    [
      'one worker',
      {
        tasks: 3,
        workers: 1,
        classes: 3,
        rows: [
          [0, 0, 1],
          [1, 0, 2],
          [2, 0, 1],
        ],
        gold: [-1, -1, -1],
      },
    ],
    [
      'one class',
      {
        tasks: 2,
        workers: 2,
        classes: 1,
        rows: [
          [0, 0, 0],
          [1, 1, 0],
        ],
        gold: [-1, -1],
      },
    ],
    [
      'one person a hundred times',
      {
        tasks: 2,
        workers: 2,
        classes: 2,
        rows: [...Array.from({ length: 100 }, (): [number, number, number] => [0, 0, 1]), [1, 1, 0]],
        gold: [-1, -1],
      },
    ],
    [
      'all gold',
      {
        tasks: 2,
        workers: 2,
        classes: 2,
        rows: [
          [0, 0, 0],
          [1, 1, 0],
        ],
        gold: [1, 0],
      },
    ],
  ])('has an answer for %s', (_name, shape) => {
    const labels = labelsOf(shape)
    expectSound(labels, method(labels))
  })

  test('stays finite with four hundred votes on a task', () => {
    const rows = Array.from({ length: 4000 }, (_x, i): [number, number, number] => [i % 10, i % 400, (i * 7) % 3])
    const labels = labelsOf({ tasks: 10, workers: 400, classes: 3, rows, gold: Array<number>(10).fill(-1) })
    expectSound(labels, method(labels))
  })
})

/** Tasks with a truth, and people who answer as `says` has it. */
function crowd(options: {
  tasks: number
  workers: number
  seed: number
  classes?: number
  perTask: number
  says: (worker: number, truth: number, chance: () => number, task: number) => number
}): { labels: Labels; truth: number[] } {
  const { tasks, workers, seed, classes = 2, perTask } = options
  const rng = createRng(seed)
  const truth = Array.from({ length: tasks }, () => rng.below(classes))
  const people = Array.from({ length: workers }, (_, i) => i)
  const rows = truth.flatMap((k, t) =>
    rng
      .shuffle(people)
      .slice(0, perTask)
      .map((w) => [t, w, options.says(w, k, () => rng.fraction(), t)] as const),
  )
  const column = (i: 0 | 1 | 2) => Int32Array.from(rows, (r) => r[i])
  return {
    labels: buildLabels({ tasks, workers, classes, task: column(0), worker: column(1), label: column(2) }),
    truth,
  }
}
const accuracy = (found: Inference, truth: readonly number[], classes: number) =>
  truth.filter((k, t) => answerOf(found.posterior, classes, t).class === k).length / truth.length

describe('auto on crowds made up', () => {
  test('is not misled by adversaries that a majority believes half of the time', () => {
    const { labels, truth } = crowd({
      tasks: 400,
      workers: 30,
      perTask: 7,
      seed: 3,
      says: (w, k, chance) => (w < 12 ? 1 - k : chance() < 0.9 ? k : 1 - k),
    })
    expect(accuracy(auto(labels), truth, 2)).toBeGreaterThan(accuracy(majority(labels), truth, 2) + 0.1)
    expect(auto(labels).reliability.mean[0]!).toBeLessThan(0.3)
  })

  test('sees through people who give one answer to everything', () => {
    const { labels, truth } = crowd({
      tasks: 500,
      workers: 30,
      perTask: 5,
      seed: 4,
      classes: 4,
      says: (w, k, chance) => (w < 12 ? w % 4 : chance() < 0.75 ? k : Math.floor(chance() * 4)),
    })
    expect(accuracy(auto(labels), truth, 4)).toBeGreaterThan(accuracy(majority(labels), truth, 4) + 0.05)
  })

  test('gives the weight to the model of correlated failures where people fail together', () => {
    const { labels } = crowd({
      tasks: 600,
      workers: 25,
      perTask: 8,
      seed: 5,
      // A third of the tasks are hard, and half of the people fall for each of them.
      says: (w, k, chance, t) =>
        t % 3 === 0 && w % 2 === 0 ? (chance() < 0.9 ? 1 - k : k) : chance() < 0.85 ? k : 1 - k,
    })
    const { members, why } = auto(labels)
    const weight = (method: string) => members.find((m) => m.method === method)!.weight
    expect(weight('ebcc')).toBeGreaterThan(weight('know_or_guess'))
    expect(why[0]).toContain('ebcc carried')
  })

  test('gains from gold on the tasks that are not gold', () => {
    const made = crowd({
      tasks: 300,
      workers: 9,
      perTask: 3,
      seed: 6,
      // Most people are wrong: only known answers can tell.
      says: (w, k, chance) => (w < 6 ? (chance() < 0.8 ? 1 - k : k) : chance() < 0.9 ? k : 1 - k),
    })
    const gold = Int32Array.from(made.truth, (k, t) => (t % 6 === 0 ? k : -1))
    const rest = made.truth.map((k, t) => (t % 6 === 0 ? -2 : k))
    const right = (found: Inference) =>
      rest.filter((k, t) => k >= 0 && answerOf(found.posterior, 2, t).class === k).length / 250
    expect(right(auto(made.labels))).toBeLessThan(0.5)
    const told = auto({ ...made.labels, gold })
    expect(right(told)).toBeGreaterThan(0.8)
    expect(told.calibration).toMatchObject({ by: 'gold', gold: 50 })
  })
})

describe('auto on tables of any size', () => {
  const table = (tasks: number, workers: number, classes: number, n: number) => {
    const rng = createRng(classes)
    const draw = (of: number) => Int32Array.from({ length: n }, () => rng.below(of))
    const label = Int32Array.from({ length: n }, (_, i) => i % classes)
    return buildLabels({ tasks, workers, classes, task: draw(tasks), worker: draw(workers), label })
  }

  test.each<[string, Labels, string[], string[]]>([
    ['few people and classes', table(50, 10, 3, 300), ['know_or_guess', 'ebcc'], []],
    ['many people', table(60, 32_000, 4, 300), ['know_or_guess'], ['ebcc']],
    ['many classes', table(5, 20, 8000, 30), ['one_coin'], ['know_or_guess', 'ebcc']],
    ['many of all', table(50, 300, 9000, 9000), ['majority'], ['know_or_guess', 'ebcc', 'one_coin']],
  ])('%s: uses what fits, and says what does not', (_, labels, used, left) => {
    const found = auto(labels)
    for (let t = 0; t < labels.tasks; t++) {
      const row = Array.from(found.posterior.subarray(t * labels.classes, (t + 1) * labels.classes))
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9)
    }
    expect(found.members.map((m) => m.method)).toEqual(used)
    expect(found.left_out.map((l) => l.method)).toEqual(left)
    for (const method of left) expect(found.why.join(' ')).toContain(`${method} was left out`)
  })
})

describe('answers', () => {
  test('a tie is reported, and not broken by order', () => {
    const { posterior } = majority(
      labelsOf({
        tasks: 2,
        workers: 2,
        classes: 3,
        rows: [
          [0, 0, 2],
          [0, 1, 1],
          [1, 0, 2],
        ],
        gold: [-1, -1],
      }),
    )
    expect(answerOf(posterior, 3, 0)).toEqual({ class: -1, tied: [1, 2] })
    expect(answerOf(posterior, 3, 1)).toEqual({ class: 2, tied: [] })
  })
})
