import type { Db } from '../../../platform/context.ts'

/** Takes a person out of their cluster, with what was said of them there and how they were ranked. */
export async function eraseClusters(db: Db, accountId: string): Promise<void> {
  await db.deleteFrom('cluster_member').where('account_id', '=', accountId).execute()
  await db.deleteFrom('cluster_mark').where('account_id', '=', accountId).execute()
  await db.deleteFrom('trust_rank').where('account_id', '=', accountId).execute()
  await db
    .deleteFrom('cluster_apart')
    .where((eb) => eb.or([eb('account_id', '=', accountId), eb('other_id', '=', accountId)]))
    .execute()
}
