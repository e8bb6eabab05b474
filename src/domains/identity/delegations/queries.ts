import type { Db } from '../../../platform/context.ts'

const COLUMNS = ['id', 'account_id', 'session_key', 'by', 'issued_at', 'expires_at', 'revoked_at'] as const
export type DelegationRow = {
  id: string
  account_id: string
  session_key: Buffer
  by: string
  issued_at: Date
  expires_at: Date
  revoked_at: Date | null
}

export const delegationsOf = (db: Db, accountId: string): Promise<DelegationRow[]> =>
  db
    .selectFrom('delegation')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .orderBy('id', 'desc')
    .limit(200)
    .execute()

export const delegationById = (db: Db, id: string): Promise<DelegationRow | undefined> =>
  db.selectFrom('delegation').select(COLUMNS).where('id', '=', id).executeTakeFirst()

/** False when the key is known already, whoever's it is. */
export async function insertDelegation(
  db: Db,
  row: Omit<DelegationRow, 'revoked_at'> & { site: string; wallet_id: string | null; proof: object },
): Promise<boolean> {
  const made = await db
    .insertInto('delegation')
    .values({ ...row, proof: JSON.stringify(row.proof) })
    .onConflict((c) => c.column('session_key').doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

export async function revokeDelegation(
  db: Db,
  accountId: string,
  id: string,
  at: Date,
): Promise<DelegationRow | undefined> {
  await db
    .updateTable('delegation')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null)
    .execute()
  const found = await delegationById(db, id)
  return found?.account_id === accountId ? found : undefined
}

/** Erases what ties keys to a person; signatures of erased work are gone with it. */
export async function eraseDelegations(db: Db, accountId: string): Promise<void> {
  await db.deleteFrom('delegation').where('account_id', '=', accountId).execute()
}
