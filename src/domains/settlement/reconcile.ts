import type { Hex } from 'viem'
import type { Ctx } from '../../platform/context.ts'
import { DISTRIBUTOR, TOKEN } from './chain/abi.ts'
import { chainOf, finalBlock } from './chain/client.ts'
import { compareEscrow, readSides } from './escrow/compare.ts'
import { accountsOff, bookSums, lastActive, ledgerSums } from './epoch-queries.ts'
import { dueEvents, eventSums, putReconciliation, shortPaid } from './event-queries.ts'
import { tokens } from './queries.ts'
import { differences, hexOf } from './rules.ts'

const NAMED = 20

/**
 * Compares both sides of each token at a final block: what the distributor holds, declares and paid, what its events say,
 * and what the books say. Waits while events of that block are still to be read or credited.
 */
export async function reconcile(ctx: Ctx): Promise<{ more: boolean }> {
  const { client, chain } = chainOf(ctx.config)
  const [chainId, final] = await Promise.all([client.getChainId(), finalBlock(client, chain)])
  for (const token of await tokens(ctx.db)) {
    if (token.chain_id !== chainId || token.scanned_to < final.number || final.number < token.first_block) continue
    const address = hexOf(token.distributor)
    const at = { address, abi: DISTRIBUTOR, blockNumber: final.number } as const
    const [balance, bonds, total, totalClaimed, root] = await Promise.all([
      client.readContract({
        address: hexOf(token.token),
        abi: TOKEN,
        functionName: 'balanceOf',
        args: [address as Hex],
        blockNumber: final.number,
      }),
      client.readContract({ ...at, functionName: 'bondsHeld' }),
      client.readContract({ ...at, functionName: 'total' }),
      client.readContract({ ...at, functionName: 'totalClaimed' }),
      client.readContract({ ...at, functionName: 'root' }),
    ])
    const escrowed = await readSides(ctx, token, final.number)
    await ctx.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (db) => {
        if ((await dueEvents(db, token.currency, final.number, 1)).length > 0) return
        const books = await bookSums(db, token.currency)
        const events = await eventSums(db, token.currency, final.number)
        const ledger = await ledgerSums(db, token.currency)
        const sides = {
          balance,
          bonds,
          total,
          total_claimed: totalClaimed,
          ...events,
          ...books,
          accounts_off: await accountsOff(db, token.currency, final.number, NAMED),
          short_paid: await shortPaid(db, token.currency, final.number, NAMED),
          ledger_paying: ledger.paying * token.units_per_minor,
          withdrawals_open: ledger.open * token.units_per_minor,
          root,
          book_root: (await lastActive(db, token.currency))?.root,
        }
        await putReconciliation(db, {
          currency: token.currency,
          compared_at: ctx.now,
          block_number: final.number.toString(),
          figures: Object.fromEntries(
            Object.entries(sides)
              .filter(([, v]) => typeof v === 'bigint')
              .map(([name, v]) => [name, String(v)]),
          ),
          differences: [
            ...differences({ ...sides, book_root: sides.book_root ? hexOf(sides.book_root) : null }),
            ...(escrowed ? await compareEscrow(db, token, escrowed, final.number) : []),
          ],
        })
      })
  }
  return { more: false }
}
