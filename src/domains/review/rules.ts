import type { Snapshot } from '../../engine/snapshot.ts'
import { decideReview, type ReviewPlan } from '../../engine/stopping.ts'
import { decisionScores } from '../../engine/stopping-votes.ts'
import { modelSignal } from '../reliability/model-rules.ts'
import { authorSignal } from '../reliability/rules.ts'
import type { Question } from '../templates/contract.ts'
import { judgedQuestions } from '../templates/rules.ts'
import type { FieldProblem } from '../../platform/refusal.ts'
import type { Vote, Votes } from './contract.ts'

/** One question's votes as the policy sees them; experts are the pool of last resort and their vote settles. */
export type PolicyVote = { person: string; approve: boolean; reliability: 'peer' | 'expert' }
/** What may still be spent on doubt: reviews from peers, at least and at most; or a plan that says when doubt is worth it. */
export type Budget = { min: number; max: number; plan?: ReviewPlan }
export type Pool = 'fresh' | 'expert'
/** `lead`: by how much the evidence for "right" leads, in units of 2^-16 nats; what an adaptive decision rests on. */
export type PolicyOutcome =
  | { decision: 'accept' | 'reject'; lead?: number }
  | { decision: 'need'; n: number; pool: Pool }
/** What a model said of one question. */
export type ModelWord = { model: string; approve: boolean }
/** The review policy: a pure function, whatever it goes by. */
export type ReviewPolicy = (
  votes: readonly PolicyVote[],
  snapshot: Snapshot | undefined,
  budget: Budget,
) => PolicyOutcome

/**
 * The review policy: a majority of peers, at least `min` and at most `max` of them. A split asks one fresh reviewer; a
 * split that `max` peers leave open asks an expert, whose vote settles it.
 */
export function majority(votes: readonly PolicyVote[], _snapshot: Snapshot | undefined, budget: Budget): PolicyOutcome {
  const expert = votes.find((v) => v.reliability === 'expert')
  if (expert) return { decision: expert.approve ? 'accept' : 'reject' }
  if (votes.length < budget.min) return { decision: 'need', n: budget.min - votes.length, pool: 'fresh' }
  const approvals = votes.filter((v) => v.approve).length
  const rejections = votes.length - approvals
  if (approvals > rejections) return { decision: 'accept' }
  if (rejections > approvals) return { decision: 'reject' }
  return votes.length < budget.max
    ? { decision: 'need', n: 1, pool: 'fresh' }
    : { decision: 'need', n: 1, pool: 'expert' }
}

/**
 * The adaptive policy: adds up what each vote says by its voter's published weights, the contributor's record beside
 * them and what models said of the work, and compares with the plan's thresholds. A model that the snapshot does not know
 * weighs nothing, and none counts as a review. Whole numbers only. Reviews are asked for one by one, so that nobody
 * holds a review that an earlier one made needless.
 */
export function adaptive(author: string, models: readonly ModelWord[] = []): ReviewPolicy {
  return (votes, snapshot, budget) => {
    const expert = votes.find((v) => v.reliability === 'expert')
    if (expert) return { decision: expert.approve ? 'accept' : 'reject' }
    const said = votes.map((v) => ({ person: v.person, said: v.approve ? 1 : 0, pool: 'fresh' }))
    const signals = [authorSignal(author), ...models.map((m) => modelSignal(m.model, m.approve))]
    const outcome = decideReview(budget.plan!, snapshot!, said, signals)
    if (outcome.decision === 'need')
      return {
        decision: 'need',
        n: Math.max(1, budget.min - votes.length),
        pool: outcome.pool === 'expert' ? 'expert' : 'fresh',
      }
    const [reject, accept] = decisionScores(snapshot!, said, signals, new Map())
    return { decision: outcome.decision, lead: accept! - reject! }
  }
}

export type ModelReview = { model: string; votes: Readonly<Record<string, boolean>> }
export type RoundReview = { person: string; votes: Votes; reliability: 'peer' | 'expert' }
export type SubmissionOutcome =
  | { decision: 'decided'; accepted: boolean; questions: Record<string, boolean>; leads: Record<string, number> }
  | { decision: 'need'; n: number; pool: Pool }

