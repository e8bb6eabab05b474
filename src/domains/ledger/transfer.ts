import type { Ctx, Db } from '../../platform/context.ts'
import { assert } from '../../platform/refusal.ts'
import { balanceOf, insertTransfers, lockAccount, type Transfer } from './queries.ts'

/** Records transfers in the caller's transaction. Repeating one changes nothing. Returns the ids that were new. */
export async function recordTransfers(
  ctx: Pick<Ctx, 'now'>,
  db: Db,
  transfers: readonly Transfer[],
): Promise<string[]> {
  const write = transferWrite(ctx, transfers)
  return write ? (await write.execute(db)).rows.map((r) => r.id) : []
}

/** The same, to be sent with what the transfers are for. */
export function transferWrite(ctx: Pick<Ctx, 'now'>, transfers: readonly Transfer[]) {
  for (const t of transfers)
    assert(t.amount_minor > 0n && t.debit !== t.credit, 'a transfer moves something from one account to another')
  return insertTransfers(ctx.now, transfers)
}

/** Moves money only if the debited account holds it; false when it does not. Spenders of one account go one after the other. */
export async function spend(ctx: Pick<Ctx, 'now'>, db: Db, transfer: Transfer): Promise<boolean> {
  await lockAccount(db, transfer.debit)
  const held = await balanceOf(db, transfer.debit, transfer.currency)
  if (held < transfer.amount_minor) return false
  await recordTransfers(ctx, db, [transfer])
  return true
}
