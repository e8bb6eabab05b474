import { BadInput } from './labels.ts'

/** One row per answer. Values in any unit; task and worker are positions from 0. */
export type NumberColumns = {
  tasks: number
  workers: number
  task: ArrayLike<number>
  worker: ArrayLike<number>
  value: ArrayLike<number>
}

export type NumberOptions = {
  /** The common variance counts as this many answers beside a worker's own. */
  shrink?: number
  /**
   * A worker's constant shift is estimated against this many answers without one. Infinity, the default, estimates none:
   * against a truth that is itself an average of people, removing shifts made answers worse on real data.
   */
  shift_shrink?: number
  /** Answers farther from the rest than this many standard deviations of their worker count less (Huber 1964). */
  clip?: number
  iterations?: number
}

export type NumberAnswers = {
  /** Per task, in the answers' unit; NaN for tasks without an answer. */
  answer: Float64Array
  /** 95 % interval of what the crowd as a whole would say; infinite for tasks without an answer. */
  low: Float64Array
  high: Float64Array
  /** Standard deviation of each worker's error, and their shift; those without answers have the common ones. */
  worker_sd: Float64Array
  worker_shift: Float64Array
  iterations: number
  converged: boolean
}

/**
 * Answers to numeric tasks: a mean weighted by each worker's precision, which is learned from how far they are from the
 * others (Raykar et al. 2010, section 4, for continuous labels) with three changes. A worker's variance is shrunk
 * towards everybody's, because agreement with the mean that one has helped to make flatters; answers beyond `clip`
 * standard deviations count as if they stood at it (Huber's proposal), so that one slip of the keyboard does not decide;
 * and an interval takes its width from how far apart the answers to that task are, too, shrunk towards what workers'
 * variances say. It speaks of the crowd's consensus: a shift that all share cannot be seen without known answers.
 * Deterministic, time iterations * rows. Alternates until no answer moves by a millionth of the common deviation.
 * @throws BadInput naming the first row whose value is NaN or infinite, or whose task or worker is out of range.
 */
export function numbers(input: NumberColumns, options: NumberOptions = {}): NumberAnswers {
  const { tasks, workers, task, value } = input
  const { shrink = 100, shift_shrink = Infinity, clip = 3, iterations: most = 100 } = options
  refuse(input)
  if (!(shrink >= 0) || !(shift_shrink >= 0) || !(clip > 0))
    throw new BadInput('Shrinking counts answers and is not negative; clipping needs a width above 0.')
  const rows = task.length
  const { unit, middle } = scaleOf(value)
  const x = Float64Array.from(value, (v) => (v / 2 - middle / 2) / unit)
  const state: State = {
    answer: new Float64Array(tasks),
    spread: new Float64Array(tasks),
    variance: new Float64Array(workers).fill(1),
    shift: new Float64Array(workers),
    common: 1,
  }
  centre(input, x, state.answer)
  state.variance.fill(firstVariance(input, x, state.answer))
  let [steps, converged] = [0, rows === 0]
  for (; steps < most && !converged; steps++) {
    if (shift_shrink < Infinity) learnShifts(input, x, state, shift_shrink)
    learnVariances(input, x, state, shrink, clip)
    converged = answerTasks(input, x, state, clip) <= 1e-6 * Math.sqrt(state.common)
  }
  const { low, high } = intervals(input, x, state, clip)
  const seen = new Uint8Array(tasks)
  for (let i = 0; i < rows; i++) seen[task[i]!] = 1
  const back = (v: number) => v * unit * 2 + middle
  return {
    answer: state.answer.map((v, t) => (seen[t] ? back(v) : Number.NaN)),
    low: low.map((v, t) => (seen[t] ? back(v) : -Infinity)),
    high: high.map((v, t) => (seen[t] ? back(v) : Infinity)),
    worker_sd: state.variance.map((v) => Math.sqrt(v) * unit * 2),
    worker_shift: state.shift.map((v) => v * unit * 2),
    iterations: steps,
    converged,
  }
}

/** All in the working scale; `spread` is the sum of weights, the inverse of an answer's variance. */
type State = {
  answer: Float64Array
  spread: Float64Array
  variance: Float64Array
  shift: Float64Array
  common: number
}

/** Half the range and the middle: numbers as large as doubles go must not overflow when squared. */
function scaleOf(value: ArrayLike<number>): { unit: number; middle: number } {
  let [low, high] = [Infinity, -Infinity]
  for (let i = 0; i < value.length; i++) {
    low = Math.min(low, value[i]!)
    high = Math.max(high, value[i]!)
  }
  if (!(high > low)) return { unit: 1, middle: value.length > 0 ? low : 0 }
  return { unit: Math.max(high / 4 - low / 4, Number.MIN_VALUE), middle: high / 2 + low / 2 }
}

function centre({ task }: NumberColumns, x: Float64Array, answer: Float64Array): void {
  // The middle answer, not the mean: where one answer is far off, the start must not be.
  const of: number[][] = Array.from({ length: answer.length }, () => [])
  for (let i = 0; i < x.length; i++) of[task[i]!]!.push(x[i]!)
  of.forEach((values, t) => {
    if (values.length === 0) return
    values.sort((a, b) => a - b)
    answer[t] = (values[(values.length - 1) >> 1]! + values[values.length >> 1]!) / 2
  })
}

/** From the middle distance to the middle answer, which slips do not move; from the mean where most say the same. */
function firstVariance({ task }: NumberColumns, x: Float64Array, answer: Float64Array): number {
  const far = x.map((v, i) => Math.abs(v - answer[task[i]!]!)).sort()
  const middle = (far[far.length >> 1] ?? 0) * 1.4826
  const mean = (far.reduce((a, b) => a + b, 0) / Math.max(1, far.length)) * 1.2533
  return Math.max(FLOOR, (middle > 0 ? middle : mean) ** 2)
}

