import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

// Sign-in, on every request's path.

/** A session with its account's standing. */
export const findSession = (db: Db, tokenHash: string) =>
  db
    .selectFrom('session as s')
    .innerJoin('account as a', 'a.id', 's.account_id')
    .select([
      's.id',
      's.account_id',
      's.last_seen_at',
      's.expires_at',
      's.revoked_at',
      's.fresh_at',
      'a.roles',
      'a.erased_at',
      'a.suspended_at',
      'a.suspension_reason',
    ])
    .where('s.token_hash', '=', tokenHash)
    .executeTakeFirst()

/** An API key with its account's standing. */
export const findKey = (db: Db, secretHash: string) =>
  db
    .selectFrom('api_key as k')
    .innerJoin('account as a', 'a.id', 'k.account_id')
    .select([
      'k.id',
      'k.account_id',
      'k.scopes',
      'k.last_used_at',
      'k.expires_at',
      'k.revoked_at',
      'a.roles',
      'a.erased_at',
      'a.suspended_at',
      'a.suspension_reason',
    ])
    .where('k.secret_hash', '=', secretHash)
    .executeTakeFirst()

/** Slides a session onward. Losing this in a crash costs nothing, so it does not wait for the disk. */
export async function touchSession(db: Db, id: string, at: Date, expiresAt: Date): Promise<void> {
  await sql`with unsynced as materialized (select set_config('synchronous_commit', 'off', true))
    update session set last_seen_at = ${at}, expires_at = ${expiresAt} from unsynced where id = ${id} and revoked_at is null`.execute(
    db,
  )
}

/** Notes that a key is in use; does not wait for the disk either. */
export async function touchKey(db: Db, id: string, at: Date): Promise<void> {
  await sql`with unsynced as materialized (select set_config('synchronous_commit', 'off', true))
    update api_key set last_used_at = ${at} from unsynced where id = ${id}`.execute(db)
}

// Accounts.

export type NewAccountRow = { id: string; handle: string; language: string; roles: string[]; created_at: Date }

