import { sql } from 'kysely'
import type { Db } from '../../../platform/context.ts'
import type { Explained } from './rules.ts'

export type ClusterRow = {
  id: string
  found_at: Date
  changed_at: Date
  dissolved_at: Date | null
  strength: number
  members: number
  explained: Explained
}

/** Clusters newest first; those that are over too, if asked. */
export async function clusterPage(
  db: Db,
  q: { before: string | undefined; over: boolean; limit: number },
): Promise<ClusterRow[]> {
  const { rows } = await sql<ClusterRow>`
    select id, found_at, changed_at, dissolved_at, strength, members, explained from cluster
     where (${q.before ?? null}::bigint is null or id < ${q.before ?? null}::bigint) and (${q.over} or dissolved_at is null)
     order by id desc limit ${q.limit}`.execute(db)
  return rows
}

export async function clusterRow(db: Db, id: string): Promise<ClusterRow | undefined> {
  const { rows } =
    await sql<ClusterRow>`select id, found_at, changed_at, dissolved_at, strength, members, explained from cluster where id = ${id}`.execute(
      db,
    )
  return rows[0]
}

/** The accounts of a cluster, with what operators read beside each. */
export async function accountsIn(db: Db, clusterId: string, limit: number) {
  const { rows } = await sql<{
    account_id: string
    handle: string
    since: Date
    trust: number | null
    open_case_id: string | null
  }>`
    select m.account_id, a.handle, m.since, t.bucket as trust,
           (select c.id from case_file c where c.account_id = m.account_id and c.state <> 'closed') as open_case_id
      from cluster_member m join account a on a.id = m.account_id left join trust_rank t on t.account_id = m.account_id
     where m.cluster_id = ${clusterId} order by m.account_id limit ${limit}`.execute(db)
  return rows
}

/** What was said to be two people, where one of them is among these. */
export async function partedOf(db: Db, accountIds: readonly string[], limit: number) {
  const { rows } = await sql<{ account_id: string; other_id: string; reason: string; said_at: Date }>`
    select account_id, other_id, reason, said_at from cluster_apart
     where account_id = any(${[...accountIds]}::bigint[]) or other_id = any(${[...accountIds]}::bigint[])
     order by said_at desc, account_id, other_id limit ${limit}`.execute(db)
  return rows
}

/** Takes an account out of its cluster, and says of each pair with what evidence it was said to be two people. */
export async function insertApart(
  db: Db,
  q: {
    account_id: string
    pairs: readonly { account_id: string; other_id: string; weight: number }[]
    said_by: string
    reason: string
    now: Date
  },
): Promise<void> {
  await sql`insert into cluster_apart (account_id, other_id, weight, said_by, reason, said_at)
    select account_id, other_id, weight, ${q.said_by}, ${q.reason}, ${q.now} from jsonb_to_recordset(${JSON.stringify(q.pairs)}::jsonb) as r(account_id bigint, other_id bigint, weight int)
    on conflict (account_id, other_id) do update set weight = excluded.weight, said_by = excluded.said_by, reason = excluded.reason, said_at = excluded.said_at`.execute(
    db,
  )
  await sql`delete from cluster_member where account_id = ${q.account_id}`.execute(db)
}
