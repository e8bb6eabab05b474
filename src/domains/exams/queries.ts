import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { Form } from '../templates/contract.ts'
import type { BankQuestion, ExamSettings } from './contract.ts'
import type { Need } from './rules.ts'

export type Attempt = {
  campaign_id: string
  id: string
  account_id: string
  seed: string
  question_ids: string[]
  started_at: Date
  expires_at: Date
  submitted_at: Date | null
  score_bps: number | null
  passed: boolean | null
  answers: unknown
  right_ids: string[]
}
export type StoredQuestion = BankQuestion & { id: string; retired_at: Date | null }

const EXAM = ['draw_count', 'pass_bps', 'cooldown_seconds', 'reviewer_bps', 'time_limit_seconds'] as const
const ATTEMPT = [
  'campaign_id',
  'id',
  'account_id',
  'seed',
  'question_ids',
  'started_at',
  'expires_at',
  'submitted_at',
  'score_bps',
  'passed',
  'answers',
  'right_ids',
] as const

export async function examOf(db: Db, campaignId: string): Promise<ExamSettings | undefined> {
  return db.selectFrom('exam').select(EXAM).where('campaign_id', '=', campaignId).executeTakeFirst()
}

export async function putExam(db: Db, campaignId: string, exam: ExamSettings): Promise<void> {
  await db
    .insertInto('exam')
    .values({ campaign_id: campaignId, ...exam })
    .onConflict((c) => c.column('campaign_id').doUpdateSet(exam))
    .execute()
}

export async function deleteExam(db: Db, campaignId: string): Promise<boolean> {
  return (await db.deleteFrom('exam').where('campaign_id', '=', campaignId).executeTakeFirst()).numDeletedRows === 1n
}

/** Ids of the questions that can be drawn. */
export async function bankIds(db: Db, campaignId: string): Promise<string[]> {
  return (
    await db
      .selectFrom('exam_question')
      .select('id')
      .where('campaign_id', '=', campaignId)
      .where('retired_at', 'is', null)
      .orderBy('id')
      .execute()
  ).map((r) => r.id)
}

export async function insertQuestions(
  db: Db,
  campaignId: string,
  questions: readonly (BankQuestion & { id: string })[],
  at: Date,
): Promise<void> {
  await db
    .insertInto('exam_question')
    .values(
      questions.map((q) => ({
        campaign_id: campaignId,
        id: q.id,
        prompt: q.prompt,
        form: JSON.stringify(q.form),
        answer: JSON.stringify(q.answer),
        explanation: q.explanation,
        created_at: at,
      })),
    )
    .execute()
}

/** Draws a question no more; false when there was none to retire. */
export async function retireQuestion(db: Db, campaignId: string, id: string, at: Date): Promise<boolean> {
  const changed = await db
    .updateTable('exam_question')
    .set({ retired_at: at })
    .where('campaign_id', '=', campaignId)
    .where('id', '=', id)
    .where('retired_at', 'is', null)
    .executeTakeFirst()
  return changed.numUpdatedRows === 1n
}

/** Questions with their answers: for grading and for the requester, nobody else. */
export async function questionsByIds(
  db: Db,
  campaignId: string,
  ids: readonly string[],
): Promise<Map<string, StoredQuestion>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('exam_question')
    .select(['id', 'prompt', 'form', 'answer', 'explanation', 'retired_at'])
    .where('campaign_id', '=', campaignId)
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map((r) => [r.id, r as unknown as StoredQuestion]))
}

/** What is asked, without the answers: they are not even read. */
export async function promptsByIds(
  db: Db,
  campaignId: string,
  ids: readonly string[],
): Promise<Map<string, { prompt: string; form: Form }>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('exam_question')
    .select(['id', 'prompt', 'form'])
    .where('campaign_id', '=', campaignId)
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map((r) => [r.id, { prompt: r.prompt, form: r.form as unknown as Form }]))
}

/** The bank for its requester, with how each question fares. */
export async function bankPage(
  db: Db,
  campaignId: string,
  page: { retired: boolean; after: string | undefined; limit: number },
) {
  const { rows } = await sql<StoredQuestion & { asked: number; right: number }>`
    select q.id, q.prompt, q.form, q.answer, q.explanation, q.retired_at, coalesce(t.asked, 0)::int as asked, coalesce(t.right, 0)::int as right
      from exam_question q
      left join lateral (select count(*) as asked, count(*) filter (where q.id = any(a.right_ids)) as right
                           from exam_attempt a where a.campaign_id = q.campaign_id and a.submitted_at is not null and q.id = any(a.question_ids)) t on true
     where q.campaign_id = ${campaignId} ${page.retired ? sql`` : sql`and q.retired_at is null`} ${page.after ? sql`and q.id > ${page.after}` : sql``}
     order by q.id limit ${page.limit}`.execute(db)
  return rows
}

