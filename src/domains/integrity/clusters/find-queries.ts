import { sql } from 'kysely'
import type { Db } from '../../../platform/context.ts'
import type { Strength } from '../cases/rules.ts'
import type { Explained } from './rules.ts'

/** Accounts whose links are not what they were when clusters were last found, with what they come to now. */
export async function touchedAccounts(
  db: Db,
  now: Date,
  limit: number,
): Promise<{ account_id: string; digest: string | null }[]> {
  // Whatever changed a link (found, stronger, expired, erased) changes what its two accounts' links come to.
  const { rows } = await sql<{ account_id: string; digest: string | null }>`
    with held as (
      select account_id, other_id, hashtextextended(account_id || ' ' || other_id || ' ' || kind || ' ' || strength, 7216041) as h from link where expires_at > ${now}),
    come as (
      select account_id, bit_xor(h) as digest from (select account_id, h from held union all select other_id, h from held) e group by 1)
    select account_id::text, c.digest::text from come c full join cluster_mark m using (account_id)
     where c.digest is distinct from m.digest order by account_id limit ${limit}`.execute(db)
  return rows
}

/** Keeps what accounts' links came to; none of those without links. */
export async function saveMarks(db: Db, rows: readonly { account_id: string; digest: string | null }[]): Promise<void> {
  if (rows.length === 0) return
  const json = JSON.stringify(rows)
  await sql`delete from cluster_mark m using jsonb_to_recordset(${json}::jsonb) as r(account_id bigint, digest bigint)
    where m.account_id = r.account_id and r.digest is null`.execute(db)
  await sql`insert into cluster_mark (account_id, digest)
    select account_id, digest from jsonb_to_recordset(${json}::jsonb) as r(account_id bigint, digest bigint) where digest is not null
    on conflict (account_id) do update set digest = excluded.digest`.execute(db)
}

/** Forgets what these accounts' links came to, so that they are looked at again. */
export async function forgetMarks(db: Db, accountIds: readonly string[]): Promise<void> {
  await sql`delete from cluster_mark where account_id = any(${[...accountIds]}::bigint[])`.execute(db)
  // Whoever has no mark and no links would not be found; a mark that is never right is.
  await sql`insert into cluster_mark (account_id, digest) select a, 0 from unnest(${[...accountIds]}::bigint[]) a
    on conflict (account_id) do update set digest = 0`.execute(db)
}

/** The clusters in which any of these accounts are, with all their members. */
export async function clustersWith(db: Db, accountIds: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ cluster_id: string; members: string[] }>`
    select cluster_id::text, array_agg(account_id::text order by account_id) as members from cluster_member
     where cluster_id in (select cluster_id from cluster_member where account_id = any(${[...accountIds]}::bigint[])) group by 1`.execute(
    db,
  )
  return new Map(rows.map((r) => [r.cluster_id, r.members]))
}

/** Pairs of these accounts that somebody found to be two people, on evidence of a weight. */
export async function apartAmong(
  db: Db,
  accountIds: readonly string[],
): Promise<{ account_id: string; other_id: string; weight: number }[]> {
  const { rows } = await sql<{ account_id: string; other_id: string; weight: number }>`
    select account_id::text, other_id::text, weight from cluster_apart
     where account_id = any(${[...accountIds]}::bigint[]) and other_id = any(${[...accountIds]}::bigint[])`.execute(db)
  return rows
}

export type ClusterWrite = { id: string; strength: number; explained: Explained; members: readonly string[] }

/** Writes clusters as they are now and ends those that are over. Whoever stays in one keeps since when. */
export async function writeClusters(
  db: Db,
  q: { clusters: readonly ClusterWrite[]; over: readonly string[]; now: Date },
): Promise<void> {
  const json = JSON.stringify(q.clusters.map((c) => ({ ...c, size: c.members.length })))
  const ids = [...q.clusters.map((c) => c.id), ...q.over]
  if (ids.length === 0) return
  await sql`insert into cluster (id, found_at, strength, members, explained, changed_at)
    select id, ${q.now}, strength, size, explained, ${q.now} from jsonb_to_recordset(${json}::jsonb) as r(id bigint, strength int, size int, explained jsonb)
    on conflict (id) do update set strength = excluded.strength, members = excluded.members, explained = excluded.explained, dissolved_at = null,
      changed_at = case when (cluster.strength, cluster.members, cluster.explained) is distinct from (excluded.strength, excluded.members, excluded.explained) then excluded.changed_at else cluster.changed_at end`.execute(
    db,
  )
  await sql`update cluster set dissolved_at = ${q.now}, members = 0, changed_at = ${q.now} where id = any(${[...q.over]}::bigint[]) and dissolved_at is null`.execute(
    db,
  )
  await sql`with now_in as (select r.id as cluster_id, m::bigint as account_id from jsonb_to_recordset(${json}::jsonb) as r(id bigint, members jsonb), jsonb_array_elements_text(r.members) m),
    gone as (delete from cluster_member m where m.cluster_id = any(${ids}::bigint[]) and not exists (select from now_in n where n.account_id = m.account_id))
    insert into cluster_member (account_id, cluster_id, since) select account_id, cluster_id, ${q.now} from now_in
    on conflict (account_id) do update set cluster_id = excluded.cluster_id,
      since = case when cluster_member.cluster_id = excluded.cluster_id then cluster_member.since else excluded.since end`.execute(
    db,
  )
}

export type Untold = { account_id: string; word: Strength; strength: number; members: number; explained: Explained }

/** Members whose cases were told of nothing as strong as their cluster is yet. Erased people have no case. */
export async function untold(
  db: Db,
  least: { strong: number; fair_members: number },
  limit: number,
): Promise<Untold[]> {
  const { rows } = await sql<Untold>`
    select m.account_id::text, c.word, c.strength, c.members, c.explained
      from (select *, case when strength >= ${least.strong} then 'strong' when members >= ${least.fair_members} then 'fair' end as word from cluster where dissolved_at is null) c
      join cluster_member m on m.cluster_id = c.id join account a on a.id = m.account_id
     where c.word is not null and a.erased_at is null and (m.raised is null or (m.raised = 'fair' and c.word = 'strong'))
     order by m.account_id limit ${limit}`.execute(db)
  return rows
}

export async function markTold(db: Db, accountId: string, strength: Strength): Promise<void> {
  await sql`update cluster_member set raised = ${strength} where account_id = ${accountId}`.execute(db)
}
