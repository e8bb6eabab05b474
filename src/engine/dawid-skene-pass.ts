import type { Labels } from './labels.ts'

export type Numbers = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

/**
 * What one pass over the votes reads and writes. `cells` has one row per vote code (worker * classes + label): the
 * chance of that label given each truth, then the expected count of each truth; both padded to `lanes`. They lie side
 * by side, so that a vote touches one cache line, and 4 classes in Float64 fill one exactly.
 */
export type Tables = {
  labels: Labels
  /** Classes, rounded up to an even number. Padding of chances and of the prior is 1, of counts 0. */
  lanes: number
  cells: Numbers
  /** prior (lanes), expected tasks by class (lanes), then the slots below. */
  state: Float64Array<ArrayBuffer>
  posterior: Numbers
  /** said × truth (lanes): pseudo-votes that every worker has. */
  extra: Float64Array<ArrayBuffer>
}

/** The two steps of an iteration: counts from votes (or from posteriors as given); chances from counts, which it may clear. */
export type Steps = { tables: Tables; pass: (given: boolean) => void; maximise: (clear: boolean) => void }

/** State slots after 2 * lanes: the evidence is state[Z] * 2^(-500 * state[STEPS]); change is the sum of two slots. */
export const Z = 0
export const STEPS = 1
export const CHANGE = 2
export const SLOTS = 4

/** Products below this are lifted by its inverse, and the lift is counted: exact, and no logarithm. */
export const SMALL = 2 ** -500
/** Votes between two looks at whether a product got small: 8 factors of at least 1e-18 stay far from underflow. */
export const STRIDE = 8

/** Expected counts are read as at least this, so that no chance is 0 and no product vanishes. */
export const FLOOR = 1e-10

export const lanesFor = (classes: number): number => classes + (classes & 1)
export const stateSize = (lanes: number): number => 2 * lanes + SLOTS

/** Plain tables, and steps in plain TypeScript, for any number of classes. */
export function scalarSteps(labels: Labels, posterior: Numbers): Steps {
  const { classes, workers } = labels
  const lanes = lanesFor(classes)
  const size = workers * classes * lanes * 2
  const tables = {
    labels,
    lanes,
    cells: posterior instanceof Float64Array ? new Float64Array(size) : new Float32Array(size),
    state: new Float64Array(stateSize(lanes)),
    posterior,
    extra: new Float64Array(classes * lanes),
  }
  return { tables, pass: (given) => scalarPass(tables, given), maximise: (clear) => scalarMaximise(tables, clear) }
}

/**
 * One iteration over all tasks, the E step and the counts of the M step fused: posterior from the product of chances,
 * then the posterior added to the counts of each vote's row. The vector kernel gives the same bits.
 */
export function scalarPass({ labels, lanes, cells, state, posterior }: Tables, given: boolean): void {
  const { tasks, classes, start, vote, gold } = labels
  const p = new Float64Array(lanes)
  const lifts = new Float64Array(lanes)
  const stride = 2 * lanes
  const slots = 2 * lanes
  let from = 0
  for (let t = 0; t < tasks; t++) {
    const to = start[t + 1]!
    const known = gold === null ? -1 : gold[t]!
    if (given) {
      for (let k = 0; k < classes; k++) p[k] = posterior[t * classes + k]!
    } else if (known >= 0) {
      for (let k = 0; k < classes; k++) p[k] = k === known ? 1 : 0
    } else {
      for (let k = 0; k < classes; k++) p[k] = state[k]!
      if (from < to) weigh(p, lifts, from, to, { classes, stride, vote, cells, state, slots })
    }
    if (known >= 0 || from < to) for (let k = 0; k < classes; k++) state[lanes + k]! += p[k]!
    const row = t * classes
    for (let k = 0; k < classes; k++) {
      const before = posterior[row + k]!
      posterior[row + k] = p[k]!
      state[slots + CHANGE + (k & 1)]! += Math.abs(posterior[row + k]! - before)
    }
    // What is stored, not what was computed: in Float32 counts are sums of the rounded posteriors.
    for (let i = from; i < to; i++) {
      const counts = vote[i]! * stride + lanes
      for (let k = 0; k < classes; k++) cells[counts + k]! += posterior[row + k]!
    }
    from = to
  }
}

type Weighing = {
  classes: number
  stride: number
  vote: Uint32Array
  cells: Numbers
  state: Float64Array
  slots: number
}

/** Turns the prior in `p` into the posterior of the votes from … to - 1. */
function weigh(p: Float64Array, lifts: Float64Array, from: number, to: number, w: Weighing): void {
  const { classes, stride, vote, cells, state, slots } = w
  lifts.fill(0)
  let lifted = false
  for (let i = from; i < to;) {
    const end = Math.min(i + STRIDE, to)
    for (; i < end; i++) {
      const row = vote[i]! * stride
      for (let k = 0; k < classes; k++) p[k]! *= cells[row + k]!
    }
    for (let k = 0; k < classes; k++) {
      if (p[k]! >= SMALL) continue
      p[k]! *= 1 / SMALL
      lifts[k]!++
      lifted = true
    }
  }
  if (lifted) {
    let least = Infinity
    for (let k = 0; k < classes; k++) least = Math.min(least, lifts[k]!)
    for (let k = 0; k < classes; k++) {
      const behind = lifts[k]! - least
      p[k]! *= behind === 0 ? 1 : behind === 1 ? SMALL : 0
    }
    state[slots + STEPS]! += least
  }
  let even = 0
  let odd = 0
  for (let k = 0; k < classes; k += 2) even += p[k]!
  for (let k = 1; k < classes; k += 2) odd += p[k]!
  const z = even + odd
  state[slots + Z]! *= z
  if (state[slots + Z]! < SMALL) {
    state[slots + Z]! *= 1 / SMALL
    state[slots + STEPS]!++
  }
  const scale = 1 / z
  for (let k = 0; k < classes; k++) p[k]! *= scale
}

/** The M step for all workers: the chance of what they say given the truth, from counts and pseudo-votes. */
export function scalarMaximise({ labels, lanes, cells, extra }: Tables, clear: boolean): void {
  const { workers, classes } = labels
  const stride = 2 * lanes
  for (let w = 0; w < workers; w++)
    for (let truth = 0; truth < classes; truth++) {
      const first = w * classes * stride + truth
      let total = 0
      for (let said = 0; said < classes; said++)
        total += Math.max(FLOOR, cells[first + said * stride + lanes]! + extra[said * lanes + truth]!)
      const scale = 1 / total
      for (let said = 0; said < classes; said++) {
        const at = first + said * stride
        cells[at] = Math.max(FLOOR, cells[at + lanes]! + extra[said * lanes + truth]!) * scale
        if (clear) cells[at + lanes] = 0
      }
    }
}
