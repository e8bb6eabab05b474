import type { Labels } from './labels.ts'

/** Posteriors nearer to 0 than this count as this. */
const LEAST = 1e-12

/**
 * Posteriors made less sure for votes that are not independent: log posteriors are divided by the design effect
 * 1 + (n - 1) × correlation of a task with n votes (L. Kish, "Survey Sampling", 1965), times `temperature`. The order of
 * classes within a task stays. Gold rows and tasks without votes stay as they are. Out of place; rows sum to one.
 */
export function temper(
  labels: Labels,
  posterior: ArrayLike<number>,
  correlation: number,
  temperature = 1,
): Float64Array {
  const { tasks, classes, start, gold } = labels
  const out = Float64Array.from(posterior)
  for (let t = 0; t < tasks; t++) {
    const n = start[t + 1]! - start[t]!
    if (n === 0 || (gold !== null && gold[t]! >= 0)) continue
    temperRow(out, t * classes, classes, temperature * (1 + (n - 1) * correlation))
  }
  return out
}

function temperRow(p: Float64Array, row: number, classes: number, heat: number): void {
  let max = 0
  for (let k = 0; k < classes; k++) if (p[row + k]! > max) max = p[row + k]!
  let sum = 0
  for (let k = 0; k < classes; k++) sum += p[row + k] = Math.exp(Math.log(Math.max(LEAST, p[row + k]!) / max) / heat)
  for (let k = 0; k < classes; k++) p[row + k]! /= sum
}

/** Known answers beside the posteriors that did not know them: rows × classes, and the class of each row. */
export type KnownRows = { posterior: Float64Array; classes: number; truth: Uint32Array }

const RANGE = { low: 0.2, high: 8 }
/** How far the temperature is expected to lie from 1, as a standard deviation of its logarithm. */
const SPREAD = 0.5

/**
 * One temperature that makes known answers most likely (C. Guo et al., "On Calibration of Modern Neural Networks", ICML
 * 2017), with a log-normal prior around 1, so that a few known answers move it a little. Golden-section search on its
 * logarithm; 1 when nothing is known.
 */
export function fitTemperature({ posterior, classes, truth }: KnownRows): number {
  if (truth.length === 0) return 1
  const loss = (log: number) => {
    const heat = Math.exp(log)
    let sum = (log / SPREAD) ** 2 / 2
    for (let i = 0; i < truth.length; i++) {
      const row = i * classes
      let max = 0
      for (let k = 0; k < classes; k++) if (posterior[row + k]! > max) max = posterior[row + k]!
      let all = 0
      for (let k = 0; k < classes; k++) all += Math.exp(Math.log(Math.max(LEAST, posterior[row + k]!) / max) / heat)
      sum += Math.log(all) - Math.log(Math.max(LEAST, posterior[row + truth[i]!]!) / max) / heat
    }
    return sum
  }
  return Math.exp(lowest(loss, Math.log(RANGE.low), Math.log(RANGE.high)))
}

const GOLDEN = (Math.sqrt(5) - 1) / 2

/** Where a function with one valley is lowest, to 1e-6. */
function lowest(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high]
  let c = b - GOLDEN * (b - a)
  let d = a + GOLDEN * (b - a)
  let [fc, fd] = [f(c), f(d)]
  while (b - a > 1e-6) {
    if (fc < fd) {
      b = d
      d = c
      fd = fc
      c = b - GOLDEN * (b - a)
      fc = f(c)
    } else {
      a = c
      c = d
      fc = fd
      d = a + GOLDEN * (b - a)
      fd = f(d)
    }
  }
  return (a + b) / 2
}

/** The same rows at another temperature. */
export function heated({ posterior, classes, truth }: KnownRows, temperature: number): KnownRows {
  const out = posterior.slice()
  for (let i = 0; i < truth.length; i++) temperRow(out, i * classes, classes, temperature)
  return { posterior: out, classes, truth }
}

export type CalibrationBin = { from: number; to: number; tasks: number; confidence: number; right: number }

/** How sure the answers were and how often right, in ten bins of the largest posterior; ties count in part. */
export function calibrationOf(rows: KnownRows): { ece: number; nll: number; accuracy: number; bins: CalibrationBin[] } {
  const { posterior, classes, truth } = rows
  const bins = Array.from({ length: 10 }, (_, i) => ({
    from: i / 10,
    to: (i + 1) / 10,
    tasks: 0,
    confidence: 0,
    right: 0,
  }))
  let nll = 0
  let accuracy = 0
  for (let i = 0; i < truth.length; i++) {
    const row = i * classes
    let max = 0
    for (let k = 0; k < classes; k++) if (posterior[row + k]! > max) max = posterior[row + k]!
    let tied = 0
    for (let k = 0; k < classes; k++) if (posterior[row + k]! >= max - 1e-9) tied++
    const right = posterior[row + truth[i]!]! >= max - 1e-9 ? 1 / tied : 0
    nll -= Math.log(Math.max(1e-15, posterior[row + truth[i]!]!))
    accuracy += right
    const bin = bins[Math.min(9, Math.floor(max * 10))]!
    bin.tasks++
    bin.confidence += max
    bin.right += right
  }
  const n = Math.max(1, truth.length)
  let ece = 0
  for (const bin of bins) {
    ece += Math.abs(bin.confidence - bin.right) / n
    if (bin.tasks > 0) {
      bin.confidence /= bin.tasks
      bin.right /= bin.tasks
    }
  }
  return { ece, nll: nll / n, accuracy: accuracy / n, bins }
}

/** Rows of posteriors of these tasks beside their truth. */
export function knownRows(
  posterior: ArrayLike<number>,
  classes: number,
  tasks: ArrayLike<number>,
  truth: ArrayLike<number>,
): KnownRows {
  const out = new Float64Array(tasks.length * classes)
  for (let i = 0; i < tasks.length; i++)
    for (let k = 0; k < classes; k++) out[i * classes + k] = posterior[tasks[i]! * classes + k]!
  return { posterior: out, classes, truth: Uint32Array.from({ length: tasks.length }, (_, i) => truth[tasks[i]!]!) }
}
