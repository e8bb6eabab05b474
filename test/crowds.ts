import fc from 'fast-check'
import { buildLabels, type Labels } from '../src/engine/labels.ts'

export type Shape = {
  tasks: number
  workers: number
  classes: number
  rows: [number, number, number][]
  gold: number[]
}

/** Small tables of any kind: empty, repeated, contradictory and missing votes, unused classes, some known answers. */
export const shapes = (): fc.Arbitrary<Shape> =>
  fc
    .record({
      tasks: fc.integer({ min: 1, max: 9 }),
      workers: fc.integer({ min: 1, max: 6 }),
      classes: fc.integer({ min: 1, max: 4 }),
    })
    .chain(({ tasks, workers, classes }) =>
      fc.record({
        tasks: fc.constant(tasks),
        workers: fc.constant(workers),
        classes: fc.constant(classes),
        rows: fc.array(
          fc.tuple(
            fc.integer({ min: 0, max: tasks - 1 }),
            fc.integer({ min: 0, max: workers - 1 }),
            fc.integer({ min: -1, max: classes - 1 }),
          ),
          { maxLength: 40 },
        ),
        gold: fc.array(fc.oneof({ arbitrary: fc.constant(-1), weight: 4 }, fc.integer({ min: 0, max: classes - 1 })), {
          minLength: tasks,
          maxLength: tasks,
        }),
      }),
    )

export const labelsOf = ({ tasks, workers, classes, rows, gold }: Shape): Labels =>
  buildLabels({
    tasks,
    workers,
    classes,
    task: Int32Array.from(rows, (r) => r[0]),
    worker: Int32Array.from(rows, (r) => r[1]),
    label: Int32Array.from(rows, (r) => r[2]),
    gold: gold.some((g) => g >= 0) ? Int32Array.from(gold) : null,
  })

export const crowds = (): fc.Arbitrary<Labels> => shapes().map(labelsOf)
