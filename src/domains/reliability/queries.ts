import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { Write } from '../../platform/db/queries.ts'
import type { PersonReliability, Vote } from './rules.ts'

export type ClassToInfer = {
  task_class: string
  new_votes: number
  known_votes: number
  batches: number
  taken_at: Date | null
}

/** Task classes with votes that the newest snapshot does not know, and how many. */
export async function classesToInfer(db: Db): Promise<ClassToInfer[]> {
  const { rows } = await sql<ClassToInfer>`
    select k.task_class, case when s.at_review_id > 0 then s.taken_at end as taken_at, coalesce(s.batches, 0)::int as batches, coalesce(s.votes, 0) as known_votes,
           (select count(*)::int from review r join campaign c on c.id = r.campaign_id
             where c.task_class = k.task_class and r.id > coalesce(s.at_review_id, 0)) as new_votes
      from (select distinct task_class from campaign where mode = 'review' and status <> 'draft') k
      left join lateral (select at_review_id, taken_at, votes, (select count(*) from snapshot b where b.task_class = k.task_class and b.at_review_id > 0) as batches
                           from snapshot where task_class = k.task_class order by id desc limit 1) s on true
     order by 1`.execute(db)
  return rows
}

/** The newest votes of a task class, one row for each question, with what became of them. */
export const votesOf = (db: Db, taskClass: string, limit: number): Promise<Vote[]> =>
  votesIn(
    db,
    sql`r.campaign_id in (select id from campaign where task_class = ${taskClass} and mode = 'review')`,
    limit,
  )

/** The same of one campaign, up to the newest vote that a snapshot knows. */
export const campaignVotes = (db: Db, campaignId: string, upTo: string, limit: number): Promise<Vote[]> =>
  votesIn(db, sql`r.campaign_id = ${campaignId}::bigint and r.id <= ${upTo}::bigint`, limit)

/** A review of a gold item is one of the work that it is made of, unless that turned out to be disputed. */
async function votesIn(db: Db, which: RawBuilder<unknown>, limit: number): Promise<Vote[]> {
  const { rows } = await sql<Vote>`
    with newest as materialized (
      select * from (
        select * from (select r.campaign_id, r.submission_id, r.id, r.reviewer_id, r.round, r.votes from review r where ${which} order by r.id desc limit ${limit}) v
        union all
        select * from (
          select r.campaign_id, r.source_id, r.id, r.account_id, (select max(d.round) from decision d where d.campaign_id = r.campaign_id and d.submission_id = r.source_id), r.votes
            from (select campaign_id, source_id, answer_id as id, account_id, votes from gold_item where answer_id is not null) r
           where ${which} and not exists (select from gold_source g where g.campaign_id = r.campaign_id and g.submission_id = r.source_id and g.why in ('disputed', 'changed'))
           order by r.id desc limit ${limit}) v) u
       order by id desc limit ${limit})
    select n.id as review_id, n.submission_id, s.author_id, n.round, v.key as question, n.reviewer_id, (v.value ->> 'approve')::boolean as approve,
           (d.questions ->> v.key)::boolean as decided,
           (select case when 2 * count(*) filter (where (g.grades -> v.key ->> 'right')::boolean) = count(*) then null
                        else 2 * count(*) filter (where (g.grades -> v.key ->> 'right')::boolean) > count(*) end
              from audit_grade g where g.campaign_id = n.campaign_id and g.submission_id = n.submission_id and g.grades ? v.key) as gold
      from newest n
      join submission s on s.campaign_id = n.campaign_id and s.id = n.submission_id
      cross join lateral jsonb_each(n.votes) v
      left join decision d on d.campaign_id = n.campaign_id and d.submission_id = n.submission_id and d.round = n.round
     order by n.id, v.key`.execute(db)
  return rows
}

export type SnapshotRow = {
  id: string
  task_class: string
  batch: string
  at_review_id: string
  body: string
  hash: string
  votes: number
  people: number
  gold: number
}

