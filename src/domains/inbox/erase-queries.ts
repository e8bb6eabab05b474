import type { Db } from '../../platform/context.ts'

/** Deletes a person's messages. */
export async function eraseMessages(db: Db, accountId: string): Promise<void> {
  await db.deleteFrom('inbox_message').where('account_id', '=', accountId).execute()
}
