import type { Ctx } from '../../platform/context.ts'
import type { Id } from '../../platform/ids.ts'
import { assert } from '../../platform/refusal.ts'
import { dropOneTime, putOneTime } from './queries.ts'
import { HAND_OVER_MS, OPERATOR_LINK_MS } from './rules.ts'
import { hashOfLink, newCode } from './secrets.ts'
import { personOf } from './sessions.ts'
import { sessionById } from './way-queries.ts'

/** After the #, what follows never reaches a server's log or another site's referrer. */
const urlOf = (origin: string, token: string): string => `${new URL(origin).origin}/sign-in#${token}`

/** A one-time link that signs this account in, e.g. the operator's first, printed at the start. */
export async function createSignInLink(
  ctx: Pick<Ctx, 'db' | 'now' | 'randomBytes'>,
  accountId: Id,
  origin: string,
): Promise<string> {
  const token = newCode(ctx)
  await putOneTime(ctx.db, {
    value_hash: hashOfLink(token),
    purpose: 'link',
    account_id: accountId,
    data: { made_by: 'operator', fresh_at: ctx.now.toISOString() },
    created_at: ctx.now,
    expires_at: new Date(ctx.now.getTime() + OPERATOR_LINK_MS),
  })
  return urlOf(origin, token)
}

/** From a browser inside an app to the real one: a link to open there, whose last part can also be typed. */
export async function handOver(ctx: Ctx) {
  const caller = personOf(ctx)
  const session = await sessionById(ctx.db, caller.session_id)
  assert(session && ctx.http, 'who hands over has a session')
  const token = newCode(ctx, 3)
  const expires = new Date(ctx.now.getTime() + HAND_OVER_MS)
  // One at a time: the link shown last is the one that works.
  await dropOneTime(ctx.db, caller.account_id, ['link'])
  await putOneTime(ctx.db, {
    value_hash: hashOfLink(token),
    purpose: 'link',
    account_id: caller.account_id,
    data: { made_by: 'hand_over', fresh_at: session.fresh_at.toISOString() },
    created_at: ctx.now,
    expires_at: expires,
  })
  return { url: urlOf(ctx.config.public_url ?? ctx.http.origin, token), token, expires_at: expires.toISOString() }
}
