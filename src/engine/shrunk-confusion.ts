import { digamma } from './digamma.ts'
import type { Labels } from './labels.ts'

export type ShrunkOptions = {
  /** A person's share of right votes is held towards the crowd's as by so many votes. */
  ability?: number
  /** Each row of their confusion is held as by so many votes towards the crowd's row, turned to their own ability. */
  rows?: number
  /**
   * Count what is not known of a person against their votes (the expected logarithm of their rates, as variational
   * Bayes does) instead of taking the best guess. Ranks a finished batch better; too timid while votes come in.
   */
  cautious?: boolean
  iterations?: number
  /** Posteriors to go on from (tasks × classes), instead of shares of votes. */
  initial?: ArrayLike<number>
}

export type ShrunkConfusion = {
  /** tasks × classes, rows summing to one; gold one-hot; a task without votes has the prior. */
  posterior: Float64Array
  prior: Float64Array
  /** workers × truth × said: logarithms of rates. */
  log_confusion: Float64Array
  iterations: number
}

/** What a crowd is before it is seen: right three times in four, worth ten votes. */
const CROWD = { right: 0.75, votes: 10 }
const LEAST = 1e-6

/**
 * Dawid–Skene with two levels of shrinking, for the time when few votes are known of anybody: a person's confusion
 * starts from the crowd's, moved (in log-odds) by how much more or less often than the crowd that person is right, and
 * class by class their own votes take over (empirical Bayes as Efron & Morris 1973; confusion as Dawid & Skene 1979). So
 * one vote on a rare class still says something of a person known from common ones. Expectation-maximisation for a fixed
 * number of iterations, from shares of votes; time iterations * (votes * classes + workers * classes²). Deterministic.
 * Adversarial people count in reverse as far as their votes show it. No input gives NaN.
 */
export function shrunkConfusion(labels: Labels, options: ShrunkOptions = {}): ShrunkConfusion {
  const { ability = 5, rows = 3, cautious = false, iterations = 20, initial } = options
  const { tasks, workers, classes } = labels
  const state: State = {
    labels,
    posterior: initial ? Float64Array.from(initial) : new Float64Array(tasks * classes),
    prior: new Float64Array(classes).fill(1 / Math.max(1, classes)),
    counts: new Float64Array(workers * classes * classes),
    logs: new Float64Array(workers * classes * classes),
    right: new Float64Array(workers),
    votes: new Float64Array(workers),
    crowd: new Float64Array(classes * classes),
  }
  if (!initial) smoothedShares(state)
  fixGold(state)
  for (let step = 0; step < iterations; step++) {
    count(state)
    shrink(state, ability, rows, cautious)
    weigh(state)
    fixGold(state)
  }
  return { posterior: state.posterior, prior: state.prior, log_confusion: state.logs, iterations }
}

type State = {
  labels: Labels
  posterior: Float64Array
  prior: Float64Array
  counts: Float64Array
  logs: Float64Array
  right: Float64Array
  votes: Float64Array
  crowd: Float64Array
}

/** Half a vote is spread over all classes, so that a single vote is not yet a certainty. */
function smoothedShares({ labels, posterior }: State): void {
  const { tasks, classes, start, vote } = labels
  for (let t = 0; t < tasks; t++) {
    const n = start[t + 1]! - start[t]! + 0.5
    posterior.fill(0.5 / classes / n, t * classes, (t + 1) * classes)
    for (let i = start[t]!; i < start[t + 1]!; i++) posterior[t * classes + (vote[i]! % classes)]! += 1 / n
  }
}

function fixGold({ labels, posterior }: State): void {
  const { tasks, classes, gold } = labels
  if (gold)
    for (let t = 0; t < tasks; t++)
      if (gold[t]! >= 0) {
        posterior.fill(0, t * classes, (t + 1) * classes)
        posterior[t * classes + gold[t]!] = 1
      }
}

function count({ labels, posterior, prior, counts, right, votes }: State): void {
  const { tasks, classes, start, vote } = labels
  counts.fill(0)
  right.fill(0)
  votes.fill(0)
  prior.fill(1)
  let seen = classes
  for (let t = 0; t < tasks; t++) {
    const row = t * classes
    if (start[t + 1]! === start[t]!) continue
    seen++
    for (let c = 0; c < classes; c++) prior[c]! += posterior[row + c]!
    for (let i = start[t]!; i < start[t + 1]!; i++) {
      const said = vote[i]! % classes
      const worker = (vote[i]! - said) / classes
      const at = worker * classes * classes + said
      for (let c = 0; c < classes; c++) counts[at + c * classes]! += posterior[row + c]!
      right[worker]! += posterior[row + said]!
      votes[worker]!++
    }
  }
  for (let c = 0; c < classes; c++) prior[c]! /= seen
}

