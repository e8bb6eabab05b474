import { sql } from 'kysely'
import type { Db } from '../../../platform/context.ts'
import type { METHODS, REPORT_STATES } from './contract.ts'

export type DriveRow = {
  id: string
  kind: 'reports' | 'amnesty'
  title: string
  words: string
  opens_at: Date
  closes_at: Date
  currency: string | null
  reward_minor: string | null
  cap_minor: string | null
  min_group: number | null
  funded_by: string | null
  keep_bps: number | null
  opened_by: string
  created_at: Date
  paid_at: Date | null
}
type State = (typeof REPORT_STATES)[number] | 'with_cases'
export type ReportRow = {
  id: string
  drive_id: string
  reporter_id: string
  digest: string
  method: (typeof METHODS)[number]
  says: string
  state: State
  reported_at: Date
  read_by: string | null
  settled_at: Date | null
  counts_against: boolean
  reward_minor: string | null
}
export type NamedRow = { report_id: string; account_id: string; case_id: string | null; confirmed: boolean }

const LOCK = 7_216_041

export async function insertDrive(db: Db, row: Omit<DriveRow, 'paid_at'>): Promise<void> {
  await db.insertInto('report_drive').values(row).execute()
}

export async function driveOf(db: Db, id: string): Promise<DriveRow | undefined> {
  return (await db.selectFrom('report_drive').selectAll().where('id', '=', id).executeTakeFirst()) as
    | DriveRow
    | undefined
}

