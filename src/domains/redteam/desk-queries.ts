import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

export async function goals(db: Db) {
  return db
    .selectFrom('redteam_goal')
    .select(['id', 'title', 'category', 'source', 'added_at'])
    .where('retired_at', 'is', null)
    .orderBy('id')
    .limit(1000)
    .execute()
}

export async function insertGoal(
  db: Db,
  row: { id: string; title: string; category: string; body: string; source: string; added_by: string; added_at: Date },
): Promise<boolean> {
  const made = await db
    .insertInto('redteam_goal')
    .values(row)
    .onConflict((c) => c.column('id').doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

export async function retireGoal(db: Db, id: string, at: Date): Promise<boolean> {
  const done = await db
    .updateTable('redteam_goal')
    .set({ retired_at: at })
    .where('id', '=', id)
    .where('retired_at', 'is', null)
    .executeTakeFirst()
  return done.numUpdatedRows === 1n
}

/** First runs of a campaign, newest first: what came of them, and of the work. */
export async function entriesOf(db: Db, campaignId: string, after: string | undefined, limit: number) {
  return db
    .selectFrom('redteam_run as r')
    .innerJoin('submission as s', (j) =>
      j.onRef('s.campaign_id', '=', 'r.campaign_id').onRef('s.id', '=', 'r.submission_id'),
    )
    .select([
      'r.submission_id',
      'r.goal_id',
      'r.outcome',
      'r.targets',
      'r.runs',
      'r.hits',
      'r.lower_bps',
      's.status',
      'r.done_at',
    ]) // prettier-ignore
    .where('r.campaign_id', '=', campaignId)
    .where('r.run', '=', 1)
    .$if(after !== undefined, (q) => q.where('r.submission_id', '<', after!))
    .orderBy('r.submission_id', 'desc')
    .limit(limit)
    .execute()
}

export async function figuresOf(db: Db, campaignId: string) {
  const { rows: sums } = await sql<{ proved: number; works: number; waiting: number; calls: number; tokens: number }>`
    select count(*) filter (where outcome is not null)::int as proved, count(*) filter (where outcome = 'works')::int as works,
           count(*) filter (where outcome is null)::int as waiting,
           coalesce((select calls::float8 from redteam_spending where scope = 'campaign:' || ${campaignId}::text), 0) as calls,
           coalesce((select tokens::float8 from redteam_spending where scope = 'campaign:' || ${campaignId}::text), 0) as tokens
      from redteam_run where campaign_id = ${campaignId}::bigint`.execute(db)
  const { rows: targets } = await sql<{ target: string; runs: number; hits: number }>`
    select target, count(*)::int as runs, count(*) filter (where hit)::int as hits
      from redteam_sample where campaign_id = ${campaignId}::bigint group by target order by target`.execute(db)
  const { rows: judges } = await sql<{ judge: string; said: number; yes: number; audited: number; agreed: number }>`
    select j.key as judge, count(*) filter (where j.value <> 'null')::int as said, count(*) filter (where j.value = 'true')::int as yes,
           count(*) filter (where s.graded_hit is not null and j.value <> 'null')::int as audited,
           count(*) filter (where s.graded_hit is not null and j.value = to_jsonb(s.graded_hit))::int as agreed
      from redteam_sample s, jsonb_each(s.judges) j where s.campaign_id = ${campaignId}::bigint group by j.key order by j.key`.execute(
    db,
  )
  const { rows: audits } = await sql<{ open: number; audited: number; wrong: number }>`
    select count(*) filter (where graded_at is null and reply is not null)::int as open,
           count(*) filter (where hit and graded_hit is not null)::int as audited,
           count(*) filter (where hit and graded_hit = false)::int as wrong
      from redteam_sample where campaign_id = ${campaignId}::bigint and audit_drawn`.execute(db)
  return { ...sums[0]!, targets, judges, ...audits[0]! }
}

/** A piece of work as its author wrote it. */
export async function workOf(db: Db, campaignId: string, submissionId: string) {
  const row = await db
    .selectFrom('submission as s')
    .innerJoin('submission_answer as a', (j) =>
      j.onRef('a.campaign_id', '=', 's.campaign_id').onRef('a.submission_id', '=', 's.id'),
    )
    .innerJoin('item as i', (j) => j.onRef('i.campaign_id', '=', 's.campaign_id').onRef('i.id', '=', 's.item_id'))
    .select(['a.answer', 'i.data'])
    .where('s.campaign_id', '=', campaignId)
    .where('s.id', '=', submissionId)
    .executeTakeFirst()
  return row as { answer: Record<string, unknown>; data: Record<string, unknown> | null } | undefined
}

/** How much sealed content somebody read since the day began; takes turns with itself. */
export async function readToday(db: Db, accountId: string, now: Date): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended('reads:' || ${accountId}::text, 0))`.execute(db)
  const day = new Date(`${now.toISOString().slice(0, 10)}T00:00:00Z`)
  const { n } = await db
    .selectFrom('content_read')
    .select(sql<number>`count(*)::int`.as('n'))
    .where('account_id', '=', accountId)
    .where('at', '>=', day)
    .executeTakeFirstOrThrow()
  return n
}

export async function insertRead(
  db: Db,
  row: {
    id: string
    account_id: string
    campaign_id: string
    submission_id: string
    what: 'prompt' | 'reply'
    reason: string
    at: Date
  },
): Promise<void> {
  await db.insertInto('content_read').values(row).execute()
}

export async function readings(db: Db, after: string | undefined, limit: number) {
  return db
    .selectFrom('content_read as r')
    .innerJoin('account as a', 'a.id', 'r.account_id')
    .select(['r.id', 'a.handle', 'r.campaign_id', 'r.submission_id', 'r.what', 'r.reason', 'r.at'])
    .$if(after !== undefined, (q) => q.where('r.id', '<', after!))
    .orderBy('r.id', 'desc')
    .limit(limit)
    .execute()
}

/** A drawn reply that nobody has judged, by the longest wait; never one of the grader's own work. */
export async function drawnReply(db: Db, campaignId: string, graderId: string) {
  const { rows } = await sql<{
    submission_id: string
    run: number
    target: string
    n: number
    goal_id: string
    reply: string
  }>`
    select s.submission_id, s.run, s.target, s.n, r.goal_id, s.reply from redteam_sample s
      join redteam_run r on r.campaign_id = s.campaign_id and r.submission_id = s.submission_id and r.run = s.run
      join submission w on w.campaign_id = s.campaign_id and w.id = s.submission_id
     where s.campaign_id = ${campaignId}::bigint and s.audit_drawn and s.graded_at is null and s.reply is not null and w.author_id <> ${graderId}::bigint
     order by s.at, s.submission_id, s.target, s.n limit 1`.execute(db)
  return rows[0]
}

/** Keeps a person's verdict on a reply; false where there is one already, or nothing left to judge. */
export async function gradeReply(
  db: Db,
  key: { campaign_id: string; submission_id: string; run: number; target: string; n: number },
  grade: { by: string; hit: boolean; at: Date },
): Promise<boolean> {
  const { numAffectedRows } =
    await sql`update redteam_sample s set graded_by = ${grade.by}, graded_hit = ${grade.hit}, graded_at = ${grade.at}
      from submission w
     where s.campaign_id = ${key.campaign_id} and s.submission_id = ${key.submission_id} and s.run = ${key.run} and s.target = ${key.target} and s.n = ${key.n}
       and w.campaign_id = s.campaign_id and w.id = s.submission_id and w.author_id <> ${grade.by}
       and s.audit_drawn and s.reply is not null and (s.graded_at is null or (s.graded_by = ${grade.by} and s.graded_hit = ${grade.hit}))`.execute(
      db,
    )
  return numAffectedRows === 1n
}

/** Replies older than this are not kept; what was said of them stays. */
export async function forgetReplies(db: Db, before: Date, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`update redteam_sample s set reply = null from (
      select campaign_id, submission_id, run, target, n from redteam_sample where reply is not null and at < ${before} order by at limit ${limit}) o
     where s.campaign_id = o.campaign_id and s.submission_id = o.submission_id and s.run = o.run and s.target = o.target and s.n = o.n`.execute(
    db,
  )
  return Number(numAffectedRows ?? 0n)
}

/** Replies to a person's prompts go when the work is erased, and the words of whoever read sealed content; that they did stays. */
export async function eraseReplies(db: Db, accountId: string): Promise<void> {
  await db.updateTable('content_read').set({ reason: 'erased' }).where('account_id', '=', accountId).execute()
  await sql`update redteam_sample r set reply = null from submission s
    where s.author_id = ${accountId} and s.status not in ('in_review', 'answered') and r.campaign_id = s.campaign_id and r.submission_id = s.id and r.reply is not null`.execute(
    db,
  )
}
