import {
  finalBlock,
  type Finality,
  isOnChain,
  noncesAt,
  type RawReceipt,
  readBlocks,
  requireChain,
  transactionsBy,
} from './chain.ts'
import type { Found, GasHistoryProvider } from './provider.ts'
import { GasFailure } from './provider.ts'
import { type Call, hex, type Rpc } from './rpc.ts'

type State = { next: number; size: number }
const FIRST_SIZE = 20
const MOST_BLOCKS = 400
/** Blocks are asked for in fewer at a time when they are full, so that no answer grows beyond reading. */
const RECEIPTS_AT_ONCE = 4_000
const FEW_RECEIPTS = 1_000

/** Reads the receipts of every block. Any node can do it; for chains that are short, one's own, or to follow the tip. */
export function receiptsOf(rpc: Rpc, chainId: number, finality: Finality = {}): GasHistoryProvider {
  return {
    id: 'receipts',
    chain_id: chainId,
    async pin() {
      await requireChain(rpc, chainId)
      return finalBlock(rpc, finality)
    },
    holds: (pin) => isOnChain(rpc, pin),
    nonceAt: async (address, pin) => (await noncesAt(rpc, address, [pin.block]))[0]!,
    async step({ address, after, pin }, cursor) {
      const { next, size } = (cursor as State | null) ?? { next: after + 1, size: FIRST_SIZE }
      const last = Math.min(pin.block, next + size - 1)
      const found: Found = { transactions: [], used: [] }
      let count = 0
      if (next <= last) {
        const blocks = Array.from({ length: last - next + 1 }, (_, i) => next + i)
        const lists = (await rpc.all(blocks.map((b): Call => ['eth_getBlockReceipts', hex(b)]))) as (
          | RawReceipt[]
          | null
        )[]
        const mine: string[] = []
        const authorising: number[] = []
        for (const [i, receipts] of lists.entries()) {
          if (!Array.isArray(receipts)) throw new GasFailure('bad_answer', 'the node has no receipts of a block')
          count += receipts.length
          if (receipts.some((r) => r.type === '0x4')) authorising.push(blocks[i]!)
          else mine.push(...receipts.filter((r) => r.from.toLowerCase() === address).map((r) => r.transactionHash))
        }
        add(found, await transactionsBy(rpc, address, mine))
        add(found, await readAuthorising(rpc, address, authorising))
      }
      const done = last >= pin.block
      const wanted = count > RECEIPTS_AT_ONCE ? size >> 1 : count < FEW_RECEIPTS ? size * 2 : size
      const following: State = { next: last + 1, size: Math.max(1, Math.min(MOST_BLOCKS, wanted)) }
      return {
        ...found,
        cursor: done ? null : following,
        done_ppm: Math.floor(((last - after) * 1_000_000) / Math.max(1, pin.block - after)),
      }
    },
  }
}

const add = (to: Found, more: Found) => {
  to.transactions.push(...more.transactions)
  to.used.push(...more.used)
}

/** Blocks with EIP-7702 transactions are read whole: anybody's may have used up a nonce of this wallet. */
async function readAuthorising(rpc: Rpc, address: string, blocks: readonly number[]): Promise<Found> {
  const counts = await noncesAt(
    rpc,
    address,
    blocks.flatMap((b) => [b - 1, b]),
  )
  const moved = blocks
    .map((block, i) => ({ block, before: counts[2 * i]!, after: counts[2 * i + 1]! }))
    .filter((m) => m.before !== m.after)
  return readBlocks(rpc, address, moved)
}
