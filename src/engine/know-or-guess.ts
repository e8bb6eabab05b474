import { alternate, byClass, createTables, numberCodes, type Codes, type Tables } from './alternate.ts'
import { digamma } from './digamma.ts'
import { classShares, type Fitted, reliabilityOf, voteShares } from './inference.ts'
import type { Labels } from './labels.ts'
import { CROWD, fitBeta, type OneCoinOptions, shareClasses, stopOf, votesOf } from './one-coin.ts'
import { trigamma } from './trigamma.ts'

export type KnowOrGuess = Fitted & {
  /** Per worker: the share of tasks on which the person knows. */
  knowing: Float64Array
  /** classes × classes: what people who know say on average, by true class. */
  pooled: Float64Array
  /** How many votes the pooled matrix counts as in each person's row: large where people confuse alike. */
  likeness: number
}

/** A person's own guesses start as so many votes of the whole crowd's. */
const GUESS_VOTES = 4
/** The pooled matrix starts as so many votes per class, of which so large a share is right. */
const POOLED = { votes: 12, right: 5 / 6 } as const
/** Where the fit of likeness starts, its bounds, how far its logarithm goes at once, and votes too few to look at. */
const LIKENESS = { start: 20, least: 1, most: 1000, step: 0.5, seen: 1e-6 } as const
const TINY = 1e-12

/**
 * Each person either knows or guesses. Who knows says what their row of a confusion matrix says; the rows are drawn
 * around one matrix pooled over the crowd (which classes are easily taken for which), as closely as the crowd's votes
 * suggest. Who guesses says what is their habit, whatever the task. So people differ in how often they know, in what
 * they say otherwise, and, where they have shown it, in what they confuse. MACE (D. Hovy et al., "Learning Whom to Trust
 * with MACE", NAACL 2013) with rows of Dawid and Skene's model instead of perfect knowledge, priors fitted to the crowd
 * (empirical Bayes; T. Minka, "Estimating a Dirichlet distribution", 2000), and logarithms.
 *
 * Expectation-maximisation from shares of votes. Strong where people have few votes, many classes, or one answer for
 * everything, because a person is a few numbers until votes say more. Tables: distinct codes × classes.
 *
 * Failure cases: votes that are correlated through the task count as independent (see `ebcc`), so posteriors are too
 * sure; adversaries count as guessing or as oddly confused, which wastes their votes but does not harm.
 */
export function knowOrGuess(labels: Labels, options: OneCoinOptions = {}): KnowOrGuess {
  const { classes } = labels
  const codes = numberCodes(labels)
  const tables = createTables(codes)
  tables.posterior.set(voteShares(labels))
  const model = createModel(codes, tables)
  const stopped = alternate(tables, stopOf(options), (iteration) => {
    model.share()
    model.maximise(iteration > 0)
    shareClasses(tables)
    model.weigh()
  })
  const { knowing, guesses, says, pooled } = model
  const posterior = byClass(tables, classShares(labels, tables.posterior))
  const prior = classShares(labels, posterior)
  const chance = (task: number, vote: number) => {
    const w = Math.floor(vote / classes)
    let known = 0
    for (let k = 0; k < classes; k++) known += posterior[task * classes + k]! * says(vote, k)
    return knowing[w]! * known + (1 - knowing[w]!) * guesses(vote)
  }
  const reliability = reliabilityOf(labels, posterior, prior)
  const likeness = model.likeness()
  const fitted = { posterior, prior, ...stopped, reliability, evidence: null, chance }
  return { method: 'know_or_guess', ...fitted, knowing, pooled, likeness }
}

