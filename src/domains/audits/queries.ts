import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { QuestionGrades } from './contract.ts'
import type { Aimed, Part } from './aim-rules.ts'
import { versionOf } from '../campaigns/queries.ts'
import { shownData } from '../templates/rules.ts'

export type PlanRow = {
  id: string
  season_id: string
  campaign_id: string | null
  seed: string
  accepted_wanted: number | null
  rejected_wanted: number | null
  double_bps: number
  drawn_until: Date
  drawn_hash: string
  /** `acceptance`: its pieces prove something about one release; the others, about what peers decided, `window` of a time. */
  purpose: 'sample' | 'acceptance' | 'window'
  created_by: string
  created_at: Date
}

// Drawing.

/** Draws come one after the other, so that no two take the same work. */
export async function lockDraws(db: Db): Promise<void> {
  await sql`lock table audit_plan in share row exclusive mode`.execute(db)
}

/** The campaigns of a season that peers review, in order. */
export async function reviewedCampaigns(db: Db, seasonId: string): Promise<{ id: string }[]> {
  return db
    .selectFrom('campaign')
    .select('id')
    .where('season_id', '=', seasonId)
    .where('mode', '=', 'review')
    .orderBy('id')
    .execute()
}

export type Candidate = { id: string; author_id: string; round: number; accepted: boolean }

/** The next decided first versions of a campaign that no plan has drawn yet. Work that waits for an appeal is undecided. */
export async function undrawn(
  db: Db,
  campaignId: string,
  after: string,
  time: { since?: Date | null; until: Date },
  limit: number,
): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`
    select s.id, s.author_id, s.round, s.status = 'accepted' as accepted from submission s
     where s.campaign_id = ${campaignId}::bigint and s.id > ${after}::bigint and s.revises_id is null
       and s.status in ('accepted', 'rejected', 'rejected_final') and s.decided_at <= ${time.until} and ${time.since ? sql`s.decided_at >= ${time.since}` : sql`true`}
       and not exists (select from audit a where a.campaign_id = s.campaign_id and a.submission_id = s.id)
     order by s.id limit ${limit}`.execute(db)
  return rows
}

/** What aiming reads of decided work: its peers and what models said, of the round that decided. */
export async function aimedOf(db: Db, campaignId: string, submissionIds: readonly string[]): Promise<Aimed[]> {
  if (submissionIds.length === 0) return []
  const { rows } = await sql<Aimed>`
    select s.id, s.author_id, s.status = 'accepted' as accepted,
           coalesce((select jsonb_agg(jsonb_build_object('reviewer_id', r.reviewer_id::text,
               'approves', not exists (select from jsonb_each(r.votes) v where not (v.value ->> 'approve')::boolean)) order by r.id)
             from review r where r.campaign_id = s.campaign_id and r.submission_id = s.id and r.round = s.round and r.lane in (2, 4) and r.votes <> '{}'), '[]') as said,
           coalesce((select jsonb_agg(not exists (select from jsonb_each(m.votes) v where not (v.value #>> '{}')::boolean))
             from model_vote m where m.campaign_id = s.campaign_id and m.submission_id = s.id and m.round = s.round and m.votes <> '{}'), '[]') as models
      from submission s where s.campaign_id = ${campaignId}::bigint and s.id = any(${[...submissionIds]}::bigint[])
     order by s.id`.execute(db)
  return rows
}

/** How many closed audits of their work a campaign's authors and reviewers have. */
export async function auditsOfPeople(db: Db, campaignId: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ account_id: string; n: number }>`
    select p.account_id, count(*)::int as n
      from audit a cross join lateral (
        select s.author_id as account_id from submission s where s.campaign_id = a.campaign_id and s.id = a.submission_id
        union all select r.reviewer_id from review r where r.campaign_id = a.campaign_id and r.submission_id = a.submission_id and r.lane in (2, 4)) p
     where a.campaign_id = ${campaignId}::bigint and a.closed_at is not null group by 1`.execute(db)
  return new Map(rows.map((r) => [r.account_id, r.n]))
}

export async function insertPlan(db: Db, plan: PlanRow): Promise<void> {
  await db.insertInto('audit_plan').values(plan).execute()
}

export type StratumRow = {
  plan_id: string
  campaign_id: string
  accepted: boolean
  /** Absent: even lots, not a part of an aimed draw. */
  part?: Part
  population: number
  drawn: number
}

export async function insertStrata(db: Db, strata: readonly StratumRow[]): Promise<void> {
  if (strata.length > 0)
    await db
      .insertInto('audit_stratum')
      .values([...strata])
      .execute()
}

