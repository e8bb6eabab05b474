import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { itemsData } from '../campaigns/item-queries.ts'
import { campaignOf, versionOf } from '../campaigns/queries.ts'
import { runOf } from '../checks/queries.ts'
import { reasonsView } from '../checks/view.ts'
import { personAccount } from '../ledger/accounts.ts'
import { answerOf, revisionOf, submissionOf, type Submission } from '../submissions/queries.ts'
import { hasChecks } from '../submissions/rules.ts'
import { shownData } from '../templates/rules.ts'
import { appealOf, lastDecision, reviewsOf, rewardsFor } from './queries.ts'

const iso = (at: Date | null | undefined): string | null => at?.toISOString() ?? null

/** One's own submission: where it stands, what comes next and when, and once decided, why. */
export async function statusOf(ctx: Ctx, campaignId: string, submissionId: string) {
  const who = callerOf(ctx).account_id
  const s = await submissionOf(ctx.db, campaignId, submissionId)
  if (!s || s.author_id !== who) throw new Refusal('submission_not_found')
  const campaign = (await campaignOf(ctx.db, campaignId))!
  const { form, settings } = await versionOf(ctx.db, campaignId, s.version)
  const decision = await lastDecision(ctx.db, campaignId, submissionId)
  const appeal = await appealOf(ctx.db, campaignId, submissionId)
  const revisedBy = await revisionOf(ctx.db, campaignId, submissionId)
  const open = s.status === 'rejected' && s.settles_at !== null && s.settles_at > ctx.now
  // While an appeal runs, its votes are nobody's to see; the first round's reasons stay visible.
  const reviews = decision
    ? (await reviewsOf(ctx.db, [{ campaign_id: campaignId, submission_id: submissionId }])).filter(
        (r) => r.round <= decision.round,
      )
    : []
  const byChecks =
    decision?.reviews === 0 && hasChecks(settings) ? await runOf(ctx.db, campaignId, submissionId) : undefined
  const questions = decision
    ? Object.entries(decision.questions as Record<string, boolean>).map(([key, accepted]) => ({
        key,
        title: form.ui.questions[key]?.title ?? key,
        accepted,
        reasons: accepted
          ? []
          : reviews
              .filter((r) => r.round === decision.round)
              .flatMap((r) => {
                const vote = r.votes[key]
                return vote && !vote.approve
                  ? [{ reason: vote.reason ?? ('other' as const), comment: vote.comment ?? null }]
                  : []
              }),
      }))
    : []
  return {
    campaign_id: campaignId,
    submission_id: s.id,
    item_id: s.item_id,
    title: campaign.title,
    status: s.status,
    stage: stageOf(s, open),
    version: s.version,
    data: shownData(form, (await itemsData(ctx.db, campaignId, [s.item_id])).get(s.item_id) ?? null),
    answer: (await answerOf(ctx.db, campaignId, s.id)) ?? {},
    submitted_at: s.submitted_at.toISOString(),
    decided_at: iso(s.decided_at),
    expected_by: iso(s.decision_due_at),
    questions,
    checks: byChecks?.outcome === 'reject' ? reasonsView(byChecks.results) : [],
    rewards: s.status === 'accepted' ? await rewardsFor(ctx.db, campaignId, s.id, personAccount(who, 'frozen')) : [],
    may_revise_until:
      open && s.round === 1 && !s.revises_id && !revisedBy && settings.attempts_per_item > 1 ? iso(s.settles_at) : null,
    may_appeal_until: open && s.round === 1 ? iso(s.settles_at) : null,
    appeal: appeal ? { reason: appeal.reason, opened_at: appeal.opened_at.toISOString(), upheld: appeal.upheld } : null,
    revised_by: revisedBy ?? null,
    revises: s.revises_id,
  }
}

function stageOf(
  s: Submission,
  mayAnswer: boolean,
): 'submitted' | 'checking' | 'in_review' | 'with_expert' | 'decided' | 'revision_open' | 'in_appeal' | 'final' {
  if (s.status === 'answered') return 'submitted'
  if (s.status === 'in_review')
    return s.round > 1 ? 'in_appeal' : s.escalated_at ? 'with_expert' : s.awaits_checks ? 'checking' : 'in_review'
  if (s.status === 'rejected') return mayAnswer ? 'revision_open' : 'decided'
  return 'final'
}
