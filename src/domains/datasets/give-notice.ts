import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { campaignOf } from '../campaigns/queries.ts'
import type { Release } from './contract.ts'
import { insertNotice, noticesOf, releaseOf } from './queries.ts'
import { standingOf, viewOf } from './view.ts'

const DAY_MS = 86_400_000

/** Records that the makers of the targets were told. From then on the days count; telling again changes nothing. */
export async function giveNotice(ctx: Ctx, campaignId: string, releaseId: string, told: string): Promise<Release> {
  return transact(ctx, campaignId, async (db) => {
    const campaign = await campaignOf(db, campaignId)
    const release = campaign && (await releaseOf(db, campaignId, releaseId))
    if (!release) throw new Refusal('release_not_found')
    if (release.state !== 'ready') throw new Refusal('release_not_ready', { state: release.state })
    const { days } = await noticesOf(db, campaignId, [])
    if (days === 0) throw new Refusal('notice_not_needed')
    const hands_out_at = new Date(ctx.now.getTime() + days * DAY_MS)
    const isNew = await insertNotice(db, {
      campaign_id: campaignId,
      release_id: releaseId,
      told,
      told_by: callerOf(ctx).account_id,
      told_at: ctx.now,
      hands_out_at,
    })
    if (isNew)
      await recordEvents(ctx, db, [
        { campaign_id: campaignId, kind: 'notice_given', subject_id: releaseId, body: { days }, commit: { told } },
      ])
    return viewOf(db, campaign, await standingOf(ctx, campaign), release)
  })
}
