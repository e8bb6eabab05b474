import { alternate, byClass, createTables, numberCodes, type Codes, type Tables } from './alternate.ts'
import { addUp, type Confusion, createConfusion, expectLogs, voteEvidence } from './confusion.ts'
import { blendPosteriors } from './blend.ts'
import { digamma } from './digamma.ts'
import { chanceOf, entropy, expectedShares } from './ibcc.ts'
import { type Fitted, isObserved, reliabilityOf, voteShares } from './inference.ts'
import type { Labels } from './labels.ts'
import { marksOf, stir } from './marks.ts'
import { type OneCoinOptions, stopOf } from './one-coin.ts'
import { logGamma } from './special.ts'

export type EbccOptions = OneCoinOptions & {
  /** Kinds of task within a class; several numbers to fit each and take the mean. */
  subtypes?: number | readonly number[]
  /** Random starts; the one with the most evidence after a short run is continued. */
  starts?: number
  /** Iterations of a start before it is judged. */
  trial?: number
  seed?: number
}

const PRIOR = { diagonal: 4, other: 1, classPrior: 1, subtypePrior: 0.1 } as const
const DEFAULTS = { subtypes: 10, starts: 4, trial: 15, seed: 1 }

/**
 * Enhanced Bayesian classifier combination: each class is a mixture of subtypes of task, and a worker has a row of the
 * confusion matrix for each, so that workers who fail on the same tasks are not taken for independent witnesses (Y. Li,
 * B. Rubinstein, T. Cohn, "Exploiting Worker Correlation for Label Aggregation in Crowdsourcing", ICML 2019). Variational
 * Bayes with the paper's priors and ten subtypes; logarithms throughout, so any number of votes per task stays finite.
 *
 * Subtypes start from pseudo-random shares drawn from what was said, not from the order of tasks, workers or labels: the
 * answer is the same in any order. Tables take workers × classes² × subtypes numbers.
 *
 * `evidence` is the evidence lower bound in nats. Failure cases: several optima (hence the starts); with few votes per
 * worker and many classes the pseudo-votes outweigh them; costs `subtypes` × `starts` times what `ibcc` does.
 */
export function ebcc(labels: Labels, options: EbccOptions = {}): Fitted {
  const subtypes = options.subtypes ?? DEFAULTS.subtypes
  const codes = numberCodes(labels)
  if (typeof subtypes === 'number') return fitEbcc(codes, subtypes, options)
  return meanOf(
    labels,
    subtypes.map((n) => fitEbcc(codes, n, options)),
  )
}

/** The mean of fits with different numbers of subtypes, so that nothing hangs on the number. */
function meanOf(labels: Labels, fits: readonly Fitted[]): Fitted {
  const equal = fits.map(() => 1 / fits.length)
  const posterior = blendPosteriors(
    fits.map((f) => f.posterior),
    equal,
  )
  const prior = blendPosteriors(
    fits.map((f) => f.prior),
    equal,
  )
  return {
    method: 'ebcc',
    posterior,
    prior,
    iterations: Math.max(...fits.map((f) => f.iterations)),
    converged: fits.every((f) => f.converged),
    reliability: reliabilityOf(labels, posterior, prior),
    evidence: null,
    chance: (task, vote) => fits.reduce((sum, f) => sum + f.chance(task, vote) / fits.length, 0),
  }
}

