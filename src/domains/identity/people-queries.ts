import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

export type PersonRow = {
  id: string
  handle: string
  language: string
  roles: string[]
  created_at: Date
  last_seen_at: Date | null
  suspended_at: Date | null
  suspension_reason: string | null
  erased_at: Date | null
  campaigns: number
  submissions: number
  reviews: number
}
export type PeopleFilter = {
  after: string | undefined
  search: string | undefined
  role: string | undefined
  suspended: boolean | undefined
  limit: number
}

// Counts stop at ten thousand: the desk needs to know "many", not wait for the exact number.
const PERSON = sql`a.id, a.handle, a.language, a.roles, a.created_at, a.suspended_at, a.suspension_reason, a.erased_at,
  greatest((select max(last_seen_at) from session s where s.account_id = a.id), (select max(last_used_at) from api_key k where k.account_id = a.id)) as last_seen_at,
  (select count(*)::int from campaign c where c.requester_id = a.id) as campaigns,
  (select count(*)::int from (select 1 from submission s where s.author_id = a.id limit 10000) w) as submissions,
  (select count(*)::int from (select 1 from review r where r.reviewer_id = a.id limit 10000) w) as reviews`

export async function listPeople(db: Db, f: PeopleFilter): Promise<PersonRow[]> {
  const conditions = [sql`true`]
  if (f.after) conditions.push(sql`a.id < ${f.after}::bigint`)
  if (f.role) conditions.push(sql`a.roles <> '{}' and a.roles @> array[${f.role}]::text[]`)
  if (f.suspended !== undefined)
    conditions.push(f.suspended ? sql`a.suspended_at is not null` : sql`a.suspended_at is null`)
  if (f.search) {
    const like = `%${f.search.toLowerCase().replaceAll(/[\\%_]/g, (c) => `\\${c}`)}%`
    conditions.push(
      /^[1-9]\d{0,17}$/.test(f.search)
        ? sql`(a.handle like ${like} or a.id = ${f.search}::bigint)`
        : sql`a.handle like ${like}`,
    )
  }
  const { rows } =
    await sql<PersonRow>`select ${PERSON} from account a where ${sql.join(conditions, sql` and `)} order by a.id desc limit ${f.limit}`.execute(
      db,
    )
  return rows
}

export async function onePerson(db: Db, id: string): Promise<PersonRow | undefined> {
  const { rows } = await sql<PersonRow>`select ${PERSON} from account a where a.id = ${id}`.execute(db)
  return rows[0]
}

/** Whoever changes who runs the place goes one after the other. */
export async function lockOperators(db: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(7216037)`.execute(db)
}

/** Operators in good standing besides this account. */
export async function otherOperators(db: Db, accountId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from account
    where roles <> '{}' and roles @> array['operator'] and erased_at is null and suspended_at is null and id <> ${accountId}`.execute(
    db,
  )
  return rows[0]!.n
}

export const firstOperator = (db: Db) =>
  db
    .selectFrom('account')
    .select('id')
    .where(sql<boolean>`roles <> '{}' and roles @> array['operator'] and erased_at is null and suspended_at is null`)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()

export async function updateRoles(db: Db, id: string, roles: readonly string[]): Promise<void> {
  await db
    .updateTable('account')
    .set({ roles: [...roles] })
    .where('id', '=', id)
    .execute()
}

export async function updateSuspension(
  db: Db,
  id: string,
  suspension: { suspended_at: Date | null; suspension_reason: string | null },
): Promise<void> {
  await db.updateTable('account').set(suspension).where('id', '=', id).execute()
}

/** Makes accounts together; returns the handles that were taken, in which case the caller rolls back. */
export async function insertAccounts(
  db: Db,
  rows: readonly { id: string; handle: string; language: string; created_at: Date }[],
): Promise<string[]> {
  const made = await db
    .insertInto('account')
    .values([...rows])
    .onConflict((c) => c.column('handle').doNothing())
    .returning('id')
    .execute()
  const ids = new Set(made.map((r) => r.id))
  return rows.filter((r) => !ids.has(r.id)).map((r) => r.handle)
}
