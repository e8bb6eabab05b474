import { alternate, byClass, createTables, numberCodes, type Tables } from './alternate.ts'
import { addUp, type Confusion, createConfusion, expectLogs, fitPseudo, voteEvidence } from './confusion.ts'
import { digamma } from './digamma.ts'
import { type Fitted, isObserved, reliabilityOf, voteShares } from './inference.ts'
import type { Labels } from './labels.ts'
import { type OneCoinOptions, stopOf } from './one-coin.ts'
import { logGamma } from './special.ts'

export type IbccOptions = OneCoinOptions & {
  /** Pseudo-votes of each worker on the right class and on each other one, or where their fit starts. */
  diagonal?: number
  other?: number
  /** Fit the pseudo-votes to the crowd: each person is drawn from a distribution around the pooled matrix. */
  estimate?: boolean
  /** Pseudo-tasks of each class. */
  classPrior?: number
}

export type Ibcc = Fitted & {
  /** classes × classes pseudo-votes that each worker starts with. */
  pseudo: Float64Array
}

const PRIOR = { diagonal: 4, other: 1, classPrior: 1 } as const
/** Iterations before the pseudo-votes are fitted: the first posteriors are only shares of votes. */
const BEFORE_FIT = 1

/**
 * Independent Bayesian classifier combination: Dawid and Skene's confusion matrices with Dirichlet priors, by
 * variational Bayes (H.-C. Kim, Z. Ghahramani, AISTATS 2012; E. Simpson et al., 2013). With `estimate`, the prior's
 * pseudo-votes are fitted to the crowd (empirical Bayes), so that a person with few votes is taken for the average one,
 * class by class. Tables take workers × classes² numbers.
 *
 * `evidence` is the evidence lower bound in nats. Failure cases: votes that are correlated through the task count as
 * independent, so posteriors are too sure; a crowd most of which is adversarial swaps classes (gold helps).
 */
export function ibcc(labels: Labels, options: IbccOptions = {}): Ibcc {
  const { classes } = labels
  const { diagonal, other, classPrior } = { ...PRIOR, ...options }
  const codes = numberCodes(labels)
  const tables = createTables(codes)
  tables.posterior.set(voteShares(labels))
  const confusion = createConfusion(tables, diagonal, other)
  const scratch = new Float64Array(classes)
  const up = new Float64Array(classes * classes)
  const stopped = alternate(tables, stopOf(options), (iteration) => {
    if (options.estimate && iteration >= BEFORE_FIT) fitPseudo(confusion, up)
    addUp(confusion)
    expectLogs(confusion, scratch)
    const all = digamma(tables.observed + classPrior * classes)
    for (let k = 0; k < classes; k++) tables.logPrior[k] = digamma(tables.mass[k]! + classPrior) - all
  })
  addUp(confusion)
  const prior = expectedShares(tables, classPrior)
  const posterior = byClass(tables, prior)
  let evidence = voteEvidence(confusion) + entropy(tables) + logGamma(classPrior * classes)
  evidence -= logGamma(tables.observed + classPrior * classes)
  for (let k = 0; k < classes; k++) evidence += logGamma(tables.mass[k]! + classPrior) - logGamma(classPrior)
  return {
    method: options.estimate ? 'ibcc_estimated' : 'ibcc',
    posterior,
    prior,
    ...stopped,
    reliability: reliabilityOf(labels, posterior, prior),
    evidence,
    chance: chanceOf(confusion, prior),
    pseudo: confusion.pseudo,
  }
}

/** Expected share of each class. */
export function expectedShares({ codes, mass, subtypes, observed }: Tables, classPrior: number): Float64Array {
  const { classes } = codes.labels
  const share = new Float64Array(classes)
  for (let s = 0; s < mass.length; s++) share[Math.floor(s / subtypes)]! += mass[s]!
  for (let k = 0; k < classes; k++) share[k] = (share[k]! + classPrior) / (observed + classPrior * classes)
  return share
}

/** Entropy of the posteriors over states, in nats. */
export function entropy({ codes, states, posterior }: Tables): number {
  let sum = 0
  for (let t = 0; t < codes.labels.tasks; t++) {
    if (!isObserved(codes.labels, t)) continue
    for (let s = 0; s < states; s++) {
      const p = posterior[t * states + s]!
      if (p > 0) sum -= p * Math.log(p)
    }
  }
  return sum
}

/** The chance of a vote on a task: mean over the task's states of what the worker is expected to say in each. */
export function chanceOf({ tables, votes, pseudo, total }: Confusion, prior: Float64Array): Fitted['chance'] {
  const { codes, counts, states, subtypes, posterior } = tables
  const { labels, rowOf } = codes
  const { classes } = labels
  return (task, vote) => {
    const w = Math.floor(vote / classes)
    const said = vote % classes
    const r = rowOf[vote]!
    const seen = isObserved(labels, task)
    let sum = 0
    for (let s = 0; s < states; s++) {
      const n = r < 0 ? 0 : counts[r * states + s]!
      const p = seen ? posterior[task * states + s]! : prior[Math.floor(s / subtypes)]! / subtypes
      sum += (p * (n + pseudo[s * classes + said]!)) / (votes[w * states + s]! + total[s]!)
    }
    return sum
  }
}
