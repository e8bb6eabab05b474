import type { Ctx, Db } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import type { Id } from '../../platform/ids.ts'
import { assert, Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { registrationOptions, verifyNewPasskey } from './ceremony.ts'
import type { AccountView } from './contract.ts'
import { refuseInvitation, useInvitation } from './invitations.ts'
import { acceptTerms, currentTerms, insertAccount, takenHandles } from './queries.ts'
import { makeRecoveryCodes } from './recovery-codes.ts'
import { friendlyHandle, isReserved, nearbyHandle } from './rules.ts'
import { type Begun, beginSession, handOut, unrepeated } from './sessions.ts'
import { viewOf } from './view.ts'
import { insertPasskey } from './way-queries.ts'

export type Agreed = { terms_version: number; adult: true; invitation?: string }
export type Wanted = { handle?: string; language?: 'en' | 'ar' }

/** A handle that nobody has: the wanted one, one near it, or a friendly one. */
export async function freeHandle(ctx: Pick<Ctx, 'randomBytes'>, db: Db, near?: string): Promise<string> {
  const drawn = Array.from({ length: 8 }, () =>
    near ? nearbyHandle(near, ctx.randomBytes(2)) : friendlyHandle(ctx.randomBytes(4)),
  )
  const taken = await takenHandles(db, drawn)
  const free = drawn.find((h) => !taken.has(h) && !isReserved(h))
  return free ?? `${near ? 'friend' : 'quiet-friend'}-${Buffer.from(ctx.randomBytes(6)).toString('hex')}`
}

export async function handleFree(ctx: Ctx, wanted: string) {
  const handle = wanted.toLowerCase()
  const free =
    /^[a-z][a-z0-9_-]{2,31}$/.test(handle) && !isReserved(handle) && !(await takenHandles(ctx.db, [handle])).has(handle)
  return { handle, free, suggestion: free ? handle : await freeHandle(ctx, ctx.db, handle) }
}

/** Refuses a handle that is taken or reserved, and names one that is free. */
export async function refuseTaken(ctx: Ctx, db: Db, handle: string): Promise<void> {
  if (isReserved(handle) || (await takenHandles(db, [handle])).has(handle))
    throw new Refusal('handle_taken', { handle, suggestion: await freeHandle(ctx, db, handle) })
}

export async function createOptions(ctx: Ctx, wanted: Wanted) {
  if (wanted.handle) await refuseTaken(ctx, ctx.db, wanted.handle)
  const handle = wanted.handle ?? (await freeHandle(ctx, ctx.db))
  const account_id = ctx.newId()
  const data = { account_id, handle, chosen: wanted.handle !== undefined, language: wanted.language ?? 'en' }
  return { handle, options: await registrationOptions(ctx, 'create', { account_id, handle, known: [], data }) }
}

/** Makes the account whose options were asked for: account, passkey, terms, invitation and session commit together. */
export async function createWithPasskey(
  ctx: Ctx,
  body: Agreed & { response: unknown; passkey_name?: string },
): Promise<{ account: AccountView }> {
  // Looked at before the passkey is: a person should not touch their device twice for these.
  await refuseTerms(ctx.db, body.terms_version)
  if (body.invitation) await refuseInvitation(ctx, ctx.db, body.invitation)
  const { passkey, data } = await verifyNewPasskey(ctx, 'create', body.response)
  const kept = data as { account_id: Id; handle: string; chosen: boolean; language: string }
  const begun = await transact(unrepeated(ctx), '0', async (db) => {
    await makeAccount(ctx, db, { ...kept, ...body, via: 'passkey' })
    const made = await insertPasskey(db, {
      ...passkey,
      id: ctx.newId(),
      account_id: kept.account_id,
      name: body.passkey_name ?? 'Passkey',
      created_at: ctx.now,
      last_used_at: null,
    })
    if (!made) throw new Refusal('passkey_refused')
    return beginSession(ctx, db, kept.account_id, 'new_account')
  })
  return { account: await signedIn(ctx, begun) }
}

/** For browsers inside apps, where passkeys do not work: the way in is recovery codes, until a passkey is added. */
export async function createWithCodes(
  ctx: Ctx,
  body: Agreed & Wanted,
): Promise<{ account: AccountView; recovery_codes: string[] }> {
  await refuseTerms(ctx.db, body.terms_version)
  const account_id = ctx.newId()
  const { begun, recovery_codes } = await transact(unrepeated(ctx), '0', async (db) => {
    const handle = body.handle ?? (await freeHandle(ctx, db))
    await makeAccount(ctx, db, {
      ...body,
      account_id,
      handle,
      chosen: body.handle !== undefined,
      language: body.language ?? 'en',
      via: 'recovery_codes',
    })
    const codes = await makeRecoveryCodes(ctx, db, account_id)
    return { begun: await beginSession(ctx, db, account_id, 'new_account'), recovery_codes: codes }
  })
  return { account: await signedIn(ctx, begun), recovery_codes }
}

/** Hands the session out and shows the account, after the commit. */
export async function signedIn(ctx: Ctx, begun: Begun): Promise<AccountView> {
  handOut(ctx, begun)
  return viewOf(ctx, begun.caller)
}

type NewAccount = Agreed & {
  account_id: Id
  handle: string
  chosen: boolean
  language: string
  via: 'passkey' | 'recovery_codes' | 'wallet'
}

/** The account itself, its terms and the invitation it came by, in the caller's transaction. */
export async function makeAccount(ctx: Ctx, db: Db, a: NewAccount): Promise<void> {
  await refuseTerms(db, a.terms_version)
  if (isReserved(a.handle)) await refuseTaken(ctx, db, a.handle)
  let handle = a.handle
  const row = () => ({ id: a.account_id, handle, language: a.language, roles: [], created_at: ctx.now })
  if (!(await insertAccount(db, row()))) {
    // A name the person chose is theirs to choose again; one we drew is drawn again.
    if (a.chosen) throw new Refusal('handle_taken', { handle, suggestion: await freeHandle(ctx, db, handle) })
    handle = await freeHandle(ctx, db)
    assert(await insertAccount(db, row()), 'a handle drawn afresh is free')
  }
  await acceptTerms(db, { account_id: a.account_id, version: a.terms_version, adult: a.adult, accepted_at: ctx.now })
  await recordEvents(ctx, db, [
    {
      campaign_id: '0',
      kind: 'account_created',
      subject_id: a.account_id,
      body: { via: a.via, terms_version: a.terms_version },
    },
  ])
  if (a.invitation) await useInvitation(ctx, db, a.invitation, a.account_id)
}

/** Only the terms that count now can be accepted. */
export async function refuseTerms(db: Db, version: number): Promise<void> {
  const current = await currentTerms(db)
  assert(current, 'there are platform terms')
  if (version !== current.version) throw new Refusal('terms_changed', { version: current.version })
}
