import { expect, test } from 'vitest'
import { labelOf, workerOf } from './labels.ts'
import { numberRows } from './table.ts'

const rows = [
  { task: 't2', worker: 'ann', label: 'yes' },
  { task: 't1', worker: 'bob', label: 'no' },
  { task: 't2', worker: 'bob', label: null },
  { task: 't1', worker: 'eve', label: '' },
]

test('numbers tasks and workers as they appear, classes by name', () => {
  const { labels, tasks, workers, classes } = numberRows(rows, [{ task: 't9', label: 'maybe' }])
  expect(tasks).toEqual(['t2', 't1', 't9'])
  expect(workers).toEqual(['ann', 'bob', 'eve'])
  expect(classes).toEqual(['maybe', 'no', 'yes'])
  expect([...labels.start]).toEqual([0, 1, 2, 2])
  expect([...labels.vote].map((v) => [workerOf(labels, v), labelOf(labels, v)])).toEqual([
    [0, 2],
    [1, 1],
  ])
  expect([...labels.gold!]).toEqual([-1, -1, 0])
})

test('nothing at all is fine', () => {
  expect(numberRows([])).toMatchObject({ tasks: [], workers: [], classes: [], labels: { tasks: 0, gold: null } })
})

test.each<[string, () => unknown, string]>([
  ['a row without task', () => numberRows([rows[0]!, { ...rows[0]!, task: '' }]), 'Row 2 names no task.'],
  ['a row without worker', () => numberRows([{ ...rows[0]!, worker: '' }]), 'Row 1 names no worker.'],
  [
    'a known answer without label',
    () => numberRows(rows, [{ task: 't1', label: '' }]),
    'Known answer 1 names no task or no label.',
  ],
  [
    'known answers that contradict',
    () =>
      numberRows(rows, [
        { task: 't1', label: 'yes' },
        { task: 't1', label: 'yes' },
        { task: 't1', label: 'no' },
      ]),
    'Known answer 3 says no of t1, and an earlier one yes.',
  ],
])('%s is refused with a sentence', (_, run, message) => {
  expect(run).toThrow(message)
})
