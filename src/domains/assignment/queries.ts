import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { Write } from '../../platform/db/queries.ts'
import { versionOf } from '../campaigns/queries.ts'
import { shownData } from '../templates/rules.ts'
import type { Lane } from './contract.ts'

/** Lanes as the tables hold them. */
export const LANE = { contribute: 1, review: 2, expert: 3, appeal: 4, audit: 5 } as const satisfies Record<Lane, number>
export const LEASE = { leased: 1, submitted: 2, returned: 3, expired: 4 } as const

export type Lease = {
  campaign_id: string
  account_id: string
  target_id: string
  lane: number
  state: number
  version: number
  leased_at: Date
  expires_at: Date
}
export type LeaseKey = { campaign_id: string; account_id: string; target_id: string }
export type Work = {
  campaign_id: string
  lane: number
  target_id: string
  author_id: string
  needed: number
  rk: number
}

/** What a person holds and may still hand in at its full right. */
export async function liveLeases(
  db: Db,
  campaignId: string,
  accountId: string,
  lanes: readonly number[],
  now: Date,
): Promise<Lease[]> {
  return db
    .selectFrom('lease')
    .select(['campaign_id', 'account_id', 'target_id', 'lane', 'state', 'version', 'leased_at', 'expires_at'])
    .where('account_id', '=', accountId)
    .where('campaign_id', '=', campaignId)
    .where('state', '=', LEASE.leased)
    .where('lane', 'in', [...lanes])
    .where('expires_at', '>', now)
    .orderBy('target_id')
    .limit(200)
    .execute()
}

/** Everything a person holds, with its campaign's title. */
export async function allLiveLeases(db: Db, accountId: string, now: Date) {
  return db
    .selectFrom('lease')
    .innerJoin('campaign', 'campaign.id', 'lease.campaign_id')
    .select([
      'lease.campaign_id',
      'campaign.title',
      'lease.target_id',
      'lease.lane',
      'lease.leased_at',
      'lease.expires_at',
    ])
    .where('lease.account_id', '=', accountId)
    .where('lease.state', '=', LEASE.leased)
    .where('lease.expires_at', '>', now)
    .orderBy('lease.expires_at')
    .limit(200)
    .execute()
}

/** Locks leases, in the canonical order (target, then person). Missing ones are simply not returned. */
export async function lockLeases(db: Db, keys: readonly LeaseKey[]): Promise<Lease[]> {
  if (keys.length === 0) return []
  const { rows } =
    await sql<Lease>`select l.campaign_id, l.account_id, l.target_id, l.lane, l.state, l.version, l.leased_at, l.expires_at
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(campaign_id bigint, account_id bigint, target_id bigint)
    join lease l on l.campaign_id = k.campaign_id and l.account_id = k.account_id and l.target_id = k.target_id
    order by l.target_id, l.account_id for update of l`.execute(db)
  return rows
}

/** Leases a target that no queue holds: it is one person's alone. Who let it expire takes it up again. */
export const insertLease = (l: Lease): Write =>
  sql`insert into lease (campaign_id, account_id, target_id, lane, state, version, leased_at, expires_at)
    values (${l.campaign_id}, ${l.account_id}, ${l.target_id}, ${l.lane}, ${l.state}, ${l.version}, ${l.leased_at}, ${l.expires_at})
    on conflict (campaign_id, account_id, target_id) do update
      set state = excluded.state, version = excluded.version, leased_at = excluded.leased_at, expires_at = excluded.expires_at where lease.state = ${LEASE.expired}`

export function setLeaseState(keys: readonly LeaseKey[], state: number): Write {
  if (keys.length === 0) return null
  return sql`update lease l set state = ${state}
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(campaign_id bigint, account_id bigint, target_id bigint)
    where l.campaign_id = k.campaign_id and l.account_id = k.account_id and l.target_id = k.target_id`
}

export async function setExpiry(db: Db, key: LeaseKey, until: Date): Promise<void> {
  await db
    .updateTable('lease')
    .set({ expires_at: until })
    .where('campaign_id', '=', key.campaign_id)
    .where('account_id', '=', key.account_id)
    .where('target_id', '=', key.target_id)
    .execute()
}

/** Locks queue entries in their canonical order and says which still have a place free. */
export async function lockEntries(
  db: Db,
  entries: readonly { campaign_id: string; lane: number; target_id: string }[],
) {
  if (entries.length === 0) return []
  const { rows } = await sql<{
    campaign_id: string
    lane: number
    target_id: string
    author_id: string
    cover: number
    needed: number
    opened_at: Date
  }>`
    select q.campaign_id, q.lane, q.target_id, q.author_id, q.cover, q.needed, q.opened_at
      from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as k(campaign_id bigint, lane smallint, target_id bigint)
      join queue q on q.campaign_id = k.campaign_id and q.lane = k.lane and q.target_id = k.target_id
     order by q.campaign_id, q.lane, q.target_id for no key update of q`.execute(db)
  return rows
}

