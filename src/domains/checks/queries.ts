import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { Write } from '../../platform/db/queries.ts'
import type { Result } from './rules.ts'

/** A submission to check, as its author handed it in. */
export type Work = {
  campaign_id: string
  id: string
  item_id: string
  author_id: string
  version: number
  took_seconds: number
  revises_id: string | null
  language: string
  answer: Record<string, unknown>
  data: Record<string, unknown> | null
}
export type Run = {
  campaign_id: string
  submission_id: string
  run: number
  results: Result[]
  coverage_ppm: number | null
  tries: number
}
export type NewRun = Omit<Run, 'tries'> & { state: 'asking' | 'done'; outcome: 'review' | 'reject' | null }

const WORK = sql`s.campaign_id, s.id, s.item_id, s.author_id, s.version, s.took_seconds, s.revises_id, c.language, a.answer, i.data`
const WORK_FROM = sql`join submission_answer a on a.campaign_id = s.campaign_id and a.submission_id = s.id
      join item i on i.campaign_id = s.campaign_id and i.id = s.item_id
      join campaign c on c.id = s.campaign_id`

/** Work that nobody has checked yet, oldest first. */
export async function uncheckedWork(db: Db, limit: number): Promise<Work[]> {
  const { rows } = await sql<Work>`
    select ${WORK} from (
      select s.* from submission s where s.awaits_checks
         and not exists (select from check_run r where r.campaign_id = s.campaign_id and r.submission_id = s.id and r.run = 1)
       order by s.campaign_id, s.id limit ${limit}) s ${WORK_FROM} order by s.id`.execute(db)
  return rows
}

/** Work of a campaign that was checked, to be checked again; with when it was first. */
export async function checkedWork(db: Db, campaignId: string, afterId: string, limit: number) {
  const { rows } = await sql<Work & { first_at: Date }>`
    select ${WORK}, s.first_at from (
      select s.*, r.started_at as first_at from check_run r join submission s on s.campaign_id = r.campaign_id and s.id = r.submission_id
       where r.campaign_id = ${campaignId} and r.run = 1 and r.submission_id > ${afterId}
       order by r.submission_id limit ${limit}) s ${WORK_FROM} order by s.id`.execute(db)
  return rows
}

/** Runs that wait for somebody outside and are due, with their work. */
export async function askingRuns(db: Db, now: Date, limit: number): Promise<(Run & { work: Work })[]> {
  const { rows } = await sql<Run & Work>`
    select s.run, s.results, s.coverage_ppm, s.tries, ${WORK} from (
      select r.run, r.results, r.coverage_ppm, r.tries, s.* from check_run r join submission s on s.campaign_id = r.campaign_id and s.id = r.submission_id
       where r.state = 'asking' and (r.retry_at is null or r.retry_at <= ${now})
       order by r.retry_at nulls first, r.submission_id limit ${limit}) s ${WORK_FROM}`.execute(db)
  return rows.map(({ run, results, coverage_ppm, tries, ...work }) => ({
    campaign_id: work.campaign_id,
    submission_id: work.id,
    run,
    results,
    coverage_ppm,
    tries,
    work,
  }))
}

/** Starts runs; one that is there already stays as it is. */
export function insertRuns(rows: readonly NewRun[], at: Date): Write {
  if (rows.length === 0) return null
  return sql`insert into check_run (campaign_id, submission_id, run, state, outcome, results, coverage_ppm, started_at, done_at)
    select campaign_id, submission_id, run, state, outcome, results, coverage_ppm, ${at}, case when state = 'done' then ${at}::timestamptz end
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(campaign_id bigint, submission_id bigint, run smallint, state text, outcome text, results jsonb, coverage_ppm int)
    on conflict do nothing`
}

/** Ends runs that asked somebody outside. */
export function endRuns(rows: readonly NewRun[], at: Date): Write {
  if (rows.length === 0) return null
  return sql`update check_run c set state = 'done', outcome = r.outcome, results = r.results, done_at = ${at}, retry_at = null
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(campaign_id bigint, submission_id bigint, run smallint, outcome text, results jsonb)
    where c.campaign_id = r.campaign_id and c.submission_id = r.submission_id and c.run = r.run and c.state = 'asking'`
}