const FLOOR = 1e-12

function learnShifts({ task, worker }: NumberColumns, x: Float64Array, s: State, shrink: number): void {
  const count = new Float64Array(s.shift.length)
  const sum = new Float64Array(s.shift.length)
  for (let i = 0; i < x.length; i++) {
    sum[worker[i]!]! += x[i]! - s.answer[task[i]!]!
    count[worker[i]!]!++
  }
  let mean = 0
  for (let w = 0; w < sum.length; w++) {
    s.shift[w] = count[w]! > 0 ? sum[w]! / (count[w]! + shrink) : 0
    mean += (s.shift[w]! * count[w]!) / x.length
  }
  // Shifts and answers could otherwise wander off together.
  for (let w = 0; w < sum.length; w++) if (count[w]! > 0) s.shift[w]! -= mean
}

function learnVariances(
  { task, worker }: NumberColumns,
  x: Float64Array,
  s: State,
  shrink: number,
  clip: number,
): void {
  const count = new Float64Array(s.variance.length)
  const sum = new Float64Array(s.variance.length)
  let all = 0
  for (let i = 0; i < x.length; i++) {
    const w = worker[i]!
    const t = task[i]!
    const r = x[i]! - s.answer[t]! - s.shift[w]!
    const square = Math.min(r * r, clip * clip * s.variance[w]!) + (s.spread[t]! > 0 ? 1 / s.spread[t]! : 0)
    sum[w]! += square
    count[w]!++
    all += square
  }
  s.common = Math.max(FLOOR, all / x.length)
  for (let w = 0; w < sum.length; w++)
    s.variance[w] =
      count[w]! + shrink > 0 ? Math.max(FLOOR, (sum[w]! + shrink * s.common) / (count[w]! + shrink)) : s.common
}

const weight = (r: number, variance: number, clip: number) =>
  Math.abs(r) <= clip * Math.sqrt(variance) ? 1 : (clip * Math.sqrt(variance)) / Math.abs(r)

/** Returns how far the farthest answer moved. */
function answerTasks({ task, worker }: NumberColumns, x: Float64Array, s: State, clip: number): number {
  const top = new Float64Array(s.answer.length)
  const bottom = new Float64Array(s.answer.length)
  for (let i = 0; i < x.length; i++) {
    const [t, w] = [task[i]!, worker[i]!]
    const at = x[i]! - s.shift[w]!
    const part = weight(at - s.answer[t]!, s.variance[w]!, clip) / s.variance[w]!
    top[t]! += part * at
    bottom[t]! += part
  }
  let moved = 0
  for (let t = 0; t < top.length; t++) {
    if (bottom[t] === 0) continue
    const next = top[t]! / bottom[t]!
    moved = Math.max(moved, Math.abs(next - s.answer[t]!))
    s.answer[t] = next
    s.spread[t] = bottom[t]!
  }
  return moved
}

/** As many answers' worth of trust that a task is as spread as workers' variances say. */
const TASK_SHRINK = 3

function intervals(
  { task, worker }: NumberColumns,
  x: Float64Array,
  s: State,
  clip: number,
): { low: Float64Array; high: Float64Array } {
  const count = new Float64Array(s.answer.length)
  const squares = new Float64Array(s.answer.length)
  for (let i = 0; i < x.length; i++) {
    const [t, w] = [task[i]!, worker[i]!]
    const r = x[i]! - s.shift[w]! - s.answer[t]!
    squares[t]! += (weight(r, s.variance[w]!, clip) * r * r) / s.variance[w]!
    count[t]!++
  }
  const half = s.answer.map((_, t) => {
    if (count[t] === 0) return Infinity
    // One answer's freedom went into the task's own mean.
    const freedom = count[t]! - 1 + TASK_SHRINK
    const scale = (squares[t]! + TASK_SHRINK) / freedom
    return studentPoint(freedom) * Math.sqrt(scale / s.spread[t]!)
  })
  return { low: s.answer.map((v, t) => v - half[t]!), high: s.answer.map((v, t) => v + half[t]!) }
}

/** The 97.5 % point of Student's distribution, for 2 degrees of freedom or more (Cornish & Fisher; within 1 % from 3). */
function studentPoint(f: number): number {
  const z = 1.959963984540054
  const z3 = z ** 3
  const z5 = z ** 5
  const z7 = z ** 7
  return (
    z +
    (z3 + z) / (4 * f) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * f * f) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * f ** 3)
  )
}

function refuse({ tasks, workers, task, worker, value }: NumberColumns): void {
  if (worker.length !== task.length || value.length !== task.length)
    throw new BadInput(
      `The columns differ in length: ${task.length} tasks, ${worker.length} workers, ${value.length} values.`,
    )
  for (let i = 0; i < task.length; i++) {
    if (!Number.isInteger(task[i]!) || task[i]! < 0 || task[i]! >= tasks)
      throw new BadInput(`Row ${i + 1}: there is no task ${task[i]}; there are ${tasks}, from 0.`, i + 1)
    if (!Number.isInteger(worker[i]!) || worker[i]! < 0 || worker[i]! >= workers)
      throw new BadInput(`Row ${i + 1}: there is no worker ${worker[i]}; there are ${workers}, from 0.`, i + 1)
    if (!Number.isFinite(value[i]!))
      throw new BadInput(`Row ${i + 1}: the value is ${value[i]}, and only finite numbers can be averaged.`, i + 1)
  }
}
