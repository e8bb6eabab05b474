import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { Write } from '../../platform/db/queries.ts'
import type { ModelVotes } from './rules.ts'

export type ModelVote = { campaign_id: string; submission_id: string; round: number; model: string; votes: ModelVotes }
/** Work that a model has not been asked about in its present round. */
export type Unasked = {
  campaign_id: string
  id: string
  version: number
  round: number
  answer: Record<string, unknown>
  data: Record<string, unknown> | null
}

/**
 * Work under review of versions that ask for this kind of model, oldest first; for an endpoint, only of campaigns whose cap is
 * not reached. `campaignId` narrows it to one campaign.
 */
export async function unaskedWork(
  db: Db,
  of: { kind: 'builtin' | 'endpoint'; model: string; campaign_id?: string; limit: number },
): Promise<Unasked[]> {
  const { rows } = await sql<Unasked>`
    select s.campaign_id, s.id, s.version, s.round, a.answer, i.data
      from campaign_version v
      join campaign c on c.id = v.campaign_id and c.mode = 'review' and c.status in ('pilot', 'open', 'paused', 'closing')
      left join model_spending p on p.campaign_id = v.campaign_id and p.model = ${of.model}
      cross join lateral (
        select s.campaign_id, s.id, s.version, s.round, s.item_id from submission s
         where s.campaign_id = v.campaign_id and s.status = 'in_review' and s.version = v.version
           and not exists (select from model_vote m where m.campaign_id = s.campaign_id and m.submission_id = s.id and m.round = s.round and m.model = ${of.model})
         order by s.id limit ${of.limit}) s
      join submission_answer a on a.campaign_id = s.campaign_id and a.submission_id = s.id
      join item i on i.campaign_id = s.campaign_id and i.id = s.item_id
     where (v.settings -> 'model_votes' ->> ${of.kind})::boolean
       and (${of.campaign_id ?? null}::bigint is null or v.campaign_id = ${of.campaign_id ?? null}::bigint)
       and coalesce(p.calls < (v.settings -> 'model_votes' ->> 'max_calls')::bigint, true)
       and coalesce(p.tokens < (v.settings -> 'model_votes' ->> 'max_tokens')::bigint, true)
     order by s.id limit ${of.limit}`.execute(db)
  return rows
}

/** Campaigns whose versions ask for the built-in classifier, with how many decisions each has to learn from. */
export async function campaignsToLearn(db: Db): Promise<{ campaign_id: string; decided: number }[]> {
  const { rows } = await sql<{ campaign_id: string; decided: number }>`
    select c.id as campaign_id, (select count(*)::int from decision d where d.campaign_id = c.id) as decided
      from campaign c
     where c.mode = 'review' and c.status in ('pilot', 'open', 'paused', 'closing')
       and exists (select from campaign_version v where v.campaign_id = c.id and (v.settings -> 'model_votes' ->> 'builtin')::boolean)
     order by 1`.execute(db)
  return rows
}

/**
 * What the first so many decisions of a campaign say, the newest of them last and at most `limit`: for each submission the
 * last word by then. What was erased since is not there.
 */
export async function decidedTexts(db: Db, campaignId: string, first: number, limit: number) {
  const { rows } = await sql<{
    questions: Record<string, boolean>
    answer: Record<string, unknown>
    data: Record<string, unknown> | null
  }>`
    with first as (
      select submission_id, round, questions, decided_at from decision where campaign_id = ${campaignId}
       order by decided_at, submission_id, round limit ${first}),
    last as (select distinct on (submission_id) * from first order by submission_id, round desc)
    select l.questions, a.answer, i.data from last l
      join submission s on s.campaign_id = ${campaignId} and s.id = l.submission_id
      join submission_answer a on a.campaign_id = s.campaign_id and a.submission_id = s.id
      join item i on i.campaign_id = s.campaign_id and i.id = s.item_id
     order by l.decided_at desc, l.submission_id desc limit ${limit}`.execute(db)
  return rows.toReversed()
}

export function insertModelVotes(rows: readonly ModelVote[], at: Date): Write {
  if (rows.length === 0) return null
  return sql`insert into model_vote (campaign_id, submission_id, round, model, votes, at)
    select campaign_id, submission_id, round, model, votes, ${at}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(campaign_id bigint, submission_id bigint, round smallint, model text, votes jsonb)`
}

/** Models' votes on these submissions, all rounds. */
export async function modelVotesOf(
  db: Db,
  keys: readonly { campaign_id: string; submission_id: string }[],
): Promise<ModelVote[]> {
  if (keys.length === 0) return []
  const { rows } = await sql<ModelVote>`
    select m.campaign_id, m.submission_id, m.round, m.model, m.votes
      from (select distinct campaign_id, submission_id from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(campaign_id bigint, submission_id bigint)) k
      join model_vote m on m.campaign_id = k.campaign_id and m.submission_id = k.submission_id
     order by m.submission_id, m.model`.execute(db)
  return rows
}

