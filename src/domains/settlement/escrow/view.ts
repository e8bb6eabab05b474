import { encodeFunctionData, type Hex } from 'viem'
import type { Ctx } from '../../../platform/context.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { budgetOf } from '../../campaigns/budget.ts'
import { campaignRow } from '../../campaigns/manage-queries.ts'
import { walletsOf } from '../../identity/wallets/queries.ts'
import { APPROVE, ESCROW } from '../chain/abi.ts'
import { chainOf, sayOf } from '../chain/client.ts'
import { tokens, type TokenRow } from '../queries.ts'
import { hexOf } from '../rules.ts'
import type { Escrow } from './contract.ts'
import { workEnds } from './credit.ts'
import { campaignEscrows, escrows, type CampaignEscrow, type EscrowRow } from './queries.ts'
import { labelOf } from './rules.ts'
import { heldOf } from './settle.ts'

const DAY_MS = 86_400_000

/** A campaign's escrows: what lies there, and what the requester's wallet would send to put the missing budget there. */
export async function escrowsOf(ctx: Ctx, campaignId: string): Promise<Escrow[]> {
  const c = await campaignRow(ctx.db, campaignId)
  if (!c) throw new Refusal('campaign_not_found')
  const all = ctx.config.chain?.url ? await escrows(ctx.db) : []
  const budget = await budgetOf(ctx.db, c)
  const has_wallet = (await walletsOf(ctx.db, c.requester_id)).length > 0
  const deadline = new Date((await workEnds(ctx.db, c)).getTime() + DAY_MS)
  const out: Escrow[] = []
  for (const escrow of all) {
    const of = budget.find((b) => b.currency === escrow.currency)
    if (!of) continue
    const [token] = await tokens(ctx.db, escrow.currency)
    const opened = await campaignEscrows(ctx.db, { campaign_id: c.id, currency: escrow.currency })
    const counts = opened.find((e) => e.refused === null)
    const missing = BigInt(of.missing_minor) * token!.units_per_minor
    out.push({
      currency: escrow.currency,
      chain_id: token!.chain_id,
      token: hexOf(token!.token),
      escrow: hexOf(escrow.escrow),
      label: labelOf(c.id),
      units_per_minor: token!.units_per_minor.toString(),
      missing_units: missing.toString(),
      deadline: deadline.toISOString(),
      calls: missing > 0n && has_wallet ? callsFor(token!, escrow, labelOf(c.id), missing, deadline, counts) : [],
      opened: await shown(ctx, escrow, [...(counts ? [counts] : []), ...opened.filter((e) => e !== counts)]),
    })
  }
  return out
}

function callsFor(
  token: TokenRow,
  escrow: EscrowRow,
  label: Hex,
  amount: bigint,
  deadline: Date,
  counts: CampaignEscrow | undefined,
): Escrow['calls'] {
  const to = hexOf(escrow.escrow)
  const until = BigInt(Math.ceil(deadline.getTime() / 1000))
  return [
    {
      what: 'approve',
      to: hexOf(token.token),
      data: encodeFunctionData({ abi: APPROVE, functionName: 'approve', args: [to, amount] }),
    },
    counts
      ? { what: 'top_up', to, data: encodeFunctionData({ abi: ESCROW, functionName: 'topUp', args: [hexOf(counts.escrow_id), amount] }) } // prettier-ignore
      : { what: 'open', to, data: encodeFunctionData({ abi: ESCROW, functionName: 'open', args: [label, amount, until] }) }, // prettier-ignore
  ]
}

/** What was opened, as the contract has it now. */
async function shown(ctx: Ctx, escrow: EscrowRow, opened: readonly CampaignEscrow[]): Promise<Escrow['opened']> {
  if (opened.length === 0) return []
  const { client } = chainOf(ctx.config)
  try {
    return await Promise.all(
      opened.map(async (e) => {
        const [held, from] = await Promise.all([
          heldOf({ client, escrow }, e),
          client.readContract({ address: hexOf(escrow.escrow), abi: ESCROW, functionName: 'refundsFrom', args: [hexOf(e.escrow_id)] }), // prettier-ignore
        ])
        return {
          escrow_id: hexOf(e.escrow_id),
          requester: hexOf(e.requester),
          deadline: e.deadline.toISOString(),
          refused: e.refused,
          deposited_units: e.deposited.toString(),
          available_units: held.available.toString(),
          reserved_units: held.reserved.toString(),
          released_units: held.released.toString(),
          refunded_units: held.refunded.toString(),
          refunds_from: new Date(Number(from) * 1000).toISOString(),
        }
      }),
    )
  } catch (error) {
    throw new Refusal('chain_away', { reason: sayOf(error) })
  }
}
