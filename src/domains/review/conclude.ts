import type { Ctx, Db } from '../../platform/context.ts'
import { write, type Write } from '../../platform/db/queries.ts'
import { eventWrites } from '../../platform/events/record.ts'
import { LANE } from '../assignment/queries.ts'
import { askFor, closeWork, openWork } from '../assignment/open.ts'
import type { Settings } from '../campaigns/contract.ts'
import { closeItems } from '../campaigns/item-queries.ts'
import { versionOf } from '../campaigns/queries.ts'
import { modelVotesOf, type ModelVote } from '../models/queries.ts'
import { confidenceBps } from '../reliability/plan-rules.ts'
import { basisFor, type Basis } from '../reliability/plan.ts'
import { settle, type Settlement } from '../rewards/settle.ts'
import { setOutcomes, type Submission } from '../submissions/queries.ts'
import { decideAppeals, insertDecisions, type Review } from './queries.ts'
import { decideSubmission, modelsHeard, type SubmissionOutcome } from './rules.ts'

/** A submission, this round's reviews of it, and what they led to. */
type Judged<O = SubmissionOutcome> = {
  submission: Submission
  settings: Settings
  basis: Basis | undefined
  round: readonly Review[]
  models: readonly ModelVote[]
  outcome: O
  /** Rejected before anybody looked. */
  by_checks?: true
}
type Decided = Judged<Extract<SubmissionOutcome, { decision: 'decided' }>>
type Open = Judged<Extract<SubmissionOutcome, { decision: 'need' }>>

/**
 * Decides what the votes of locked submissions now allow. Decision, rewards, evidence and what happens to the queue
 * commit together with the review that settled it, whose own writes (`recorded`) go in the same statement.
 */
export async function conclude(
  ctx: Ctx,
  db: Db,
  submissions: readonly Submission[],
  reviews: ReadonlyMap<string, readonly Review[]>,
  recorded: readonly Write[],
): Promise<void> {
  const decided: Decided[] = []
  const open: Open[] = []
  const said = await modelVotes(db, submissions)
  for (const submission of submissions) {
    const version = await versionOf(db, submission.campaign_id, submission.version)
    const { questions, settings } = version
    const basis = await basisFor(ctx, db, version)
    const round = (reviews.get(submission.id) ?? []).filter((r) => r.round === submission.round)
    const models = said.filter((m) => m.submission_id === submission.id && m.round === submission.round)
    const outcome = decideSubmission(
      questions,
      round.map((r) => ({
        person: r.reviewer_id,
        votes: r.votes,
        reliability: r.lane === LANE.expert ? 'expert' : 'peer',
      })),
      { ...settings.reviews, ...(basis && { plan: basis.plan }) },
      basis && { author: submission.author_id, snapshot: basis.snapshot, models },
    )
    if (outcome.decision === 'decided') decided.push({ submission, settings, basis, round, models, outcome })
    else open.push({ submission, settings, basis, round, models, outcome })
  }
  await write(db, ...recorded, ...decisionWrites(ctx, decided))
  if (decided.length > 0) await settle(ctx, db, decided.map(settlementOf))
  for (const o of open) await askForMore(ctx, db, o)
}

/** Rejects locked submissions that failed a check: a decision like any other, which no review went into. */
export async function rejectChecked(
  ctx: Ctx,
  db: Db,
  failed: readonly { submission: Submission; questions: Record<string, boolean> }[],
): Promise<void> {
  const decided: Decided[] = []
  for (const { submission, questions } of failed) {
    const { settings } = await versionOf(db, submission.campaign_id, submission.version)
    const outcome = { decision: 'decided', accepted: false, questions, leads: {} } as const
    decided.push({ submission, settings, basis: undefined, round: [], models: [], outcome, by_checks: true })
  }
  await write(db, ...decisionWrites(ctx, decided))
  if (decided.length > 0) await settle(ctx, db, decided.map(settlementOf))
}

