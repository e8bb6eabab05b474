import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { Write } from '../../platform/db/queries.ts'

export type GoldItem = {
  campaign_id: string
  id: string
  source_id: string
  account_id: string
  version: number
  made_at: Date
  truth: Record<string, boolean>
  answer_id: string | null
  votes: Record<string, { approve: boolean; reason?: string; comment?: string }> | null
  reviewed_at: Date | null
}
type Key = { campaign_id: string; submission_id: string }

/**
 * Known work that this person has neither written, reviewed, graded nor seen, of those shown least; right or wrong as
 * wanted where there is some.
 */
export async function pickSource(
  db: Db,
  q: {
    campaign_id: string
    account_id: string
    version: number
    excluded: readonly string[]
    most_uses: number
    want_right: boolean
    salt: number
  },
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select g.submission_id as id from gold_source g join submission s on s.campaign_id = g.campaign_id and s.id = g.submission_id
     where g.campaign_id = ${q.campaign_id}::bigint and g.version = ${q.version} and g.retired_at is null and g.uses < ${q.most_uses}
       and s.author_id <> ${q.account_id}::bigint and s.author_id <> all(${[...q.excluded]}::bigint[])
       and not exists (select from cluster_member a join cluster_member b on b.cluster_id = a.cluster_id where a.account_id = ${q.account_id}::bigint and b.account_id = s.author_id)
       and not exists (select from lease l where l.campaign_id = g.campaign_id and l.account_id = ${q.account_id}::bigint and l.target_id = g.submission_id)
       and not exists (select from gold_item i where i.campaign_id = g.campaign_id and i.account_id = ${q.account_id}::bigint and i.source_id = g.submission_id)
     order by g.is_right <> ${q.want_right}, g.uses, hashint8(g.submission_id # ${q.salt}::bigint) limit 1`.execute(db)
  return rows[0]?.id
}

/** How many gold items a campaign has had, beside what says how many it may have. */
export async function goldMade(
  db: Db,
  campaignId: string,
): Promise<{ made: number; quota: number; restricted: boolean }> {
  const { rows } = await sql<{ made: number; quota: number; restricted: boolean }>`
    select (select count(*)::int from gold_item where campaign_id = ${campaignId}::bigint) as made, quota, task_class = 'adversarial' as restricted
      from campaign where id = ${campaignId}::bigint`.execute(db)
  return rows[0]!
}

/** Some submission that waits for reviews now, at a chance place among the newest. */
export async function waitingSubmission(
  db: Db,
  campaignId: string,
  lane: number,
  place: number,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select target_id as id from (select target_id from queue where campaign_id = ${campaignId}::bigint and lane = ${lane}::smallint
      order by target_id desc limit ${place + 1}) q order by target_id limit 1`.execute(db)
  return rows[0]?.id
}

/** A draw that this person let expire: they may be shown it again under the same name. */
export async function unansweredOf(db: Db, campaignId: string, accountId: string, expired: number) {
  const { rows } = await sql<{ id: string; version: number }>`
    select g.id, g.version from gold_item g join lease l on l.campaign_id = g.campaign_id and l.account_id = g.account_id and l.target_id = g.id
     where g.campaign_id = ${campaignId}::bigint and g.account_id = ${accountId}::bigint and g.answer_id is null and l.state = ${expired}::smallint
     order by g.id limit 1`.execute(db)
  return rows[0]
}

/** Makes a gold item and counts the use of what it is made of. */
export const insertGold = (g: Omit<GoldItem, 'truth' | 'answer_id' | 'votes' | 'reviewed_at'>): Write[] => [
  sql`insert into gold_item (campaign_id, id, source_id, account_id, version, made_at)
    values (${g.campaign_id}, ${g.id}, ${g.source_id}, ${g.account_id}, ${g.version}, ${g.made_at})`,
  sql`update gold_source set uses = uses + 1 where campaign_id = ${g.campaign_id} and submission_id = ${g.source_id}`,
]

/** What gold items of these names are made of. */
export async function sourcesOf(db: Db, campaignId: string, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('gold_item')
    .select(['id', 'source_id'])
    .where('campaign_id', '=', campaignId)
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map((r) => [r.id, r.source_id]))
}

/** Gold items by name, with what is known; locked. Names of other work are simply not returned. */
export async function lockGold(db: Db, keys: readonly Key[]): Promise<GoldItem[]> {
  if (keys.length === 0) return []
  const { rows } = await sql<GoldItem>`
    select g.campaign_id, g.id, g.source_id, g.account_id, g.version, g.made_at, s.truth, g.answer_id, g.votes, g.reviewed_at
      from (select distinct campaign_id, submission_id from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(campaign_id bigint, submission_id bigint)) k
      join gold_item g on g.campaign_id = k.campaign_id and g.id = k.submission_id
      join gold_source s on s.campaign_id = g.campaign_id and s.submission_id = g.source_id
     order by g.id for update of g`.execute(db)
  return rows
}

export type GoldAnswer = {
  campaign_id: string
  id: string
  answer_id: string
  votes: object
  agreed: boolean
  took_seconds: number
  reviewed_at: string
  /** Which of the campaign's newest reviews lends the time that its decision took. */
  like: number
}

/** Keeps answers. Each is due when another review handed in now would be: as long after as one that is decided took. */
export function answerGold(rows: readonly GoldAnswer[]): Write {
  if (rows.length === 0) return null
  return sql`update gold_item g set answer_id = r.answer_id, votes = r.votes, agreed = r.agreed, took_seconds = r.took_seconds, reviewed_at = r.reviewed_at,
      due_at = r.reviewed_at + coalesce((select d.decided_at - n.reviewed_at from
        (select v.campaign_id, v.submission_id, v.round, v.reviewed_at, row_number() over (order by v.id desc) - 1 as place from
          (select * from review where campaign_id = r.campaign_id and lane = 2 order by id desc limit 400) v
          where exists (select from decision d where d.campaign_id = v.campaign_id and d.submission_id = v.submission_id and d.round = v.round)) n
        join decision d on d.campaign_id = n.campaign_id and d.submission_id = n.submission_id and d.round = n.round
        order by n.place < r.like, n.place limit 1), interval '1 hour')
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r(campaign_id bigint, id bigint, answer_id bigint, votes jsonb, agreed boolean, took_seconds int, reviewed_at timestamptz, "like" int)
    where g.campaign_id = r.campaign_id and g.id = r.id`
}

/** Answers whose pay is due, locked. */
export async function dueGold(db: Db, now: Date, limit: number) {
  const { rows } = await sql<{ campaign_id: string; id: string; account_id: string; version: number }>`
    select campaign_id, id, account_id, version from gold_item where paid_at is null and due_at <= ${now}
     order by due_at limit ${limit} for update skip locked`.execute(db)
  return rows
}

export function markPaid(keys: readonly { campaign_id: string; id: string }[], at: Date): Write {
  if (keys.length === 0) return null
  return sql`update gold_item g set paid_at = ${at}::timestamptz from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(campaign_id bigint, id bigint)
    where g.campaign_id = k.campaign_id and g.id = k.id`
}

/** Campaigns at work that show gold items. */
export async function goldCampaigns(db: Db): Promise<{ id: string; version: number; restricted: boolean }[]> {
  const { rows } = await sql<{ id: string; version: number; restricted: boolean }>`
    select c.id, c.version, c.task_class = 'adversarial' as restricted from campaign c
      join campaign_version v on v.campaign_id = c.id and v.version = c.version
     where c.mode = 'review' and c.status in ('pilot', 'open', 'paused', 'closing') and v.settings ? 'gold' order by c.id`.execute(
    db,
  )
  return rows
}

/**
 * Adds work of this version whose closed audit left no doubt: of every question that was graded, all graders said the
 * same. Returns how many pieces were added.
 */
export async function gatherSources(db: Db, c: { id: string; version: number }, now: Date): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    with made as (
      insert into gold_source (campaign_id, submission_id, version, truth, is_right, made_at)
      select a.campaign_id, a.submission_id, s.version, t.truth, t.is_right, ${now}
        from audit a join submission s on s.campaign_id = a.campaign_id and s.id = a.submission_id
        join submission_answer w on w.campaign_id = a.campaign_id and w.submission_id = a.submission_id
        cross join lateral (
          select jsonb_object_agg(q.key, q.said) as truth, bool_and(q.said) as is_right, bool_and(q.sure) as sure from (
            select k.key, bool_and((k.value ->> 'right')::boolean) as said, count(distinct k.value ->> 'right') = 1 as sure
              from audit_grade g cross join lateral jsonb_each(g.grades) k
             where g.campaign_id = a.campaign_id and g.submission_id = a.submission_id group by 1) q) t
       where a.campaign_id = ${c.id}::bigint and a.closed_at is not null and s.version = ${c.version} and s.status in ('accepted', 'rejected', 'rejected_final') and t.sure
      on conflict do nothing returning 1)
    select count(*)::int as n from made`.execute(db)
  return rows[0]!.n
}

export type SourceFacts = {
  submission_id: string
  uses: number
  gone: boolean
  changed: boolean
  answers: number
  against: number
}

/** Known work in use, with what may speak against using it further. */
export async function sourcesInUse(db: Db, campaignId: string): Promise<SourceFacts[]> {
  const { rows } = await sql<SourceFacts>`
    select g.submission_id, g.uses,
           s.status = 'withdrawn' or not exists (select from submission_answer w where w.campaign_id = g.campaign_id and w.submission_id = g.submission_id) as gone,
           a.closed_at is null or exists (
             select from audit_grade r cross join lateral jsonb_each(r.grades) k
              where r.campaign_id = g.campaign_id and r.submission_id = g.submission_id and (k.value ->> 'right')::boolean <> (g.truth ->> k.key)::boolean) as changed,
           (select count(*)::int from gold_item i where i.campaign_id = g.campaign_id and i.source_id = g.submission_id and i.agreed is not null) as answers,
           (select count(*)::int from gold_item i where i.campaign_id = g.campaign_id and i.source_id = g.submission_id and not i.agreed) as against
      from gold_source g join submission s on s.campaign_id = g.campaign_id and s.id = g.submission_id
      left join audit a on a.campaign_id = g.campaign_id and a.submission_id = g.submission_id
     where g.campaign_id = ${campaignId}::bigint and g.retired_at is null order by g.submission_id limit 20000`.execute(
    db,
  )
  return rows
}

export async function retireSources(
  db: Db,
  campaignId: string,
  rows: readonly { submission_id: string; why: string }[],
  at: Date,
): Promise<void> {
  if (rows.length === 0) return
  await sql`update gold_source g set retired_at = ${at}, why = r.why from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(submission_id bigint, why text)
    where g.campaign_id = ${campaignId}::bigint and g.submission_id = r.submission_id`.execute(db)
}

/** How a campaign's gold stands, all in all. */
export async function goldStanding(db: Db, campaignId: string) {
  const { rows } = await sql<{
    ready_right: number
    ready_wrong: number
    retired_used: number
    retired_disputed: number
    retired_changed: number
    retired_gone: number
    shown: number
    answered: number
    agreed: number
  }>`
    select count(*) filter (where retired_at is null and is_right)::int as ready_right, count(*) filter (where retired_at is null and not is_right)::int as ready_wrong,
           count(*) filter (where why = 'used')::int as retired_used, count(*) filter (where why = 'disputed')::int as retired_disputed,
           count(*) filter (where why = 'changed')::int as retired_changed, count(*) filter (where why = 'gone')::int as retired_gone,
           (select count(*)::int from gold_item where campaign_id = ${campaignId}::bigint) as shown,
           (select count(*)::int from gold_item where campaign_id = ${campaignId}::bigint and answer_id is not null) as answered,
           (select count(*)::int from gold_item where campaign_id = ${campaignId}::bigint and agreed) as agreed
      from gold_source where campaign_id = ${campaignId}::bigint`.execute(db)
  return rows[0]!
}

/** Known work that most people contradicted, newest first: somebody should look at it again. */
export async function disputedSources(db: Db, campaignId: string, limit: number) {
  const { rows } = await sql<{ submission_id: string; retired_at: Date; answers: number; against: number }>`
    select g.submission_id, g.retired_at, count(i.id)::int as answers, count(i.id) filter (where not i.agreed)::int as against
      from gold_source g join gold_item i on i.campaign_id = g.campaign_id and i.source_id = g.submission_id and i.agreed is not null
     where g.campaign_id = ${campaignId}::bigint and g.why = 'disputed' group by 1, 2 order by 2 desc, 1 limit ${limit}`.execute(
    db,
  )
  return rows
}
