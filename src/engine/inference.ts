import type { Labels } from './labels.ts'
import { wilson } from './intervals.ts'
import { reliabilityFromCounts, type Reliability } from './reliability.ts'

/** What a method says about every task and every person. */
export type Inference = {
  method: string
  /** tasks × classes, row-major; each row sums to one. Gold rows are one-hot; a task without votes has the prior. */
  posterior: Float64Array | Float32Array
  /** Share of each class, classes long, summing to one. */
  prior: Float64Array
  iterations: number
  converged: boolean
  reliability: Reliability
  /** Evidence bound or log-likelihood in nats, where the method has one. */
  evidence: number | null
}

/** An inference that can also say how likely a vote is, which is what models are compared by. */
export type Fitted = Inference & {
  /** The chance that this worker, asked about this task, says this; `vote` is worker * classes + label. */
  chance: (task: number, vote: number) => number
}

/** The most probable class; -1 and the classes when several are equally probable. */
export type Answer = { class: number; tied: number[] }

/** Posteriors closer than this are equal: sums in another order differ by less. */
const EQUAL = 1e-9

/** The answer to a task. A tie is reported, never broken by order. */
export function answerOf(posterior: ArrayLike<number>, classes: number, task: number): Answer {
  const row = task * classes
  let best = -1
  for (let k = 0; k < classes; k++) if (posterior[row + k]! > best) best = posterior[row + k]!
  const tied: number[] = []
  for (let k = 0; k < classes; k++) if (posterior[row + k]! >= best - EQUAL) tied.push(k)
  return tied.length === 1 ? { class: tied[0]!, tied: [] } : { class: -1, tied }
}

/**
 * Each task's shares of votes; gold as known; a task without votes has the share of each class over all tasks that
 * have some (equal shares if none has).
 */
export function voteShares(labels: Labels): Float64Array {
  const { tasks, classes, start, vote, gold } = labels
  const shares = new Float64Array(tasks * classes)
  for (let t = 0; t < tasks; t++) {
    const row = t * classes
    const known = gold === null ? -1 : gold[t]!
    const n = start[t + 1]! - start[t]!
    if (known >= 0) shares[row + known] = 1
    else for (let i = start[t]!; i < start[t + 1]!; i++) shares[row + (vote[i]! % classes)]! += 1 / n
  }
  const prior = classShares(labels, shares)
  for (let t = 0; t < tasks; t++) if (!isObserved(labels, t)) shares.set(prior, t * classes)
  return shares
}

/** Whether anything is known of a task: a vote, or its answer. */
export function isObserved({ start, gold }: Labels, task: number): boolean {
  return start[task + 1]! > start[task]! || (gold !== null && gold[task]! >= 0)
}

/** The mean posterior over tasks of which something is known; equal shares where there is none. */
export function classShares(labels: Labels, posterior: ArrayLike<number>): Float64Array {
  const { tasks, classes } = labels
  const share = new Float64Array(classes)
  let n = 0
  for (let t = 0; t < tasks; t++) {
    if (!isObserved(labels, t)) continue
    n++
    for (let k = 0; k < classes; k++) share[k]! += posterior[t * classes + k]!
  }
  for (let k = 0; k < classes; k++) share[k] = n === 0 ? 1 / classes : share[k]! / n
  return share
}

/** Above so many cells, reliabilities come from one count per worker instead of one matrix. */
const MATRIX_CELLS = 2e7

/**
 * Reliability of each worker given posteriors: expected shares of right answers with a Wilson interval, a person with
 * few votes held near the crowd's average. `counts` holds each code's expected votes by true class, when at hand.
 */
export function reliabilityOf(labels: Labels, posterior: ArrayLike<number>, prior: Float64Array): Reliability {
  const { tasks, workers, classes, start, vote } = labels
  if (workers * classes * classes <= MATRIX_CELLS) {
    const counts = new Float64Array(workers * classes * classes)
    for (let t = 0; t < tasks; t++)
      for (let i = start[t]!; i < start[t + 1]!; i++) {
        const cell = vote[i]! * classes
        for (let k = 0; k < classes; k++) counts[cell + k]! += posterior[t * classes + k]!
      }
    return reliabilityFromCounts(workers, prior, (w, truth, said) => counts[(w * classes + said) * classes + truth]!)
  }
  const right = new Float64Array(workers)
  const votes = new Float64Array(workers)
  let all = 0
  for (let t = 0; t < tasks; t++)
    for (let i = start[t]!; i < start[t + 1]!; i++) {
      const w = Math.floor(vote[i]! / classes)
      const p = posterior[t * classes + (vote[i]! % classes)]!
      right[w]! += p
      votes[w]! += 1
      all += p
    }
  const average = (all + 1 / classes) / (vote.length + 1)
  const out = { mean: right, low: new Float64Array(workers), high: new Float64Array(workers) }
  for (let w = 0; w < workers; w++) {
    const n = votes[w]! + 2
    const mean = Math.min(1, (right[w]! + 2 * average) / n)
    const { low, high } = wilson(mean, n)
    out.mean[w] = mean
    out.low[w] = low
    out.high[w] = high
  }
  return out
}