function createModel(codes: Codes, tables: Tables) {
  const { classes, workers } = codes.labels
  const { counts, logs } = tables
  const rows = codes.code.length
  const votes = votesOf(tables)
  const knowing = new Float64Array(workers).fill(CROWD.right / (CROWD.right + CROWD.wrong))
  const known = new Float64Array(workers)
  // Votes of each row that were guesses; and the chance that a guessing worker says the row's label.
  const guessed = new Float64Array(rows)
  const habit = new Float64Array(rows)
  const crowd = crowdShares(codes)
  for (let r = 0; r < rows; r++) habit[r] = crowd[codes.code[r]! % classes]!
  const pooled = new Float64Array(classes * classes)
  const pooledVotes = new Float64Array(classes * classes)
  const wrong = ((1 - POOLED.right) * POOLED.votes) / Math.max(1, classes - 1)
  const startPooled = () => {
    pooledVotes.fill(wrong)
    for (let k = 0; k < classes; k++) pooledVotes[k * classes + k] = POOLED.right * POOLED.votes
  }
  startPooled()
  sharesOfRows(pooledVotes, pooled, classes)
  // What each row's worker says when knowing, by true class; of expected votes; and these added up per worker.
  const own = new Float64Array(rows * classes)
  const ownVotes = new Float64Array(rows * classes)
  const ownSum = new Float64Array(workers * classes)
  let likeness: number = LIKENESS.start
  const setOwn = () => {
    for (let r = 0; r < rows; r++) {
      const w = Math.floor(codes.code[r]! / classes)
      const said = codes.code[r]! % classes
      for (let k = 0; k < classes; k++)
        own[r * classes + k] =
          (ownVotes[r * classes + k]! + likeness * pooled[k * classes + said]!) / (ownSum[w * classes + k]! + likeness)
    }
  }
  setOwn()
  const beta = { a: CROWD.right as number, b: CROWD.wrong as number }

  /** Which votes were known and which guessed. */
  function share(): void {
    known.fill(0)
    ownSum.fill(0)
    startPooled()
    for (let r = 0; r < rows; r++) {
      const w = Math.floor(codes.code[r]! / classes)
      const said = codes.code[r]! % classes
      const guess = (1 - knowing[w]!) * habit[r]! + TINY
      let knew = 0
      let all = 0
      for (let k = 0; k < classes; k++) {
        const count = counts[r * classes + k]!
        const know = knowing[w]! * own[r * classes + k]!
        const part = (count * know) / (know + guess)
        pooledVotes[k * classes + said]! += part
        ownVotes[r * classes + k] = part
        ownSum[w * classes + k]! += part
        knew += part
        all += count
      }
      known[w]! += knew
      guessed[r] = Math.max(0, all - knew)
    }
  }

  function maximise(fit: boolean): void {
    if (fit) fitBeta(beta, known, votes)
    for (let w = 0; w < workers; w++) knowing[w] = (known[w]! + beta.a) / (votes[w]! + beta.a + beta.b)
    for (let r = 0; r < rows; r++) {
      const w = Math.floor(codes.code[r]! / classes)
      habit[r] = (guessed[r]! + GUESS_VOTES * crowd[codes.code[r]! % classes]!) / (votes[w]! - known[w]! + GUESS_VOTES)
    }
    sharesOfRows(pooledVotes, pooled, classes)
    if (fit) fitLikeness()
    setOwn()
  }

  /**
   * How close people's rows are to the pooled ones: the concentration of a Dirichlet-multinomial, by a Newton step on
   * its logarithm (fixed-point steps crawl where people hardly differ).
   */
  function fitLikeness(): void {
    const c = likeness
    let slope = 0
    let bend = 0
    for (let r = 0; r < rows; r++)
      for (let k = 0; k < classes; k++) {
        const n = ownVotes[r * classes + k]!
        if (n <= LIKENESS.seen) continue
        const mean = pooled[k * classes + (codes.code[r]! % classes)]!
        slope += mean * (digamma(n + c * mean) - digamma(c * mean))
        bend += mean * mean * (trigamma(n + c * mean) - trigamma(c * mean))
      }
    const [first, second] = [digamma(c), trigamma(c)]
    for (let i = 0; i < ownSum.length; i++)
      if (ownSum[i]! > LIKENESS.seen) {
        slope -= digamma(ownSum[i]! + c) - first
        bend -= trigamma(ownSum[i]! + c) - second
      }
    const up = c * slope
    const curve = up + c * c * bend
    const step = curve < 0 ? -up / curve : Math.sign(up) * LIKENESS.step
    const bounded = Math.min(LIKENESS.step, Math.max(-LIKENESS.step, step))
    likeness = Math.min(LIKENESS.most, Math.max(LIKENESS.least, c * Math.exp(bounded)))
  }

  function weigh(): void {
    for (let r = 0; r < rows; r++) {
      const w = Math.floor(codes.code[r]! / classes)
      const guess = (1 - knowing[w]!) * habit[r]! + TINY
      for (let k = 0; k < classes; k++) logs[r * classes + k] = Math.log(knowing[w]! * own[r * classes + k]! + guess)
    }
  }

  /** The chance that a guessing worker says this; for a label that the worker never used, from the crowd's share. */
  const guesses = (vote: number): number => {
    const r = codes.rowOf[vote]!
    if (r >= 0) return habit[r]!
    const w = Math.floor(vote / classes)
    return (GUESS_VOTES * crowd[vote % classes]!) / (Math.max(0, votes[w]! - known[w]!) + GUESS_VOTES)
  }
  /** The chance that a knowing worker says this of a task of class k. */
  const says = (vote: number, k: number): number => {
    const r = codes.rowOf[vote]!
    if (r >= 0) return own[r * classes + k]!
    const w = Math.floor(vote / classes)
    return (likeness * pooled[k * classes + (vote % classes)]!) / (ownSum[w * classes + k]! + likeness)
  }
  return { share, maximise, weigh, guesses, says, knowing, pooled, likeness: () => likeness }
}

/** Shares of each label among all votes, each with one pseudo-vote. */
function crowdShares({ code, votes, labels }: Codes): Float64Array {
  const { classes, vote } = labels
  const share = new Float64Array(classes)
  for (let r = 0; r < code.length; r++) share[code[r]! % classes]! += votes[r]!
  for (let k = 0; k < classes; k++) share[k] = (share[k]! + 1) / (vote.length + classes)
  return share
}

function sharesOfRows(from: Float64Array, to: Float64Array, classes: number): void {
  for (let k = 0; k < classes; k++) {
    let sum = 0
    for (let l = 0; l < classes; l++) sum += from[k * classes + l]!
    for (let l = 0; l < classes; l++) to[k * classes + l] = from[k * classes + l]! / sum
  }
}
