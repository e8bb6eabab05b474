import { wilson } from './intervals.ts'

/** Per worker: share of right answers expected on a typical task, and its 95 % interval. */
export type Reliability = { mean: Float64Array; low: Float64Array; high: Float64Array }

/** A person starts as two votes of the crowd's average would leave them. */
const CROWD_VOTES = 2

/**
 * Reliability from expected counts. A worker's share of right answers in each class, weighted by how common the class
 * is, has the variance of independent binomials; matched by a single binomial, it gives an effective number of votes
 * for Wilson's interval, together with two votes of the crowd's average. Without votes: the crowd's average, and wide.
 * @param countOf Expected votes of worker w saying `said` on tasks whose truth is `truth`.
 * @param prior Share of each class, summing to one.
 */
export function reliabilityFromCounts(
  workers: number,
  prior: Float64Array,
  countOf: (worker: number, truth: number, said: number) => number,
): Reliability {
  const classes = prior.length
  const out = { mean: new Float64Array(workers), low: new Float64Array(workers), high: new Float64Array(workers) }
  const votes = new Float64Array(classes)
  const right = new Float64Array(classes)
  for (let w = 0; w < workers; w++)
    for (let k = 0; k < classes; k++) {
      right[k]! += countOf(w, k, k)
      for (let l = 0; l < classes; l++) votes[k]! += countOf(w, k, l)
    }
  // One vote at the rate of a coin keeps a class that nobody judged from saying anything sure.
  const crowd = Float64Array.from(prior, (_, k) => (right[k]! + 1 / classes) / (votes[k]! + 1))
  let average = 0
  for (let k = 0; k < classes; k++) average += prior[k]! * crowd[k]!
  for (let w = 0; w < workers; w++) {
    let share = 0
    let variance = 0
    let total = 0
    for (let k = 0; k < classes; k++) {
      let n = 0
      for (let l = 0; l < classes; l++) n += countOf(w, k, l)
      const a = (countOf(w, k, k) + crowd[k]!) / (n + 1)
      share += prior[k]! * a
      variance += (prior[k]! * prior[k]! * a * (1 - a)) / (n + 1)
      total += n
    }
    const effective = variance > 0 ? Math.min(total, (share * (1 - share)) / variance) : total
    const n = effective + CROWD_VOTES
    const mean = Math.min(1, Math.max(0, (effective * share + CROWD_VOTES * average) / n))
    const { low, high } = wilson(mean, n)
    out.mean[w] = mean
    out.low[w] = low
    out.high[w] = high
  }
  return out
}
