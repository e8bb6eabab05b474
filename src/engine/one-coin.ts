import { alternate, byClass, createTables, numberCodes, type Tables } from './alternate.ts'
import { digamma } from './digamma.ts'
import { classShares, type Fitted, reliabilityOf, voteShares } from './inference.ts'
import type { Labels } from './labels.ts'

export type OneCoinOptions = { maxIterations?: number; tolerance?: number }

export type OneCoin = Fitted & {
  /** Per worker: the chance of a right answer, mean of its posterior. */
  skill: Float64Array
}

/** A crowd before it is known: three votes' worth of "two of three are right". */
export const CROWD = { right: 2, wrong: 1 } as const

/**
 * One coin per person: right with one chance on every task, and a wrong answer is any other class, equally likely.
 * Variational Bayes with a Beta prior on the chances whose two parameters are fitted to the crowd (empirical Bayes), so
 * that people with few votes stand near the average (Q. Liu, J. Peng, A. Ihler, "Variational Inference for
 * Crowdsourcing", NIPS 2012). Needs no matrix: workers × classes cells.
 *
 * Failure cases: people who are biased towards a class are taken for skilled or unskilled, and with a rare class the
 * common one may swallow it (see `ibcc`, `knowOrGuess`). Adversaries are read backwards only with two classes.
 */
export function oneCoin(labels: Labels, options: OneCoinOptions = {}): OneCoin {
  const { workers, classes } = labels
  const codes = numberCodes(labels)
  const tables = createTables(codes)
  tables.posterior.set(voteShares(labels))
  const right = new Float64Array(workers)
  const votes = votesOf(tables)
  const crowd = { a: CROWD.right as number, b: CROWD.wrong as number }
  const others = Math.log(Math.max(1, classes - 1))

  const rightVotes = () => {
    right.fill(0)
    for (let r = 0; r < codes.code.length; r++) {
      const c = codes.code[r]!
      right[Math.floor(c / classes)]! += tables.counts[r * classes + (c % classes)]!
    }
  }
  const stopped = alternate(tables, stopOf(options), (iteration) => {
    rightVotes()
    if (iteration > 0) fitBeta(crowd, right, votes)
    shareClasses(tables)
    for (let r = 0; r < codes.code.length; r++) {
      const w = Math.floor(codes.code[r]! / classes)
      const said = codes.code[r]! % classes
      const all = digamma(votes[w]! + crowd.a + crowd.b)
      const wrong = digamma(votes[w]! - right[w]! + crowd.b) - all - others
      tables.logs.fill(wrong, r * classes, r * classes + classes)
      tables.logs[r * classes + said] = digamma(right[w]! + crowd.a) - all
    }
  })
  rightVotes()
  const skill = Float64Array.from(right, (n, w) => (n + crowd.a) / (votes[w]! + crowd.a + crowd.b))
  const posterior = byClass(tables, classShares(labels, tables.posterior))
  const prior = classShares(labels, posterior)
  const chance = (task: number, vote: number) => {
    const p = posterior[task * classes + (vote % classes)]!
    const s = skill[Math.floor(vote / classes)]!
    return p * s + ((1 - p) * (1 - s)) / Math.max(1, classes - 1)
  }
  const reliability = reliabilityOf(labels, posterior, prior)
  return { method: 'one_coin', posterior, prior, ...stopped, reliability, evidence: null, chance, skill }
}

export const stopOf = ({ maxIterations = 100, tolerance = 1e-4 }: OneCoinOptions) => ({ maxIterations, tolerance })

/** Votes of each worker. */
export function votesOf({ codes }: Tables): Float64Array {
  const votes = new Float64Array(codes.labels.workers)
  for (let r = 0; r < codes.code.length; r++)
    votes[Math.floor(codes.code[r]! / codes.labels.classes)]! += codes.votes[r]!
  return votes
}

/** Classes' shares into the log prior, each class with one pseudo-task. */
export function shareClasses({ states, mass, logPrior, observed }: Tables): void {
  for (let s = 0; s < states; s++) logPrior[s] = Math.log((mass[s]! + 1) / (observed + states))
}

const BETA = { least: 0.05, most: 1000, steps: 3 }

/**
 * Beta parameters that make the workers' counts likely: fixed-point steps (T. Minka, "Estimating a Dirichlet
 * distribution", 2000). One pseudo-worker at `CROWD` keeps them finite.
 */
export function fitBeta(beta: { a: number; b: number }, right: Float64Array, votes: Float64Array): void {
  for (let step = 0; step < BETA.steps; step++) {
    const { a, b } = beta
    const [da, db, dn] = [digamma(a), digamma(b), digamma(a + b)]
    let up = digamma(CROWD.right + a) - da
    let down = digamma(CROWD.wrong + b) - db
    let all = digamma(CROWD.right + CROWD.wrong + a + b) - dn
    for (let w = 0; w < right.length; w++) {
      if (votes[w] === 0) continue
      up += digamma(right[w]! + a) - da
      down += digamma(Math.max(0, votes[w]! - right[w]!) + b) - db
      all += digamma(votes[w]! + a + b) - dn
    }
    beta.a = Math.min(BETA.most, Math.max(BETA.least, (a * up) / all))
    beta.b = Math.min(BETA.most, Math.max(BETA.least, (b * down) / all))
  }
}