/** The newest votes of models in a task class, one row for each question. */
export async function modelVotesIn(db: Db, taskClass: string, limit: number) {
  const { rows } = await sql<{
    submission_id: string
    round: number
    question: string
    model: string
    approve: boolean
  }>`
    with newest as materialized (
      select m.submission_id, m.round, m.model, m.votes from model_vote m
       where m.campaign_id in (select id from campaign where task_class = ${taskClass} and mode = 'review')
       order by m.submission_id desc limit ${limit})
    select n.submission_id, n.round, v.key as question, n.model, v.value::boolean as approve
      from newest n cross join lateral jsonb_each_text(n.votes) v
     order by n.submission_id, n.round, n.model, v.key`.execute(db)
  return rows
}

export type Cap = { max_calls?: number | undefined; max_tokens?: number | undefined }

/** Books one call before it is made; false when the campaign's cap is reached. */
export async function bookCall(db: Db, campaignId: string, model: string, cap: Cap): Promise<boolean> {
  const { numAffectedRows } =
    await sql`insert into model_spending as p (campaign_id, model, calls, tokens) values (${campaignId}, ${model}, 1, 0)
    on conflict (campaign_id, model) do update set calls = p.calls + 1
      where coalesce(p.calls < ${cap.max_calls ?? null}::bigint, true) and coalesce(p.tokens < ${cap.max_tokens ?? null}::bigint, true)`.execute(
      db,
    )
  return numAffectedRows === 1n
}

/** What the booked call cost; a call that was not answered is given back. */
export async function settleCall(
  db: Db,
  campaignId: string,
  model: string,
  cost: { calls: 0 | -1; tokens: number },
): Promise<void> {
  await sql`update model_spending set calls = calls + ${cost.calls}, tokens = tokens + ${cost.tokens}
    where campaign_id = ${campaignId} and model = ${model}`.execute(db)
}

/** What the same question was answered lately. */
export async function answeredBefore(db: Db, hash: string): Promise<ModelVotes | undefined> {
  const row = await db.selectFrom('model_answer').select('votes').where('asked_hash', '=', hash).executeTakeFirst()
  return row?.votes as ModelVotes | undefined
}

export async function keepAnswer(db: Db, hash: string, votes: ModelVotes, at: Date): Promise<void> {
  await db
    .insertInto('model_answer')
    .values({ asked_hash: hash, votes: JSON.stringify(votes), at })
    .onConflict((c) => c.column('asked_hash').doNothing())
    .execute()
}

export async function forgetModelAnswers(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('model_answer').where('at', '<', before).execute()
}

/** Each model's record in a campaign, beside the decision of the round it voted in and beside audits that agree. */
export async function recordsOf(db: Db, campaignId: string) {
  const { rows } = await sql<{
    model: string
    asked: number
    abstained: number
    judged: number
    confirmed: number
    audited: number
    audited_right: number
    calls: number
    tokens: string
  }>`
    with said as (
      select m.model, m.submission_id, m.round, v.key as question, v.value::boolean as approve
        from model_vote m cross join lateral jsonb_each_text(m.votes) v where m.campaign_id = ${campaignId}),
    beside as (
      select s.model, s.approve, (d.questions ->> s.question)::boolean as decided,
             (select case when 2 * count(*) filter (where (g.grades -> s.question ->> 'right')::boolean) = count(*) then null
                          else 2 * count(*) filter (where (g.grades -> s.question ->> 'right')::boolean) > count(*) end
                from audit_grade g join audit a on a.campaign_id = g.campaign_id and a.submission_id = g.submission_id and a.closed_at is not null
               where g.campaign_id = ${campaignId} and g.submission_id = s.submission_id and g.grades ? s.question) as gold
        from said s left join decision d on d.campaign_id = ${campaignId} and d.submission_id = s.submission_id and d.round = s.round),
    asked as (select model, count(*)::int as asked, count(*) filter (where votes = '{}')::int as abstained from model_vote where campaign_id = ${campaignId} group by 1)
    select coalesce(a.model, p.model) as model, coalesce(a.asked, 0) as asked, coalesce(a.abstained, 0) as abstained,
           count(b.decided)::int as judged, count(*) filter (where b.decided = b.approve)::int as confirmed,
           count(b.gold)::int as audited, count(*) filter (where b.gold = b.approve)::int as audited_right,
           coalesce(p.calls, 0) as calls, coalesce(p.tokens, 0) as tokens
      from asked a full join (select * from model_spending where campaign_id = ${campaignId}) p on p.model = a.model
      left join beside b on b.model = a.model
     group by a.model, p.model, a.asked, a.abstained, p.calls, p.tokens order by 1`.execute(db)
  return rows
}