function shrink(state: State, ability: number, rows: number, cautious: boolean): void {
  const { labels, counts, logs, right, votes, crowd } = state
  const { workers, classes } = labels
  if (classes < 2) return
  const pool = pooled(state)
  // Everybody without votes has the same rows; most of a large crowd is without votes at first.
  let unseen = -1
  const size = classes * classes
  for (let w = 0; w < workers; w++) {
    if (votes[w] === 0 && unseen >= 0) {
      logs.copyWithin(w * size, unseen * size, (unseen + 1) * size)
      continue
    }
    if (votes[w] === 0) unseen = w
    const own = (right[w]! + ability * pool) / (votes[w]! + ability)
    const turn = own / (1 - own) / (pool / (1 - pool))
    for (let c = 0; c < classes; c++) {
      const at = (w * classes + c) * classes
      const usual = crowd[c * classes + c]!
      const odds = (usual / (1 - usual)) * turn
      let total = rows
      for (let said = 0; said < classes; said++) total += counts[at + said]!
      for (let said = 0; said < classes; said++) {
        const share = said === c ? odds / (1 + odds) : crowd[c * classes + said]! / (1 - usual) / (1 + odds)
        const held = counts[at + said]! + rows * share
        logs[at + said] = cautious ? digamma(held + 1e-3) - digamma(total) : Math.log(Math.max(LEAST, held / total))
      }
    }
  }
}

/** Fills the crowd's rows, and returns its share of right votes: both within what CROWD keeps off 0 and 1. */
function pooled({ labels, counts, right, votes, crowd }: State): number {
  const { workers, classes } = labels
  let [good, all] = [CROWD.right * CROWD.votes, CROWD.votes]
  for (let w = 0; w < workers; w++) {
    good += right[w]!
    all += votes[w]!
  }
  for (let c = 0; c < classes; c++) {
    let total = 0
    for (let said = 0; said < classes; said++) {
      let n = CROWD.votes * (said === c ? CROWD.right : (1 - CROWD.right) / (classes - 1))
      for (let w = 0; w < workers; w++) n += counts[(w * classes + c) * classes + said]!
      crowd[c * classes + said] = n
      total += n
    }
    for (let said = 0; said < classes; said++) crowd[c * classes + said]! /= total
  }
  return Math.min(1 - LEAST, good / (all + CROWD.votes * 1e-3))
}

function weigh({ labels, posterior, prior, logs }: State): void {
  const { tasks, classes, start, vote } = labels
  for (let t = 0; t < tasks; t++) {
    const row = t * classes
    let top = -Infinity
    for (let c = 0; c < classes; c++) {
      let sum = Math.log(prior[c]!)
      for (let i = start[t]!; i < start[t + 1]!; i++) {
        const said = vote[i]! % classes
        sum += logs[(vote[i]! - said) * classes + c * classes + said]!
      }
      posterior[row + c] = sum
      if (sum > top) top = sum
    }
    let total = 0
    for (let c = 0; c < classes; c++) total += posterior[row + c] = Math.exp(posterior[row + c]! - top)
    for (let c = 0; c < classes; c++) posterior[row + c]! /= total
  }
}

/** The doubt that is counted beside the gain: a vote that cannot yet turn the answer still prepares the next one. */
const AHEAD = 0.02

/**
 * What one more vote by this worker is expected to add to the chance that a task's answer is right, with a fiftieth of
 * what is in doubt (otherwise no single vote would ever seem worth it on a task that needs two). For choosing the task
 * that the worker who has come is worth most on, or the worker that a task needs; in shares of a right answer.
 */
export function worthOfVote(model: ShrunkConfusion, task: number, worker: number): number {
  const { posterior, prior, log_confusion } = model
  const classes = prior.length
  const row = task * classes
  const at = worker * classes * classes
  let now = 0
  let then = 0
  for (let c = 0; c < classes; c++) now = Math.max(now, posterior[row + c]!)
  for (let said = 0; said < classes; said++) {
    let best = 0
    for (let c = 0; c < classes; c++)
      best = Math.max(best, posterior[row + c]! * Math.exp(log_confusion[at + c * classes + said]!))
    then += best
  }
  return Math.max(0, then - now) + AHEAD * (1 - now)
}
