import { sql } from 'kysely'
import type { Db } from '../context.ts'
import type { Write } from '../db/queries.ts'

type EventRow = {
  campaign_id: string
  id: string
  kind: string
  subject_id: string
  at: string
  body: Record<string, unknown>
}

export function insertEvents(rows: readonly EventRow[]): Write {
  return sql`insert into event (campaign_id, id, kind, subject_id, at, body)
    select campaign_id, id, kind, subject_id, at, body
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(campaign_id bigint, id bigint, kind text, subject_id bigint, at timestamptz, body jsonb)`
}

/** A salt's subject is its event, so two commitments never share one. */
export function insertSalts(
  rows: readonly { campaign_id: string; subject_id: string; purpose: string; salt: string }[],
): Write {
  return sql`insert into salt (campaign_id, subject_id, purpose, salt)
    select campaign_id, subject_id, purpose, decode(salt, 'hex')
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(campaign_id bigint, subject_id bigint, purpose text, salt text)`
}

/** Erases the salts of these events: their commitments say nothing from now on. */
export async function eraseSalts(db: Db, campaignId: string, eventIds: readonly string[]): Promise<void> {
  if (eventIds.length === 0) return
  await db
    .deleteFrom('salt')
    .where('campaign_id', '=', campaignId)
    .where('subject_id', 'in', [...eventIds])
    .execute()
}

/** What was approved holds nothing of a person and names none; decisions that others are paid by rest on it. */
const KEPT_SALTS = ['approvals']

/**
 * Erases the salts of everything a person wrote in these campaigns: answers, reasons, grades. Reads the campaigns' whole
 * evidence, which is fine for what happens once in an account's life.
 */
export async function eraseSaltsOf(db: Db, accountId: string, campaignIds: readonly string[]): Promise<number> {
  const { rows } = await sql<{ n: number }>`with gone as (
      delete from salt s using event e
       where e.campaign_id = any (${[...campaignIds]}::bigint[]) and s.campaign_id = e.campaign_id and s.subject_id = e.id
         and s.purpose <> all (${KEPT_SALTS}::text[])
         and (${accountId} in (e.body ->> 'author_id', e.body ->> 'reviewer_id', e.body ->> 'grader_id', e.body ->> 'account_id')
              or (e.campaign_id = 0 and e.subject_id = ${accountId}::bigint))
      returning 1)
    select count(*)::int as n from gone`.execute(db)
  return rows[0]!.n
}

/**
 * The next events past a watermark in commit order: only those whose transaction is older than every running one, so
 * no event can appear behind the watermark later. An event of no campaign may name the season whose log it belongs to.
 */
export async function eventsPast(db: Db, after: { tx: string; id: string }, limit: number) {
  const { rows } = await sql<{
    campaign_id: string
    id: string
    tx: string
    season_id: string | null
    kind: string
    subject_id: string
    at: Date
    body: Record<string, unknown>
  }>`
    select e.campaign_id, e.id, e.tx::text as tx, coalesce(c.season_id, (e.body ->> 'log_season_id')::bigint) as season_id, e.kind, e.subject_id, e.at, e.body
      from event e left join campaign c on c.id = e.campaign_id
     where (e.tx, e.id) > (${after.tx}::xid8, ${after.id}::bigint) and e.tx < pg_snapshot_xmin(pg_current_snapshot())
     order by e.tx, e.id limit ${limit}`.execute(db)
  return rows
}

/** Gives events their place in their season's gapless order; those that have one keep it. */
export async function appendToSequence(
  db: Db,
  seasonId: string,
  events: readonly { campaign_id: string; id: string }[],
): Promise<void> {
  await sql`insert into event_sequence (season_id, seq, campaign_id, event_id)
    select ${seasonId}::bigint, coalesce((select max(seq) from event_sequence where season_id = ${seasonId}::bigint), -1) + row_number() over (order by r.ord),
           r.campaign_id, r.id
      from jsonb_to_recordset(${JSON.stringify(events.map((e, ord) => ({ ...e, ord })))}::jsonb) as r(campaign_id bigint, id bigint, ord int)
     where not exists (select 1 from event_sequence s where s.campaign_id = r.campaign_id and s.event_id = r.id)`.execute(
    db,
  )
}

type Named = {
  campaign_id: string
  id: string
  kind: string
  subject_id: string
  at: Date
  body: Record<string, unknown>
}
const asRecorded = (e: Named) => ({ ...e, at: e.at.toISOString() })

/** Events by their ids, as they were recorded. */
export async function eventsNamed(db: Db, campaignId: string, ids: readonly string[]) {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('event')
    .select(['campaign_id', 'id', 'kind', 'subject_id', 'at', 'body'])
    .where('campaign_id', '=', campaignId)
    .where('id', 'in', [...ids])
    .orderBy('id')
    .execute()
  return rows.map((e) => asRecorded(e as Named))
}

/** Ids are made in the order of time, 2^22 a millisecond; an event is written within seconds of what it is about. */
const SOON = 60_000n << 22n

/** An event about something whose id was made just before the event's own: a short stretch of the campaign's evidence. */
export async function eventSoonAfter(
  db: Db,
  of: { campaign_id: string; kind: string; subject_id: string; after_id: string },
) {
  const row = await db
    .selectFrom('event')
    .select(['campaign_id', 'id', 'kind', 'subject_id', 'at', 'body'])
    .where('campaign_id', '=', of.campaign_id)
    .where('id', '>', of.after_id)
    .where('id', '<', (BigInt(of.after_id) + SOON).toString())
    .where('kind', '=', of.kind)
    .where('subject_id', '=', of.subject_id)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row && asRecorded(row as Named)
}