export type NewAudit = {
  campaign_id: string
  submission_id: string
  plan_id: string
  round: number
  accepted: boolean
  /** Absent: drawn evenly, or named by somebody else. */
  part?: Part
  chance_ppm?: number
  grades_wanted: number
}

export async function insertAudits(db: Db, audits: readonly NewAudit[]): Promise<void> {
  await sql`insert into audit (campaign_id, submission_id, plan_id, round, accepted, part, chance_ppm, grades_wanted)
    select campaign_id, submission_id, plan_id, round, accepted, coalesce(part, 'all'), chance_ppm, grades_wanted
      from jsonb_to_recordset(${JSON.stringify(audits)}::jsonb)
        as r(campaign_id bigint, submission_id bigint, plan_id bigint, round smallint, accepted boolean, part text, chance_ppm int, grades_wanted smallint)`.execute(
    db,
  )
}

/** Work that is to be graded for a claim, with what QA has of it already. */
export type WantedAudit = {
  submission_id: string
  author_id: string
  round: number
  grades_wanted: number | null
  grades: number
  closed_at: Date | null
}

/** Reads these pieces, and locks the audits that some of them have. */
export async function wantedAudits(
  db: Db,
  campaignId: string,
  submissionIds: readonly string[],
): Promise<WantedAudit[]> {
  await lockAudits(db, campaignId, submissionIds)
  const { rows } = await sql<WantedAudit>`
    select s.id as submission_id, s.author_id, s.round, a.grades_wanted, coalesce(a.grades, 0)::int as grades, a.closed_at
      from unnest(${[...submissionIds]}::bigint[]) k(id) join submission s on s.campaign_id = ${campaignId}::bigint and s.id = k.id
      left join audit a on a.campaign_id = s.campaign_id and a.submission_id = s.id
     order by s.id`.execute(db)
  return rows
}

/** Asks for more grades of audits; closed ones are open again. */
export async function reopenAudits(
  db: Db,
  campaignId: string,
  audits: readonly { submission_id: string; grades_wanted: number }[],
): Promise<void> {
  if (audits.length === 0) return
  await sql`update audit a set grades_wanted = r.grades_wanted, closed_at = null
    from jsonb_to_recordset(${JSON.stringify(audits)}::jsonb) as r(submission_id bigint, grades_wanted smallint)
    where a.campaign_id = ${campaignId}::bigint and a.submission_id = r.submission_id`.execute(db)
}

