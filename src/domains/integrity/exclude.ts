import type { Ctx } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { deleteExclusion, accountMissing, insertExclusion } from './queries.ts'

/** Keeps two people apart: neither judges the other's work, nor do they sit on one panel. */
export async function exclude(ctx: Ctx, pair: { account_id: string; other_id: string; reason: string }) {
  return transact(ctx, '0', async (db) => {
    if (pair.account_id === pair.other_id) throw new Refusal('same_person')
    const missing = await accountMissing(db, [pair.account_id, pair.other_id])
    if (missing) throw new Refusal('account_unknown', { account_id: missing })
    await insertExclusion(db, pair.account_id, pair.other_id, pair.reason, ctx.now)
    await recordEvents(ctx, db, [
      { campaign_id: '0', kind: 'excluded', subject_id: pair.account_id, body: { other_id: pair.other_id } },
    ])
    return { ...pair, created_at: ctx.now.toISOString() }
  })
}

/** Lifts an exclusion from now on. */
export async function allow(ctx: Ctx, pair: { account_id: string; other_id: string }) {
  return transact(ctx, '0', async (db) => {
    const lifted = await deleteExclusion(db, pair.account_id, pair.other_id)
    if (lifted)
      await recordEvents(ctx, db, [
        { campaign_id: '0', kind: 'exclusion_lifted', subject_id: pair.account_id, body: { other_id: pair.other_id } },
      ])
    return { lifted }
  })
}
