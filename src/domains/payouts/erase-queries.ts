import type { Db } from '../../platform/context.ts'

/** Deletes where a person's money is and was sent; that and how much was sent stays. */
export async function eraseDestinations(db: Db, accountId: string): Promise<void> {
  await db.deleteFrom('payout_destination').where('account_id', '=', accountId).execute()
  await db.updateTable('payout').set({ destination: '', note: '' }).where('account_id', '=', accountId).execute()
}
