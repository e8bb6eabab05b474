import { decodeEventLog, type Hex, type Log, type PublicClient } from 'viem'
import type { Ctx } from '../../platform/context.ts'
import { DISTRIBUTOR, TOKEN } from './chain/abi.ts'
import { chainOf, finalBlock, headOf } from './chain/client.ts'
import {
  blocksBelow,
  forgetBlocks,
  insertEvents,
  putBlock,
  rollBack,
  setScanned,
  type ReadEvent,
} from './event-queries.ts'
import { escrows, rollBackEscrows } from './escrow/queries.ts'
import { readEscrow } from './escrow/read.ts'
import { tokens, type TokenRow } from './queries.ts'
import { bytesOf, hexOf } from './rules.ts'

const BLOCKS_AT_ONCE = 2_000n
const TRANSFER = TOKEN.find((x) => x.type === 'event')!

/**
 * Reads what is new on the chain, in ranges of blocks. What was read and a mark of its last block are stored together, so
 * stopping anywhere leaves a whole range read or none of it. Events are only credited later, once their block is final.
 */
export async function readChain(ctx: Ctx): Promise<{ more: boolean }> {
  const { client, chain } = chainOf(ctx.config)
  const chainId = await client.getChainId()
  const paid = (await tokens(ctx.db)).filter((t) => t.chain_id === chainId)
  if (paid.length === 0) return { more: false }
  await noticeReorganisation(ctx, client, chainId)
  const head = await headOf(client)
  let more = false
  for (const token of await tokens(ctx.db)) {
    if (token.chain_id !== chainId || token.scanned_to >= head) continue
    const to = min(head, token.scanned_to + BLOCKS_AT_ONCE)
    if (!(await readRange(ctx, client, token, token.scanned_to + 1n, to))) return { more: true }
    more ||= to < head
  }
  for (const escrow of await escrows(ctx.db)) {
    if (!paid.some((t) => t.currency === escrow.currency) || escrow.scanned_to >= head) continue
    const to = min(head, escrow.scanned_to + BLOCKS_AT_ONCE)
    if (!(await readEscrow(ctx, client, chainId, escrow, to))) return { more: true }
    more ||= to < head
  }
  await forgetBlocks(ctx.db, chainId, (await finalBlock(client, chain)).number)
  return { more }
}

/** Reads one range; false when the chain changed meanwhile, and so nothing was kept. */
async function readRange(ctx: Ctx, client: PublicClient, token: TokenRow, from: bigint, to: bigint): Promise<boolean> {
  const before = await client.getBlock({ blockNumber: to })
  const [distributor, coin] = [hexOf(token.distributor), hexOf(token.token)]
  const [own, paidIn, paidOut] = await Promise.all([
    client.getLogs({ address: distributor, fromBlock: from, toBlock: to }),
    client.getLogs({ address: coin, event: TRANSFER, args: { to: distributor }, fromBlock: from, toBlock: to }),
    client.getLogs({ address: coin, event: TRANSFER, args: { from: distributor }, fromBlock: from, toBlock: to }),
  ])
  const events = [
    ...own.flatMap((log) => eventOf(token.currency, log)),
    ...paidIn.map((log) => transferOf(token.currency, log, 'funded', log.args.from!, log.args.value!)),
    ...paidOut.map((log) => transferOf(token.currency, log, 'sent', log.args.to!, log.args.value!)),
  ]
  const after = await client.getBlock({ blockNumber: to })
  if (after.hash !== before.hash) return false
  await ctx.db.transaction().execute(async (db) => {
    await insertEvents(db, token.chain_id, events)
    await putBlock(db, token.chain_id, to, bytesOf(after.hash))
    await setScanned(db, token.currency, to)
  })
  return true
}

/** Goes back to the newest block that both we and the chain know, and forgets what was read above it. */
async function noticeReorganisation(ctx: Ctx, client: PublicClient, chainId: number): Promise<void> {
  let below: bigint | undefined
  for (let isNewest = true; ; isNewest = false) {
    const [seen] = await blocksBelow(ctx.db, chainId, below, 1)
    if (!seen && isNewest) return
    const now = seen && (await client.getBlock({ blockNumber: seen.number }).catch(unlessNotThere))
    if (seen && now?.hash === hexOf(seen.hash)) {
      if (!isNewest) await goBackTo(ctx, chainId, seen.number)
      return
    }
    if (!seen) return goBackTo(ctx, chainId, 0n)
    below = seen.number
  }
}

async function goBackTo(ctx: Ctx, chainId: number, to: bigint): Promise<void> {
  ctx.log.warn({ chain_id: chainId, block: to.toString() }, 'the chain was reorganised; reading again from this block')
  const credited = await ctx.db.transaction().execute(async (db) => {
    await rollBackEscrows(db, chainId, to)
    return rollBack(db, chainId, to)
  })
  if (credited > 0)
    throw new Error(
      `The chain undid ${credited} events that were final, back to block ${to}. Nothing more is credited. Check that the endpoint is the same chain; docs/operating/chain.md says how to go on.`,
    )
}

const unlessNotThere = (error: unknown): undefined => {
  if ((error as Error).name !== 'BlockNotFoundError') throw error
  return undefined
}

type Place = Pick<Log<bigint, number, false>, 'transactionHash' | 'logIndex' | 'blockNumber' | 'blockHash'>

const placed = (currency: string, log: Place, kind: string, body: Record<string, string>): ReadEvent => ({
  tx_hash: bytesOf(log.transactionHash),
  log_index: log.logIndex,
  currency,
  block_number: log.blockNumber,
  block_hash: bytesOf(log.blockHash),
  kind,
  body,
})

const transferOf = (currency: string, log: Place, kind: 'funded' | 'sent', other: string, value: bigint): ReadEvent =>
  placed(currency, log, kind, { other: other.toLowerCase(), amount: value.toString() })

const KINDS: Readonly<Record<string, string>> = {
  RootProposed: 'proposed',
  RootRevoked: 'revoked',
  RootActivated: 'activated',
  RootChallenged: 'challenged',
  Claimed: 'claimed',
  ClaimSkipped: 'skipped',
}

/** What a distributor said; events that are nothing to us are left out. */
function eventOf(currency: string, log: Log<bigint, number, false>): ReadEvent[] {
  let read: { eventName: string; args: Record<string, unknown> }
  try {
    read = decodeEventLog({ abi: DISTRIBUTOR, data: log.data, topics: log.topics as [Hex, ...Hex[]] }) as never
  } catch {
    return []
  }
  const kind = KINDS[read.eventName]
  if (!kind) return []
  const body = Object.fromEntries(Object.entries(read.args).map(([name, value]) => [name, String(value).toLowerCase()]))
  return [placed(currency, log, kind, body)]
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)
