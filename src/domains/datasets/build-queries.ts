import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { Votes } from '../review/contract.ts'

type Place = { campaign_id: string; id: string }
type Building = Place & { cut_at: Date }
/** What one bounded step found: how many rows it looked at, how many it took, and where the next one starts. */
export type Window = { seen: number; taken: number; last: string | null }

/** One piece of work in a release, with what its rows are made of. */
export type Entry = {
  datapoint_id: string
  submission_id: string
  in_data: boolean
  author_id: string
  version: number
  decided_at: Date | null
  answer: Record<string, unknown> | null
  data: Record<string, unknown> | null
  external_ref: string | null
  inferred: Record<string, unknown> | null
  kind: string | null
  commitment: string | null
  salt: string | null
  /** Of a prompt: on which targets it was proved, and how. */
  proof: Proof | null
}
export type Proof = {
  goal: string
  lower_bps: number
  targets: { target: string; model: string; runs: number; hits: number }[]
}
export type Vote = { submission_id: string; reviewer_id: string; round: number; lane: number; votes: Votes }

// Final by the cut, not withdrawn, not erased. In review mode accepted work is data; of rejected work only votes are kept.
const REVIEWED = sql`s.id as datapoint_id, s.status = 'accepted' as in_data`
const IS_REVIEWED = sql`(s.status in ('accepted', 'rejected_final') or (s.status = 'rejected' and s.settles_at is not null))
  and (s.settles_at is null or s.settles_at <= b.cut_at) and s.decided_at <= b.cut_at`
const REDUNDANT = sql`s.item_id as datapoint_id, (i.state = 'done' and i.answer is not null) as in_data`
const IS_REDUNDANT = sql`i.state in ('done', 'unresolved') and s.status <> 'withdrawn' and s.submitted_at <= b.cut_at and (s.decided_at is null or s.decided_at <= b.cut_at)`
const IS_THERE = sql`not exists (select 1 from withdrawal w where w.campaign_id = s.campaign_id and w.submission_id = s.id)
  and exists (select 1 from submission_answer a where a.campaign_id = s.campaign_id and a.submission_id = s.id)`

/**
 * Until its transaction ends, a statement looks rows up by their keys. A release reads a small window of large tables,
 * and its own are new, without statistics: left to itself the planner scanned whole tables for every page (measured
 * 107 s for 5,000 datapoints of 20,000; by keys 1.4 s).
 */
export async function readByKeys(db: Db): Promise<void> {
  await sql`select set_config(name, 'off', true) from unnest(array['enable_hashjoin', 'enable_mergejoin', 'enable_seqscan', 'enable_hashagg', 'enable_sort', 'enable_bitmapscan', 'enable_material']) name`.execute(
    db,
  )
}

/** Freezes the next stretch of a release's set, first by id. */
export async function selectEntries(
  db: Db,
  release: Building,
  mode: string,
  after: string,
  limit: number,
): Promise<Window> {
  const review = mode === 'review'
  const { rows } = await sql<Window>`
    with w as (
      select * from submission where campaign_id = ${release.campaign_id}::bigint and id > ${after}::bigint order by id limit ${limit}
    ), b as (select ${release.cut_at}::timestamptz as cut_at), ins as (
      insert into release_entry (campaign_id, release_id, datapoint_id, submission_id, in_data)
      select s.campaign_id, ${release.id}::bigint, x.datapoint_id, s.id, x.in_data
        from w s cross join b cross join lateral (select state, answer from item i where i.campaign_id = s.campaign_id and i.id = s.item_id limit 1) i
       cross join lateral (select ${review ? REVIEWED : REDUNDANT}) x
       where ${review ? IS_REVIEWED : IS_REDUNDANT} and ${IS_THERE}
      returning 1
    )
    select (select count(*)::int from w) as seen, (select count(*)::int from ins) as taken, (select max(id)::text from w) as last`.execute(
    db,
  )
  return rows[0]!
}

/** Whether a release asked for now would hold anything; stops at the first piece of work it would. */
export async function hasWork(db: Db, campaignId: string, mode: string, cutAt: Date): Promise<boolean> {
  const review = mode === 'review'
  const { rows } = await sql<{ some: boolean }>`
    with b as (select ${cutAt}::timestamptz as cut_at)
    select exists (
      select 1 from submission s cross join b cross join lateral (select state, answer from item i where i.campaign_id = s.campaign_id and i.id = s.item_id limit 1) i
       cross join lateral (select ${review ? REVIEWED : REDUNDANT}) x
       where s.campaign_id = ${campaignId}::bigint and x.in_data and ${review ? IS_REVIEWED : IS_REDUNDANT} and ${IS_THERE}) as some`.execute(
    db,
  )
  return rows[0]!.some
}

