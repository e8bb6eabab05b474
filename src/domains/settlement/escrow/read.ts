import { decodeEventLog, type Hex, type Log, type PublicClient } from 'viem'
import type { Ctx } from '../../../platform/context.ts'
import { ESCROW } from '../chain/abi.ts'
import { insertEvents, putBlock, type ReadEvent } from '../event-queries.ts'
import { bytesOf, hexOf } from '../rules.ts'
import { setEscrowScanned, type EscrowRow } from './queries.ts'

const KINDS: Readonly<Record<string, string>> = {
  Opened: 'escrow_opened',
  Deposited: 'escrow_deposited',
  Released: 'escrow_released',
  ReleasedAbandoned: 'escrow_released',
  CancelRequested: 'escrow_cancelled',
  Refunded: 'escrow_refunded',
}

/** Reads one range of an escrow's events, like the distributor's; false when the chain changed meanwhile. */
export async function readEscrow(
  ctx: Ctx,
  client: PublicClient,
  chainId: number,
  escrow: EscrowRow,
  to: bigint,
): Promise<boolean> {
  const before = await client.getBlock({ blockNumber: to })
  const fromBlock = escrow.scanned_to + 1n
  const logs = await client.getLogs({ address: hexOf(escrow.escrow), fromBlock, toBlock: to })
  const after = await client.getBlock({ blockNumber: to })
  if (after.hash !== before.hash) return false
  await ctx.db.transaction().execute(async (db) => {
    await insertEvents(
      db,
      chainId,
      logs.flatMap((log) => eventOf(escrow.currency, log)),
    )
    await putBlock(db, chainId, to, bytesOf(after.hash))
    await setEscrowScanned(db, escrow.currency, to)
  })
  return true
}

function eventOf(currency: string, log: Log<bigint, number, false>): ReadEvent[] {
  let read: { eventName: string; args: Record<string, unknown> }
  try {
    read = decodeEventLog({ abi: ESCROW, data: log.data, topics: log.topics as [Hex, ...Hex[]] }) as never
  } catch {
    return []
  }
  const kind = KINDS[read.eventName]
  if (!kind) return []
  return [
    {
      tx_hash: bytesOf(log.transactionHash),
      log_index: log.logIndex,
      currency,
      block_number: log.blockNumber,
      block_hash: bytesOf(log.blockHash),
      kind,
      body: Object.fromEntries(Object.entries(read.args).map(([name, value]) => [name, String(value).toLowerCase()])),
    },
  ]
}