function fitEbcc(codes: Codes, subtypes: number, options: EbccOptions): Fitted {
  const { starts, trial, seed } = { ...DEFAULTS, ...options }
  const { labels } = codes
  const stop = stopOf(options)
  const shares = voteShares(labels)
  const marks = marksOf(codes).task
  let best: Run | null = null
  for (let i = 0; i < starts; i++) {
    const run = createRun(codes, subtypes)
    startSubtypes(run.tables, shares, marks, seed + i)
    run.go({ ...stop, maxIterations: starts === 1 ? stop.maxIterations : Math.min(trial, stop.maxIterations) })
    if (best === null || run.evidence > best.evidence) best = run
  }
  const run = best ?? createRun(codes, subtypes)
  if (starts > 1 && !run.converged && run.iterations < stop.maxIterations)
    run.go({ ...stop, maxIterations: stop.maxIterations - run.iterations })
  const prior = expectedShares(run.tables, PRIOR.classPrior)
  const posterior = byClass(run.tables, prior)
  return {
    method: 'ebcc',
    posterior,
    prior,
    iterations: run.iterations,
    converged: run.converged,
    reliability: reliabilityOf(labels, posterior, prior),
    evidence: run.evidence,
    chance: chanceOf(run.confusion, prior),
  }
}

type Run = {
  tables: Tables
  confusion: Confusion
  iterations: number
  converged: boolean
  evidence: number
  go(stop: { maxIterations: number; tolerance: number }): void
}

function createRun(codes: Codes, subtypes: number): Run {
  const tables = createTables(codes, subtypes)
  const confusion = createConfusion(tables, PRIOR.diagonal, PRIOR.other)
  const scratch = new Float64Array(tables.states)
  return {
    tables,
    confusion,
    iterations: 0,
    converged: false,
    evidence: -Infinity,
    go(stop) {
      const { iterations, converged } = alternate(tables, stop, () => {
        addUp(confusion)
        expectLogs(confusion, scratch)
        weighStates(tables)
      })
      addUp(confusion)
      this.iterations += iterations
      this.converged = converged
      this.evidence = voteEvidence(confusion) + stateEvidence(tables) + entropy(tables)
    },
  }
}

/** Expected logarithms of the shares of classes and of subtypes within them. */
function weighStates({ codes, subtypes, mass, logPrior, observed }: Tables): void {
  const { classes } = codes.labels
  const all = digamma(observed + PRIOR.classPrior * classes)
  for (let k = 0; k < classes; k++) {
    let n = 0
    for (let m = 0; m < subtypes; m++) n += mass[k * subtypes + m]!
    const share = digamma(n + PRIOR.classPrior) - all - digamma(n + PRIOR.subtypePrior)
    for (let m = 0; m < subtypes; m++)
      logPrior[k * subtypes + m] = share + digamma(mass[k * subtypes + m]! + PRIOR.subtypePrior / subtypes)
  }
}

function stateEvidence({ codes, subtypes, mass, observed }: Tables): number {
  const { classes } = codes.labels
  const { classPrior, subtypePrior } = PRIOR
  let sum = logGamma(classPrior * classes) - logGamma(observed + classPrior * classes)
  for (let k = 0; k < classes; k++) {
    let n = 0
    for (let m = 0; m < subtypes; m++) n += mass[k * subtypes + m]!
    sum += logGamma(n + classPrior) - logGamma(classPrior) + logGamma(subtypePrior) - logGamma(n + subtypePrior)
    for (let m = 0; m < subtypes; m++)
      sum += logGamma(mass[k * subtypes + m]! + subtypePrior / subtypes) - logGamma(subtypePrior / subtypes)
  }
  return sum
}

/** Spreads each task's shares over the subtypes, the same way in every class: a uniform draw from the simplex. */
export function startSubtypes(tables: Tables, shares: Float64Array, marks: Uint32Array, seed: number): void {
  const { codes, states, subtypes, posterior } = tables
  const { tasks, classes } = codes.labels
  const spread = new Float64Array(subtypes)
  for (let t = 0; t < tasks; t++) {
    if (!isObserved(codes.labels, t)) continue
    let sum = 0
    for (let m = 0; m < subtypes; m++) {
      const u = (stir(marks[t]! ^ stir(seed * 1009 + m)) + 0.5) / 2 ** 32
      sum += spread[m] = -Math.log(u)
    }
    for (let k = 0; k < classes; k++)
      for (let m = 0; m < subtypes; m++)
        posterior[t * states + k * subtypes + m] = (shares[t * classes + k]! * spread[m]!) / sum
  }
}
