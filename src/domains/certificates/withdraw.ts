import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { assert, Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { closePieces } from '../audits/open-pieces.ts'
import { holdRelease } from '../datasets/hold.ts'
import { known } from './access.ts'
import type { Acceptance } from './contract.ts'
import { acceptanceOf, endAcceptance, lockAcceptance, type Place } from './queries.ts'
import { viewOf } from './view.ts'

/** Gives up an open claim. It stays on the record, and the release cannot be claimed about again. */
export async function withdrawAcceptance(ctx: Ctx, at: Place, note: string): Promise<Acceptance> {
  const found = await known(ctx, at)
  return transact(ctx, at.campaign_id, async (db) => {
    const row = await lockAcceptance(db, at)
    if (!row) throw new Refusal('acceptance_not_found')
    if (row.state !== 'open') throw new Refusal('acceptance_over', { state: row.state })
    await endAcceptance(db, at, {
      state: 'withdrawn',
      why: 'withdrawn',
      note,
      ended_by: callerOf(ctx).account_id,
      ended_at: ctx.now,
    })
    await closePieces(ctx, db, row)
    await holdRelease(db, at, null)
    await recordEvents(ctx, db, [
      {
        campaign_id: at.campaign_id,
        kind: 'acceptance_ended',
        subject_id: at.release_id,
        body: { plan_id: row.plan_id, state: 'withdrawn', why: 'withdrawn', audits: row.read },
      },
    ])
    const now = await acceptanceOf(db, at)
    assert(now, 'a claim stays when it is withdrawn')
    return viewOf(db, found, now)
  })
}
