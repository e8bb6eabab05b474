import { callerOf, type Ctx } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import type { Scope } from '../../platform/http/endpoint.ts'
import type { Id } from '../../platform/ids.ts'
import { assert, Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { forgetCallers } from './authenticate.ts'
import { lockAccountRow } from './queries.ts'
import { MAX_KEYS, scopeNotAllowed } from './rules.ts'
import { newApiKey } from './secrets.ts'
import { personOf, requireProof } from './sessions.ts'
import { insertKeys, keyById, keysOf, liveKeys, renewKey, revokeKeyRow } from './way-queries.ts'

type Row = NonNullable<Awaited<ReturnType<typeof keyById>>>
const view = (k: Row) => ({
  key_id: k.id,
  name: k.name,
  prefix: k.prefix,
  scopes: k.scopes as Scope[],
  created_at: k.created_at.toISOString(),
  last_used_at: k.last_used_at?.toISOString() ?? null,
  expires_at: k.expires_at?.toISOString() ?? null,
  revoked_at: k.revoked_at?.toISOString() ?? null,
})

export async function listKeys(ctx: Ctx) {
  const rows = await keysOf(ctx.db, callerOf(ctx).account_id)
  return { items: rows.map(view), next: null }
}

/** A key that can do no more than its maker. The stored answer has no secret, so a repeat gets a new one. */
export async function createKey(ctx: Ctx, wanted: { name: string; scopes: Scope[]; expires_in_days?: number }) {
  await requireProof(ctx)
  const caller = personOf(ctx)
  const refused = scopeNotAllowed(wanted.scopes, caller)
  if (refused) throw new Refusal('scope_not_yours', { scope: refused })
  const { key, ...secret } = newApiKey(ctx)
  const id = ctx.newId()
  const made = await transact(ctx, '0', async (db) => {
    await lockAccountRow(db, caller.account_id)
    if ((await liveKeys(db, caller.account_id, ctx.now)) >= MAX_KEYS)
      throw new Refusal('too_many_keys', { limit: MAX_KEYS })
    const expires_at =
      wanted.expires_in_days === undefined ? null : new Date(ctx.now.getTime() + wanted.expires_in_days * 86_400_000)
    await insertKeys(db, [
      {
        id,
        account_id: caller.account_id,
        name: wanted.name,
        ...secret,
        scopes: [...new Set(wanted.scopes)],
        created_at: ctx.now,
        expires_at,
      },
    ])
    await recordEvents(ctx, db, [
      {
        campaign_id: '0',
        kind: 'key_created',
        subject_id: id,
        body: { account_id: caller.account_id, via: 'session', scopes: [...new Set(wanted.scopes)] },
      },
    ])
    return { key_id: id }
  })
  if (made.key_id !== id) {
    await renewKey(ctx.db, made.key_id, secret)
    forgetCallers(ctx.db, { session_id: made.key_id })
  }
  const row = await keyById(ctx.db, caller.account_id, made.key_id)
  assert(row, 'a key that was made is there')
  return { ...view(row), api_key: key }
}

export async function revokeKey(ctx: Ctx, keyId: Id) {
  const caller = callerOf(ctx)
  const done = await transact(ctx, '0', async (db) => {
    if (!(await revokeKeyRow(db, caller.account_id, keyId, ctx.now))) throw new Refusal('not_found')
    await recordEvents(ctx, db, [
      { campaign_id: '0', kind: 'key_revoked', subject_id: keyId, body: { account_id: caller.account_id } },
    ])
    return { key_id: keyId, revoked: true }
  })
  forgetCallers(ctx.db, { session_id: keyId })
  return done
}