/** Raises or lowers how many have or hold a place. The table's check keeps it between 0 and needed. */
export async function addCover(
  db: Db,
  entries: readonly { campaign_id: string; lane: number; target_id: string }[],
  by: number,
): Promise<void> {
  if (entries.length === 0) return
  await sql`update queue q set cover = q.cover + d.n * ${by}
    from (select k.campaign_id, k.lane, k.target_id, count(*)::smallint as n
            from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as k(campaign_id bigint, lane smallint, target_id bigint)
           group by 1, 2, 3) d
    where q.campaign_id = d.campaign_id and q.lane = d.lane and q.target_id = d.target_id`.execute(db)
}

/** A target that comes back opens after every lease of the round before, so that those are told apart. */
export function insertWork(work: readonly Work[], at: Date): Write {
  if (work.length === 0) return null
  return sql`insert into queue (campaign_id, lane, target_id, author_id, rk, needed, opened_at)
    select campaign_id, lane, target_id, author_id, rk, needed,
           greatest(${at}::timestamptz, (select max(l.leased_at) + interval '1 millisecond' from lease l where l.campaign_id = r.campaign_id and l.target_id = r.target_id and l.lane = r.lane))
      from jsonb_to_recordset(${JSON.stringify(work)}::jsonb) as r(campaign_id bigint, lane smallint, target_id bigint, author_id bigint, rk int, needed smallint)
    on conflict do nothing`
}

/** Takes entries out of the queue; an open lease on one lives on as late work. */
export function deleteWork(entries: readonly { campaign_id: string; lane: number; target_id: string }[]): Write {
  if (entries.length === 0) return null
  return sql`delete from queue q
    using (select q.campaign_id, q.lane, q.target_id
             from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as k(campaign_id bigint, lane smallint, target_id bigint)
             join queue q on q.campaign_id = k.campaign_id and q.lane = k.lane and q.target_id = k.target_id
            order by q.campaign_id, q.lane, q.target_id for update of q) d
    where q.campaign_id = d.campaign_id and q.lane = d.lane and q.target_id = d.target_id`
}

/** Asks for more answers or reviews of one target. */
export async function addNeeded(
  db: Db,
  entry: { campaign_id: string; lane: number; target_id: string },
  by: number,
): Promise<void> {
  await sql`update queue set needed = needed + ${by} where campaign_id = ${entry.campaign_id} and lane = ${entry.lane} and target_id = ${entry.target_id}`.execute(
    db,
  )
}

/** Asks for so many in all. */
export async function raiseNeeded(
  db: Db,
  entry: { campaign_id: string; lane: number; target_id: string },
  to: number,
): Promise<void> {
  await sql`update queue set needed = ${to} where campaign_id = ${entry.campaign_id} and lane = ${entry.lane} and target_id = ${entry.target_id} and needed < ${to}`.execute(
    db,
  )
}

/** Leases past their time, locked in the canonical order. */
export async function lockExpired(
  db: Db,
  now: Date,
  limit: number,
): Promise<{ campaign_id: string; account_id: string; target_id: string; lane: number; leased_at: Date }[]> {
  const { rows } = await sql<{
    campaign_id: string
    account_id: string
    target_id: string
    lane: number
    leased_at: Date
  }>`
    with due as materialized (select campaign_id, account_id, target_id from lease where state = 1 and expires_at <= ${now} limit ${limit})
    select l.campaign_id, l.account_id, l.target_id, l.lane, l.leased_at from due d
      join lease l on l.campaign_id = d.campaign_id and l.account_id = d.account_id and l.target_id = d.target_id
     where l.state = 1 and l.expires_at <= ${now}
     order by l.target_id, l.account_id for update of l skip locked`.execute(db)
  return rows
}

type Taken = 'leased' | 'held_already' | 'excluded' | 'no_place'
/**
 * Takes leases for given people with their places, the operator's right; their entries are locked. Whom a claim would keep apart, this does:
 * each lease is looked at after the one before it was taken.
 */
export async function takeLeases(
  db: Db,
  q: { campaign_id: string; lane: number; version: number; at: Date; until: Date; director: string },
  pairs: readonly { account_id: string; target_id: string }[],
): Promise<{ account_id: string; target_id: string; outcome: Taken }[]> {
  const { rows } = await sql<{
    account_id: string
    target_id: string
    outcome: 'leased' | 'held_already' | 'excluded'
  }>`
    select k.account_id, k.target_id, direct_lease(${q.campaign_id}::bigint, ${q.lane}::smallint, k.account_id, k.target_id, k.author_id, ${q.version}::int,
      greatest(${q.at}::timestamptz, k.opened_at), ${q.until}::timestamptz, ${q.director}::bigint) as outcome
      from (select r.account_id, r.target_id, e.author_id, e.opened_at from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as r(account_id bigint, target_id bigint)
              join queue e on e.campaign_id = ${q.campaign_id} and e.lane = ${q.lane} and e.target_id = r.target_id
             order by r.target_id, r.account_id) k`.execute(db)
  return rows
}

