import type { Kysely } from 'kysely'
import type { Caller } from '../../platform/context.ts'
import type { DB } from '../../platform/db/tables.ts'
import { SCOPES, type Scope } from '../../platform/http/endpoint.ts'
import type { Id } from '../../platform/ids.ts'
import { Refusal } from '../../platform/refusal.ts'
import { findKey, findSession, touchKey, touchSession } from './queries.ts'
import { refuseKey, refuseSession, SESSION_DAYS, TOUCH_EVERY_MS } from './rules.ts'
import { hashOf } from './secrets.ts'

/** A browser's session token or a program's API key, as it came with the request. */
export type Credential = { session: string } | { key: string }

const REMEMBERED_MS = 2000
const REMEMBERED_MAX = 20_000

type Known = { caller: Caller; at: number; seen_at: number; ends_at: number }
type Memory = { byHash: Map<string, Known>; generation: number }
const memories = new WeakMap<Kysely<DB>, Memory>()

function memoryOf(db: Kysely<DB>): Memory {
  let memory = memories.get(db)
  if (!memory) memories.set(db, (memory = { byHash: new Map(), generation: 0 }))
  return memory
}

/**
 * Says who is asking. Yes is remembered for two seconds, so that a busy program costs one look-up and not one for each
 * request; no is never remembered.
 */
export async function authenticate(db: Kysely<DB>, now: Date, credential: Credential): Promise<Caller> {
  const hash = hashOf('session' in credential ? `session:${credential.session}` : `key:${credential.key}`)
  const memory = memoryOf(db)
  const known = memory.byHash.get(hash)
  const at = now.getTime()
  if (known && Math.abs(at - known.at) < REMEMBERED_MS && at < known.ends_at && at - known.seen_at < TOUCH_EVERY_MS)
    return known.caller
  // What is revoked while this look-up is under way must not be remembered by it.
  const { generation } = memory
  const found =
    'session' in credential ? await bySession(db, now, credential.session) : await byKey(db, now, credential.key)
  if (generation === memory.generation) {
    memory.byHash.delete(hash)
    memory.byHash.set(hash, { ...found, at })
    if (memory.byHash.size > REMEMBERED_MAX) memory.byHash.delete(memory.byHash.keys().next().value!)
  }
  return found.caller
}

/** Call after the commit of whatever ends or changes a credential: this process asks the database again at once. */
export function forgetCallers(db: Kysely<DB>, who: { account_id: Id } | { session_id: Id }): void {
  const memory = memoryOf(db)
  memory.generation += 1
  for (const [hash, { caller }] of memory.byHash) {
    if ('account_id' in who ? caller.account_id === who.account_id : caller.session_id === who.session_id)
      memory.byHash.delete(hash)
  }
}

async function bySession(db: Kysely<DB>, now: Date, token: string): Promise<Omit<Known, 'at'>> {
  const row = await findSession(db, hashOf(token))
  const refused = refuseSession(row, now)
  if (refused || !row) throw new Refusal(refused ?? 'not_signed_in')
  let seen = row.last_seen_at.getTime()
  let ends = row.expires_at.getTime()
  if (now.getTime() - seen >= TOUCH_EVERY_MS) {
    seen = now.getTime()
    ends = seen + SESSION_DAYS * 86_400_000
    await touchSession(db, row.id, now, new Date(ends))
  }
  const standing = row.suspended_at ? { suspended: row.suspension_reason ?? '' } : {}
  const caller: Caller = {
    account_id: row.account_id,
    roles: row.roles,
    via: 'session',
    scopes: SCOPES,
    session_id: row.id,
    ...standing,
  }
  return { caller, seen_at: seen, ends_at: ends }
}

async function byKey(db: Kysely<DB>, now: Date, key: string): Promise<Omit<Known, 'at'>> {
  const row = await findKey(db, hashOf(key))
  const refused = refuseKey(row, now)
  if (refused || !row)
    throw new Refusal(
      refused ?? 'not_signed_in',
      refused === 'account_suspended' ? { reason: row?.suspension_reason ?? '' } : {},
    )
  let seen = row.last_used_at?.getTime() ?? 0
  if (now.getTime() - seen >= TOUCH_EVERY_MS) {
    seen = now.getTime()
    await touchKey(db, row.id, now)
  }
  const caller: Caller = {
    account_id: row.account_id,
    roles: row.roles,
    via: 'key',
    scopes: row.scopes as Scope[],
    session_id: row.id,
  }
  return { caller, seen_at: seen, ends_at: row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY }
}
