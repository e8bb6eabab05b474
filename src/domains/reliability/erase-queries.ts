import type { Db } from '../../platform/context.ts'

/** Deletes what a person was shown of themselves. Published weights stay: decisions are recomputed from them. */
export async function eraseReliability(db: Db, accountId: string): Promise<void> {
  await db.deleteFrom('reliability').where('account_id', '=', accountId).execute()
}