export const insertSnapshot = (row: SnapshotRow, at: Date): Write =>
  sql`insert into snapshot (id, task_class, batch, at_review_id, body, hash, votes, people, gold, taken_at)
    values (${row.id}, ${row.task_class}, ${row.batch}, ${row.at_review_id}, ${row.body}, ${row.hash}, ${row.votes}, ${row.people}, ${row.gold}, ${at})`

/**
 * A person's figures as of a day; a later one of the same day takes the place of an earlier one. Who was erased gets none,
 * though their votes still count.
 */
export function setReliability(taskClass: string, day: string, people: readonly PersonReliability[]): Write {
  if (people.length === 0) return null
  const bps = (share: number) => Math.round(share * 10_000)
  const rows = people.map((p) => ({
    ...p,
    mean_bps: bps(p.mean),
    low_bps: bps(p.low),
    high_bps: bps(p.high),
  }))
  return sql`insert into reliability (account_id, task_class, role, day, mean_bps, low_bps, high_bps, judged, confirmed, audited, audited_right)
    select r.account_id, ${taskClass}, r.role, ${day}::date, r.mean_bps, r.low_bps, r.high_bps, r.judged, r.confirmed, r.audited, r.audited_right
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(account_id bigint, role text, mean_bps smallint, low_bps smallint, high_bps smallint,
        judged int, confirmed int, audited int, audited_right int)
      join account a on a.id = r.account_id and a.erased_at is null
    on conflict (account_id, task_class, role, day) do update set mean_bps = excluded.mean_bps, low_bps = excluded.low_bps, high_bps = excluded.high_bps,
      judged = excluded.judged, confirmed = excluded.confirmed, audited = excluded.audited, audited_right = excluded.audited_right`
}

/** Makes a task class's first snapshot, before any vote, unless somebody else just did. */
export async function insertFirst(db: Db, row: SnapshotRow, at: Date): Promise<boolean> {
  const made = await db
    .insertInto('snapshot')
    .values({ ...row, taken_at: at })
    .onConflict((c) => c.column('batch').doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

/** The newest snapshot of a task class. */
export async function newestSnapshot(db: Db, taskClass: string): Promise<{ id: string; body: string } | undefined> {
  return db
    .selectFrom('snapshot')
    .select(['id', 'body'])
    .where('task_class', '=', taskClass)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export async function snapshotBody(db: Db, id: string): Promise<string> {
  return (await db.selectFrom('snapshot').select('body').where('id', '=', id).executeTakeFirstOrThrow()).body
}

/** The newest plan for a campaign's version. */
export const newestPlan = (db: Db, campaignId: string, version: number) =>
  db
    .selectFrom('review_plan')
    .select(['snapshot_id', 'body', 'hash'])
    .where('campaign_id', '=', campaignId)
    .where('version', '=', version)
    .orderBy('snapshot_id', 'desc')
    .limit(1)
    .executeTakeFirst()

export type PlanKey = { campaign_id: string; version: number; snapshot_id: string }

export const insertPlan = (key: PlanKey, plan: { body: string; hash: string }, at: Date): Write =>
  sql`insert into review_plan (campaign_id, version, snapshot_id, body, hash, made_at)
    values (${key.campaign_id}, ${key.version}, ${key.snapshot_id}, ${plan.body}, ${plan.hash}, ${at}) on conflict do nothing`

/** Versions whose work adaptive plans still decide. */
export async function adaptiveVersions(db: Db, taskClass: string): Promise<{ campaign_id: string; version: number }[]> {
  const { rows } = await sql<{ campaign_id: string; version: number }>`
    select v.campaign_id, v.version from campaign c join campaign_version v on v.campaign_id = c.id
     where c.task_class = ${taskClass} and c.mode = 'review' and c.status in ('pilot', 'open', 'paused', 'closing')
       and v.settings -> 'policy' ->> 'kind' = 'adaptive'
     order by 1, 2`.execute(db)
  return rows
}

/** A person's figures by task class and role, newest day first. */
export const historyOf = (db: Db, accountId: string, days: number) =>
  db
    .selectFrom('reliability')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('task_class')
    .orderBy('role')
    .orderBy('day', 'desc')
    .limit(days * 8)
    .execute()
