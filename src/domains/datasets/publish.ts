import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { campaignOf } from '../campaigns/queries.ts'
import type { Release } from './contract.ts'
import { releaseOf, setPublished } from './queries.ts'
import { refusePublish } from './rules.ts'
import { standingOf, viewOf } from './view.ts'

/** Opens a finished release to everyone. It cannot be closed again: copies are out; a successor revokes instead. */
export async function publishRelease(ctx: Ctx, campaignId: string, releaseId: string): Promise<Release> {
  return transact(ctx, campaignId, async (db) => {
    const campaign = await campaignOf(db, campaignId)
    const release = campaign && (await releaseOf(db, campaignId, releaseId))
    if (!release) throw new Refusal('release_not_found')
    if (!release.published_at) {
      const refused = refusePublish(campaign, release.state, release.manifest?.agreed ?? [], release.hold)
      if (refused)
        throw new Refusal(refused.code, {
          state: release.state,
          ...(refused.licence ? { licence: refused.licence } : {}),
        })
      await setPublished(db, release, callerOf(ctx).account_id, ctx.now)
      await recordEvents(ctx, db, [
        {
          campaign_id: campaignId,
          kind: 'published',
          subject_id: releaseId,
          body: { number: release.number, content_hash: release.content_hash },
        },
      ])
    }
    return viewOf(db, campaign, await standingOf(ctx, campaign), (await releaseOf(db, campaignId, releaseId))!)
  })
}
