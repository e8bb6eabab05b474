import type { Ctx, Db } from '../../../platform/context.ts'
import { campaignRow } from '../../campaigns/manage-queries.ts'
import { TOKEN } from '../chain/abi.ts'
import { chainOf } from '../chain/client.ts'
import type { TokenRow } from '../queries.ts'
import { hexOf } from '../rules.ts'
import { booksOf, campaignEscrows, escrows, escrowSums, lastAsked } from './queries.ts'
import { escrowDifferences, type EscrowSides, type Held } from './rules.ts'
import { heldOf } from './settle.ts'

/** What an escrow holds at a block: in all, and of each campaign that counts. */
export async function readSides(ctx: Ctx, token: TokenRow, blockNumber: bigint) {
  const [escrow] = await escrows(ctx.db, token.currency)
  if (!escrow || escrow.scanned_to < blockNumber) return undefined
  const { client } = chainOf(ctx.config)
  const all = await campaignEscrows(ctx.db, { currency: token.currency, counts: true })
  const [balance, held] = await Promise.all([
    client.readContract({ address: hexOf(token.token), abi: TOKEN, functionName: 'balanceOf', args: [hexOf(escrow.escrow)], blockNumber }), // prettier-ignore
    Promise.all(all.map((e) => heldOf({ client, escrow }, e, blockNumber))),
  ])
  return { balance, held: new Map(all.map((e, i) => [hexOf(e.escrow_id), held[i]!])) }
}

/** The same beside the books, in words where they differ. */
export async function compareEscrow(
  db: Db,
  token: TokenRow,
  sides: { balance: bigint; held: ReadonlyMap<string, Held> },
  blockNumber: bigint,
) {
  const campaigns: EscrowSides['campaigns'][number][] = []
  for (const e of await campaignEscrows(db, { currency: token.currency, counts: true })) {
    const held = sides.held.get(hexOf(e.escrow_id))
    if (!held) continue
    const books = await booksOf(db, e.campaign_id, e.currency)
    campaigns.push({
      campaign_id: e.campaign_id,
      held,
      deposited: e.deposited,
      uncounted: e.uncounted,
      funded: books.funded * token.units_per_minor,
      spent: books.spent * token.units_per_minor,
      is_over: (await campaignRow(db, e.campaign_id))!.closed_at !== null,
      is_moving: (await lastAsked(db, e.campaign_id, e.currency))?.is_open ?? false,
    })
  }
  return escrowDifferences({
    balance: sides.balance,
    ...(await escrowSums(db, token.currency, blockNumber)),
    campaigns,
  })
}
