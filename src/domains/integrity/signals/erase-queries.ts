import type { Db } from '../../../platform/context.ts'

/** Deletes what is kept of somebody's visits and passkeys, and every link that names them, from either side. */
export async function eraseSignals(db: Db, accountId: string): Promise<void> {
  await db.deleteFrom('mark').where('account_id', '=', accountId).execute()
  await db.deleteFrom('credential_mark').where('account_id', '=', accountId).execute()
  await db
    .deleteFrom('link')
    .where((eb) => eb.or([eb('account_id', '=', accountId), eb('other_id', '=', accountId)]))
    .execute()
}