/** Open audits that this plan began. */
export async function openAuditsOf(db: Db, campaignId: string, planId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select submission_id as id from audit
    where plan_id = ${planId}::bigint and campaign_id = ${campaignId}::bigint and closed_at is null order by submission_id`.execute(
    db,
  )
  return rows.map((r) => r.id)
}

// Grading.

export type AuditRow = {
  campaign_id: string
  submission_id: string
  plan_id: string
  grades_wanted: number
  grades: number
  correct_grades: number
  chance_ppm: number | null
  closed_at: Date | null
  author_id: string
  version: number
}

/** Locks drawn work in order of id; missing ones are simply not returned. */
export async function lockAudits(db: Db, campaignId: string, submissionIds: readonly string[]): Promise<AuditRow[]> {
  const { rows } = await sql<AuditRow>`
    select a.campaign_id, a.submission_id, a.plan_id, a.grades_wanted, a.grades, a.correct_grades, a.chance_ppm, a.closed_at, s.author_id, s.version
      from audit a join submission s on s.campaign_id = a.campaign_id and s.id = a.submission_id
     where a.campaign_id = ${campaignId}::bigint and a.submission_id = any(${[...submissionIds]}::bigint[])
     order by a.submission_id for no key update of a`.execute(db)
  return rows
}

/** What this grader said about these before. */
export async function earlierGrades(
  db: Db,
  campaignId: string,
  graderId: string,
  submissionIds: readonly string[],
): Promise<{ submission_id: string; grades: QuestionGrades; correct: boolean; graded_at: Date }[]> {
  const rows = await db
    .selectFrom('audit_grade')
    .select(['submission_id', 'grades', 'correct', 'graded_at'])
    .where('campaign_id', '=', campaignId)
    .where('grader_id', '=', graderId)
    .where('submission_id', 'in', [...submissionIds])
    .execute()
  return rows.map((r) => ({ ...r, grades: r.grades as unknown as QuestionGrades }))
}

/** Who wrote these, for refusing people their own work before anything else is said. */
export async function authorsOf(
  db: Db,
  campaignId: string,
  submissionIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('submission')
    .select(['id', 'author_id'])
    .where('campaign_id', '=', campaignId)
    .where('id', 'in', [...submissionIds])
    .execute()
  return new Map(rows.map((r) => [r.id, r.author_id]))
}

export type NewGrade = {
  campaign_id: string
  submission_id: string
  grader_id: string
  position: number
  grades: QuestionGrades
  correct: boolean
  took_seconds: number
}

export async function insertGrades(db: Db, grades: readonly NewGrade[], at: Date): Promise<void> {
  await sql`insert into audit_grade (campaign_id, submission_id, grader_id, position, grades, correct, took_seconds, graded_at)
    select campaign_id, submission_id, grader_id, position, grades, correct, took_seconds, ${at}
      from jsonb_to_recordset(${JSON.stringify(grades)}::jsonb)
        as r(campaign_id bigint, submission_id bigint, grader_id bigint, position smallint, grades jsonb, correct boolean, took_seconds int)`.execute(
    db,
  )
}

export async function updateAudits(
  db: Db,
  audits: readonly {
    campaign_id: string
    submission_id: string
    grades: number
    correct_grades: number
    grades_wanted: number
    closed: boolean
  }[],
  at: Date,
): Promise<void> {
  if (audits.length === 0) return
  await sql`update audit a set grades = r.grades, correct_grades = r.correct_grades, grades_wanted = r.grades_wanted, closed_at = case when r.closed then ${at}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(audits)}::jsonb)
      as r(campaign_id bigint, submission_id bigint, grades smallint, correct_grades smallint, grades_wanted smallint, closed boolean)
    where a.campaign_id = r.campaign_id and a.submission_id = r.submission_id`.execute(db)
}

/** Of these, the pieces that some QA account could still grade: neither its author nor anyone who had it before. */
export async function thirdAvailable(
  db: Db,
  campaignId: string,
  submissionIds: readonly string[],
): Promise<Set<string>> {
  if (submissionIds.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    select s.id from submission s
     where s.campaign_id = ${campaignId}::bigint and s.id = any(${[...submissionIds]}::bigint[])
       and exists (select from account a where 'qa' = any(a.roles) and a.erased_at is null and a.suspended_at is null and a.id <> s.author_id
         and not exists (select from lease l where l.campaign_id = s.campaign_id and l.account_id = a.id and l.target_id = s.id and l.state <> 4)
         and not exists (select from cluster_member m join cluster_member n on n.cluster_id = m.cluster_id where m.account_id = a.id and n.account_id = s.author_id)
         and not exists (select from exclusion x where x.account_id = a.id and x.other_id = s.author_id))`.execute(db)
  return new Set(rows.map((r) => r.id))
}

/** Whether somebody has answered in a campaign. */
export async function hasAnswered(db: Db, campaignId: string, accountId: string): Promise<boolean> {
  const row = await db
    .selectFrom('submission')
    .select('id')
    .where('campaign_id', '=', campaignId)
    .where('author_id', '=', accountId)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * What graders look at: item and answer, in redundancy mode the answer inferred from several. No author, verdict, votes
 * or other grades are even read.
 */
export async function workOf(
  db: Db,
  campaignId: string,
  submissionIds: readonly string[],
): Promise<
  { submission_id: string; version: number; data: Record<string, unknown> | null; answer: Record<string, unknown> }[]
> {
  if (submissionIds.length === 0) return []
  const rows = await db
    .selectFrom('submission as s')
    .innerJoin('submission_answer as a', (j) =>
      j.onRef('a.campaign_id', '=', 's.campaign_id').onRef('a.submission_id', '=', 's.id'),
    )
    .innerJoin('item as i', (j) => j.onRef('i.campaign_id', '=', 's.campaign_id').onRef('i.id', '=', 's.item_id'))
    .innerJoin('campaign as c', 'c.id', 's.campaign_id')
    .select(['s.id as submission_id', 's.version', 'i.data', 'a.answer', 'i.answer as inferred', 'c.mode'])
    .where('s.campaign_id', '=', campaignId)
    .where('s.id', 'in', [...submissionIds])
    .where('s.status', '<>', 'withdrawn')
    .execute()
  const work = []
  for (const r of rows) {
    const { form } = await versionOf(db, campaignId, r.version)
    work.push({
      submission_id: r.submission_id,
      version: r.version,
      data: shownData(form, r.data as Record<string, unknown> | null),
      answer: (r.mode === 'redundancy' && r.inferred ? r.inferred : r.answer) as Record<string, unknown>,
    })
  }
  return work
}
