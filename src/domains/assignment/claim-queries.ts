import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import { LEASE, type Lease } from './queries.ts'
import type { Quality } from './routing-rules.ts'

/** All that a claim is decided on, in one statement; nothing when there is no such campaign. */
export async function claimFacts(db: Db, campaignId: string, accountId: string, lane: number, now: Date) {
  type Row = {
    version: number
    status: string
    restricted: boolean
    deadline: Date | null
    season_ends_at: Date | null
    excluded: string[]
    cluster: string | null
    held: { target_id: string; version: number; leased_at: string; expires_at: string }[]
  }
  const { rows } = await sql<Row>`
    select c.version, c.status, c.restricted, c.deadline, s.ends_at as season_ends_at,
           array(select other_id from exclusion where account_id = ${accountId}::bigint limit 1000) as excluded,
           (select cluster_id::text from cluster_member where account_id = ${accountId}::bigint) as cluster,
           (select coalesce(jsonb_agg(jsonb_build_object('target_id', l.target_id::text, 'version', l.version, 'leased_at', l.leased_at, 'expires_at', l.expires_at) order by l.target_id), '[]')
              from (select target_id, version, leased_at, expires_at from lease
                     where campaign_id = ${campaignId}::bigint and account_id = ${accountId}::bigint and state = ${LEASE.leased}::smallint and lane = ${lane}::smallint and expires_at > ${now}::timestamptz
                     order by target_id limit 200) l) as held
      from campaign c left join season s on s.id = c.season_id where c.id = ${campaignId}::bigint`.execute(db)
  const row = rows[0]
  if (!row) return undefined
  const held = row.held.map((l): Lease => ({
    campaign_id: campaignId,
    account_id: accountId,
    lane,
    state: LEASE.leased,
    ...l,
    leased_at: new Date(l.leased_at),
    expires_at: new Date(l.expires_at),
  }))
  return { ...row, held }
}

/** What is known of somebody in a campaign's task class, with how hard the campaign is. */
export async function qualityIn(
  db: Db,
  campaignId: string,
  accountId: string,
  role: 'contributor' | 'reviewer',
): Promise<{ difficulty: string; quality: Quality | undefined }> {
  const { rows } = await sql<{ difficulty: string; mean_bps: number | null; judged: number | null }>`
    select c.difficulty, r.mean_bps, r.judged from campaign c
      left join lateral (select mean_bps, judged from reliability where account_id = ${accountId}::bigint and task_class = c.task_class and role = ${role}
                          order by day desc limit 1) r on true
     where c.id = ${campaignId}::bigint`.execute(db)
  const { difficulty, mean_bps, judged } = rows[0]!
  return { difficulty, quality: mean_bps === null || judged === null ? undefined : { mean_bps, judged } }
}

/** Claims through the windows; see `claim_work` in the migration for why its cost stays flat. */
export async function claimByWindow(
  db: Db,
  q: {
    campaign_id: string
    lane: number
    account_id: string
    want: number
    levels: number
    start: number
    width: number
    excluded: readonly string[]
    version: number
    at: Date
    until: Date
  },
): Promise<string[]> {
  const { rows } = await sql<{
    got: string[]
  }>`select claim_work(${q.campaign_id}::bigint, ${q.lane}::smallint, ${q.account_id}::bigint, ${q.want}::int, ${q.levels}::int, ${q.start}::int,
    ${q.width}::bigint, ${[...q.excluded]}::bigint[], ${q.version}::int, ${q.at}::timestamptz, ${q.until}::timestamptz) as got`.execute(
    db,
  )
  return rows[0]!.got
}

/** Claims by the next stretch of the exact search. `last_id` null: the end of the queue was reached. */
export async function claimByProbe(
  db: Db,
  q: {
    campaign_id: string
    lane: number
    account_id: string
    want: number
    after: string
    excluded: readonly string[]
    version: number
    at: Date
    until: Date
  },
): Promise<{ got: string[]; last_id: string | null }> {
  const { rows } = await sql<{
    got: string[]
    last_id: string | null
  }>`select got, last_id from probe_work(${q.campaign_id}::bigint, ${q.lane}::smallint, ${q.account_id}::bigint,
    ${q.want}::int, ${q.after}::bigint, ${[...q.excluded]}::bigint[], ${q.version}::int, ${q.at}::timestamptz, ${q.until}::timestamptz)`.execute(
    db,
  )
  return rows[0]!
}

export type Cursor = { after_id: string; began_at: Date }

export async function cursorOf(
  db: Db,
  campaignId: string,
  accountId: string,
  lane: number,
): Promise<Cursor | undefined> {
  return db
    .selectFrom('claim_cursor')
    .select(['after_id', 'began_at'])
    .where('campaign_id', '=', campaignId)
    .where('account_id', '=', accountId)
    .where('lane', '=', lane)
    .executeTakeFirst()
}

export async function setCursor(
  db: Db,
  campaignId: string,
  accountId: string,
  lane: number,
  cursor: Cursor,
): Promise<void> {
  await db
    .insertInto('claim_cursor')
    .values({ campaign_id: campaignId, account_id: accountId, lane, ...cursor })
    .onConflict((c) => c.columns(['campaign_id', 'account_id', 'lane']).doUpdateSet(cursor))
    .execute()
}
