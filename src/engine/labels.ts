/** Votes in compressed rows by task. A vote is worker * classes + label: at once the row of a worker's confusion matrix. */
export type Labels = {
  tasks: number
  workers: number
  classes: number
  /** tasks + 1 offsets: the votes of task t are start[t] … start[t + 1] - 1. */
  start: Uint32Array
  /** worker * classes + label of each vote, in order of arrival within a task. */
  vote: Uint32Array
  /** Known answers: class index, or -1. Null when there are none. */
  gold: Int32Array | null
}

/** Columns of one row per vote, plus the sizes that the ids stay under. */
export type VoteColumns = {
  tasks: number
  workers: number
  classes: number
  task: Int32Array
  worker: Int32Array
  /** Class index; -1 means that the person abstained. */
  label: Int32Array
  /** One per task: class index, or -1 where nothing is known. */
  gold?: Int32Array | null
}

/** Input that cannot be worked with, in one sentence; `row` counts votes from 1, null when no row is to blame. */
export class BadInput extends Error {
  readonly row: number | null
  constructor(message: string, row: number | null = null) {
    super(message)
    this.name = 'BadInput'
    this.row = row
  }
}

/** Uint32 offsets and codes end here. */
const ROOM = 2 ** 32

/**
 * Sorts votes by task (counting sort: linear and stable; the columns are only read). Abstentions are dropped, repeated
 * votes kept: see `withoutRepeats`. Tasks and workers without a vote, classes that nobody used and no votes at all are
 * fine. Memory beyond the columns: 4 bytes per vote and per task.
 * @throws BadInput naming the first row whose id is out of range, or the size or column that does not fit.
 */
export function buildLabels(input: VoteColumns): Labels {
  const { tasks, workers, classes, task, worker, label } = input
  const gold = input.gold ?? null
  refuseSizes(input)
  const start = new Uint32Array(tasks + 1)
  for (let i = 0; i < task.length; i++) {
    const t = task[i]!
    const w = worker[i]!
    const c = label[i]!
    if (t < 0 || t >= tasks) throw outside('task', t, tasks, i)
    if (w < 0 || w >= workers) throw outside('worker', w, workers, i)
    if (c < -1 || c >= classes) throw outside('label', c, classes, i)
    if (c >= 0) start[t + 1]!++
  }
  for (let t = 0; t < tasks; t++) start[t + 1]! += start[t]!
  const vote = new Uint32Array(start[tasks]!)
  // The offsets serve as write positions, and are moved back by one task afterwards.
  for (let i = 0; i < task.length; i++) {
    const c = label[i]!
    if (c >= 0) vote[start[task[i]!]!++] = worker[i]! * classes + c
  }
  start.copyWithin(1, 0, tasks)
  start[0] = 0
  return { tasks, workers, classes, start, vote, gold }
}

function refuseSizes({ tasks, workers, classes, task, worker, label, gold }: VoteColumns): void {
  for (const [name, size] of Object.entries({ tasks, workers, classes }))
    if (!Number.isInteger(size) || size < 0 || size >= 2 ** 31)
      throw new BadInput(`The number of ${name} must be a whole number from 0 to 2147483647, not ${size}.`)
  if (workers * classes > ROOM)
    throw new BadInput(
      `${workers} workers × ${classes} classes are more than the 2^32 that a vote's code can tell apart.`,
    )
  if (worker.length !== task.length || label.length !== task.length)
    throw new BadInput(
      `The columns differ in length: ${task.length} tasks, ${worker.length} workers, ${label.length} labels.`,
    )
  if (!gold) return
  if (gold.length !== tasks) throw new BadInput(`There are ${gold.length} known answers for ${tasks} tasks.`)
  for (let t = 0; t < tasks; t++)
    if (gold[t]! < -1 || gold[t]! >= classes)
      throw new BadInput(`The known answer of task ${t} is class ${gold[t]}, and classes go from 0 to ${classes - 1}.`)
}

function outside(column: string, id: number, size: number, index: number): BadInput {
  const range = size === 0 ? 'there are none' : `they go from 0 to ${size - 1}`
  return new BadInput(`Row ${index + 1}: there is no ${column} ${id}; ${range}.`, index + 1)
}

/**
 * The same votes with each person's repeats of the same answer to the same task dropped (different answers by one
 * person to one task all stay, as evidence of doubt). Linear; 4 bytes per worker and class on the side.
 */
export function withoutRepeats(labels: Labels): Labels {
  const { tasks, workers, classes, start, vote } = labels
  // Task + 1 in which a code was last seen.
  const seen = new Uint32Array(workers * classes)
  const kept = new Uint32Array(vote.length)
  const starts = new Uint32Array(tasks + 1)
  let n = 0
  for (let t = 0; t < tasks; t++) {
    for (let i = start[t]!; i < start[t + 1]!; i++) {
      const v = vote[i]!
      if (seen[v] === t + 1) continue
      seen[v] = t + 1
      kept[n++] = v
    }
    starts[t + 1] = n
  }
  return n === vote.length ? labels : { ...labels, start: starts, vote: kept.slice(0, n) }
}

/** The worker of a vote's code. */
export function workerOf(labels: Labels, vote: number): number {
  return Math.floor(vote / labels.classes)
}

/** The class that a vote's code says. */
export function labelOf(labels: Labels, vote: number): number {
  return vote % labels.classes
}

/** How many votes each worker gave. */
export function votesPerWorker(labels: Labels): Uint32Array {
  const n = new Uint32Array(labels.workers)
  for (let i = 0; i < labels.vote.length; i++) n[Math.floor(labels.vote[i]! / labels.classes)]!++
  return n
}
