import { isObserved } from './inference.ts'
import { BadInput, type Labels } from './labels.ts'

/**
 * The votes with only those codes that occur, numbered in ascending order, so that tables have no empty rows and a
 * worker's rows are neighbours.
 */
export type Codes = {
  labels: Labels
  /** Row of each vote. */
  row: Uint32Array
  /** worker * classes + label of each row, ascending. */
  code: Uint32Array
  /** Row of each code, or -1. */
  rowOf: Int32Array
  /** Votes of each row on observed tasks. */
  votes: Uint32Array
}

/** What a code table may hold. */
const ROOM = 2 ** 28

/** @throws BadInput when workers × classes is beyond what a table of codes may hold. */
export function numberCodes(labels: Labels): Codes {
  const { workers, classes, vote } = labels
  if (workers * classes > ROOM)
    throw new BadInput(`${workers} workers × ${classes} classes are more than the ${ROOM} cells this method may use.`)
  const rowOf = new Int32Array(workers * classes)
  for (let i = 0; i < vote.length; i++) rowOf[vote[i]!] = 1
  let n = 0
  for (let c = 0; c < rowOf.length; c++) rowOf[c] = rowOf[c] === 1 ? n++ : -1
  const code = new Uint32Array(n)
  for (let c = 0; c < rowOf.length; c++) if (rowOf[c]! >= 0) code[rowOf[c]!] = c
  const row = new Uint32Array(vote.length)
  const votes = new Uint32Array(n)
  for (let i = 0; i < vote.length; i++) {
    row[i] = rowOf[vote[i]!]!
    votes[row[i]!]!++
  }
  return { labels, row, code, rowOf, votes }
}

/** What a model alternates on: states are classes × subtypes, the subtypes of a class side by side. */
export type Tables = {
  codes: Codes
  states: number
  subtypes: number
  /** rows × states: expected votes of the code on tasks in the state. */
  counts: Float64Array
  /** rows × states: logarithm of the chance of the code in the state. */
  logs: Float64Array
  /** Logarithm of each state's share. */
  logPrior: Float64Array
  /** Expected tasks in each state. */
  mass: Float64Array
  /** tasks × states; each row of an observed task sums to one. */
  posterior: Float64Array
  /** Tasks of which something is known. */
  observed: number
  /** Room for one task's states and their shares. */
  state: Uint32Array
  share: Float64Array
}

export function createTables(codes: Codes, subtypes = 1): Tables {
  const { tasks, classes } = codes.labels
  const states = classes * subtypes
  const rows = codes.code.length
  let observed = 0
  for (let t = 0; t < tasks; t++) if (isObserved(codes.labels, t)) observed++
  return {
    codes,
    states,
    subtypes,
    counts: new Float64Array(rows * states),
    logs: new Float64Array(rows * states),
    logPrior: new Float64Array(states),
    mass: new Float64Array(states),
    posterior: new Float64Array(tasks * states),
    observed,
    state: new Uint32Array(states),
    share: new Float64Array(states),
  }
}

/** Posteriors below this are not counted. */
const NOTHING = 1e-10
/** A state so many nats behind the best has no share that a double could add. */
const BEHIND = -37

/** Adds up what the posteriors say: expected votes of each code, expected tasks of each state. */
export function countStates({ codes, states, counts, mass, posterior, state, share }: Tables): void {
  const { labels, row } = codes
  counts.fill(0)
  mass.fill(0)
  for (let t = 0; t < labels.tasks; t++) {
    if (!isObserved(labels, t)) continue
    const at = t * states
    const from = labels.start[t]!
    const to = labels.start[t + 1]!
    // Most tasks are in few states: only those are added.
    let some = 0
    for (let s = 0; s < states; s++) {
      const p = posterior[at + s]!
      if (p < NOTHING) continue
      mass[s]! += p
      state[some] = s
      share[some++] = p
    }
    for (let i = from; i < to; i++) {
      const cell = row[i]! * states
      for (let j = 0; j < some; j++) counts[cell + state[j]!]! += share[j]!
    }
  }
}

/**
 * Posteriors of all tasks from the tables, in place: the largest logarithm is taken off before the exponential, so any
 * number of votes stays finite. Gold tasks keep to their class. Returns the summed change, in total variation.
 */
export function weighTasks(tables: Tables, scratch: Float64Array): number {
  const { codes, states, subtypes, logs, logPrior, posterior } = tables
  const { labels, row } = codes
  const { tasks, start, gold } = labels
  let change = 0
  for (let t = 0; t < tasks; t++) {
    if (!isObserved(labels, t)) continue
    for (let s = 0; s < states; s++) scratch[s] = logPrior[s]!
    for (let i = start[t]!; i < start[t + 1]!; i++) {
      const cell = row[i]! * states
      for (let s = 0; s < states; s++) scratch[s]! += logs[cell + s]!
    }
    const known = gold === null ? -1 : gold[t]!
    const from = known < 0 ? 0 : known * subtypes
    const to = known < 0 ? states : from + subtypes
    let max = -Infinity
    for (let s = from; s < to; s++) if (scratch[s]! > max) max = scratch[s]!
    let sum = 0
    for (let s = from; s < to; s++) {
      const behind = scratch[s]! - max
      sum += scratch[s] = behind < BEHIND ? 0 : Math.exp(behind)
    }
    const at = t * states
    for (let s = from; s < to; s++) {
      const p = scratch[s]! / sum
      change += Math.abs(p - posterior[at + s]!)
      posterior[at + s] = p
    }
  }
  return change / 2
}

export type Stop = { maxIterations: number; tolerance: number }

/**
 * Alternates `update` (tables from counts) and posteriors until these move by less than `tolerance` in total variation,
 * mean over observed tasks. The posteriors must hold where to start. Counts are those of the last posteriors.
 */
export function alternate(tables: Tables, stop: Stop, update: (iteration: number) => void): Stopped {
  const scratch = new Float64Array(tables.states)
  countStates(tables)
  for (let iteration = 0; iteration < stop.maxIterations; iteration++) {
    update(iteration)
    const change = weighTasks(tables, scratch)
    countStates(tables)
    if (change <= stop.tolerance * tables.observed) return { iterations: iteration + 1, converged: true }
  }
  return { iterations: stop.maxIterations, converged: false }
}

export type Stopped = { iterations: number; converged: boolean }

/** Posteriors by class: subtypes added up, and the prior for tasks of which nothing is known. */
export function byClass({ codes, states, subtypes, posterior }: Tables, prior: Float64Array): Float64Array {
  const { tasks, classes } = codes.labels
  const out = new Float64Array(tasks * classes)
  for (let t = 0; t < tasks; t++) {
    if (!isObserved(codes.labels, t)) out.set(prior, t * classes)
    else for (let s = 0; s < states; s++) out[t * classes + Math.floor(s / subtypes)]! += posterior[t * states + s]!
  }
  return out
}