/** Asks again later; what was answered so far is kept. */
export function putOff(
  rows: readonly {
    campaign_id: string
    submission_id: string
    run: number
    results: Result[]
    tries: number
    retry_at: string
  }[],
): Write {
  if (rows.length === 0) return null
  return sql`update check_run c set tries = r.tries, retry_at = r.retry_at, results = r.results
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(campaign_id bigint, submission_id bigint, run smallint, results jsonb, tries smallint, retry_at timestamptz)
    where c.campaign_id = r.campaign_id and c.submission_id = r.submission_id and c.run = r.run and c.state = 'asking'`
}

/** First runs that are over while their submission still waits for what follows. */
export async function finishedChecks(db: Db, limit: number) {
  const { rows } = await sql<{
    campaign_id: string
    submission_id: string
    outcome: 'review' | 'reject'
    results: Result[]
  }>`
    select r.campaign_id, r.submission_id, r.outcome, r.results
      from submission s join check_run r on r.campaign_id = s.campaign_id and r.submission_id = s.id and r.run = 1 and r.state = 'done'
     where s.awaits_checks order by s.id limit ${limit}`.execute(db)
  return rows
}

/** What the run that counted found of a submission, once it is over. */
export async function runOf(db: Db, campaignId: string, submissionId: string) {
  const row = await db
    .selectFrom('check_run')
    .select(['outcome', 'results', 'coverage_ppm'])
    .where('campaign_id', '=', campaignId)
    .where('submission_id', '=', submissionId)
    .where('run', '=', 1)
    .where('state', '=', 'done')
    .executeTakeFirst()
  return row && { ...row, results: row.results as unknown as Result[] }
}

/** Asks for all of a campaign's checks again. Returns the run's number, or nothing while another one is under way. */
export async function insertAgain(
  db: Db,
  row: { campaign_id: string; outside: boolean; asked_by: string; asked_at: Date },
): Promise<number | undefined> {
  const { rows } = await sql<{ run: number }>`
    insert into check_again (campaign_id, run, outside, asked_by, asked_at)
    select ${row.campaign_id}, coalesce((select max(run) from check_again where campaign_id = ${row.campaign_id}), 1) + 1, ${row.outside}, ${row.asked_by}, ${row.asked_at}
     where not exists (select from check_again where campaign_id = ${row.campaign_id} and done_at is null)
    on conflict do nothing returning run`.execute(db)
  return rows[0]?.run
}

export async function openAgain(db: Db) {
  return db
    .selectFrom('check_again')
    .select(['campaign_id', 'run', 'outside', 'after_id'])
    .where('done_at', 'is', null)
    .orderBy('campaign_id')
    .limit(1)
    .executeTakeFirst()
}

export function moveAgain(campaignId: string, run: number, afterId: string, doneAt: Date | null): Write {
  return sql`update check_again set after_id = ${afterId}, done_at = ${doneAt} where campaign_id = ${campaignId} and run = ${run}`
}

export type Cap = { max_calls?: number | undefined; max_tokens?: number | undefined }

/** Books one call before it is made; false when the campaign's cap is reached. */
export async function bookJudge(db: Db, campaignId: string, cap: Cap): Promise<boolean> {
  const { numAffectedRows } =
    await sql`insert into check_spending as p (campaign_id, calls, tokens) values (${campaignId}, 1, 0)
    on conflict (campaign_id) do update set calls = p.calls + 1
      where coalesce(p.calls < ${cap.max_calls ?? null}::bigint, true) and coalesce(p.tokens < ${cap.max_tokens ?? null}::bigint, true)`.execute(
      db,
    )
  return numAffectedRows === 1n
}

/** What the booked call cost; a call that was not answered is given back. */
export async function settleJudge(db: Db, campaignId: string, cost: { calls: 0 | -1; tokens: number }): Promise<void> {
  await sql`update check_spending set calls = calls + ${cost.calls}, tokens = tokens + ${cost.tokens} where campaign_id = ${campaignId}`.execute(
    db,
  )
}

export async function judgedBefore(db: Db, hash: string): Promise<Record<string, boolean> | undefined> {
  const row = await db.selectFrom('check_answer').select('verdicts').where('asked_hash', '=', hash).executeTakeFirst()
  return row?.verdicts as Record<string, boolean> | undefined
}

export async function keepJudgement(db: Db, hash: string, verdicts: Record<string, boolean>, at: Date): Promise<void> {
  await db
    .insertInto('check_answer')
    .values({ asked_hash: hash, verdicts: JSON.stringify(verdicts), at })
    .onConflict((c) => c.column('asked_hash').doNothing())
    .execute()
}

export async function forgetJudgements(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('check_answer').where('at', '<', before).execute()
}
