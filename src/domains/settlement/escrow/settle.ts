import { encodeFunctionData, type Hex, type PublicClient, stringToHex } from 'viem'
import type { ChainKey } from '../../../platform/config.ts'
import type { Ctx } from '../../../platform/context.ts'
import { campaignRow } from '../../campaigns/manage-queries.ts'
import { escrowAccount, OUTSIDE } from '../../ledger/accounts.ts'
import { recordTransfers } from '../../ledger/transfer.ts'
import { askTransaction, callOff } from '../chain-queries.ts'
import { ESCROW } from '../chain/abi.ts'
import { chainOf } from '../chain/client.ts'
import { signerOf } from '../chain/keys.ts'
import type { EpochRow } from '../epoch-queries.ts'
import { tokens, type TokenRow } from '../queries.ts'
import { bytesOf, hexOf } from '../rules.ts'
import { whyStopped } from '../stopping.ts'
import { booksOf, campaignEscrows, escrows, lastAsked, type CampaignEscrow, type EscrowRow } from './queries.ts'
import { nextReserve, refundDue, releases } from './rules.ts'

/** Work is set aside for at most so often, so that a chain shows sums of many decisions and not each. */
const RESERVE_EVERY_MS = 3_600_000
/** Before a campaign's money goes back, what is owed is set aside without waiting. */
const LAST_CALL_S = 2n * 86_400n
const REASON = stringToHex('decisions overturned', { size: 32 })

type Place = { client: PublicClient; token: TokenRow; escrow: EscrowRow }

/** Sets aside in each escrow what the books paid for work, frees what they took back, and lets refunded money go. */
export async function settleEscrows(ctx: Ctx): Promise<{ more: boolean }> {
  const { client } = chainOf(ctx.config)
  const chainId = await client.getChainId()
  for (const escrow of await escrows(ctx.db)) {
    const [token] = await tokens(ctx.db, escrow.currency)
    if (token!.chain_id !== chainId || (await whyStopped(ctx.db, escrow.currency))) continue
    for (const e of await campaignEscrows(ctx.db, { currency: escrow.currency, counts: true })) {
      await letGo(ctx, token!, e)
      if (signerOf(ctx.config, 'settler')) await settleOne(ctx, { client, token: token!, escrow }, e)
    }
  }
  return { more: false }
}

/** What the contract sent back to the requester leaves the books as well. */
async function letGo(ctx: Ctx, token: TokenRow, e: CampaignEscrow): Promise<void> {
  if (e.refunded === 0n) return
  await ctx.db.transaction().execute(async (db) => {
    const books = await booksOf(db, e.campaign_id, e.currency)
    const amount_minor = refundDue({
      ...e,
      unitsPerMinor: token.units_per_minor,
      gone_minor: books.gone,
      returned_minor: books.returned,
    })
    if (amount_minor === 0n) return
    // Named by what was gone before, so that two runs at once move it once.
    await recordTransfers(ctx, db, [
      {
        campaign_id: e.campaign_id,
        id: `escrow_refunded:${e.campaign_id}:${e.currency}:${books.gone}`,
        kind: 'escrow_refunded',
        subject_id: e.campaign_id,
        debit: escrowAccount(e.campaign_id),
        credit: OUTSIDE,
        currency: e.currency,
        amount_minor,
      },
    ])
  })
}

/** A campaign's money as the contract has it now. */
export const heldOf = (p: Pick<Place, 'client' | 'escrow'>, e: CampaignEscrow, blockNumber?: bigint) =>
  p.client.readContract({
    address: hexOf(p.escrow.escrow),
    abi: ESCROW,
    functionName: 'campaign',
    args: [hexOf(e.escrow_id)],
    ...(blockNumber !== undefined && { blockNumber }),
  })

async function settleOne(ctx: Ctx, p: Place, e: CampaignEscrow): Promise<void> {
  const id = hexOf(e.escrow_id)
  const asked = await lastAsked(ctx.db, e.campaign_id, e.currency)
  // What the chain would refuse now was asked of another state: it is called off and reckoned anew.
  if (asked?.is_refused) await callOff(ctx.db, asked.id, ctx.now)
  else if (asked?.is_open) return
  const at = { address: hexOf(p.escrow.escrow), abi: ESCROW } as const
  const [held, [waits, from], refundsFrom, block, books, c] = await Promise.all([
    heldOf(p, e),
    p.client.readContract({ ...at, functionName: 'unreserveOf', args: [id] }),
    p.client.readContract({ ...at, functionName: 'refundsFrom', args: [id] }),
    p.client.getBlock(),
    booksOf(ctx.db, e.campaign_id, e.currency),
    campaignRow(ctx.db, e.campaign_id),
  ])
  const is_over = c!.closed_at !== null
  if (waits > 0n && block.timestamp >= from)
    return ask(ctx, p, e, 'relayer', 'unreserve', encodeFunctionData({ abi: ESCROW, functionName: 'unreserve', args: [id] })) // prettier-ignore
  const next = nextReserve({ held, spent: books.spent * p.token.units_per_minor, is_over, asked: waits })
  if (!next) return
  if ('unreserve' in next) {
    const args = [id, next.unreserve, REASON] as const
    return ask(ctx, p, e, 'settler', 'take_back', encodeFunctionData({ abi: ESCROW, functionName: 'requestUnreserve', args })) // prettier-ignore
  }
  if (block.timestamp >= refundsFrom) return
  const isLate = is_over || block.timestamp + LAST_CALL_S >= refundsFrom
  if (!isLate && asked && ctx.now.getTime() - asked.at.getTime() < RESERVE_EVERY_MS) return
  const args = [id, next.reserve] as const
  return ask(ctx, p, e, 'settler', 'reserve', encodeFunctionData({ abi: ESCROW, functionName: 'reserve', args })) // prettier-ignore
}

/** Sends reserved money on to a distributor that is short for an epoch. Returns whether anything is on its way. */
export async function releaseFor(ctx: Ctx, client: PublicClient, epoch: EpochRow, short: bigint): Promise<boolean> {
  const [escrow] = await escrows(ctx.db, epoch.currency)
  const [token] = await tokens(ctx.db, epoch.currency)
  if (!escrow || !token || !signerOf(ctx.config, 'settler')) return false
  const all = await campaignEscrows(ctx.db, { currency: epoch.currency, counts: true })
  const held = await Promise.all(
    all.map(async (e) => ({ e, reserved: (await heldOf({ client, escrow }, e)).reserved })),
  )
  for (const { e } of held) if ((await lastAsked(ctx.db, e.campaign_id, e.currency))?.is_open) return true
  const due = releases(short, held)
  for (const { e, amount } of due) {
    const args = [hexOf(e.escrow_id), amount, BigInt(epoch.number)] as const
    await ask(ctx, { client, token, escrow }, e, 'settler', 'release', encodeFunctionData({ abi: ESCROW, functionName: 'release', args })) // prettier-ignore
  }
  return due.length > 0
}

/** Asks for a transaction to the escrow, named after the one before it: two who ask at once ask for one. */
async function ask(ctx: Ctx, p: Place, e: CampaignEscrow, role: ChainKey, what: string, data: Hex): Promise<void> {
  const before = await lastAsked(ctx.db, e.campaign_id, e.currency)
  await askTransaction(ctx.db, {
    id: ctx.newId(),
    chain_id: p.token.chain_id,
    role,
    purpose: `${what}:${e.campaign_id}:${e.currency}:${before?.id ?? 0}`,
    currency: e.currency,
    subject_id: e.campaign_id,
    to: p.escrow.escrow,
    data: bytesOf(data),
    made_at: ctx.now,
  })
}
