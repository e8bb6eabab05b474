import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { campaignRow, consentOf, type CampaignRow } from '../campaigns/manage-queries.ts'
import { isPublic } from '../campaigns/rules.ts'
import { rolesOf } from '../campaigns/view-queries.ts'
import type { ExamState } from './contract.ts'
import { attemptsOf, examOf } from './queries.ts'
import { retryAt, standingWith } from './rules.ts'

/** Where the caller stands with a campaign's exam, and their role and why. */
export async function examState(ctx: Ctx, campaignId: string): Promise<ExamState> {
  const c = await campaignRow(ctx.db, campaignId)
  if (!c || !isPublic(c)) throw new Refusal('campaign_not_found')
  return stateOf(ctx, ctx.db, c, callerOf(ctx).account_id)
}

/** The same for a person, within a transaction. */
export async function stateOf(ctx: Ctx, db: Db, c: CampaignRow, who: string): Promise<ExamState> {
  const exam = await examOf(db, c.id)
  const attempts = exam ? await attemptsOf(db, c.id, who) : []
  const last = attempts[0]
  const joined = (await consentOf(db, c.id, who)) !== null
  const state = standingWith({
    now: ctx.now,
    joined,
    has_exam: exam !== undefined,
    passed: attempts.some((a) => a.passed),
    last,
    cooldown_seconds: exam?.cooldown_seconds ?? 0,
  })
  const roles = (await rolesOf(db, c.id, who)).filter((r) => r.role !== 'requester')
  return {
    campaign_id: c.id,
    joined,
    required: exam !== undefined,
    state,
    questions: exam?.draw_count ?? 0,
    pass_bps: exam?.pass_bps ?? 0,
    time_limit_seconds: exam?.time_limit_seconds ?? 0,
    cooldown_seconds: exam?.cooldown_seconds ?? 0,
    attempts: attempts.length,
    last_score_bps: attempts.find((a) => a.submitted_at)?.score_bps ?? null,
    retry_at: state === 'cooling_down' ? retryAt(last!, exam!.cooldown_seconds).toISOString() : null,
    open_attempt_id: state === 'open' ? last!.id : null,
    roles: roles.map((r) => ({ role: r.role, why: r.why as 'created' })),
  }
}