/**
 * Notes which event committed to each answer. Events are read in order of id, so no index by subject is needed. The
 * limits of one keep the planner from turning the look-ups round; every part of the key is given, or each look-up
 * would walk the release.
 */
export async function linkEvents(
  db: Db,
  release: Building,
  mode: string,
  after: string,
  limit: number,
): Promise<Window> {
  const { rows } = await sql<Window>`
    with w as (
      select id, subject_id, body ? 'answer_commitment' as commits from event
       where campaign_id = ${release.campaign_id}::bigint and id > ${after}::bigint and at <= ${release.cut_at} order by id limit ${limit}
    ), hit as (
      select w.id, e.ctid as at
        from w cross join lateral (select item_id from submission s where s.campaign_id = ${release.campaign_id}::bigint and s.id = w.subject_id limit 1) s
       cross join lateral (
         select e.ctid from release_entry e
          where e.campaign_id = ${release.campaign_id}::bigint and e.release_id = ${release.id}::bigint and e.datapoint_id = ${mode === 'review' ? sql`w.subject_id` : sql`s.item_id`} and e.submission_id = w.subject_id limit 1) e
       where w.commits
    ), linked as (
      update release_entry e set event_id = hit.id from hit where e.ctid = hit.at
      returning 1
    )
    select (select count(*)::int from w) as seen, (select count(*)::int from linked) as taken, (select max(id)::text from w) as last`.execute(
    db,
  )
  return rows[0]!
}

type PredecessorWindow = { seen: number; taken: number; last: { datapoint_id: string; submission_id: string } | null }

/** Finds what the predecessor held and this release does not, and why. */
export async function compareEntries(
  db: Db,
  release: Building & { predecessor_id: string },
  after: { datapoint_id: string; submission_id: string },
  limit: number,
): Promise<PredecessorWindow> {
  const { rows } = await sql<PredecessorWindow>`
    with w as (
      select datapoint_id, submission_id, in_data from release_entry
       where campaign_id = ${release.campaign_id}::bigint and release_id = ${release.predecessor_id}::bigint
         and (datapoint_id, submission_id) > (${after.datapoint_id}::bigint, ${after.submission_id}::bigint)
       order by datapoint_id, submission_id limit ${limit}
    ), gone as (
      insert into release_revocation (campaign_id, release_id, datapoint_id, submission_id, reason)
      select ${release.campaign_id}::bigint, ${release.id}::bigint, w.datapoint_id, w.submission_id,
             case when not exists (select 1 from submission_answer a where a.campaign_id = ${release.campaign_id}::bigint and a.submission_id = w.submission_id) then 'erased'
                  when exists (select 1 from withdrawal d where d.campaign_id = ${release.campaign_id}::bigint and d.submission_id = w.submission_id) then 'withdrawn'
                  else 'retracted' end
        from w
       where w.in_data and not exists (
         select 1 from release_entry e where e.campaign_id = ${release.campaign_id}::bigint and e.release_id = ${release.id}::bigint
            and e.datapoint_id = w.datapoint_id and e.submission_id = w.submission_id and e.in_data)
      on conflict do nothing
      returning 1
    )
    select (select count(*)::int from w) as seen, (select count(*)::int from gone) as taken,
           (select json_build_object('datapoint_id', datapoint_id::text, 'submission_id', submission_id::text) from w order by datapoint_id desc, submission_id desc limit 1) as last`.execute(
    db,
  )
  return rows[0]!
}

