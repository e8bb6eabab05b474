import { join } from 'node:path'
import { encodeFunctionData } from 'viem'
import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { filesDir } from '../../platform/files/place.ts'
import { Refusal } from '../../platform/refusal.ts'
import { waitingOf } from '../integrity/standing/limits.ts'
import { personBalances } from '../rewards/queries.ts'
import { showEpoch } from './advance.ts'
import { fileOf } from './build-epoch.ts'
import { dropOf, retryDrop } from './chain-queries.ts'
import { DISTRIBUTOR } from './chain/abi.ts'
import type { Standing } from './contract.ts'
import { epochs, lastActive } from './epoch-queries.ts'
import { destinationOf, lastEpochOf, progressOf, tokens, type TokenRow } from './queries.ts'
import { creditedTo } from './event-queries.ts'
import { hexOf, leaving } from './rules.ts'
import { proofsIn, treePath } from './tree-file.ts'

/** Where somebody's money stands in every currency that is paid through a token. */
export async function standings(ctx: Ctx): Promise<Standing[]> {
  const who = callerOf(ctx).account_id
  const [paid, balances, progress, limits] = [
    await tokens(ctx.db),
    await personBalances(ctx.db, who),
    await progressOf(ctx.db, who),
    await waitingOf(ctx, ctx.db, who),
  ]
  const out: Standing[] = []
  for (const t of paid) {
    const has = (state: string) => balances.find((b) => b.currency === t.currency && b.state === state)?.balance ?? '0'
    const is = (place: string) => progress.find((p) => p.currency === t.currency && p.place === place)?.amount ?? '0'
    const free = limits.find((l) => l.currency === t.currency)?.withdrawable_minor ?? '0'
    const wallet = await destinationOf(ctx.db, who, t.currency)
    const last = await lastEpochOf(ctx.db, who, t.currency, false)
    const drop = last && (await dropOf(ctx.db, t.currency, last.address))
    out.push({
      ...tokenPart(t),
      held_minor: has('held'),
      frozen_minor: has('frozen'),
      claimable_minor: has('claimable'),
      withdrawable_minor: leaving(BigInt(free), t).toString(),
      waiting_minor: is('waiting'),
      proposed_minor: is('proposed'),
      on_chain_minor: is('on_chain'),
      claimed_minor: is('claimed'),
      wallet: wallet
        ? {
            wallet_id: wallet.wallet_id,
            address: hexOf(wallet.address),
            label: wallet.label,
            chosen_at: wallet.chosen_at.toISOString(),
          }
        : null,
      epoch: last ? showEpoch((await epochs(ctx.db, { id: last.epoch_id, limit: 1 }))[0]!) : null,
      dropped: drop
        ? {
            reason: drop.reason,
            dropped_at: drop.dropped_at.toISOString(),
            retry_at: drop.retry_at.toISOString(),
          }
        : null,
    })
  }
  return out
}

const tokenPart = (t: TokenRow) => ({
  currency: t.currency,
  scale: t.scale,
  name: t.name,
  chain_id: t.chain_id,
  token: hexOf(t.token),
  distributor: hexOf(t.distributor),
  decimals: t.decimals,
  step_minor: t.step_minor.toString(),
  is_ladder: t.is_ladder,
})

/** What anybody needs to claim for the caller without us: row, proof, root, and the bytes to send. */
export async function proofOf(ctx: Ctx, currency: string) {
  const who = callerOf(ctx).account_id
  const [token] = await tokens(ctx.db, currency)
  if (!token) throw new Refusal('token_unknown', { currency })
  const mine = await lastEpochOf(ctx.db, who, currency, true)
  const epoch = mine && (await lastActive(ctx.db, currency))
  if (!epoch) throw new Refusal('no_proof_yet', { currency })
  const path = join(filesDir(ctx.config), treePath(fileOf(epoch)))
  const account = hexOf(mine.address)
  const found = (await proofsIn(path, epoch.rows!, [mine.address])).get(account)!
  const args = [account, found.cumulative, hexOf(epoch.root!), found.proof] as const
  return {
    epoch: showEpoch(epoch),
    account,
    cumulative_units: found.cumulative.toString(),
    claimed_units: (await creditedTo(ctx.db, currency, mine.address)).toString(),
    proof: found.proof,
    call_data: encodeFunctionData({ abi: DISTRIBUTOR, functionName: 'claim', args }),
    claims_path: `/v1/settlement/epochs/${epoch.id}/claims.jsonl`,
  }
}

/** Has a row that was dropped tried again at once. */
export async function askAgain(ctx: Ctx, currency: string): Promise<{ asked: boolean }> {
  const who = callerOf(ctx).account_id
  const [token] = await tokens(ctx.db, currency)
  if (!token) throw new Refusal('token_unknown', { currency })
  const place = (await progressOf(ctx.db, who)).find((p) => p.currency === currency && p.place === 'on_chain')
  const mine = place && (await lastEpochOf(ctx.db, who, currency, true))
  if (!mine) throw new Refusal('nothing_on_chain', { currency })
  await retryDrop(ctx.db, currency, mine.address, ctx.now)
  return { asked: true }
}
