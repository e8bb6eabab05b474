import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { QuestionGrades } from './contract.ts'

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
  created_by: string
  created_at: Date
}
const PLAN = ['id', 'season_id', 'campaign_id', 'seed', 'accepted_wanted', 'rejected_wanted', 'double_bps', 'drawn_until', 'drawn_hash', 'created_by', 'created_at'] as const

// Drawing.

/** Draws come one after the other, so that no two take the same work. */
export async function lockDraws(db: Db): Promise<void> {
  await sql`lock table audit_plan in share row exclusive mode`.execute(db)
}

/** The campaigns of a season that peers review, in order. */
export async function reviewedCampaigns(db: Db, seasonId: string): Promise<{ id: string }[]> {
  return db.selectFrom('campaign').select('id').where('season_id', '=', seasonId).where('mode', '=', 'review').orderBy('id').execute()
}

export type Candidate = { id: string; author_id: string; round: number; accepted: boolean }

/** The next decided first versions of a campaign that no plan has drawn yet. Work that waits for an appeal is undecided. */
export async function undrawn(db: Db, campaignId: string, after: string, until: Date, limit: number): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`
    select s.id, s.author_id, s.round, s.status = 'accepted' as accepted from submission s
     where s.campaign_id = ${campaignId}::bigint and s.id > ${after}::bigint and s.revises_id is null
       and s.status in ('accepted', 'rejected', 'rejected_final') and s.decided_at <= ${until}
       and not exists (select from audit a where a.campaign_id = s.campaign_id and a.submission_id = s.id)
     order by s.id limit ${limit}`.execute(db)
  return rows
}

export async function insertPlan(db: Db, plan: PlanRow): Promise<void> {
  await db.insertInto('audit_plan').values(plan).execute()
}

export type StratumRow = { plan_id: string; campaign_id: string; accepted: boolean; population: number; drawn: number }

export async function insertStrata(db: Db, strata: readonly StratumRow[]): Promise<void> {
  if (strata.length > 0) await db.insertInto('audit_stratum').values([...strata]).execute()
}

export type NewAudit = { campaign_id: string; submission_id: string; plan_id: string; round: number; accepted: boolean; grades_wanted: number }

export async function insertAudits(db: Db, audits: readonly NewAudit[]): Promise<void> {
  await sql`insert into audit (campaign_id, submission_id, plan_id, round, accepted, grades_wanted)
    select campaign_id, submission_id, plan_id, round, accepted, grades_wanted
      from jsonb_to_recordset(${JSON.stringify(audits)}::jsonb)
        as r(campaign_id bigint, submission_id bigint, plan_id bigint, round smallint, accepted boolean, grades_wanted smallint)`.execute(db)
}

// Grading.

export type AuditRow = {
  campaign_id: string
  submission_id: string
  plan_id: string
  grades_wanted: number
  grades: number
  correct_grades: number
  closed_at: Date | null
  author_id: string
  version: number
}

/** Locks drawn work in order of id; missing ones are simply not returned. */
export async function lockAudits(db: Db, campaignId: string, submissionIds: readonly string[]): Promise<AuditRow[]> {
  const { rows } = await sql<AuditRow>`
    select a.campaign_id, a.submission_id, a.plan_id, a.grades_wanted, a.grades, a.correct_grades, a.closed_at, s.author_id, s.version
      from audit a join submission s on s.campaign_id = a.campaign_id and s.id = a.submission_id
     where a.campaign_id = ${campaignId}::bigint and a.submission_id = any(${[...submissionIds]}::bigint[])
     order by a.submission_id for no key update of a`.execute(db)
  return rows
}