/** How many datapoints the frozen set names, rejected ones with votes included: what writing counts towards. */
export async function countDatapoints(db: Db, release: Place): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(distinct datapoint_id)::int as n from release_entry
    where campaign_id = ${release.campaign_id}::bigint and release_id = ${release.id}::bigint`.execute(db)
  return rows[0]!.n
}

type Placed = { datapoint_id: string; submission_id: string; in_data: boolean; event_id: string | null }

/** All entries of the next datapoints past one, in order: at least one datapoint, whole ones only, about `limit` rows. */
export async function entriesPast(db: Db, release: Place, after: string, limit: number): Promise<Entry[]> {
  const page = sql<Placed>`
    select datapoint_id, submission_id, in_data, event_id from release_entry
     where campaign_id = ${release.campaign_id}::bigint and release_id = ${release.id}::bigint and datapoint_id > ${after}::bigint
     order by datapoint_id, submission_id limit ${limit}`
  let { rows } = await page.execute(db)
  if (rows.length === limit) {
    // The last datapoint may go on past the page.
    const last = rows.at(-1)!.datapoint_id
    rows = rows.filter((r) => r.datapoint_id !== last)
    if (rows.length === 0) return entriesPast(db, release, after, limit * 2)
  }
  return rows.length === 0 ? [] : detailsOf(db, release.campaign_id, rows)
}

/** The planner knows little of a new table, so the page is read by itself and its rows are looked up by their keys. */
/** Other campaigns pay one look into an index for it. */
const PROOF = sql`(select jsonb_build_object('goal', r.goal_id, 'lower_bps', r.lower_bps, 'targets', (
      select jsonb_agg(to_jsonb(t)) from (select q.target, max(q.model) as model, count(*)::int as runs, count(*) filter (where q.hit)::int as hits
        from redteam_sample q where q.campaign_id = r.campaign_id and q.submission_id = r.submission_id and q.run = r.run group by q.target order by q.target) t))
    from redteam_run r where r.campaign_id = s.campaign_id and r.submission_id = s.id and r.run = 1 and r.outcome is not null)`

async function detailsOf(db: Db, campaignId: string, page: readonly Placed[]): Promise<Entry[]> {
  const { rows } = await sql<Omit<Entry, 'datapoint_id' | 'in_data'> & { ord: string }>`
    select k.ord, s.id as submission_id, s.author_id, s.version, s.decided_at, a.answer, i.data, i.external_ref, i.answer as inferred,
           v.kind, v.body ->> 'answer_commitment' as commitment, encode(salt.salt, 'hex') as salt,
           ${PROOF} as proof
      from unnest(${page.map((r) => r.submission_id)}::bigint[], ${page.map((r) => r.event_id)}::bigint[]) with ordinality as k(submission_id, event_id, ord)
      join submission s on s.campaign_id = ${campaignId}::bigint and s.id = k.submission_id
      join item i on i.campaign_id = s.campaign_id and i.id = s.item_id
      left join submission_answer a on a.campaign_id = s.campaign_id and a.submission_id = s.id
      left join event v on v.campaign_id = s.campaign_id and v.id = k.event_id
      left join salt on salt.campaign_id = s.campaign_id and salt.subject_id = k.event_id and salt.purpose = 'answer'`.execute(
    db,
  )
  const byPlace = new Map(rows.map(({ ord, ...row }) => [Number(ord), row]))
  return page.flatMap(({ datapoint_id, in_data }, i) => {
    const row = byPlace.get(i + 1)
    return row ? [{ datapoint_id, in_data, ...row }] : []
  })
}

/** Every vote on these submissions that was cast by the cut. */
export async function votesOn(db: Db, release: Building, submissionIds: readonly string[]): Promise<Vote[]> {
  const { rows } = await sql<Vote>`
    select r.submission_id, r.reviewer_id, r.round, r.lane, r.votes from unnest(${submissionIds}::bigint[]) as k(id)
      join review r on r.campaign_id = ${release.campaign_id}::bigint and r.submission_id = k.id
     where r.reviewed_at <= ${release.cut_at}`.execute(db)
  return rows
}

/** Takes out of the set what was withdrawn or erased while the release was built. Returns how many. */
export async function dropWithdrawn(db: Db, release: Place): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    with gone as (
      delete from release_entry e
       where e.campaign_id = ${release.campaign_id}::bigint and e.release_id = ${release.id}::bigint
         and (exists (select 1 from withdrawal w where w.campaign_id = e.campaign_id and w.submission_id = e.submission_id)
              or not exists (select 1 from submission_answer a where a.campaign_id = e.campaign_id and a.submission_id = e.submission_id))
      returning 1
    ) select count(*)::int as n from gone`.execute(db)
  return rows[0]!.n
}

/** People in the raw table. */
export async function countWorkers(db: Db, release: Building, mode: string): Promise<number> {
  const { rows } = await (
    mode === 'review'
      ? sql<{
          n: number
        }>`select count(distinct r.reviewer_id)::int as n from release_entry e join review r on r.campaign_id = e.campaign_id and r.submission_id = e.submission_id
        where e.campaign_id = ${release.campaign_id}::bigint and e.release_id = ${release.id}::bigint and r.reviewed_at <= ${release.cut_at}`
      : sql<{
          n: number
        }>`select count(distinct s.author_id)::int as n from release_entry e join submission s on s.campaign_id = e.campaign_id and s.id = e.submission_id
        where e.campaign_id = ${release.campaign_id}::bigint and e.release_id = ${release.id}::bigint`
  ).execute(db)
  return rows[0]!.n
}

