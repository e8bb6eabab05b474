import { reliabilityOf } from '../../engine/inference.ts'
import { shrunkConfusion } from '../../engine/shrunk-confusion.ts'
import { buildLabels } from '../../engine/labels.ts'
import { wilson } from '../../engine/intervals.ts'
import { toUnits, unitsFromShares, weightsFromConfusion, writeSnapshot } from '../../engine/snapshot.ts'
import type { Snapshot, Weights } from '../../engine/snapshot.ts'
import { coarse, coarseWeights } from '../../engine/snapshot-shown.ts'
import { modelSignals } from './model-rules.ts'

/** One reviewer's verdict on one question of one round of a submission. */
export type Vote = {
  review_id: string
  submission_id: string
  author_id: string
  round: number
  question: string
  reviewer_id: string
  approve: boolean
  /** How the question was decided, when it is. */
  decided: boolean | null
  /** What an audit found: whether the answer is right. */
  gold: boolean | null
}

/** What a model said of one question of one round of a submission. */
export type ModelVote = { submission_id: string; round: number; question: string; model: string; approve: boolean }

/** Classes of a verdict: what a vote says, and what is true. */
export const WRONG = 0
export const RIGHT = 1

/** Votes that know a person: fewer, and the crowd's average still weighs more than they do. */
const AUTHOR_WEIGHT = 10
/** How far evidence of one's record may go, in nats: a good record is a reason to ask less, never not to ask. */
const AUTHOR_LIMIT = 2

export type PersonReliability = {
  account_id: string
  role: 'reviewer' | 'contributor'
  mean: number
  low: number
  high: number
  judged: number
  confirmed: number
  audited: number
  audited_right: number
}

/**
 * How reliable each reviewer of these votes is, and how right each answer, audits among them as known answers (Dawid and
 * Skene 1979, each person's rates held towards the crowd's and moved by their own ability: early stopping leaves few
 * votes that others' votes check).
 */
export function fitVotes(votes: readonly Vote[]) {
  const reviewers = indexOf(votes.map((v) => v.reviewer_id))
  const items = indexOf(votes.map(itemOf))
  const gold = new Int32Array(items.size).fill(-1)
  const authors: string[] = []
  for (const v of votes) {
    const item = items.get(itemOf(v))!
    authors[item] = v.author_id
    if (v.gold !== null) gold[item] = v.gold ? RIGHT : WRONG
  }
  const labels = buildLabels({
    tasks: items.size,
    workers: reviewers.size,
    classes: 2,
    task: Int32Array.from(votes, (v) => items.get(itemOf(v))!),
    worker: Int32Array.from(votes, (v) => reviewers.get(v.reviewer_id)!),
    label: Int32Array.from(votes, (v) => (v.approve ? RIGHT : WRONG)),
    gold,
  })
  const { posterior, prior, log_confusion } = shrunkConfusion(labels)
  const fit = {
    posterior,
    prior,
    confusion: log_confusion.map(Math.exp),
    reliability: reliabilityOf(labels, posterior, prior),
  }
  return { reviewers, items, authors, gold, fit }
}

/**
 * Infers from a task class's votes, how reliable each reviewer is and how often each contributor is right, and writes
 * it down as the whole numbers that decisions add up, people's in steps that many share: they are published. What votes and audits make of the same work says what a model's word
 * weighs.
 */
