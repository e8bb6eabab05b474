import { callerOf, type Ctx } from '../../platform/context.ts'
import type { Id } from '../../platform/ids.ts'
import { assert, Refusal, refuseIf } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { registrationOptions, signInOptions, verifyNewPasskey } from './ceremony.ts'
import { accountById, lockAccountRow } from './queries.ts'
import { MAX_PASSKEYS, refuseRemoval } from './rules.ts'
import { personOf, requireProof, rotateSession, unrepeated } from './sessions.ts'
import { waysAmong } from './wallets/link.ts'
import { walletsOf } from './wallets/queries.ts'
import { codesLeft, deletePasskey, insertPasskey, passkeysOf, renamePasskey } from './way-queries.ts'

type Row = { id: string; name: string; synced: boolean; created_at: Date; last_used_at: Date | null }
const view = (p: Row) => ({
  passkey_id: p.id,
  name: p.name,
  created_at: p.created_at.toISOString(),
  last_used_at: p.last_used_at?.toISOString() ?? null,
  synced: p.synced,
})
const credentials = (rows: { credential_id: string; transports: string[] }[]) =>
  rows.map((p) => ({ id: p.credential_id, transports: p.transports }))

export async function listPasskeys(ctx: Ctx) {
  const rows = await passkeysOf(ctx.db, callerOf(ctx).account_id)
  return { items: rows.map(view), next: null }
}

/** Asks the browser for one of this person's own passkeys. */
export async function freshOptions(ctx: Ctx) {
  const { account_id } = personOf(ctx)
  return { options: await signInOptions(ctx, 'fresh', account_id, credentials(await passkeysOf(ctx.db, account_id))) }
}

export async function addPasskeyOptions(ctx: Ctx) {
  await requireProof(ctx)
  const { account_id } = personOf(ctx)
  const known = await passkeysOf(ctx.db, account_id)
  if (known.length >= MAX_PASSKEYS) throw new Refusal('too_many_passkeys', { limit: MAX_PASSKEYS })
  const account = await accountById(ctx.db, account_id)
  assert(account, 'a caller has an account')
  return {
    options: await registrationOptions(ctx, 'add_passkey', {
      account_id,
      handle: account.handle,
      known: credentials(known),
      data: {},
    }),
  }
}

export async function addPasskey(ctx: Ctx, response: unknown, name?: string) {
  await requireProof(ctx)
  const { account_id } = personOf(ctx)
  const { passkey, account_id: askedBy } = await verifyNewPasskey(ctx, 'add_passkey', response)
  if (askedBy !== account_id) throw new Refusal('challenge_over')
  const added = await transact(unrepeated(ctx), '0', async (db) => {
    await lockAccountRow(db, account_id)
    const known = await passkeysOf(db, account_id)
    if (known.length >= MAX_PASSKEYS) throw new Refusal('too_many_passkeys', { limit: MAX_PASSKEYS })
    const row = {
      ...passkey,
      id: ctx.newId(),
      account_id,
      name: name ?? `Passkey ${known.length + 1}`,
      created_at: ctx.now,
      last_used_at: null,
    }
    if (!(await insertPasskey(db, row))) throw new Refusal('passkey_known')
    return view(row)
  })
  await rotateSession(ctx, ctx.now)
  return added
}

export async function renameMyPasskey(ctx: Ctx, passkeyId: Id, name: string) {
  const { account_id } = personOf(ctx)
  return transact(ctx, '0', async (db) => {
    const row = await renamePasskey(db, account_id, passkeyId, name)
    if (!row) throw new Refusal('not_found')
    return view(row)
  })
}

export async function removePasskey(ctx: Ctx, passkeyId: Id) {
  await requireProof(ctx)
  const { account_id } = personOf(ctx)
  return transact(ctx, '0', async (db) => {
    // Load. The lock makes "is another way in left?" a question with one answer.
    await lockAccountRow(db, account_id)
    const mine = await passkeysOf(db, account_id)
    if (!mine.some((p) => p.id === passkeyId)) throw new Refusal('not_found')
    // Decide.
    refuseIf(
      refuseRemoval({
        other_passkeys: mine.length - 1,
        other_wallets: waysAmong(ctx, await walletsOf(db, account_id)),
        recovery_codes: await codesLeft(db, account_id),
      }),
    )
    // Record.
    await deletePasskey(db, account_id, passkeyId)
    return { passkey_id: passkeyId, removed: true }
  })
}
