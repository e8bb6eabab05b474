import { blockscout } from './blockscout.ts'
import { finalBlock, type Finality, isOnChain, noncesAt, requireChain, transactionsBy } from './chain.ts'
import { fillBetween } from './bisection.ts'
import { etherscan } from './etherscan.ts'
import { type ExplorerAt, lies } from './listing.ts'
import { type Pace, pacedTo } from './paced.ts'
import type { GasHistoryProvider, SentTx } from './provider.ts'
import type { Rpc } from './rpc.ts'

/** How deep an explorer's newest block must be buried when no node says what is final. */
const CONFIRMATIONS = 64
/** Transactions that are read from the node in one step. */
const READ_AT_ONCE = 100

/**
 * An explorer's list of what a wallet sent. With a node beside it the explorer only says which transactions there are:
 * what each cost comes from the chain, and so does the count that shows whether one was left out.
 */
export function explorerOf(
  at: ExplorerAt,
  options: { rpc?: Rpc | undefined; pace?: Partial<Pace>; finality?: Finality } = {},
): GasHistoryProvider {
  const { rpc, finality = {} } = options
  const listing = (at.dialect === 'etherscan' ? etherscan : blockscout)(at, pacedTo('the explorer', options.pace))
  return {
    id: 'explorer',
    chain_id: at.chain_id,
    async pin() {
      if (rpc) {
        await requireChain(rpc, at.chain_id)
        return finalBlock(rpc, finality)
      }
      return listing.block(Math.max(0, (await listing.newest()) - (finality.confirmations ?? CONFIRMATIONS)))
    },
    holds: async (pin) => (rpc ? isOnChain(rpc, pin) : (await listing.block(pin.block)).hash === pin.hash),
    nonceAt: async (address, pin) => (rpc ? (await noncesAt(rpc, address, [pin.block]))[0]! : null),
    async step({ address, after, pin }, cursor) {
      const page = await listing.page(address, after, pin, cursor)
      const sent = withoutRepeats(page.sent)
      if (!rpc) return { transactions: sent, used: [], cursor: page.cursor, done_ppm: null }
      const found = { transactions: [] as SentTx[], used: [] as { nonce: number; block: number; hash: string }[] }
      for (let i = 0; i < sent.length; i += READ_AT_ONCE) {
        const part = await transactionsBy(
          rpc,
          address,
          sent.slice(i, i + READ_AT_ONCE).map((t) => t.hash),
        )
        found.transactions.push(...part.transactions)
        found.used.push(...part.used)
      }
      return { ...found, cursor: page.cursor, done_ppm: null }
    },
    ...(rpc ? { fill: (stretch, cursor) => fillBetween(rpc, stretch, cursor) } : {}),
  }
}

/** A row that is shown twice counts once; two different rows of one nonce cannot both be true. */
function withoutRepeats(rows: readonly SentTx[]): SentTx[] {
  const byNonce = new Map<number, SentTx>()
  for (const row of rows) {
    const other = byNonce.get(row.nonce)
    if (other && other.hash !== row.hash) throw lies('two transactions have one nonce')
    byNonce.set(row.nonce, row)
  }
  return [...byNonce.values()]
}