export type Revocation = {
  datapoint_id: string
  submission_id: string
  reason: string
  release_id: string
  number: number
  last_number: number
  whole: boolean
}

/** A page of everything that releases up to this one revoke, and whether the whole datapoint is gone from this one. */
export async function revocationsPast(
  db: Db,
  release: Place & { number: number },
  after: { datapoint_id: string; submission_id: string },
  limit: number,
): Promise<Revocation[]> {
  const { rows } = await sql<Revocation>`
    select distinct on (v.datapoint_id, v.submission_id) v.datapoint_id, v.submission_id, v.reason, v.release_id, r.number,
           (select p.number from release p where p.campaign_id = r.campaign_id and p.id = r.predecessor_id) as last_number,
           not exists (select 1 from release_entry e where e.campaign_id = v.campaign_id and e.release_id = ${release.id}::bigint and e.datapoint_id = v.datapoint_id and e.in_data) as whole
      from release_revocation v join release r on r.campaign_id = v.campaign_id and r.id = v.release_id
     where v.campaign_id = ${release.campaign_id}::bigint and (r.state = 'ready' or r.id = ${release.id}::bigint) and r.number <= ${release.number}
       and (v.datapoint_id, v.submission_id) > (${after.datapoint_id}::bigint, ${after.submission_id}::bigint)
       and not exists (select 1 from release_entry e where e.campaign_id = v.campaign_id and e.release_id = ${release.id}::bigint
                          and e.datapoint_id = v.datapoint_id and e.submission_id = v.submission_id and e.in_data)
     order by v.datapoint_id, v.submission_id, v.release_id desc limit ${limit}`.execute(db)
  return rows
}

/** What this release is the first to revoke, for its events. */
export async function revokedBy(db: Db, release: Place): Promise<{ submission_id: string; reason: string }[]> {
  return db
    .selectFrom('release_revocation')
    .select(['submission_id', 'reason'])
    .where('campaign_id', '=', release.campaign_id)
    .where('release_id', '=', release.id)
    .orderBy('datapoint_id')
    .orderBy('submission_id')
    .execute()
}

export async function forgetRevocations(db: Db, release: Place): Promise<void> {
  await db
    .deleteFrom('release_revocation')
    .where('campaign_id', '=', release.campaign_id)
    .where('release_id', '=', release.id)
    .execute()
}

/** In redundancy mode the `items_` figures count, in review mode the `first_` ones. */
export type Figures = { first_accepted: number; first_decided: number; items_done: number; items_unresolved: number }

/** What became of the work decided by the cut: first versions that peers judged, and items by whether people agreed. */
export async function figuresOf(db: Db, release: Building): Promise<Figures> {
  const { rows } = await sql<Figures>`
    select count(*) filter (where d.accepted)::int as first_accepted, count(*)::int as first_decided,
           (select count(distinct e.datapoint_id)::int from release_entry e where e.campaign_id = ${release.campaign_id}::bigint and e.release_id = ${release.id}::bigint and e.in_data) as items_done,
           (select count(distinct e.datapoint_id)::int from release_entry e where e.campaign_id = ${release.campaign_id}::bigint and e.release_id = ${release.id}::bigint and not e.in_data) as items_unresolved
      from decision d join submission s on s.campaign_id = d.campaign_id and s.id = d.submission_id
     where d.campaign_id = ${release.campaign_id}::bigint and d.round = 1 and s.revises_id is null and d.decided_at <= ${release.cut_at}`.execute(
    db,
  )
  return rows[0]!
}

/** One stratum of an audit: how much work peers decided this way, how much of it QA graded, how much of that was right. */
export type AuditStratum = { accepted: boolean; population: number; n: number; right: number; unresolved: number }

/** QA's grades of this campaign's work that were closed by the cut; graders who disagree evenly leave a piece unresolved. */
export async function auditStrataOf(db: Db, release: Building): Promise<AuditStratum[]> {
  const { rows } = await sql<AuditStratum>`
    select t.accepted, t.population, count(*) filter (where 2 * a.correct_grades <> a.grades)::int as n,
           count(*) filter (where 2 * a.correct_grades > a.grades)::int as "right", count(*) filter (where 2 * a.correct_grades = a.grades)::int as unresolved
      from audit a join audit_stratum t on t.plan_id = a.plan_id and t.campaign_id = a.campaign_id and t.accepted = a.accepted and t.part = a.part
     where a.campaign_id = ${release.campaign_id}::bigint and a.closed_at <= ${release.cut_at} and a.grades > 0
     group by t.plan_id, t.accepted, t.part, t.population order by t.plan_id, t.accepted desc, t.part`.execute(db)
  return rows
}
