import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { campaignOf } from '../campaigns/queries.ts'
import { insertAgain } from './queries.ts'

/** Asks for all of a campaign's checks again, by the checkers of today. What they find changes nothing that was decided. */
export async function checkAgain(ctx: Ctx, campaignId: string, outside: boolean) {
  return transact(ctx, campaignId, async (db) => {
    const asked_by = callerOf(ctx).account_id
    if (!(await campaignOf(db, campaignId))) throw new Refusal('campaign_not_found')
    const run = await insertAgain(db, { campaign_id: campaignId, outside, asked_by, asked_at: ctx.now })
    if (run === undefined) throw new Refusal('checks_running')
    await recordEvents(ctx, db, [
      { campaign_id: campaignId, kind: 'checks_repeated', subject_id: campaignId, body: { run, outside } },
    ])
    return { run }
  })
}
