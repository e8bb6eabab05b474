import type { Ctx } from '../../../platform/context.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { transact } from '../../../platform/transact.ts'
import type { AccountView } from '../contract.ts'
import {
  type Agreed,
  freeHandle,
  makeAccount,
  refuseTaken,
  refuseTerms,
  signedIn,
  type Wanted,
} from '../create-account.ts'
import { refuseInvitation } from '../invitations.ts'
import { beginSession, unrepeated } from '../sessions.ts'
import { proveWallet, type Signed } from './prove.ts'
import { insertWallet, useWallet } from './queries.ts'

/** By wallet: what it signed says whose it is. */
export async function signInWithWallet(ctx: Ctx, signed: Signed): Promise<{ account: AccountView }> {
  const proved = await proveWallet(ctx, 'sign_in', signed)
  const begun = await transact(unrepeated(ctx), '0', async (db) => {
    const wallet = await useWallet(db, proved, ctx.now)
    if (!wallet) throw new Refusal('wallet_on_no_account')
    return beginSession(ctx, db, wallet.account_id, 'wallet')
  })
  return { account: await signedIn(ctx, begun) }
}

/** Makes an account with a wallet: account, wallet, terms, invitation and session commit together. */
export async function createWithWallet(
  ctx: Ctx,
  body: Signed & Agreed & Wanted & { label?: string },
): Promise<{ account: AccountView }> {
  // Looked at before the text is used up: nobody should sign twice for these.
  await refuseTerms(ctx.db, body.terms_version)
  if (body.invitation) await refuseInvitation(ctx, ctx.db, body.invitation)
  if (body.handle) await refuseTaken(ctx, ctx.db, body.handle)
  const proved = await proveWallet(ctx, 'create', body)
  const account_id = ctx.newId()
  const begun = await transact(unrepeated(ctx), '0', async (db) => {
    await makeAccount(ctx, db, {
      ...body,
      account_id,
      handle: body.handle ?? (await freeHandle(ctx, db)),
      chosen: body.handle !== undefined,
      language: body.language ?? 'en',
      via: 'wallet',
    })
    const row = { ...proved, id: ctx.newId(), account_id, label: body.label ?? '', linked_at: ctx.now }
    if (!(await insertWallet(db, { ...row, last_used_at: ctx.now }))) throw new Refusal('wallet_taken')
    return beginSession(ctx, db, account_id, 'new_account')
  })
  return { account: await signedIn(ctx, begun) }
}
