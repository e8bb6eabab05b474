import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BadInput, buildLabels, labelOf, votesPerWorker, withoutRepeats, workerOf, type Labels } from './labels.ts'

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
const rowsOf = (labels: Labels): Row[] =>
  Array.from({ length: labels.tasks }, (_, t) =>
    Array.from(labels.vote.slice(labels.start[t], labels.start[t + 1]), (v): Row => [
      t,
      workerOf(labels, v),
      labelOf(labels, v),
    ]),
  ).flat()

const table = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }))
  .chain(([tasks, workers, classes]) =>
    fc.record({
      tasks: fc.constant(tasks),
      workers: fc.constant(workers),
      classes: fc.constant(classes),
      rows: fc.array(
        fc.tuple(fc.nat({ max: tasks - 1 }), fc.nat({ max: workers - 1 }), fc.integer({ min: -1, max: classes - 1 })),
        { maxLength: 40 },
      ),
    }),
  )

describe('buildLabels', () => {
  test('keeps every vote but abstentions, by task and then in order of arrival', () => {
    fc.assert(
      fc.property(table, ({ tasks, workers, classes, rows }) => {
        const labels = build(tasks, workers, classes, rows)
        expect(rowsOf(labels)).toEqual(rows.filter((r) => r[2] >= 0).sort((a, b) => a[0] - b[0]))
        expect(labels.start[tasks]).toBe(labels.vote.length)
      }),
    )
  })

  test('takes nothing at all', () => {
    const labels = build(0, 0, 0, [])
    expect([...labels.start]).toEqual([0])
    expect(labels.vote).toHaveLength(0)
  })

  test.each([
    [
      'a negative task',
      () =>
        build(2, 2, 2, [
          [0, 0, 0],
          [-1, 0, 0],
        ]),
      'Row 2: there is no task -1; they go from 0 to 1.',
      2,
    ],
    ['a task too many', () => build(2, 2, 2, [[2, 0, 0]]), 'Row 1: there is no task 2; they go from 0 to 1.', 1],
    ['a worker too many', () => build(2, 2, 2, [[0, 2, 0]]), 'Row 1: there is no worker 2; they go from 0 to 1.', 1],
    ['a missing worker', () => build(2, 2, 2, [[0, -1, 0]]), 'Row 1: there is no worker -1; they go from 0 to 1.', 1],
    ['an unknown class', () => build(2, 2, 2, [[0, 0, 2]]), 'Row 1: there is no label 2; they go from 0 to 1.', 1],
    ['a class of none', () => build(1, 1, 0, [[0, 0, 0]]), 'Row 1: there is no label 0; there are none.', 1],
    [
      'gold of an unknown class',
      () => build(1, 1, 2, [], [2]),
      'The known answer of task 0 is class 2, and classes go from 0 to 1.',
      null,
    ],
    ['gold of another length', () => build(2, 1, 2, [], [0]), 'There are 1 known answers for 2 tasks.', null],
    [
      'too many codes',
      () => build(1, 5000, 1_000_000, []),
      /5000 workers × 1000000 classes are more than the 2\^32/,
      null,
    ],
    [
      'a size that is no number',
      () => build(NaN, 1, 1, []),
      'The number of tasks must be a whole number from 0 to 2147483647, not NaN.',
      null,
    ],
  ])('refuses %s with a sentence', (_, run, message, row) => {
    expect(run).toThrow(BadInput)
    expect(run).toThrow(message)
    let at: number | null | undefined
    try {
      run()
    } catch (error) {
      at = (error as BadInput).row
    }
    expect(at).toBe(row)
  })

  test('refuses columns of different lengths', () => {
    const none = new Int32Array(0)
    const one = new Int32Array(1)
    expect(() => buildLabels({ tasks: 1, workers: 1, classes: 1, task: one, worker: none, label: one })).toThrow(
      'The columns differ in length: 1 tasks, 0 workers, 1 labels.',
    )
  })
})

test('withoutRepeats keeps the first of each person, task and answer', () => {
  fc.assert(
    fc.property(table, ({ tasks, workers, classes, rows }) => {
      const labels = build(tasks, workers, classes, rows)
      const seen = new Set<string>()
      const first = rowsOf(labels).filter((r) => !seen.has(r.join()) && seen.add(r.join()))
      expect(rowsOf(withoutRepeats(labels))).toEqual(first)
    }),
  )
})

test('votesPerWorker counts votes that say something', () => {
  expect([
    ...votesPerWorker(
      build(2, 3, 2, [
        [0, 0, 1],
        [1, 0, 0],
        [1, 2, -1],
      ]),
    ),
  ]).toEqual([2, 0, 0])
})