/** Decides a submission: each required question on its own, and accepted when every one is. */
export function decideSubmission(
  questions: readonly Question[],
  reviews: readonly RoundReview[],
  budget: Budget,
  basis?: { author: string; snapshot: Snapshot; models?: readonly ModelReview[] },
): SubmissionOutcome {
  const saidOf = (key: string) =>
    (basis?.models ?? []).flatMap(({ model, votes }) =>
      Object.hasOwn(votes, key) ? [{ model, approve: votes[key]! }] : [],
    )
  const policyFor = (key: string) => (basis && budget.plan ? adaptive(basis.author, saidOf(key)) : majority)
  const judged = judgedQuestions(questions)
  const outcomes = judged.map((key) => ({
    key,
    outcome: policyFor(key)(
      reviews.map((r) => ({ person: r.person, approve: r.votes[key]?.approve ?? false, reliability: r.reliability })),
      basis?.snapshot,
      budget,
    ),
  }))
  const open = outcomes.flatMap(({ outcome }) => (outcome.decision === 'need' ? [outcome] : []))
  if (open.length > 0) {
    const pool = open.some((o) => o.pool === 'fresh') ? 'fresh' : 'expert'
    return { decision: 'need', n: Math.max(...open.filter((o) => o.pool === pool).map((o) => o.n)), pool }
  }
  const result = Object.fromEntries(outcomes.map(({ key, outcome }) => [key, outcome.decision === 'accept']))
  const leads = Object.fromEntries(
    outcomes.flatMap(({ key, outcome }) =>
      outcome.decision !== 'need' && outcome.lead !== undefined ? [[key, outcome.lead]] : [],
    ),
  )
  return { decision: 'decided', accepted: Object.values(result).every(Boolean), questions: result, leads }
}

/** The models whose word weighed something: those that the snapshot knows, and that said anything. */
export const modelsHeard = (models: readonly ModelReview[], snapshot: Snapshot): string[] =>
  models.flatMap(({ model, votes }) =>
    Object.values(votes).some((approve) => Object.hasOwn(snapshot.signals, modelSignal(model, approve))) ? [model] : [],
  )

/** What is wrong with a reviewer's votes: each judged question has one, and a disapproval says why. */
export function voteProblems(questions: readonly Question[], votes: Votes): FieldProblem[] {
  const judged = new Set(judgedQuestions(questions))
  const problems: FieldProblem[] = []
  for (const key of judged) {
    const vote: Vote | undefined = Object.hasOwn(votes, key) ? votes[key] : undefined
    if (!vote) problems.push({ field: `/${key}`, code: 'required', message: 'Approve or disapprove this question.' })
    else if (!vote.approve && !vote.reason)
      problems.push({ field: `/${key}/reason`, code: 'required', message: 'Say why you disapprove.' })
    else if (vote.approve && vote.reason)
      problems.push({
        field: `/${key}/reason`,
        code: 'not_with_approval',
        message: 'A reason goes with a disapproval.',
      })
    else if (vote.reason === 'other' && !vote.comment?.trim())
      problems.push({ field: `/${key}/comment`, code: 'required', message: 'Say in a few words what is wrong.' })
  }
  for (const key of Object.keys(votes))
    if (!judged.has(key))
      problems.push({ field: `/${key}`, code: 'unknown_question', message: 'This question is not reviewed.' })
  return problems
}

export type ReviewFacts = {
  standing: 'live' | 'late' | 'lease_not_found' | 'lease_over'
  place_free: boolean
  is_author: boolean
  status: string | undefined
}

/** May this review be recorded? First broken rule wins. */
export function refuseReview(
  f: ReviewFacts,
): 'own_submission' | 'lease_not_found' | 'already_decided' | 'lease_over' | undefined {
  if (f.is_author) return 'own_submission'
  if (f.standing === 'lease_not_found') return 'lease_not_found'
  if (f.status !== 'in_review') return 'already_decided'
  if (f.standing === 'lease_over' || (f.standing === 'late' && !f.place_free)) return 'lease_over'
  return undefined
}

/** What becomes of an item after a final rejection: another try while the campaign allows one. */
export const afterFinalRejection = (attempts: number, allowed: number): 'reopen' | 'exhausted' =>
  attempts < allowed ? 'reopen' : 'exhausted'

/** After this an appeal goes to an expert as well, so that it is answered within a day. */
export const APPEAL_ESCALATES_SECONDS = 12 * 3600
/** How long fresh reviewers alone look at an appeal: never longer than at a first version. */
export const appealSeconds = (decisionDeadline: number): number => Math.min(decisionDeadline, APPEAL_ESCALATES_SECONDS)
