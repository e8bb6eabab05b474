import { sql } from 'kysely'
import type { Db } from '../platform/context.ts'

/** What the server says of itself, as one row. */
export async function serverFacts(db: Db) {
  const { rows } = await sql<{
    version_num: string; version: string; fsync: string; full_page_writes: string; synchronous_commit: string; autovacuum: string; encoding: string
    max_connections: string; connections: string; now: Date; in_recovery: boolean; oldest_seconds: number; size_bytes: string
  }>`
    select current_setting('server_version_num') as version_num, current_setting('server_version') as version,
           current_setting('fsync') as fsync, current_setting('full_page_writes') as full_page_writes,
           current_setting('synchronous_commit') as synchronous_commit, current_setting('autovacuum') as autovacuum,
           current_setting('server_encoding') as encoding, current_setting('max_connections') as max_connections,
           (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
           clock_timestamp() as now, pg_is_in_recovery() as in_recovery,
           coalesce((select extract(epoch from max(now() - xact_start))::float8 from pg_stat_activity
                      where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null and backend_type = 'client backend'), 0) as oldest_seconds,
           pg_database_size(current_database()) as size_bytes`.execute(db) // prettier-ignore
  return rows[0]!
}

export async function appliedMigrations(db: Db): Promise<string[]> {
  const { rows: there } = await sql<{ there: boolean }>`select to_regclass('migration') is not null as there`.execute(
    db,
  )
  if (!there[0]!.there) return []
  const { rows } = await sql<{ name: string }>`select name from migration order by name`.execute(db)
  return rows.map((r) => r.name)
}

export const jobStates = (db: Db) =>
  db.selectFrom('job_state').select(['name', 'ran_at', 'failures', 'error']).orderBy('name').execute()

export const lastLedgerAudit = (db: Db) =>
  db
    .selectFrom('ledger_audit')
    .select(['started_at', 'problem_count'])
    .where('problem_count', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()

/** Things that a working worker would have moved on by now. */
export async function stuckWork(db: Db, now: Date) {
  const late = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
  const { rows } = await sql<{
    leases: number
    decisions: number
    events: number
    releases: number
    reports: number
    imports: number
  }>`
    select (select count(*)::int from lease where state = 1 and expires_at < ${late(10)}) as leases,
           (select count(*)::int from submission where status = 'in_review' and escalated_at is null and decision_due_at < ${late(60)}) as decisions,
           (select count(*)::int from (select 1 from event
              where (tx, id) > (coalesce((select watermark ->> 'tx' from job_state where name = 'sequence_events'), '0')::xid8,
                                coalesce((select watermark ->> 'id' from job_state where name = 'sequence_events'), '0')::bigint)
                and at < ${late(10)} limit 1000) x) as events,
           (select count(*)::int from release where state = 'failed') as releases,
           (select count(*)::int from report where state = 'failed') as reports,
           (select count(*)::int from item_import where state = 'running' and created_at < ${late(24 * 60)}) as imports`.execute(
    db,
  )
  return rows[0]!
}

/** Entries of the queue whose cover is not what their leases say. */
export async function crookedQueue(db: Db): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from (
      select 1 from queue q
       where q.cover < (select count(*) from lease l where l.campaign_id = q.campaign_id and l.target_id = q.target_id and l.lane = q.lane and l.state = 1)
       limit 1000) x`.execute(db)
  return rows[0]!.n
}

export async function operators(db: Db): Promise<{ operators: number; with_passkey: number }> {
  const { rows } = await sql<{ operators: number; with_passkey: number }>`
    select count(*)::int as operators, (count(*) filter (where exists (select 1 from passkey p where p.account_id = a.id)))::int as with_passkey
      from account a where 'operator' = any (a.roles) and a.erased_at is null and a.suspended_at is null`.execute(db)
  return rows[0]!
}