/** Makes an account; false when the handle is taken. */
export async function insertAccount(db: Db, row: NewAccountRow): Promise<boolean> {
  const made = await db
    .insertInto('account')
    .values(row)
    .onConflict((c) => c.column('handle').doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

/** Those of these handles that somebody has. */
export async function takenHandles(db: Db, handles: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('account')
    .select('handle')
    .where('handle', 'in', [...handles])
    .execute()
  return new Set(rows.map((r) => r.handle))
}

const ACCOUNT = [
  'id',
  'handle',
  'language',
  'roles',
  'created_at',
  'erased_at',
  'suspended_at',
  'suspension_reason',
] as const

export const accountById = (db: Db, id: string) =>
  db.selectFrom('account').select(ACCOUNT).where('id', '=', id).executeTakeFirst()

export const accountByHandle = (db: Db, handle: string) =>
  db.selectFrom('account').select(ACCOUNT).where('handle', '=', handle).executeTakeFirst()

/** The account's row lock: who changes the ways into one account goes one after the other. */
export const lockAccountRow = (db: Db, id: string) =>
  db.selectFrom('account').select(ACCOUNT).where('id', '=', id).forUpdate().executeTakeFirst()

/** Changes handle or language; false when the handle is taken. */
export async function updateProfile(
  db: Db,
  id: string,
  change: { handle?: string; language?: string },
): Promise<boolean> {
  if (change.handle !== undefined) {
    const other = await db
      .selectFrom('account')
      .select('id')
      .where('handle', '=', change.handle)
      .where('id', '<>', id)
      .executeTakeFirst()
    if (other) return false
  }
  if (Object.keys(change).length > 0) await db.updateTable('account').set(change).where('id', '=', id).execute()
  return true
}

/** What the account page shows besides the account's own row, in one round trip. */
export async function surroundingsOf(db: Db, accountId: string) {
  const { rows } = await sql<{
    passkeys: number
    wallets: number
    codes: number
    accepted: number | null
    current: number
    unread: number
    requester: boolean
    contributor: boolean
    reviewer: boolean
  }>`select
      (select count(*)::int from passkey where account_id = ${accountId}) as passkeys,
      (select count(*)::int from wallet where account_id = ${accountId} and unlinked_at is null) as wallets,
      (select count(*)::int from recovery_code where account_id = ${accountId} and used_at is null) as codes,
      (select max(version) from terms_acceptance where account_id = ${accountId}) as accepted,
      (select coalesce(max(version), 0) from terms) as current,
      (select count(*)::int from (select 1 from inbox_message where account_id = ${accountId} and read_at is null limit 100) m) as unread,
      exists (select 1 from member where account_id = ${accountId} and role = 'requester' and left_at is null)
        or exists (select 1 from campaign where requester_id = ${accountId}) as requester,
      exists (select 1 from member where account_id = ${accountId} and role = 'contributor' and left_at is null) as contributor,
      exists (select 1 from member where account_id = ${accountId} and role = 'reviewer' and left_at is null) as reviewer`.execute(
    db,
  )
  return rows[0]!
}

// Terms.

export const currentTerms = (db: Db) =>
  db
    .selectFrom('terms')
    .select(['version', 'body', 'published_at'])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()

/** Keeps the first acceptance of a version; returns when it was. */
export async function acceptTerms(
  db: Db,
  row: { account_id: string; version: number; adult: boolean; accepted_at: Date },
): Promise<Date> {
  await db
    .insertInto('terms_acceptance')
    .values(row)
    .onConflict((c) => c.columns(['account_id', 'version']).doNothing())
    .execute()
  const kept = await db
    .selectFrom('terms_acceptance')
    .select('accepted_at')
    .where('account_id', '=', row.account_id)
    .where('version', '=', row.version)
    .executeTakeFirstOrThrow()
  return kept.accepted_at
}

// One-time values.

export type Purpose = 'create' | 'sign_in' | 'add_passkey' | 'fresh' | 'link'

export async function putOneTime(
  db: Db,
  row: {
    value_hash: string
    purpose: Purpose
    account_id: string | null
    data: object
    created_at: Date
    expires_at: Date
  },
): Promise<void> {
  await db
    .insertInto('one_time')
    .values({ ...row, data: JSON.stringify(row.data) })
    .execute()
}

/** Consumes a value: of any number of askers one gets it, and only in time. */
export async function takeOneTime(
  db: Db,
  valueHash: string,
  purpose: Purpose,
  now: Date,
): Promise<{ account_id: string | null; data: Record<string, unknown> } | undefined> {
  const row = await db
    .deleteFrom('one_time')
    .where('value_hash', '=', valueHash)
    .where('purpose', '=', purpose)
    .returning(['account_id', 'data', 'expires_at'])
    .executeTakeFirst()
  return row && row.expires_at > now
    ? { account_id: row.account_id, data: row.data as Record<string, unknown> }
    : undefined
}

/** Ends an account's pending one-time values of these purposes. */
export async function dropOneTime(db: Db, accountId: string, purposes: readonly Purpose[]): Promise<void> {
  await db
    .deleteFrom('one_time')
    .where('account_id', '=', accountId)
    .where('purpose', 'in', [...purposes])
    .execute()
}

/** Forgets what has ended: one-time values at once, sessions after `before`. Returns how many rows went. */
export async function forgetEnded(db: Db, now: Date, before: Date, limit: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`with
    values_gone as (delete from one_time where value_hash in (select value_hash from one_time where expires_at < ${now} limit ${limit}) returning 1),
    sessions_gone as (delete from session where id in (
      select id from session where expires_at < ${before} or revoked_at < ${before} limit ${limit}) returning 1)
    select ((select count(*) from values_gone) + (select count(*) from sessions_gone))::int as n`.execute(db)
  return rows[0]!.n
}
