import { sql } from 'kysely'
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

/** Members of one cluster take turns wherever they share one person's limit. */
export async function lockCluster(db: Db, clusterId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`cluster:${clusterId}`}, 7216039))`.execute(db)
}

/** The accounts that are taken for one person with this one, itself included. */
export async function takenForOne(db: Db, accountId: string): Promise<string[]> {
  const cluster = await clusterOf(db, accountId)
  return cluster ? membersOf(db, cluster) : [accountId]
}

/** Since when a person's cluster has been one; undefined for somebody in none. */
export async function clusterSince(db: Db, accountId: string): Promise<Date | undefined> {
  const row = await db
    .selectFrom('cluster_member as m')
    .innerJoin('cluster as c', 'c.id', 'm.cluster_id')
    .select('c.found_at')
    .where('m.account_id', '=', accountId)
    .executeTakeFirst()
  return row?.found_at
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