export function inferReliability(
  votes: readonly Vote[],
  name: { batch: string; event: string },
  models: readonly ModelVote[] = [],
): { snapshot: Snapshot; body: string; people: PersonReliability[]; gold: number } {
  const { reviewers, items, authors, gold, fit } = fitVotes(votes)
  const weights = [...reviewers].map(([id, w]): [string, Weights] => [
    id,
    coarseWeights(weightsFromConfusion(fit.confusion.subarray(w * 4, w * 4 + 4), 2)),
  ])
  const shares = authorShares(authors, fit.posterior, fit.prior[RIGHT]!)
  const words = models.flatMap((m) => {
    const item = items.get(itemOf(m))
    return item === undefined ? [] : [{ ...m, right: fit.posterior[item * 2 + RIGHT]! }]
  })
  const snapshot: Snapshot = {
    format: 'assay-snapshot-1',
    ...name,
    unit_bits: 16,
    classes: ['reject', 'accept'],
    prior: unitsFromShares(fit.prior),
    margin: [1, 1],
    default_weights: weightsFromConfusion(meanConfusion(fit.confusion, reviewers.size), 2),
    people: Object.fromEntries(weights),
    signals: {
      ...Object.fromEntries(
        [...shares].map(([author, s]) => [authorSignal(author), coarse(signalOf(s.mean, fit.prior[RIGHT]!))]),
      ),
      ...modelSignals(words),
    },
  }
  const judged = countReviews(votes)
  const written = countWork(votes)
  const people: PersonReliability[] = [...reviewers].map(([account_id, w]) => ({
    account_id,
    role: 'reviewer',
    mean: fit.reliability.mean[w]!,
    low: fit.reliability.low[w]!,
    high: fit.reliability.high[w]!,
    ...judged.get(account_id)!,
  }))
  for (const [account_id, s] of shares)
    people.push({ account_id, role: 'contributor', ...s, ...written.get(account_id)! })
  return { snapshot, body: writeSnapshot(snapshot), people, gold: gold.reduce((n, g) => n + (g >= 0 ? 1 : 0), 0) }
}

/** The signal's name under which a snapshot keeps what a contributor's record says. */
export const authorSignal = (accountId: string): string => `author:${accountId}`

/** What a vote is about: one question of one round of a submission. */
export const itemOf = (v: Pick<Vote, 'submission_id' | 'round' | 'question'>): string =>
  `${v.submission_id}/${v.round}/${v.question}`
const indexOf = (names: readonly string[]): Map<string, number> => {
  const out = new Map<string, number>()
  for (const name of names) if (!out.has(name)) out.set(name, out.size)
  return out
}

/** How often an author's work is right, drawn to the crowd's average while there is little of it. */
function authorShares(
  authors: readonly string[],
  posterior: ArrayLike<number>,
  average: number,
): Map<string, { mean: number; low: number; high: number }> {
  const sums = new Map<string, { n: number; right: number }>()
  authors.forEach((author, item) => {
    const s = sums.get(author) ?? { n: 0, right: 0 }
    sums.set(author, { n: s.n + 1, right: s.right + posterior[item * 2 + RIGHT]! })
  })
  return new Map(
    [...sums].map(([author, s]) => {
      const n = s.n + AUTHOR_WEIGHT
      const mean = (s.right + AUTHOR_WEIGHT * average) / n
      return [author, { mean, ...wilson(mean, n) }]
    }),
  )
}

/** A record as evidence beside the class's own prior, which already counts. */
function signalOf(share: number, average: number): number[] {
  const logit = (p: number) => Math.log(Math.max(p, 1e-6) / Math.max(1 - p, 1e-6))
  const nats = Math.max(-AUTHOR_LIMIT, Math.min(AUTHOR_LIMIT, logit(share) - logit(average)))
  return [toUnits(-nats / 2), toUnits(nats / 2)]
}

function meanConfusion(confusion: ArrayLike<number>, workers: number): number[] {
  const out = [0, 0, 0, 0]
  for (let w = 0; w < workers; w++) for (let i = 0; i < 4; i++) out[i]! += confusion[w * 4 + i]! / workers
  return out
}

const NOTHING = { judged: 0, confirmed: 0, audited: 0, audited_right: 0 }
type Counts = typeof NOTHING

/** What each reviewer's figure rests on: votes on what is decided, and on what was audited. */
const countReviews = (votes: readonly Vote[]) =>
  countBy(
    votes,
    (v) => v.reviewer_id,
    (v) => v.approve,
  )

/** What each contributor's figure rests on: each of their answers once. */
function countWork(votes: readonly Vote[]): Map<string, Counts> {
  const once = new Map(votes.map((v) => [itemOf(v), v]))
  return countBy(
    [...once.values()],
    (v) => v.author_id,
    () => true,
  )
}

function countBy(votes: readonly Vote[], who: (v: Vote) => string, claim: (v: Vote) => boolean): Map<string, Counts> {
  const out = new Map<string, Counts>()
  for (const v of votes) {
    const c = out.get(who(v)) ?? { ...NOTHING }
    out.set(who(v), c)
    if (v.decided !== null) {
      c.judged += 1
      if (v.decided === claim(v)) c.confirmed += 1
    }
    if (v.gold !== null) {
      c.audited += 1
      if (v.gold === claim(v)) c.audited_right += 1
    }
  }
  return out
}
