import type { Db } from '../../platform/context.ts'

/** Deletes what a person said of themselves. */
export async function eraseTraits(db: Db, accountId: string): Promise<void> {
  await db.deleteFrom('person_trait').where('account_id', '=', accountId).execute()
}
