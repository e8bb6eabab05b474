import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

const DAY = 86_400_000
const EPOCH_MS = Date.UTC(2024, 0, 1)
const idMadeAt = (at: Date): string => (BigInt(Math.max(0, at.getTime() - EPOCH_MS)) << 22n).toString()
const before = (now: Date, ms: number) => new Date(now.getTime() - ms)

export type Overview = {
  since: Date
  approvals: number
  reports: number
  failing_jobs: number
  ledger_problems: number
  people: number
  seen_last_day: number
  suspended: number
  submissions: number
  decisions: number
}

/** Counts for the operators' first page. The last day is a short range of each campaign's key, because ids are time-ordered. */
export async function overviewOf(db: Db, now: Date): Promise<Overview> {
  const day = before(now, DAY)
  const { rows } = await sql<Overview>`
    select coalesce((select created_at from installation), ${now}) as since,
           (select count(*)::int from campaign where status = 'awaiting_approval') as approvals,
           (select count(*)::int from campaign_report where resolved_at is null) as reports,
           (select count(*)::int from job_state where error is not null) as failing_jobs,
           coalesce((select problem_count from ledger_audit where problem_count is not null order by id desc limit 1), 0)::int as ledger_problems,
           (select count(*)::int from account where erased_at is null) as people,
           (select count(distinct account_id)::int from session where last_seen_at > ${day}) as seen_last_day,
           (select count(*)::int from account where suspended_at is not null and erased_at is null) as suspended,
           (select coalesce(sum(n), 0)::int from campaign c cross join lateral
             (select count(*) as n from submission where campaign_id = c.id and id >= ${idMadeAt(day)}::bigint) s) as submissions,
           (select coalesce(sum(n), 0)::int from campaign c cross join lateral
             (select count(*) as n from decision where campaign_id = c.id and decided_at > ${day}) d) as decisions`.execute(
    db,
  )
  return rows[0]!
}

/** Campaigns by state. */
export const campaignStates = (db: Db) =>
  db
    .selectFrom('campaign')
    .select(['status', (b) => b.fn.countAll<number>().as('count')])
    .groupBy('status')
    .orderBy('status')
    .execute()

/** Background jobs as their last run left them. */
export const jobStates = (db: Db) =>
  db.selectFrom('job_state').select(['name', 'ran_at', 'took_ms', 'failures', 'error']).orderBy('name').execute()

/** The fullest lanes, as the measuring job last found them. */
export async function fullestQueues(
  db: Db,
): Promise<{ campaign_id: string; title: string; lane: number; entries: number; measured_at: Date }[]> {
  return db
    .selectFrom('queue_size')
    .innerJoin('campaign', 'campaign.id', 'queue_size.campaign_id')
    .select(['campaign_id', 'title', 'lane', 'entries', 'measured_at'])
    .where('entries', '>', 0)
    .orderBy('entries', 'desc')
    .limit(50)
    .execute()
}

export type Measured = {
  version: string
  fsync: string
  full_page_writes: string
  synchronous_commit: string
  size_bytes: string
  connections: number
  max_connections: number
  database_now: Date
  oldest_seconds: number
  failing_jobs: number
  last_job_at: Date | null
  ledger_problems: number | null
  ledger_at: Date | null
  unsequenced: number
  leases: number
  decisions: number
  releases: number
  reports: number
  operators: number
  operators_with_passkey: number
  restricted_people: number
}

/** One look at the database: how it is set, how large it is, and what a working worker would have moved on by now. */
export async function measure(db: Db, now: Date): Promise<Measured> {
  const late = (minutes: number) => before(now, minutes * 60_000)
  const { rows } = await sql<Measured>`
    select current_setting('server_version') as version, current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
           current_setting('synchronous_commit') as synchronous_commit, pg_database_size(current_database())::text as size_bytes,
           (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as connections,
           current_setting('max_connections')::int as max_connections, clock_timestamp() as database_now,
           coalesce((select extract(epoch from max(now() - xact_start)) from pg_stat_activity
                      where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null and backend_type = 'client backend'), 0)::int as oldest_seconds,
           (select count(*)::int from job_state where error is not null) as failing_jobs, (select max(ran_at) from job_state) as last_job_at,
           l.problem_count as ledger_problems, l.started_at as ledger_at,
           (select count(*)::int from (select 1 from event
              where (tx, id) > (coalesce((select watermark ->> 'tx' from job_state where name = 'sequence_events'), '0')::xid8,
                                coalesce((select watermark ->> 'id' from job_state where name = 'sequence_events'), '0')::bigint)
                and at < ${late(10)} limit 1000) x) as unsequenced,
           (select count(*)::int from lease where state = 1 and expires_at < ${late(10)}) as leases,
           (select count(*)::int from submission where status = 'in_review' and escalated_at is null and decision_due_at < ${late(60)}) as decisions,
           (select count(*)::int from release where state = 'failed') as releases,
           (select count(*)::int from report where state = 'failed') as reports,
           (select count(*)::int from account where 'operator' = any (roles) and erased_at is null and suspended_at is null) as operators,
           (select count(*)::int from account a where 'operator' = any (a.roles) and a.erased_at is null and a.suspended_at is null
              and exists (select 1 from passkey p where p.account_id = a.id)) as operators_with_passkey,
           (select count(*)::int from account where 'restricted_data' = any (roles) and erased_at is null) as restricted_people
      from (select 1) one
      left join lateral (select problem_count, started_at from ledger_audit where problem_count is not null order by id desc limit 1) l on true`.execute(
    db,
  )
  return rows[0]!
}
