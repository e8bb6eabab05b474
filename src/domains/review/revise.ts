import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { canonicalJson, sha256Hex } from '../../platform/canonical.ts'
import { write } from '../../platform/db/queries.ts'
import { eventWrites } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { openWork } from '../assignment/open.ts'
import { attemptsOf, countAttempts } from '../campaigns/item-queries.ts'
import { campaignOf, versionOf } from '../campaigns/queries.ts'
import {
  insertSubmissions,
  lockSubmissions,
  reopen,
  revisionOf,
  setOutcomes,
  type NewSubmission,
  type Submission,
} from '../submissions/queries.ts'
import { hasChecks } from '../submissions/rules.ts'
import { openReview, submittedEvents } from '../submissions/submit.ts'
import { answerProblems } from '../templates/rules.ts'
import { insertAppeal } from './queries.ts'
import { appealSeconds } from './rules.ts'

async function ownSubmission(ctx: Ctx, db: Db, campaignId: string, submissionId: string): Promise<Submission> {
  const [submission] = await lockSubmissions(db, [{ campaign_id: campaignId, submission_id: submissionId }])
  if (!submission || submission.author_id !== callerOf(ctx).account_id) throw new Refusal('submission_not_found')
  return submission
}

/** One revision of a rejected submission, judged by the version it was made for; the item's place stays with the author. */
export async function revise(ctx: Ctx, campaignId: string, submissionId: string, answer: Record<string, unknown>) {
  return transact(ctx, campaignId, async (db) => {
    const before = await ownSubmission(ctx, db, campaignId, submissionId)
    const hash = sha256Hex(canonicalJson(answer))
    if (
      before.revises_id ||
      before.status !== 'rejected' ||
      before.round > 1 ||
      (await revisionOf(db, campaignId, submissionId))
    )
      throw new Refusal('not_revisable')
    if (!before.settles_at || before.settles_at <= ctx.now)
      throw new Refusal('revision_over', { until: before.settles_at?.toISOString() ?? '' })
    const { form, settings } = await versionOf(db, campaignId, before.version)
    const item = await attemptsOf(db, campaignId, before.item_id)
    if (!item || item.attempts >= settings.attempts_per_item) throw new Refusal('attempts_used')
    if (hash === before.content_hash) throw new Refusal('answer_unchanged')
    const problems = answerProblems(form, answer)
    if (problems.length > 0) throw new Refusal('answer_invalid', {}, problems)

    const campaign = (await campaignOf(db, campaignId))!
    const made: NewSubmission = {
      campaign_id: campaignId,
      id: ctx.newId(),
      item_id: before.item_id,
      author_id: before.author_id,
      version: before.version,
      status: 'in_review',
      revises_id: before.id,
      content_hash: hash,
      took_seconds: 0,
      awaits_checks: hasChecks(settings),
      decision_due_at: new Date(ctx.now.getTime() + settings.decision_deadline_seconds * 1000).toISOString(),
      answer,
    }
    // The first version ends here; its item's place is held by the revision.
    await write(
      db,
      setOutcomes([
        {
          campaign_id: campaignId,
          id: before.id,
          status: 'rejected_final',
          decided_at: before.decided_at!.toISOString(),
          settles_at: null,
        },
      ]),
      ...insertSubmissions([made], ctx.now, campaign.restricted ? ctx.seal : undefined),
      countAttempts(campaignId, [before.item_id]),
      await openReview(ctx, db, [made]),
      ...submittedEvents(ctx, campaign.task_class, [made]),
    )
    return { submission_id: made.id, revises: before.id, status: 'in_review' as const }
  })
}

/** An appeal: fresh reviewers look at the same work, who neither see nor hear that others did. */
export async function appeal(ctx: Ctx, campaignId: string, submissionId: string, reason: string) {
  return transact(ctx, campaignId, async (db) => {
    const s = await ownSubmission(ctx, db, campaignId, submissionId)
    if (s.round > 1) throw new Refusal('already_appealed')
    if (s.status !== 'rejected') throw new Refusal('not_appealable')
    if (!s.settles_at || s.settles_at <= ctx.now)
      throw new Refusal('appeal_over', { until: s.settles_at?.toISOString() ?? '' })
    const { settings } = await versionOf(db, campaignId, s.version)
    const id = ctx.newId()
    if (
      !(await insertAppeal(db, {
        campaign_id: campaignId,
        submission_id: s.id,
        id,
        account_id: s.author_id,
        reason,
        opened_at: ctx.now,
      }))
    )
      throw new Refusal('already_appealed')
    await reopen(
      db,
      campaignId,
      s.id,
      s.round + 1,
      new Date(ctx.now.getTime() + appealSeconds(settings.decision_deadline_seconds) * 1000),
    )
    await write(
      db,
      openWork(ctx, [
        {
          campaign_id: campaignId,
          lane: 'review',
          target_id: s.id,
          author_id: s.author_id,
          needed: settings.reviews.min,
        },
      ]),
      ...eventWrites(ctx, [
        {
          campaign_id: campaignId,
          kind: 'appealed',
          subject_id: s.id,
          body: { appeal_id: id, author_id: s.author_id, round: s.round + 1 },
          commit: { reason },
        },
      ]),
    )
    return { submission_id: s.id, opened_at: ctx.now.toISOString() }
  })
}
