import { alternate, byClass, createTables, numberCodes, type Codes, type Tables } from './alternate.ts'
import { classShares, type Fitted, reliabilityOf, voteShares } from './inference.ts'
import type { Labels } from './labels.ts'
import { CROWD, fitBeta, type OneCoinOptions, shareClasses, stopOf, votesOf } from './one-coin.ts'

export type KnowOrGuess = Fitted & {
  /** Per worker: the share of tasks on which the person knows. */
  knowing: Float64Array
  /** classes × classes: what someone who knows says, by true class. */
  pooled: Float64Array
}

/** A person's own guesses start as so many votes of the whole crowd's. */
const GUESS_VOTES = 4
/** The pooled matrix starts as so many votes per class, of which so large a share is right. */
const POOLED = { votes: 12, right: 5 / 6 } as const
const TINY = 1e-12

/**
 * Each person either knows (then says what the pooled confusion matrix of the crowd says: which classes are easily taken
 * for which) or guesses (then from habits of their own, whatever the task). One share of knowing and one distribution of
 * guesses per person, one matrix for all. MACE (D. Hovy et al., "Learning Whom to Trust with MACE", NAACL 2013) with a
 * pooled matrix instead of perfect knowledge, a Beta prior on the shares fitted to the crowd, and logarithms.
 *
 * Expectation-maximisation; two classes make it Dawid and Skene's model for people who are not adversaries, with more
 * classes it needs classes + 1 numbers per person instead of classes². Strong where people have few votes and many
 * classes, or give one answer to everything.
 *
 * Failure cases: people who confuse classes each in their own way (see `ibcc` with an estimated prior); votes that are
 * correlated through the task count as independent; adversaries count as guessing, which wastes but does not harm.
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
  const { knowing, guesses, pooled } = model
  const posterior = byClass(tables, classShares(labels, tables.posterior))
  const prior = classShares(labels, posterior)
  const chance = (task: number, vote: number) => {
    const w = Math.floor(vote / classes)
    const said = vote % classes
    let known = 0
    for (let k = 0; k < classes; k++) known += posterior[task * classes + k]! * pooled[k * classes + said]!
    return knowing[w]! * known + (1 - knowing[w]!) * guesses(vote)
  }
  const reliability = reliabilityOf(labels, posterior, prior)
  return { method: 'know_or_guess', posterior, prior, ...stopped, reliability, evidence: null, chance, knowing, pooled }
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
  const beta = { a: CROWD.right as number, b: CROWD.wrong as number }

  /** Which votes were known and which guessed. */
  function share(): void {
    known.fill(0)
    startPooled()
    for (let r = 0; r < rows; r++) {
      const w = Math.floor(codes.code[r]! / classes)
      const said = codes.code[r]! % classes
      const guess = (1 - knowing[w]!) * habit[r]! + TINY
      let knew = 0
      let all = 0
      for (let k = 0; k < classes; k++) {
        const count = counts[r * classes + k]!
        const know = knowing[w]! * pooled[k * classes + said]!
        const part = (count * know) / (know + guess)
        pooledVotes[k * classes + said]! += part
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
  }

  function weigh(): void {
    for (let r = 0; r < rows; r++) {
      const w = Math.floor(codes.code[r]! / classes)
      const said = codes.code[r]! % classes
      const guess = (1 - knowing[w]!) * habit[r]! + TINY
      for (let k = 0; k < classes; k++)
        logs[r * classes + k] = Math.log(knowing[w]! * pooled[k * classes + said]! + guess)
    }
  }

  /** The chance that a guessing worker says this; for a label that the worker never used, from the crowd's share. */
  const guesses = (vote: number): number => {
    const r = codes.rowOf[vote]!
    if (r >= 0) return habit[r]!
    const w = Math.floor(vote / classes)
    return (GUESS_VOTES * crowd[vote % classes]!) / (Math.max(0, votes[w]! - known[w]!) + GUESS_VOTES)
  }
  return { share, maximise, weigh, guesses, knowing, pooled }
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
