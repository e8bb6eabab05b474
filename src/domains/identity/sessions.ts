import { callerOf, type Caller, type Ctx, type Db } from '../../platform/context.ts'
import type { Id } from '../../platform/ids.ts'
import { assert, Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { forgetCallers } from './authenticate.ts'
import type { SIGN_IN_WAYS } from './contract.ts'
import { accountById, dropOneTime } from './queries.ts'
import { COOKIE_DAYS, deviceOf, FRESH_MINUTES, isFresh, SESSION_DAYS } from './rules.ts'
import { hashOf, newToken } from './secrets.ts'
import { walletsOf } from './wallets/queries.ts'
import {
  insertSession,
  passkeysOf,
  renewToken,
  revokeSessionRow,
  revokeSessionsBut,
  sessionById,
  sessionsOf,
} from './way-queries.ts'

type How = (typeof SIGN_IN_WAYS)[number]
const DAY_MS = 86_400_000

/** A context whose answers are not kept for repeats: what is shown once must not lie in a table. */
export const unrepeated = (ctx: Ctx): Ctx => ({ ...ctx, idempotency: undefined })

/** A session that has begun: hand its token to the browser once the transaction has committed. */
export type Begun = { caller: Caller; token: string; replaced: Id | undefined }

/** Begins a session in the caller's transaction. Ends the one this browser had. */
export async function beginSession(ctx: Ctx, db: Db, accountId: Id, how: How, freshAt = ctx.now): Promise<Begun> {
  const account = await accountById(db, accountId)
  assert(account, 'who signs in has an account')
  if (account.erased_at) throw new Refusal('not_signed_in')
  const token = newToken(ctx)
  const id = ctx.newId()
  await insertSession(db, {
    token_hash: hashOf(token),
    id,
    account_id: accountId,
    how,
    user_agent: (ctx.http?.user_agent ?? '').slice(0, 300),
    created_at: ctx.now,
    fresh_at: freshAt,
    last_seen_at: ctx.now,
    expires_at: new Date(ctx.now.getTime() + SESSION_DAYS * DAY_MS),
  })
  const replaced = ctx.caller?.via === 'session' ? ctx.caller.session_id : undefined
  if (replaced) await revokeSessionRow(db, ctx.caller!.account_id, replaced, ctx.now)
  return {
    caller: { account_id: accountId, roles: account.roles, via: 'session', scopes: [], session_id: id },
    token,
    replaced,
  }
}

/** Gives the browser its token. Only after the commit, or a rolled-back session would be in its hands. */
export function handOut(ctx: Ctx, begun: Begun): void {
  if (begun.replaced) forgetCallers(ctx.db, { session_id: begun.replaced })
  giveToken(ctx, begun.token)
}

function giveToken(ctx: Ctx, token: string): void {
  assert(ctx.http, 'sessions begin and change over HTTP')
  ctx.http.setSession(token, new Date(ctx.now.getTime() + COOKIE_DAYS * DAY_MS))
}

/** The caller, who must be a person at a browser: keys never change ways in. */
export function personOf(ctx: Ctx): Caller {
  const caller = callerOf(ctx)
  if (caller.via !== 'session') throw new Refusal('session_needed')
  return caller
}

/** Refuses unless this person proved to be here within the last minutes. For what moves money or ends an account. */
export async function requireFresh(ctx: Ctx, minutes = FRESH_MINUTES): Promise<void> {
  const caller = personOf(ctx)
  const session = await sessionById(ctx.db, caller.session_id)
  if (!session || !isFresh(session.fresh_at, ctx.now, minutes)) throw new Refusal('fresh_sign_in_needed')
}

/** As `requireFresh`, but asks only those who have a passkey or a wallet to show: nobody is locked out of adding the first. */
export async function requireProof(ctx: Ctx): Promise<void> {
  const { account_id } = personOf(ctx)
  const shown = (await passkeysOf(ctx.db, account_id)).length > 0 || (await walletsOf(ctx.db, account_id)).length > 0
  if (shown) await requireFresh(ctx)
}

/** A new token for this browser, because what it may do has changed; whoever copied the old one is out. */
export async function rotateSession(ctx: Ctx, freshAt?: Date): Promise<void> {
  const caller = personOf(ctx)
  const token = newToken(ctx)
  const live = await renewToken(ctx.db, caller.session_id, hashOf(token), freshAt)
  forgetCallers(ctx.db, { session_id: caller.session_id })
  if (!live) throw new Refusal('session_ended')
  giveToken(ctx, token)
}

export async function listSessions(ctx: Ctx) {
  const caller = callerOf(ctx)
  const rows = await sessionsOf(ctx.db, caller.account_id, ctx.now)
  return {
    items: rows.map((s) => ({
      session_id: s.id,
      how: s.how as How,
      device: deviceOf(s.user_agent),
      created_at: s.created_at.toISOString(),
      last_seen_at: s.last_seen_at.toISOString(),
      expires_at: s.expires_at.toISOString(),
      this_one: caller.via === 'session' && s.id === caller.session_id,
    })),
    next: null,
  }
}

export async function revokeSession(ctx: Ctx, sessionId: Id) {
  const caller = personOf(ctx)
  const done = await transact(ctx, '0', async (db) => {
    if (!(await revokeSessionRow(db, caller.account_id, sessionId, ctx.now))) throw new Refusal('not_found')
    // Links that were made to sign in elsewhere end too: whoever asks for this wants others out.
    await dropOneTime(db, caller.account_id, ['link'])
    return { session_id: sessionId, revoked: true }
  })
  forgetCallers(ctx.db, { session_id: sessionId })
  if (sessionId === caller.session_id) ctx.http?.setSession(null, null)
  return done
}

export async function revokeOtherSessions(ctx: Ctx) {
  const caller = personOf(ctx)
  const done = await transact(ctx, '0', async (db) => {
    const revoked = await revokeSessionsBut(db, caller.account_id, caller.session_id, ctx.now)
    await dropOneTime(db, caller.account_id, ['link'])
    return { revoked }
  })
  forgetCallers(ctx.db, { account_id: caller.account_id })
  return done
}

export async function signOut(ctx: Ctx) {
  const caller = personOf(ctx)
  await transact(unrepeated(ctx), '0', async (db) => ({
    ended: await revokeSessionRow(db, caller.account_id, caller.session_id, ctx.now),
  }))
  forgetCallers(ctx.db, { session_id: caller.session_id })
  ctx.http?.setSession(null, null)
  return { signed_out: true }
}
