import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

/**
 * Deletes what Gas ID knows of a person: scans, sums, level, cards. That a wallet was used in a season, and how many Beans
 * its gas brought, stays under the wallet alone: else erasing would be a way to use it again.
 */
export async function eraseGas(db: Db, accountId: string): Promise<void> {
  await db.deleteFrom('gas_scan').where('account_id', '=', accountId).execute()
  await db.deleteFrom('gas_history').where('account_id', '=', accountId).execute()
  await db.deleteFrom('gas_level').where('account_id', '=', accountId).execute()
  await db.deleteFrom('gas_card').where('account_id', '=', accountId).execute()
  await db.updateTable('gas_use').set({ account_id: null }).where('account_id', '=', accountId).execute()
  await sql`delete from gas_quest where account_id = ${accountId}::bigint and address is null`.execute(db)
  await db.updateTable('gas_quest').set({ account_id: null }).where('account_id', '=', accountId).execute()
}
