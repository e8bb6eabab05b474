import type { Ctx } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { verifyPasskey } from './ceremony.ts'
import type { AccountView } from './contract.ts'
import { accountByHandle, takeOneTime } from './queries.ts'
import { hashOfCode, hashOfLink } from './secrets.ts'
import { beginSession, handOut, personOf, rotateSession, unrepeated } from './sessions.ts'
import { viewOf } from './view.ts'
import { proveByWallet } from './wallets/link.ts'
import type { Signed } from './wallets/prove.ts'
import { takeCode } from './way-queries.ts'

type SignedIn = { account: AccountView }

/** By passkey: the passkey itself says whose it is. */
export async function signInWithPasskey(ctx: Ctx, response: unknown): Promise<SignedIn> {
  const { account_id } = await verifyPasskey(ctx, 'sign_in', response)
  const begun = await transact(unrepeated(ctx), '0', (db) => beginSession(ctx, db, account_id, 'passkey'))
  handOut(ctx, begun)
  return { account: await viewOf(ctx, begun.caller) }
}

/** By recovery code, once each. A wrong handle and a wrong code are answered alike. */
export async function signInWithCode(ctx: Ctx, handle: string, code: string): Promise<SignedIn> {
  const begun = await transact(unrepeated(ctx), '0', async (db) => {
    const account = await accountByHandle(db, handle.trim().toLowerCase())
    if (!account || !(await takeCode(db, account.id, hashOfCode(account.id, code), ctx.now)))
      throw new Refusal('code_wrong')
    return beginSession(ctx, db, account.id, 'recovery_code')
  })
  handOut(ctx, begun)
  return { account: await viewOf(ctx, begun.caller) }
}

/** By one-time link. It is no fresher than the session that made it. */
export async function signInWithLink(ctx: Ctx, token: string): Promise<SignedIn> {
  const begun = await transact(unrepeated(ctx), '0', async (db) => {
    const link = await takeOneTime(db, hashOfLink(token), 'link', ctx.now)
    if (!link?.account_id) throw new Refusal('link_over')
    return beginSession(ctx, db, link.account_id, 'link', new Date(link.data.fresh_at as string))
  })
  handOut(ctx, begun)
  return { account: await viewOf(ctx, begun.caller) }
}

/** Step-up: the person at this browser shows again that they are its owner. */
export async function proveFresh(
  ctx: Ctx,
  proof: { response: unknown } | { code: string } | Signed,
): Promise<{ fresh_at: string }> {
  const caller = personOf(ctx)
  if ('code' in proof) {
    if (!(await takeCode(ctx.db, caller.account_id, hashOfCode(caller.account_id, proof.code), ctx.now)))
      throw new Refusal('code_wrong')
  } else if ('signature' in proof) {
    await proveByWallet(ctx, proof)
  } else {
    const { account_id, challenge_account_id } = await verifyPasskey(ctx, 'fresh', proof.response)
    if (account_id !== caller.account_id || challenge_account_id !== caller.account_id)
      throw new Refusal('passkey_refused')
  }
  await rotateSession(ctx, ctx.now)
  return { fresh_at: ctx.now.toISOString() }
}
