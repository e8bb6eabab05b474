import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

/** How far a season's campaigns are: what is still being decided cannot be opened. */
export async function openCampaigns(db: Db, seasonId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from campaign
    where season_id = ${seasonId}::bigint and status not in ('draft', 'awaiting_approval', 'closed', 'cancelled')`.execute(
    db,
  )
  return rows[0]!.n
}

export async function seasonToExport(db: Db, seasonId: string) {
  return db
    .selectFrom('season')
    .select(['id', 'name', 'ends_at', 'closed_at'])
    .where('id', '=', seasonId)
    .executeTakeFirst()
}

type Votes = Record<string, { approve: boolean }>
export type EventToOpen = {
  seq: number
  campaign_id: string
  id: string
  kind: string
  subject_id: string
  at: string
  body: Record<string, unknown>
  salts: Record<string, string> | null
  /** Of a review, of work or gold; of a model; what a check measured. */
  votes: Votes | null
  model_votes: Record<string, boolean> | null
  added_ppm: number | null
  /** Of a weighed decision. */
  author_id: string | null
  round_reviews: { id: string; reviewer_id: string; expert: boolean; votes: Votes }[] | null
}

/** A season's events from a place in its log on, with what opens them. `seq` is that place. */
export async function eventsToOpen(db: Db, seasonId: string, leaf: number, limit: number): Promise<EventToOpen[]> {
  const { rows } = await sql<Omit<EventToOpen, 'seq' | 'at'> & { seq: string; at: Date }>`
    with page as materialized (
      select p.leaf as seq, e.* from log_leaf p join event_sequence s on s.season_id = p.season_id and s.seq = p.seq
        join event e on e.campaign_id = s.campaign_id and e.id = s.event_id
       where p.season_id = ${seasonId}::bigint and p.leaf >= ${leaf} and p.leaf < ${leaf + limit})
    select e.seq, e.campaign_id, e.id, e.kind, e.subject_id, e.at, e.body, k.salts, coalesce(r.votes, g.votes) as votes, m.votes as model_votes,
           case when e.body ? 'added_commitment' then c.coverage_ppm end as added_ppm, w.author_id, d.reviews as round_reviews
      from page e
      left join lateral (
        select jsonb_object_agg(purpose, encode(salt, 'hex')) as salts from salt
         where e.kind in ('reviewed', 'model_voted', 'checked') and campaign_id = e.campaign_id and subject_id = e.id
           and purpose in ('approvals', 'votes', 'added')) k on true
      left join review r on e.kind = 'reviewed' and r.campaign_id = e.campaign_id and r.submission_id = e.subject_id
        and r.reviewer_id = (e.body ->> 'reviewer_id')::bigint
      left join gold_item g on e.kind = 'reviewed' and g.campaign_id = e.campaign_id and g.id = e.subject_id
      left join model_vote m on e.kind = 'model_voted' and m.campaign_id = e.campaign_id and m.submission_id = e.subject_id
        and m.round = (e.body ->> 'round')::smallint and m.model = e.body ->> 'model'
      left join check_run c on e.kind = 'checked' and c.campaign_id = e.campaign_id and c.submission_id = e.subject_id
        and c.run = (e.body ->> 'run')::int
      left join submission w on e.kind = 'decided' and e.body ? 'snapshot' and w.campaign_id = e.campaign_id and w.id = e.subject_id
      left join lateral (
        select jsonb_agg(jsonb_build_object('id', v.id::text, 'reviewer_id', v.reviewer_id::text, 'expert', v.lane = 3, 'votes', v.votes)) as reviews
          from review v where e.kind = 'decided' and e.body ? 'snapshot' and v.campaign_id = e.campaign_id and v.submission_id = e.subject_id
           and v.round = (e.body ->> 'round')::smallint) d on true
     order by e.seq`.execute(db)
  return rows.map((r) => ({ ...r, seq: Number(r.seq), at: r.at.toISOString() }))
}

/** The snapshots that a season's plans were made under, in their order. */
export async function snapshotsOf(db: Db, seasonId: string): Promise<{ batch: string; body: string }[]> {
  const { rows } = await sql<{ batch: string; body: string }>`
    select batch, body from snapshot where batch in (
      select e.body ->> 'snapshot' from event e join campaign c on c.id = e.campaign_id
       where c.season_id = ${seasonId}::bigint and e.kind = 'review_planned')
     order by id`.execute(db)
  return rows
}

export async function snapshotText(db: Db, batch: string): Promise<string | undefined> {
  return (await db.selectFrom('snapshot').select('body').where('batch', '=', batch).executeTakeFirst())?.body
}

export async function plansOf(db: Db, seasonId: string): Promise<{ hash: string; body: string }[]> {
  const { rows } = await sql<{ hash: string; body: string }>`
    select distinct p.hash, p.body from review_plan p join campaign c on c.id = p.campaign_id
     where c.season_id = ${seasonId}::bigint order by p.hash`.execute(db)
  return rows
}

export type SettledWindow = {
  campaign_id: string
  n: number
  starts_at: Date
  ends_at: Date
  settled_at: Date
  last: boolean
}
export async function settledWindows(db: Db, seasonId: string): Promise<SettledWindow[]> {
  const { rows } = await sql<SettledWindow>`
    select w.campaign_id, w.n, w.starts_at, w.ends_at, w.settled_at, w.last from reward_window w join campaign c on c.id = w.campaign_id
     where c.season_id = ${seasonId}::bigint and w.settled_at is not null order by w.campaign_id, w.n`.execute(db)
  return rows
}

/** Gold items of a season's campaigns: all are over, so all are retired. */
export async function goldOf(db: Db, seasonId: string, after: string, limit: number) {
  const { rows } = await sql<{ id: string; source_id: string; version: number; is_right: boolean }>`
    select g.id, g.source_id, g.version, s.is_right from gold_item g
      join gold_source s on s.campaign_id = g.campaign_id and s.submission_id = g.source_id
      join campaign c on c.id = g.campaign_id
     where c.season_id = ${seasonId}::bigint and g.answer_id is not null and g.id > ${after}::bigint order by g.id limit ${limit}`.execute(
    db,
  )
  return rows
}

export async function releasesOf(db: Db, seasonId: string) {
  const { rows } = await sql<{
    campaign_id: string
    release_id: string
    number: number
    content_hash: string
    published: boolean
    body: string | null
    audit_log: string | null
  }>`
    select r.campaign_id, r.id as release_id, r.number, r.content_hash, r.published_at is not null as published, t.body, t.audit_log
      from release r join campaign c on c.id = r.campaign_id
      left join certificate t on t.campaign_id = r.campaign_id and t.release_id = r.id
     where c.season_id = ${seasonId}::bigint and r.content_hash is not null order by r.campaign_id, r.number`.execute(
    db,
  )
  return rows
}
