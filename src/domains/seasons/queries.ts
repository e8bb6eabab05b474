import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { SeasonRules } from './contract.ts'

export type SeasonRow = {
  id: string
  name: string
  starts_at: Date
  ends_at: Date
  contributor_cap: number | null
  rules: SeasonRules
  frozen_at: Date | null
  closed_at: Date | null
}

const SEASON = ['id', 'name', 'starts_at', 'ends_at', 'contributor_cap', 'rules', 'frozen_at', 'closed_at'] as const
const asSeason = (row: unknown): SeasonRow => row as SeasonRow

export async function seasonOf(db: Db, id: string): Promise<SeasonRow | undefined> {
  const row = await db.selectFrom('season').select(SEASON).where('id', '=', id).executeTakeFirst()
  return row && asSeason(row)
}

/** The season that runs at a moment; the dates of no two overlap. */
export async function seasonAt(db: Db, now: Date): Promise<SeasonRow | undefined> {
  const row = await db
    .selectFrom('season')
    .select(SEASON)
    .where('starts_at', '<=', now)
    .where('ends_at', '>', now)
    .where('closed_at', 'is', null)
    .executeTakeFirst()
  return row && asSeason(row)
}

/** The season that comes next, or else the one that was last. */
export async function nextOrLastSeason(db: Db, now: Date): Promise<SeasonRow | undefined> {
  const row =
    (await db
      .selectFrom('season')
      .select(SEASON)
      .where('starts_at', '>', now)
      .orderBy('starts_at')
      .limit(1)
      .executeTakeFirst()) ??
    (await db.selectFrom('season').select(SEASON).orderBy('starts_at', 'desc').limit(1).executeTakeFirst())
  return row && asSeason(row)
}

export async function listSeasons(db: Db, after: string | undefined, limit: number): Promise<SeasonRow[]> {
  let query = db.selectFrom('season').select(SEASON).orderBy('id', 'desc').limit(limit)
  if (after) query = query.where('id', '<', after)
  return (await query.execute()).map(asSeason)
}

/** Seasons change one at a time, so that names and dates are compared with all others that exist. */
export async function lockSeasons(db: Db): Promise<void> {
  await sql`lock table season in share row exclusive mode`.execute(db)
}

/** A season whose dates overlap with these, if there is one. */
export async function overlapping(
  db: Db,
  dates: { starts_at: Date; ends_at: Date },
  but: string,
): Promise<{ name: string } | undefined> {
  return db
    .selectFrom('season')
    .select('name')
    .where('starts_at', '<', dates.ends_at)
    .where('ends_at', '>', dates.starts_at)
    .where('id', '<>', but)
    .executeTakeFirst()
}

export async function nameTaken(db: Db, name: string, but: string): Promise<boolean> {
  return (
    (await db.selectFrom('season').select('id').where('name', '=', name).where('id', '<>', but).executeTakeFirst()) !==
    undefined
  )
}

export async function insertSeason(db: Db, season: SeasonRow): Promise<void> {
  await db
    .insertInto('season')
    .values({ ...season, rules: JSON.stringify(season.rules) })
    .execute()
}

export async function updateSeason(db: Db, season: SeasonRow): Promise<void> {
  const { id, ...rest } = season
  await db
    .updateTable('season')
    .set({ ...rest, rules: JSON.stringify(season.rules) })
    .where('id', '=', id)
    .execute()
}

/** Seasons that have started and whose freezing is not recorded yet. */
export async function toFreeze(db: Db, now: Date): Promise<SeasonRow[]> {
  const rows = await db
    .selectFrom('season')
    .select(SEASON)
    .where('starts_at', '<=', now)
    .where('frozen_at', 'is', null)
    .orderBy('starts_at')
    .limit(10)
    .forUpdate()
    .execute()
  return rows.map(asSeason)
}

// Contributors.

