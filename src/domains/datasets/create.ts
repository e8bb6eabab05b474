import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { Refusal, refuseIf } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { campaignOf } from '../campaigns/queries.ts'
import { hasWork, readByKeys } from './build-queries.ts'
import type { Release } from './contract.ts'
import { insertRelease, lockReleases, releaseOf } from './queries.ts'
import { refuseCreate } from './rules.ts'
import { standingOf, viewOf } from './view.ts'

/**
 * Asks for a release of the accepted work as of now. What is in it is fixed by this moment; a job builds it. One is
 * built at a time in a campaign, because a successor is compared with what its predecessor held.
 */
export async function createRelease(ctx: Ctx, campaignId: string, note: string): Promise<Release> {
  return transact(ctx, campaignId, async (db) => {
    const campaign = await campaignOf(db, campaignId)
    if (!campaign) throw new Refusal('campaign_not_found')
    const who = await standingOf(ctx, campaign)
    refuseIf(refuseCreate(campaign, who))
    const earlier = await lockReleases(db, campaignId)
    const building = earlier.find((r) => r.state === 'building')
    if (building) throw new Refusal('release_building', { number: building.number })
    await readByKeys(db)
    if (!(await hasWork(db, campaignId, campaign.mode, ctx.now))) throw new Refusal('release_empty')

    const number = (earlier[0]?.number ?? 0) + 1
    const row = {
      campaign_id: campaignId,
      id: ctx.newId(),
      number,
      note,
      predecessor_id: earlier.find((r) => r.state === 'ready')?.id ?? null,
      cut_at: ctx.now,
      created_at: ctx.now,
      created_by: callerOf(ctx).account_id,
      pseudonym_key: Buffer.from(ctx.randomBytes(32)),
      // Successors inherit it, so that a revocation can name what an earlier release held.
      datapoint_key: earlier.at(-1)?.datapoint_key ?? Buffer.from(ctx.randomBytes(32)),
      progress: { step: 'select' as const, done: 0, total: 0, restarts: 0, tries: 0 },
    }
    if (!(await insertRelease(db, row))) throw new Refusal('release_building', { number })
    return viewOf(db, campaign, who, (await releaseOf(db, campaignId, row.id))!)
  })
}
