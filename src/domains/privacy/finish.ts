import type { Ctx } from '../../platform/context.ts'
import { balancesLeft, eraseContent } from './erase.ts'
import { giveBack } from './money.ts'
import { noteErasure, openErasures } from './queries.ts'

const AT_ONCE = 20
const LOOK_EVERY_MS = 3_600_000
/** Requests that were under way when the account went have ended long before this. */
const SETTLED_AFTER_MS = 86_400_000

/** Erases what has been decided since, gives back what has thawed since, and closes erasures with nothing to come. */
export async function finishErasures(ctx: Ctx): Promise<{ more: boolean }> {
  const open = await openErasures(ctx.db, new Date(ctx.now.getTime() - LOOK_EVERY_MS), AT_ONCE)
  for (const erasure of open) {
    await ctx.db.transaction().execute(async (db) => {
      const { undecided, reviewed } = await eraseContent(ctx, db, erasure.account_id)
      if (erasure.money === 'give_back') await giveBack(ctx, db, erasure.account_id)
      const left = await balancesLeft(db, erasure.account_id)
      const toCome = erasure.money === 'give_back' && left.some((b) => b.state !== 'claimable')
      const done =
        undecided + reviewed === 0 && !toCome && ctx.now.getTime() - erasure.erased_at.getTime() >= SETTLED_AFTER_MS
      await noteErasure(db, erasure.account_id, ctx.now, done)
    })
  }
  return { more: open.length === AT_ONCE }
}