/** What this grader said about these before. */
export async function earlierGrades(db: Db, campaignId: string, graderId: string, submissionIds: readonly string[]): Promise<{ submission_id: string; grades: QuestionGrades; correct: boolean; graded_at: Date }[]> {
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
export async function authorsOf(db: Db, campaignId: string, submissionIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.selectFrom('submission').select(['id', 'author_id']).where('campaign_id', '=', campaignId).where('id', 'in', [...submissionIds]).execute()
  return new Map(rows.map((r) => [r.id, r.author_id]))
}

export type NewGrade = { campaign_id: string; submission_id: string; grader_id: string; position: number; grades: QuestionGrades; correct: boolean; took_seconds: number }

export async function insertGrades(db: Db, grades: readonly NewGrade[], at: Date): Promise<void> {
  await sql`insert into audit_grade (campaign_id, submission_id, grader_id, position, grades, correct, took_seconds, graded_at)
    select campaign_id, submission_id, grader_id, position, grades, correct, took_seconds, ${at}
      from jsonb_to_recordset(${JSON.stringify(grades)}::jsonb)
        as r(campaign_id bigint, submission_id bigint, grader_id bigint, position smallint, grades jsonb, correct boolean, took_seconds int)`.execute(db)
}

export async function updateAudits(db: Db, audits: readonly { campaign_id: string; submission_id: string; grades: number; correct_grades: number; grades_wanted: number; closed: boolean }[], at: Date): Promise<void> {
  if (audits.length === 0) return
  await sql`update audit a set grades = r.grades, correct_grades = r.correct_grades, grades_wanted = r.grades_wanted, closed_at = case when r.closed then ${at}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(audits)}::jsonb)
      as r(campaign_id bigint, submission_id bigint, grades smallint, correct_grades smallint, grades_wanted smallint, closed boolean)
    where a.campaign_id = r.campaign_id and a.submission_id = r.submission_id`.execute(db)
}

/** Of these, the pieces that some QA account could still grade: neither its author nor anyone who had it before. */
export async function thirdAvailable(db: Db, campaignId: string, submissionIds: readonly string[]): Promise<Set<string>> {
  if (submissionIds.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    select s.id from submission s
     where s.campaign_id = ${campaignId}::bigint and s.id = any(${[...submissionIds]}::bigint[])
       and exists (select from account a where 'qa' = any(a.roles) and a.erased_at is null and a.suspended_at is null and a.id <> s.author_id
         and not exists (select from lease l where l.campaign_id = s.campaign_id and l.account_id = a.id and l.target_id = s.id and l.state <> 4)
         and not exists (select from exclusion x where x.account_id = a.id and x.other_id = s.author_id))`.execute(db)
  return new Set(rows.map((r) => r.id))
}

/** What graders look at: item and answer. No author, verdict, votes or other grades are even read. */
export async function workOf(db: Db, campaignId: string, submissionIds: readonly string[]): Promise<{ submission_id: string; version: number; data: Record<string, unknown> | null; answer: Record<string, unknown> }[]> {
  if (submissionIds.length === 0) return []
  const rows = await db
    .selectFrom('submission as s')
    .innerJoin('submission_answer as a', (j) => j.onRef('a.campaign_id', '=', 's.campaign_id').onRef('a.submission_id', '=', 's.id'))
    .innerJoin('item as i', (j) => j.onRef('i.campaign_id', '=', 's.campaign_id').onRef('i.id', '=', 's.item_id'))
    .select(['s.id as submission_id', 's.version', 'i.data', 'a.answer'])
    .where('s.campaign_id', '=', campaignId)
    .where('s.id', 'in', [...submissionIds])
    .where('s.status', '<>', 'withdrawn')
    .execute()
  return rows as never
}

// Looking.

export async function planOf(db: Db, id: string): Promise<PlanRow | undefined> {
  return db.selectFrom('audit_plan').select(PLAN).where('id', '=', id).executeTakeFirst()
}

export async function listPlans(db: Db, q: { season_id: string | undefined; campaign_id: string | undefined; before: string | undefined; limit: number }): Promise<PlanRow[]> {
  let query = db.selectFrom('audit_plan').select(PLAN).orderBy('id', 'desc').limit(q.limit)
  if (q.season_id) query = query.where('season_id', '=', q.season_id)
  if (q.campaign_id) query = query.where('campaign_id', '=', q.campaign_id)
  if (q.before) query = query.where('id', '<', q.before)
  return query.execute()
}

/** How much each plan drew and how much of it is closed. */
export async function planCounts(db: Db, planIds: readonly string[]): Promise<Map<string, { drawn: number; closed: number }>> {
  if (planIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('audit')
    .select((eb) => ['plan_id', eb.fn.countAll<string>().as('drawn'), eb.fn.count<string>('closed_at').as('closed')])
    .where('plan_id', 'in', [...planIds])
    .groupBy('plan_id')
    .execute()
  return new Map(rows.map((r) => [r.plan_id, { drawn: Number(r.drawn), closed: Number(r.closed) }]))
}

export type GradedStratum = { campaign_id: string; title: string; task_class: string; accepted: boolean; population: number; drawn: number; closed: number; graded: number; correct: number }

/** A plan's strata with how its grades read: a piece counts once, by what most of its graders say; even ones do not. */
export async function gradedStrata(db: Db, planId: string): Promise<GradedStratum[]> {
  const { rows } = await sql<GradedStratum>`
    select t.campaign_id, c.title, c.task_class, t.accepted, t.population, t.drawn,
           count(a.closed_at)::int as closed,
           count(*) filter (where a.grades > 0 and 2 * a.correct_grades <> a.grades)::int as graded,
           count(*) filter (where 2 * a.correct_grades > a.grades)::int as correct
      from audit_stratum t join campaign c on c.id = t.campaign_id
      left join audit a on a.plan_id = t.plan_id and a.campaign_id = t.campaign_id and a.accepted = t.accepted
     where t.plan_id = ${planId}::bigint
     group by t.campaign_id, c.title, c.task_class, t.accepted, t.population, t.drawn
     order by t.campaign_id, t.accepted desc`.execute(db)
  return rows
}

/** The same strata of one campaign, over all plans that drew from it, oldest plan first. */
export async function campaignStrata(db: Db, campaignId: string): Promise<{ plan_id: string; accepted: boolean; population: number; graded: number; correct: number }[]> {
  const { rows } = await sql<{ plan_id: string; accepted: boolean; population: number; graded: number; correct: number }>`
    select t.plan_id, t.accepted, t.population,
           count(*) filter (where a.grades > 0 and 2 * a.correct_grades <> a.grades)::int as graded,
           count(*) filter (where 2 * a.correct_grades > a.grades)::int as correct
      from audit_stratum t left join audit a on a.plan_id = t.plan_id and a.campaign_id = t.campaign_id and a.accepted = t.accepted
     where t.campaign_id = ${campaignId}::bigint
     group by t.plan_id, t.accepted, t.population
     order by t.plan_id, t.accepted`.execute(db)
  return rows
}

/** How first and second graders of the same pieces agreed. */
export async function gradePairs(db: Db, planId: string): Promise<{ both_yes: number; first_only: number; second_only: number; both_no: number; third_grades: number; unresolved: number }> {
  const { rows } = await sql<{ both_yes: number; first_only: number; second_only: number; both_no: number; third_grades: number; unresolved: number }>`
    select count(*) filter (where f.correct and s.correct)::int as both_yes, count(*) filter (where f.correct and not s.correct)::int as first_only,
           count(*) filter (where not f.correct and s.correct)::int as second_only, count(*) filter (where not f.correct and not s.correct)::int as both_no,
           count(*) filter (where a.grades = 3)::int as third_grades,
           count(*) filter (where a.closed_at is not null and 2 * a.correct_grades = a.grades)::int as unresolved
      from audit a
      join audit_grade f on f.campaign_id = a.campaign_id and f.submission_id = a.submission_id and f.position = 1
      join audit_grade s on s.campaign_id = a.campaign_id and s.submission_id = a.submission_id and s.position = 2
     where a.plan_id = ${planId}::bigint`.execute(db)
  return rows[0]!
}

/** Closed audits of a plan whose graders did not agree, by id. */
export async function disputed(db: Db, planId: string, after: string, limit: number): Promise<{ campaign_id: string; submission_id: string; grades: number; correct_grades: number }[]> {
  const { rows } = await sql<{ campaign_id: string; submission_id: string; grades: number; correct_grades: number }>`
    select campaign_id, submission_id, grades, correct_grades from audit
     where plan_id = ${planId}::bigint and submission_id > ${after}::bigint and closed_at is not null and correct_grades > 0 and correct_grades < grades
     order by submission_id limit ${limit}`.execute(db)
  return rows
}

export async function gradesOf(db: Db, submissionIds: readonly string[], campaignIds: readonly string[]) {
  if (submissionIds.length === 0) return []
  return db
    .selectFrom('audit_grade')
    .innerJoin('account', 'account.id', 'audit_grade.grader_id')
    .select(['audit_grade.submission_id', 'account.handle', 'audit_grade.correct', 'audit_grade.grades', 'audit_grade.graded_at'])
    .where('audit_grade.campaign_id', 'in', [...campaignIds])
    .where('audit_grade.submission_id', 'in', [...submissionIds])
    .orderBy('audit_grade.position')
    .execute()
}

/** Where audit work waits that this person has not had in their hands, and what they hold. */
export async function deskOf(db: Db, accountId: string, lane: number): Promise<{ campaign_id: string; title: string; task_class: string; waiting: number; held: number }[]> {
  const { rows } = await sql<{ campaign_id: string; title: string; task_class: string; waiting: number; held: number }>`
    select c.id as campaign_id, c.title, c.task_class,
           count(*) filter (where l.state is null or l.state = 4)::int as waiting, count(*) filter (where l.state = 1 and l.lane = ${lane})::int as held
      from audit a join campaign c on c.id = a.campaign_id
      join submission s on s.campaign_id = a.campaign_id and s.id = a.submission_id
      left join lease l on l.campaign_id = a.campaign_id and l.account_id = ${accountId}::bigint and l.target_id = a.submission_id
     where a.closed_at is null and s.author_id <> ${accountId}::bigint
     group by c.id, c.title, c.task_class
    having count(*) filter (where l.state is null or l.state in (1, 4)) > 0
     order by c.id`.execute(db)
  return rows
}
