import type { Db } from '../../../platform/context.ts'

/** The cluster that a person is in, if they are in one. */
export async function clusterOf(db: Db, accountId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('cluster_member')
    .select('cluster_id')
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return row?.cluster_id
}

/** Who is in a cluster now, in order. */
export async function membersOf(db: Db, clusterId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('cluster_member')
    .select('account_id')
    .where('cluster_id', '=', clusterId)
    .orderBy('account_id')
    .limit(10_000)
    .execute()
  return rows.map((r) => r.account_id)
}