export async function queueSizes(db: Db, campaignId: string): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('queue_size')
    .select(['lane', 'entries'])
    .where('campaign_id', '=', campaignId)
    .execute()
  return new Map(rows.map((r) => [r.lane, r.entries]))
}

/** Counts each lane's entries; the count only sets how wide a claim's window is, so it may be late. */
export async function measureQueues(db: Db, at: Date): Promise<void> {
  await sql`insert into queue_size (campaign_id, lane, entries, measured_at)
    select campaign_id, lane, count(*), ${at} from queue group by 1, 2
    on conflict (campaign_id, lane) do update set entries = excluded.entries, measured_at = excluded.measured_at`.execute(
    db,
  )
  await sql`update queue_size s set entries = 0, measured_at = ${at} where entries > 0 and measured_at < ${at}`.execute(
    db,
  )
}

/** What one person took in a campaign, on a day and in all. */
export async function takenBy(
  db: Db,
  campaignId: string,
  accountId: string,
  lane: number,
  day: string,
): Promise<{ today: number; total: number }> {
  const { rows } = await sql<{
    today: string
    total: string
  }>`select coalesce(sum(taken) filter (where day = ${day}::date), 0) as today, coalesce(sum(taken), 0) as total
    from work_taken where campaign_id = ${campaignId} and account_id = ${accountId} and lane = ${lane}`.execute(db)
  return { today: Number(rows[0]!.today), total: Number(rows[0]!.total) }
}

/** The same for all of a cluster together: it has one person's limits. */
export async function takenByCluster(
  db: Db,
  q: { campaign_id: string; cluster_id: string; lane: number; day: string },
): Promise<{ today: number; total: number }> {
  const { rows } = await sql<{
    today: string
    total: string
  }>`select coalesce(sum(w.taken) filter (where w.day = ${q.day}::date), 0) as today, coalesce(sum(w.taken), 0) as total
    from cluster_member m join work_taken w on w.campaign_id = ${q.campaign_id} and w.account_id = m.account_id and w.lane = ${q.lane}
   where m.cluster_id = ${q.cluster_id}`.execute(db)
  return { today: Number(rows[0]!.today), total: Number(rows[0]!.total) }
}

/** Counts work taken (or, when negative, given back) on a day. Locks the person's own row, so their claims count one after the other. */
export async function addTaken(
  db: Db,
  rows: readonly { campaign_id: string; account_id: string; lane: number; day: string; by: number }[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`insert into work_taken (campaign_id, account_id, lane, day, taken)
    select campaign_id, account_id, lane, day, greatest(0, sum(by)) from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(campaign_id bigint, account_id bigint, lane smallint, day date, by int)
     group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (campaign_id, account_id, lane, day) do update set taken = greatest(0, work_taken.taken + (select sum(by) from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(campaign_id bigint, account_id bigint, lane smallint, day date, by int) where r.campaign_id = work_taken.campaign_id and r.account_id = work_taken.account_id and r.lane = work_taken.lane and r.day = work_taken.day))`.execute(
    db,
  )
}

/** Reviews' targets as a reviewer may see them: the item's data and the answer, nothing of who or when. */
export async function blindWork(
  db: Db,
  campaignId: string,
  submissionIds: readonly string[],
): Promise<Map<string, { data: Record<string, unknown> | null; answer: Record<string, unknown>; version: number }>> {
  if (submissionIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('submission')
    .innerJoin('submission_answer', (j) =>
      j
        .onRef('submission_answer.campaign_id', '=', 'submission.campaign_id')
        .onRef('submission_answer.submission_id', '=', 'submission.id'),
    )
    .innerJoin('item', (j) =>
      j.onRef('item.campaign_id', '=', 'submission.campaign_id').onRef('item.id', '=', 'submission.item_id'),
    )
    .select(['submission.id', 'submission.version', 'submission_answer.answer', 'item.data'])
    .where('submission.campaign_id', '=', campaignId)
    .where('submission.id', 'in', [...submissionIds])
    .execute()
  const work = new Map<
    string,
    { data: Record<string, unknown> | null; answer: Record<string, unknown>; version: number }
  >()
  for (const r of rows) {
    const { form } = await versionOf(db, campaignId, r.version)
    work.set(r.id, {
      data: shownData(form, r.data as Record<string, unknown> | null),
      answer: r.answer as Record<string, unknown>,
      version: r.version,
    })
  }
  return work
}