/** A person's attempts, the last first. */
export async function attemptsOf(db: Db, campaignId: string, accountId: string): Promise<Attempt[]> {
  const rows = await db
    .selectFrom('exam_attempt')
    .select(ATTEMPT)
    .where('campaign_id', '=', campaignId)
    .where('account_id', '=', accountId)
    .orderBy('id', 'desc')
    .limit(200)
    .execute()
  return rows as Attempt[]
}

export async function lockAttempt(
  db: Db,
  campaignId: string,
  accountId: string,
  id: string,
): Promise<Attempt | undefined> {
  const row = await db
    .selectFrom('exam_attempt')
    .select(ATTEMPT)
    .where('campaign_id', '=', campaignId)
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row as Attempt | undefined
}

/** Closes attempts whose time is over, so that another may be opened. */
export async function closeExpired(db: Db, campaignId: string, accountId: string, now: Date): Promise<void> {
  await sql`update exam_attempt set closed_at = expires_at
    where campaign_id = ${campaignId} and account_id = ${accountId} and closed_at is null and expires_at <= ${now}`.execute(
    db,
  )
}

/** False when this person has an open attempt: the index admits one, whoever comes at the same time. */
export async function insertAttempt(
  db: Db,
  a: Pick<Attempt, 'campaign_id' | 'id' | 'account_id' | 'seed' | 'question_ids' | 'started_at' | 'expires_at'>,
): Promise<boolean> {
  const made = await db
    .insertInto('exam_attempt')
    .values(a)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

export async function gradeAttempt(
  db: Db,
  a: {
    campaign_id: string
    id: string
    answers: unknown
    right_ids: string[]
    score_bps: number
    passed: boolean
    at: Date
  },
): Promise<void> {
  await db
    .updateTable('exam_attempt')
    .set({
      answers: JSON.stringify(a.answers),
      right_ids: a.right_ids,
      score_bps: a.score_bps,
      passed: a.passed,
      submitted_at: a.at,
      closed_at: a.at,
    })
    .where('campaign_id', '=', a.campaign_id)
    .where('id', '=', a.id)
    .execute()
}

const COUNTED = 10_000
/** Work that waits and people there are for it; counts stop at 10,000, where another one changes nothing. */
export async function needOf(db: Db, campaignId: string, panel: number): Promise<Need> {
  const { rows } = await sql<Omit<Need, 'panel'>>`
    select (select coalesce(sum(n), 0) from (select needed - cover as n from queue where campaign_id = ${campaignId} and lane = 2 and cover < needed limit ${COUNTED}) q)::int as reviews,
           (select coalesce(sum(n), 0) from (select needed - cover as n from queue where campaign_id = ${campaignId} and lane = 1 and cover < needed limit ${COUNTED}) q)::int as contributions,
           (select count(*) from (select from member where campaign_id = ${campaignId} and role = 'reviewer' and left_at is null limit ${COUNTED}) m)::int as reviewers,
           (select count(*) from (select from member where campaign_id = ${campaignId} and role = 'contributor' and left_at is null limit ${COUNTED}) m)::int as contributors`.execute(
    db,
  )
  return { ...rows[0]!, panel }
}

/** Running review campaigns with an exam or without, in which the system moves people. */
export async function campaignsToBalance(db: Db): Promise<{ id: string; version: number }[]> {
  return db
    .selectFrom('campaign')
    .select(['id', 'version'])
    .where('status', 'in', ['open', 'pilot', 'closing', 'paused'])
    .where('mode', '=', 'review')
    .orderBy('id')
    .execute()
}

/** People who may change role: qualified, nothing in hand, and not moved within the last hour. Best scores first. */
export async function movable(
  db: Db,
  campaignId: string,
  from: 'contributor' | 'reviewer',
  reviewerBps: number,
  now: Date,
  limit: number,
): Promise<{ account_id: string; consent_version: number }[]> {
  const hourAgo = new Date(now.getTime() - 3_600_000)
  const { rows } = await sql<{ account_id: string; consent_version: number }>`
    select m.account_id, coalesce(m.consent_version, 1) as consent_version
      from member m
      left join lateral (select max(a.score_bps) as score from exam_attempt a where a.campaign_id = m.campaign_id and a.account_id = m.account_id and a.passed) t on true
     where m.campaign_id = ${campaignId} and m.role = ${from} and m.left_at is null
       and (m.why not in ('moved_to_review', 'moved_to_contribute') or m.joined_at < ${hourAgo})
       and (${from} = 'reviewer' or coalesce(t.score, 0) >= ${reviewerBps})
       and not exists (select from lease l where l.account_id = m.account_id and l.campaign_id = m.campaign_id and l.state = 1)
     order by t.score desc nulls last, m.joined_at, m.account_id limit ${limit}`.execute(db)
  return rows
}
