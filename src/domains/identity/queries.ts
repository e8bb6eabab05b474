import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

// Sign-in, on every request's path.

/** A session with its account's standing. */
export const findSession = (db: Db, tokenHash: string) =>
  db
    .selectFrom('session as s')
    .innerJoin('account as a', 'a.id', 's.account_id')
    .select(['s.id', 's.account_id', 's.last_seen_at', 's.expires_at', 's.revoked_at', 's.fresh_at', 'a.roles', 'a.erased_at', 'a.suspended_at'])
    .where('s.token_hash', '=', tokenHash)
    .executeTakeFirst()

/** An API key with its account's standing. */
export const findKey = (db: Db, secretHash: string) =>
  db
    .selectFrom('api_key as k')
    .innerJoin('account as a', 'a.id', 'k.account_id')
    .select(['k.id', 'k.account_id', 'k.scopes', 'k.last_used_at', 'k.expires_at', 'k.revoked_at', 'a.roles', 'a.erased_at', 'a.suspended_at'])
    .where('k.secret_hash', '=', secretHash)
    .executeTakeFirst()

/** Slides a session onward. Losing this in a crash costs nothing, so it does not wait for the disk. */
export async function touchSession(db: Db, id: string, at: Date, expiresAt: Date): Promise<void> {
  await sql`with unsynced as materialized (select set_config('synchronous_commit', 'off', true))
    update session set last_seen_at = ${at}, expires_at = ${expiresAt} from unsynced where id = ${id} and revoked_at is null`.execute(db)
}

/** Notes that a key is in use; does not wait for the disk either. */
export async function touchKey(db: Db, id: string, at: Date): Promise<void> {
  await sql`with unsynced as materialized (select set_config('synchronous_commit', 'off', true))
    update api_key set last_used_at = ${at} from unsynced where id = ${id}`.execute(db)
}