/** How many take part, by season. */
export async function contributorsOf(db: Db, seasonIds: readonly string[]): Promise<Map<string, number>> {
  if (seasonIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('season_member')
    .select(['season_id', (eb) => eb.fn.countAll<string>().as('n')])
    .where('season_id', 'in', [...seasonIds])
    .groupBy('season_id')
    .execute()
  return new Map(rows.map((r) => [r.season_id, Number(r.n)]))
}

/** Whether the season has all the contributors it takes. */
export async function seasonIsFull(db: Db, seasonId: string): Promise<boolean> {
  const row = await db.selectFrom('season').select('contributor_cap').where('id', '=', seasonId).executeTakeFirst()
  if (!row || row.contributor_cap === null) return false
  return ((await contributorsOf(db, [seasonId])).get(seasonId) ?? 0) >= row.contributor_cap
}

export async function isInSeason(db: Db, seasonId: string, accountId: string): Promise<boolean> {
  return (
    (await db
      .selectFrom('season_member')
      .select('season_id')
      .where('season_id', '=', seasonId)
      .where('account_id', '=', accountId)
      .executeTakeFirst()) !== undefined
  )
}

/** Holds off others who enter, so that "is there a place?" has one answer. References to the season stay possible. */
export async function lockSeason(db: Db, id: string): Promise<SeasonRow | undefined> {
  const row = await db.selectFrom('season').select(SEASON).where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
  return row && asSeason(row)
}

export async function insertMember(db: Db, seasonId: string, accountId: string, at: Date): Promise<void> {
  await db
    .insertInto('season_member')
    .values({ season_id: seasonId, account_id: accountId, joined_at: at })
    .onConflict((c) => c.doNothing())
    .execute()
}

// The leaderboard.

/** Seasons whose log is longer than what their board has counted. */
export async function boardsBehind(db: Db): Promise<{ season_id: string; until_seq: string }[]> {
  const { rows } = await sql<{ season_id: string; until_seq: string }>`
    select s.id as season_id, coalesce(b.until_seq, -1)::text as until_seq from season s left join season_board b on b.season_id = s.id
     where exists (select from event_sequence e where e.season_id = s.id and e.seq > coalesce(b.until_seq, -1))
     order by s.id limit 20`.execute(db)
  return rows
}

/**
 * Counts the next stretch of a season's log into its scores. Returns how many events it read. `offset 0` keeps each
 * lookup by its whole key: planned on empty tables, a plain join went through every submission for every event.
 */
export async function countAccepted(db: Db, seasonId: string, afterSeq: string, limit: number): Promise<number> {
  const { rows } = await sql<{ n: string; last: string | null }>`
    with stretch as materialized (
      select seq, campaign_id, event_id from event_sequence where season_id = ${seasonId}::bigint and seq > ${afterSeq}::bigint order by seq limit ${limit}
    ), accepted as (
      select w.author_id as account_id, count(*)::int as n, max(e.at) as reached_at
        from stretch s
        cross join lateral (select subject_id, at from event where campaign_id = s.campaign_id and id = s.event_id and kind = 'decided' and (body->>'accepted')::boolean offset 0) e
        cross join lateral (select author_id from submission where campaign_id = s.campaign_id and id = e.subject_id offset 0) w
       group by 1
    ), counted as (
      insert into season_score (season_id, account_id, score, reached_at)
      select ${seasonId}::bigint, account_id, n, reached_at from accepted order by account_id
      on conflict (season_id, account_id) do update
        set score = season_score.score + excluded.score, reached_at = greatest(season_score.reached_at, excluded.reached_at)
    )
    select count(*)::text as n, max(seq)::text as last from stretch`.execute(db)
  const { n, last } = rows[0]!
  if (last !== null) {
    await sql`insert into season_board (season_id, until_seq) values (${seasonId}::bigint, ${last}::bigint)
      on conflict (season_id) do update set until_seq = excluded.until_seq`.execute(db)
  }
  return Number(n)
}

export async function boardSeq(db: Db, seasonId: string): Promise<string | null> {
  const row = await db
    .selectFrom('season_board')
    .select('until_seq')
    .where('season_id', '=', seasonId)
    .executeTakeFirst()
  return row?.until_seq ?? null
}

export type Standing = { handle: string; score: number; reached_at: Date }

/** A page of the board in its order; the index gives score and time, and only exact ties are sorted by handle. */
export async function boardPage(
  db: Db,
  seasonId: string,
  after: Standing | undefined,
  limit: number,
): Promise<Standing[]> {
  const past = after
    ? sql`and s.score <= ${after.score} and (s.score < ${after.score} or (s.reached_at, a.handle collate "C") > (${after.reached_at}::timestamptz, ${after.handle}))`
    : sql``
  const { rows } = await sql<Standing>`
    select a.handle, s.score, s.reached_at from season_score s join account a on a.id = s.account_id
     where s.season_id = ${seasonId}::bigint ${past}
     order by s.score desc, s.reached_at, a.handle collate "C" limit ${limit}`.execute(db)
  return rows
}

/** How many score more than this, and how many of the same score come before this row. */
export async function placeOf(
  db: Db,
  seasonId: string,
  row: Standing,
): Promise<{ above: number; tied_before: number }> {
  const { rows } = await sql<{ above: string; tied_before: string }>`
    select (select count(*) from season_score where season_id = ${seasonId}::bigint and score > ${row.score}) as above,
           (select count(*) from season_score s join account a on a.id = s.account_id
             where s.season_id = ${seasonId}::bigint and s.score = ${row.score} and (s.reached_at, a.handle collate "C") < (${row.reached_at}::timestamptz, ${row.handle})) as tied_before`.execute(
    db,
  )
  return { above: Number(rows[0]!.above), tied_before: Number(rows[0]!.tied_before) }
}

export async function standingOf(db: Db, seasonId: string, accountId: string): Promise<Standing | undefined> {
  return db
    .selectFrom('season_score')
    .innerJoin('account', 'account.id', 'season_score.account_id')
    .select(['account.handle', 'season_score.score', 'season_score.reached_at'])
    .where('season_score.season_id', '=', seasonId)
    .where('season_score.account_id', '=', accountId)
    .executeTakeFirst()
}
