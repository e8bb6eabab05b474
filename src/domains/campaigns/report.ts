import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { pause } from './change.ts'
import { changedEvent } from './evidence.ts'
import { insertReport, lockReport, resolveReport, type ReportRow } from './flag-queries.ts'
import { campaignRow, lockCampaign, setCampaign } from './manage-queries.ts'
import { isPublic } from './rules.ts'

/** Anyone, signed in or not, tells the operator that something is wrong with a campaign. */
export async function reportCampaign(ctx: Ctx, campaignId: string, given: { reason: string; message: string }) {
  return transact(ctx, campaignId, async (db) => {
    const c = await campaignRow(db, campaignId)
    if (!c || !isPublic(c)) throw new Refusal('campaign_not_found')
    const id = ctx.newId()
    await insertReport(db, {
      campaign_id: campaignId,
      id,
      account_id: ctx.caller?.account_id ?? null,
      ...given,
      created_at: ctx.now,
    })
    return { report_id: id, created_at: ctx.now.toISOString() }
  })
}

/** The operator dismisses a report, or pauses the campaign; only an operator can lift that pause. */
export async function decideReport(
  ctx: Ctx,
  campaignId: string,
  reportId: string,
  given: { resolution: 'dismissed' | 'paused'; note: string },
) {
  return transact(ctx, campaignId, async (db) => {
    const report = await lockReport(db, campaignId, reportId)
    if (!report) throw new Refusal('campaign_report_not_found')
    if (report.resolved_at) throw new Refusal('report_resolved')
    const c = (await lockCampaign(db, campaignId))!
    let status = c.status
    // A pause of the requester's own becomes the operator's, so that resuming does not undo it.
    if (given.resolution === 'paused' && status === 'paused') await setCampaign(db, c.id, { paused_by_operator: true })
    else if (given.resolution === 'paused') status = (await pause(ctx, db, c, true)).status
    const resolved = {
      resolution: given.resolution,
      note: given.note,
      resolved_by: callerOf(ctx).account_id,
      resolved_at: ctx.now,
    }
    await resolveReport(db, { campaign_id: campaignId, id: reportId, ...resolved })
    await recordEvents(ctx, db, [
      changedEvent(campaignId, 'report_resolved', { report_id: reportId, resolution: given.resolution }),
    ])
    return reportAnswer({ ...report, ...resolved, title: c.title, status })
  })
}

export const reportAnswer = (r: ReportRow & { title: string; status: string }) => ({
  report_id: r.id,
  campaign_id: r.campaign_id,
  title: r.title,
  status: r.status as 'open',
  reason: r.reason as 'other',
  message: r.message,
  created_at: r.created_at.toISOString(),
  signed_in: r.account_id !== null,
  resolution: r.resolution,
  note: r.note,
  resolved_at: r.resolved_at?.toISOString() ?? null,
})