/** Reports of one drive are made, read and settled in turn. */
export async function lockDrive(db: Db, id: string): Promise<DriveRow | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`drive:${id}`}, ${LOCK}))`.execute(db)
  return driveOf(db, id)
}

/** Drives that a person can take part in now or soon, and amnesties in which they have. */
export async function drivesFor(db: Db, accountId: string, now: Date) {
  const { rows } = await sql<DriveRow & { declared: number | null }>`
    select d.*, (select count(*)::int from amnesty_account o where o.declaration_id = m.declaration_id) as declared
      from report_drive d
      left join (select a.declaration_id, p.drive_id from amnesty_account a join amnesty_declaration p on p.id = a.declaration_id
                  where a.account_id = ${accountId}) m on m.drive_id = d.id
     where d.closes_at > ${now} or m.drive_id is not null
     order by d.closes_at desc, d.id limit 100`.execute(db)
  return rows.map((r) => ({ ...r, declared: r.declared || null }))
}

export async function drivePage(db: Db, before: string | undefined, limit: number) {
  const { rows } = await sql<
    DriveRow & { reports: number; waiting: number; confirmed: number; declarations: number; declared_accounts: number }
  >`
    select d.*, (select count(*)::int from account_report r where r.drive_id = d.id) as reports,
           (select count(*)::int from account_report r where r.drive_id = d.id and r.settled_at is null) as waiting,
           (select count(*)::int from account_report r where r.drive_id = d.id and r.state = 'confirmed') as confirmed,
           (select count(*)::int from amnesty_declaration p where p.drive_id = d.id) as declarations,
           (select count(*)::int from amnesty_account a join amnesty_declaration p on p.id = a.declaration_id where p.drive_id = d.id) as declared_accounts
      from report_drive d where ${before ? sql`d.id < ${before}::bigint` : sql`true`} order by d.id desc limit ${limit}`.execute(
    db,
  )
  return rows
}

/** Drives for reports that are over and whose rewards have not gone out. */
export async function unpaidDrives(db: Db, now: Date): Promise<DriveRow[]> {
  return (await db
    .selectFrom('report_drive')
    .selectAll()
    .where('kind', '=', 'reports')
    .where('paid_at', 'is', null)
    .where('closes_at', '<=', now)
    .orderBy('closes_at')
    .limit(20)
    .execute()) as DriveRow[]
}

export async function markPaid(db: Db, id: string, at: Date): Promise<void> {
  await db.updateTable('report_drive').set({ paid_at: at }).where('id', '=', id).execute()
}

/** Accounts by their public names; those that are gone are nobody. */
export async function accountsNamed(db: Db, handles: readonly string[]): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('account')
    .select(['id', 'handle'])
    .where('handle', 'in', [...handles])
    .where('erased_at', 'is', null)
    .execute()
  return new Map(rows.map((r) => [r.handle, r.id]))
}

export async function reportByDigest(
  db: Db,
  q: { drive_id: string; reporter_id: string; digest: string },
): Promise<ReportRow | undefined> {
  return (await db
    .selectFrom('account_report')
    .selectAll()
    .where('drive_id', '=', q.drive_id)
    .where('reporter_id', '=', q.reporter_id)
    .where('digest', '=', q.digest)
    .executeTakeFirst()) as ReportRow | undefined
}

export async function insertReport(
  db: Db,
  row: Pick<ReportRow, 'id' | 'drive_id' | 'reporter_id' | 'digest' | 'method' | 'says' | 'reported_at'>,
  accounts: readonly string[],
): Promise<void> {
  await db
    .insertInto('account_report')
    .values({ ...row, state: 'under_review' })
    .execute()
  await db
    .insertInto('reported_account')
    .values(accounts.map((account_id) => ({ report_id: row.id, account_id })))
    .execute()
}

export async function reportOf(db: Db, id: string): Promise<ReportRow | undefined> {
  return (await db.selectFrom('account_report').selectAll().where('id', '=', id).executeTakeFirst()) as
    | ReportRow
    | undefined
}

/** How the reports of these people went before. */
export async function recordsOf(
  db: Db,
  reporters: readonly string[],
): Promise<Map<string, { confirmed: number; wrong: number; waiting: number }>> {
  if (reporters.length === 0) return new Map()
  const { rows } = await sql<{ id: string; confirmed: number; wrong: number; waiting: number }>`
    select reporter_id as id, count(*) filter (where state = 'confirmed')::int as confirmed, count(*) filter (where counts_against)::int as wrong,
           count(*) filter (where state = 'under_review')::int as waiting
      from account_report where reporter_id = any (${[...reporters]}::bigint[]) group by 1`.execute(db)
  return new Map(rows.map((r) => [r.id, r]))
}

/** Reports of a drive, those that wait first. */
export async function reportsIn(db: Db, driveId: string, limit = 500): Promise<ReportRow[]> {
  return (await db
    .selectFrom('account_report')
    .selectAll()
    .where('drive_id', '=', driveId)
    .orderBy('settled_at', (o) => o.asc().nullsFirst())
    .orderBy('id')
    .limit(limit)
    .execute()) as ReportRow[]
}

/** Whom these reports name, with whether they were declared in an amnesty. */
export async function namedIn(
  db: Db,
  reportIds: readonly string[],
): Promise<(NamedRow & { handle: string; declared: boolean })[]> {
  if (reportIds.length === 0) return []
  const { rows } = await sql<NamedRow & { handle: string; declared: boolean }>`
    select n.report_id, n.account_id, n.case_id, n.confirmed, a.handle, exists (select from amnesty_account m where m.account_id = n.account_id) as declared
      from reported_account n join account a on a.id = n.account_id
     where n.report_id = any (${[...reportIds]}::bigint[]) order by n.report_id, n.account_id`.execute(db)
  return rows
}

export async function ownReports(db: Db, accountId: string, before: string | undefined, limit: number) {
  const { rows } = await sql<{
    id: string
    drive_id: string
    title: string
    accounts: number
    state: State
    reported_at: Date
  }>`
    select r.id, r.drive_id, d.title, r.state, r.reported_at, (select count(*)::int from reported_account n where n.report_id = r.id) as accounts
      from account_report r join report_drive d on d.id = r.drive_id
     where r.reporter_id = ${accountId} and ${before ? sql`r.id < ${before}::bigint` : sql`true`} order by r.id desc limit ${limit}`.execute(
    db,
  )
  return rows
}

export async function updateReport(
  db: Db,
  id: string,
  set: Partial<Pick<ReportRow, 'state' | 'read_by' | 'settled_at' | 'counts_against' | 'reward_minor'>>,
): Promise<void> {
  await db.updateTable('account_report').set(set).where('id', '=', id).execute()
}

export async function setNamed(
  db: Db,
  reportId: string,
  accountId: string,
  set: Partial<Pick<NamedRow, 'case_id' | 'confirmed'>>,
): Promise<void> {
  await db
    .updateTable('reported_account')
    .set(set)
    .where('report_id', '=', reportId)
    .where('account_id', '=', accountId)
    .execute()
}

/** Reports that wait for their cases, or that nobody read although their drive has long been over. */
export async function reportsToSettle(db: Db, unreadSince: Date, limit: number): Promise<ReportRow[]> {
  const { rows } = await sql<ReportRow>`
    select r.* from account_report r join report_drive d on d.id = r.drive_id
     where r.settled_at is null and (r.state = 'with_cases' or d.closes_at <= ${unreadSince})
     order by r.id limit ${limit}`.execute(db)
  return rows
}

/** Which of these accounts are gone. */
export async function erasedAmong(db: Db, accountIds: readonly string[]): Promise<Set<string>> {
  if (accountIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('account')
    .select('id')
    .where('id', 'in', [...accountIds])
    .where('erased_at', 'is not', null)
    .execute()
  return new Set(rows.map((r) => r.id))
}

/** The clusters of these accounts. */
export async function clustersOfAll(db: Db, accountIds: readonly string[]): Promise<Map<string, string>> {
  if (accountIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('cluster_member')
    .select(['account_id', 'cluster_id'])
    .where('account_id', 'in', [...accountIds])
    .execute()
  return new Map(rows.map((r) => [r.account_id, r.cluster_id]))
}