function decisionWrites(ctx: Ctx, decided: readonly Decided[]): Write[] {
  const at = ctx.now.toISOString()
  const doneItems = decided.flatMap(({ submission: s, outcome }) =>
    outcome.accepted ? [{ campaign_id: s.campaign_id, id: s.item_id, state: 'done' as const }] : [],
  )
  return [
    setOutcomes(
      decided.map(({ submission: s, settings, outcome }) => ({
        campaign_id: s.campaign_id,
        id: s.id,
        status: outcome.accepted ? 'accepted' : 'rejected',
        decided_at: at,
        settles_at: outcome.accepted
          ? null
          : new Date(ctx.now.getTime() + secondsToAnswer(s, settings) * 1000).toISOString(),
      })),
    ),
    insertDecisions(
      decided.map(({ submission: s, round, outcome }) => ({
        campaign_id: s.campaign_id,
        submission_id: s.id,
        round: s.round,
        accepted: outcome.accepted,
        questions: outcome.questions,
        reviews: round.length,
        decided_at: at,
      })),
    ),
    decideAppeals(
      decided.flatMap(({ submission: s, outcome }) =>
        s.round > 1 ? [{ campaign_id: s.campaign_id, submission_id: s.id, upheld: outcome.accepted }] : [],
      ),
      ctx.now,
    ),
    closeWork([
      ...doneItems.map((i) => ({ campaign_id: i.campaign_id, lane: 'contribute' as const, target_id: i.id })),
      ...decided.flatMap(({ submission: s }) =>
        (['review', 'expert'] as const).map((lane) => ({ campaign_id: s.campaign_id, lane, target_id: s.id })),
      ),
    ]),
    closeItems(doneItems),
    ...eventWrites(
      ctx,
      decided.map(({ submission: s, settings, basis, round, models, outcome, by_checks }) => ({
        campaign_id: s.campaign_id,
        kind: 'decided',
        subject_id: s.id,
        body: {
          accepted: outcome.accepted,
          round: s.round,
          questions: outcome.questions,
          policy: by_checks ? 'checks' : basis ? 'adaptive' : 'majority',
          ...(basis && {
            snapshot: basis.snapshot.batch,
            plan: basis.plan_hash,
            leads: outcome.leads,
            confidence_bps: leastSure(outcome.leads),
            ...heard(models, basis, outcome.leads),
          }),
          min: settings.reviews.min,
          max: settings.reviews.max,
          review_ids: round.map((r) => r.id),
          // Which of them approved the work as a whole; what they said of each question stays a commitment.
          approved_ids: round.filter((r) => Object.values(r.votes).every((v) => v.approve)).map((r) => r.id),
        },
      })),
    ),
  ]
}

const settlementOf = ({ submission: s, settings, round, outcome }: Decided): Settlement => ({
  campaign_id: s.campaign_id,
  submission_id: s.id,
  author_id: s.author_id,
  accepted: outcome.accepted,
  settings,
  reviewer_ids: round.filter((r) => r.lane !== LANE.expert).map((r) => r.reviewer_id),
})

/** A submission is as sure as its least sure question; an expert's word has no lead. */
const leastSure = (leads: Readonly<Record<string, number>>): number | null =>
  Object.values(leads).reduce<number | null>((least, lead) => Math.min(least ?? 10_000, confidenceBps(lead)), null)

/** Models' votes, where an adaptive policy may go by them. */
async function modelVotes(db: Db, submissions: readonly Submission[]): Promise<ModelVote[]> {
  const asking: { campaign_id: string; submission_id: string }[] = []
  for (const { campaign_id, id, version } of submissions) {
    const { settings } = await versionOf(db, campaign_id, version)
    if (settings.policy?.kind === 'adaptive' && settings.model_votes) asking.push({ campaign_id, submission_id: id })
  }
  return modelVotesOf(db, asking)
}

/** Which models the evidence counts; an expert's word goes by none. What they said stays the commitment of their own event. */
function heard(models: readonly ModelVote[], basis: Basis, leads: Readonly<Record<string, number>>) {
  const names = Object.keys(leads).length > 0 ? modelsHeard(models, basis.snapshot) : []
  return names.length > 0 && { models: names }
}

/** How long the author may revise or appeal; a decision on appeal is final at once. */
const secondsToAnswer = (s: Submission, settings: Settings): number => (s.round > 1 ? 0 : settings.revision_seconds)

/** Another reviewer of the pool that the policy names. */
async function askForMore(ctx: Ctx, db: Db, { submission: s, round, outcome }: Open): Promise<void> {
  if (outcome.pool === 'expert')
    return write(
      db,
      openWork(ctx, [
        { campaign_id: s.campaign_id, lane: 'expert', target_id: s.id, author_id: s.author_id, needed: 1 },
      ]),
    )
  const given = round.filter((r) => r.lane !== LANE.expert).length
  await askFor(db, s.campaign_id, 'review', s.id, given + outcome.n)
}
