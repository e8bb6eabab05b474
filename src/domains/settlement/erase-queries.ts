import type { Db } from '../../platform/context.ts'

/**
 * Forgets which wallet was whose. That and how much was paid to an address stays, for the chain shows it anyway; that it
 * was this person's does not.
 */
export async function eraseWallets(db: Db, accountId: string): Promise<void> {
  await db.deleteFrom('wallet_destination').where('account_id', '=', accountId).execute()
  await db
    .updateTable('chain_withdrawal')
    .set({ account_id: null })
    .where('account_id', '=', accountId)
    .where('state', 'in', ['claimed', 'cancelled'])
    .execute()
}
