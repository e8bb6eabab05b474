import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { PlanRow } from './queries.ts'

const PLAN = [
  'id',
  'season_id',
  'campaign_id',
  'seed',
  'accepted_wanted',
  'rejected_wanted',
  'double_bps',
  'drawn_until',
  'drawn_hash',
  'purpose',
  'created_by',
  'created_at',
] as const

export async function planOf(db: Db, id: string): Promise<PlanRow | undefined> {
  return (await db.selectFrom('audit_plan').select(PLAN).where('id', '=', id).executeTakeFirst()) as PlanRow | undefined
}

export async function listPlans(
  db: Db,
  q: { season_id: string | undefined; campaign_id: string | undefined; before: string | undefined; limit: number },
): Promise<PlanRow[]> {
  let query = db
    .selectFrom('audit_plan')
    .select(PLAN)
    .where('purpose', '=', 'sample')
    .orderBy('id', 'desc')
    .limit(q.limit)
  if (q.season_id) query = query.where('season_id', '=', q.season_id)
  if (q.campaign_id) query = query.where('campaign_id', '=', q.campaign_id)
  if (q.before) query = query.where('id', '<', q.before)
  return (await query.execute()) as PlanRow[]
}

/** How much each plan drew and how much of it is closed. */
export async function planCounts(
  db: Db,
  planIds: readonly string[],
): Promise<Map<string, { drawn: number; closed: number }>> {
  if (planIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('audit')
    .select((eb) => ['plan_id', eb.fn.countAll<string>().as('drawn'), eb.fn.count<string>('closed_at').as('closed')])
    .where('plan_id', 'in', [...planIds])
    .groupBy('plan_id')
    .execute()
  return new Map(rows.map((r) => [r.plan_id, { drawn: Number(r.drawn), closed: Number(r.closed) }]))
}

export type GradedStratum = {
  campaign_id: string
  title: string
  task_class: string
  accepted: boolean
  population: number
  drawn: number
  closed: number
  graded: number
  correct: number
}

/** A plan's strata with how its grades read: a piece counts once, by what most of its graders say; even ones do not. */
export async function gradedStrata(db: Db, planId: string): Promise<GradedStratum[]> {
  const { rows } = await sql<GradedStratum>`
    select t.campaign_id, c.title, c.task_class, t.accepted, t.population, t.drawn,
           count(a.closed_at)::int as closed,
           count(*) filter (where a.grades > 0 and 2 * a.correct_grades <> a.grades)::int as graded,
           count(*) filter (where 2 * a.correct_grades > a.grades)::int as correct
      from audit_stratum t join campaign c on c.id = t.campaign_id
      left join audit a on a.plan_id = t.plan_id and a.campaign_id = t.campaign_id and a.accepted = t.accepted and a.part = t.part
     where t.plan_id = ${planId}::bigint
     group by t.campaign_id, c.title, c.task_class, t.accepted, t.part, t.population, t.drawn
     order by t.campaign_id, t.accepted desc, t.part`.execute(db)
  return rows
}

/** The same strata of one campaign, over all plans that drew from it, oldest plan first. */
export async function campaignStrata(
  db: Db,
  campaignId: string,
): Promise<
  { plan_id: string; accepted: boolean; population: number; graded: number; correct: number; window: boolean }[]
> {
  const { rows } = await sql<{
    plan_id: string
    accepted: boolean
    population: number
    graded: number
    correct: number
    window: boolean
  }>`
    select t.plan_id, p.purpose = 'window' as window, t.accepted, t.population,
           count(*) filter (where a.grades > 0 and 2 * a.correct_grades <> a.grades)::int as graded,
           count(*) filter (where 2 * a.correct_grades > a.grades)::int as correct
      from audit_stratum t join audit_plan p on p.id = t.plan_id left join audit a on a.plan_id = t.plan_id and a.campaign_id = t.campaign_id and a.accepted = t.accepted and a.part = t.part
     where t.campaign_id = ${campaignId}::bigint
     group by t.plan_id, p.purpose, t.accepted, t.part, t.population
     order by t.plan_id, t.accepted, t.part`.execute(db)
  return rows
}

/** How first and second graders of the same pieces agreed. */
export async function gradePairs(
  db: Db,
  planId: string,
): Promise<{
  both_yes: number
  first_only: number
  second_only: number
  both_no: number
  third_grades: number
  unresolved: number
}> {
  const { rows } = await sql<{
    both_yes: number
    first_only: number
    second_only: number
    both_no: number
    third_grades: number
    unresolved: number
  }>`
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
export async function disputed(
  db: Db,
  planId: string,
  after: string,
  limit: number,
): Promise<{ campaign_id: string; submission_id: string; grades: number; correct_grades: number }[]> {
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
    .select([
      'audit_grade.submission_id',
      'account.handle',
      'audit_grade.correct',
      'audit_grade.grades',
      'audit_grade.graded_at',
    ])
    .where('audit_grade.campaign_id', 'in', [...campaignIds])
    .where('audit_grade.submission_id', 'in', [...submissionIds])
    .orderBy('audit_grade.position')
    .execute()
}

/** Where audit work waits that this person has not had in their hands, and what they hold. */
export async function deskOf(
  db: Db,
  accountId: string,
  lane: number,
): Promise<{ campaign_id: string; title: string; task_class: string; waiting: number; held: number }[]> {
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
