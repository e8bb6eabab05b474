import { callerOf, type Ctx } from '../../../platform/context.ts'
import type { Id } from '../../../platform/ids.ts'
import { Refusal, refuseIf } from '../../../platform/refusal.ts'
import { transact } from '../../../platform/transact.ts'
import { lockAccountRow } from '../queries.ts'
import { refuseRemoval } from '../rules.ts'
import { personOf, requireProof, rotateSession, unrepeated } from '../sessions.ts'
import { codesLeft, passkeysOf } from '../way-queries.ts'
import { proveWallet, type Signed } from './prove.ts'
import { insertWallet, labelWallet, liveWallet, unlinkWallet, useWallet, walletsOf } from './queries.ts'
import { MAX_WALLETS, signInWallets } from './rules.ts'
import { walletChains } from './text.ts'

type Row = Pick<
  NonNullable<Awaited<ReturnType<typeof liveWallet>>>,
  'id' | 'kind' | 'chain_id' | 'label' | 'linked_at' | 'last_used_at'
> & { address: Uint8Array }

/** A wallet as its owner sees it. */
async function view(w: Row) {
  const { checksummed } = await import('../../../platform/outside/ethereum-signature.ts')
  return {
    wallet_id: w.id,
    address: checksummed(`0x${Buffer.from(w.address).toString('hex')}`),
    kind: w.kind as 'eoa',
    chain_id: w.chain_id === null ? null : Number(w.chain_id),
    label: w.label,
    linked_at: w.linked_at.toISOString(),
    last_used_at: w.last_used_at.toISOString(),
  }
}

export async function listWallets(ctx: Ctx) {
  const rows = await walletsOf(ctx.db, callerOf(ctx).account_id)
  return { items: await Promise.all(rows.map(view)), next: null }
}

/** Links a wallet to the signed-in account. Of two accounts that link one at once, one gets it. */
export async function linkWallet(ctx: Ctx, body: Signed & { label?: string }) {
  await requireProof(ctx)
  const { account_id } = personOf(ctx)
  const proved = await proveWallet(ctx, 'link', body)
  const linked = await transact(unrepeated(ctx), '0', async (db) => {
    await lockAccountRow(db, account_id)
    const mine = await walletsOf(db, account_id)
    if (mine.length >= MAX_WALLETS) throw new Refusal('too_many_wallets', { limit: MAX_WALLETS })
    const row = { ...proved, id: ctx.newId(), account_id, label: body.label ?? '', linked_at: ctx.now }
    if (await insertWallet(db, { ...row, last_used_at: ctx.now })) return view({ ...row, last_used_at: ctx.now })
    // It is linked already: to this account, which is what was asked for, or to another.
    const there = await liveWallet(db, proved)
    if (there?.account_id !== account_id) throw new Refusal('wallet_taken')
    return view(there)
  })
  await rotateSession(ctx, ctx.now)
  return linked
}

export async function nameWallet(ctx: Ctx, walletId: Id, label: string) {
  const { account_id } = personOf(ctx)
  return transact(ctx, '0', async (db) => {
    const row = await labelWallet(db, account_id, walletId, label)
    if (!row) throw new Refusal('not_found')
    return view(row)
  })
}

export async function removeWallet(ctx: Ctx, walletId: Id) {
  await requireProof(ctx)
  const { account_id } = personOf(ctx)
  return transact(ctx, '0', async (db) => {
    // Load. The lock makes "is another way in left?" a question with one answer.
    await lockAccountRow(db, account_id)
    const mine = await walletsOf(db, account_id)
    if (!mine.some((w) => w.id === walletId)) throw new Refusal('not_found')
    // Decide.
    refuseIf(
      refuseRemoval({
        other_passkeys: (await passkeysOf(db, account_id)).length,
        other_wallets: waysAmong(
          ctx,
          mine.filter((w) => w.id !== walletId),
        ),
        recovery_codes: await codesLeft(db, account_id),
      }),
    )
    // Record.
    await unlinkWallet(db, account_id, walletId, ctx.now)
    return { wallet_id: walletId, unlinked: true }
  })
}

/** How many of these wallets can sign in as this installation is set up. */
export const waysAmong = (ctx: Pick<Ctx, 'config'>, wallets: readonly { kind: string; chain_id: string | null }[]) =>
  signInWallets(
    wallets,
    walletChains(ctx.config)
      .filter((c) => c.rpc_url)
      .map((c) => c.chain_id),
  ).length

/** Step-up by wallet: one that is on this account signed just now. */
export async function proveByWallet(ctx: Ctx, signed: Signed): Promise<void> {
  const { account_id } = personOf(ctx)
  const proved = await proveWallet(ctx, 'fresh', signed)
  const wallet = await liveWallet(ctx.db, proved)
  if (wallet?.account_id !== account_id) throw new Refusal('wallet_not_yours')
  await useWallet(ctx.db, proved, ctx.now)
}
