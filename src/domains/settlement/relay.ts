import { join } from 'node:path'
import { encodeFunctionData, type Hex, type PublicClient } from 'viem'
import type { Ctx } from '../../platform/context.ts'
import { filesDir } from '../../platform/files/place.ts'
import { fileOf } from './build-epoch.ts'
import { askTransaction, claimsSentSince, claimsUnderWay, putDrops } from './chain-queries.ts'
import { DISTRIBUTOR } from './chain/abi.ts'
import { chainOf, sayOf } from './chain/client.ts'
import { signerOf } from './chain/keys.ts'
import { bookSums, lastActive, unclaimed, type EpochRow } from './epoch-queries.ts'
import { tokens } from './queries.ts'
import { bytesOf, hexOf, reasonOf, retryAfterMs } from './rules.ts'
import { whyStopped } from './stopping.ts'
import { proofsIn, treePath } from './tree-file.ts'

/** Rows in one transaction: 31,500 gas each, a tenth of a block in all. */
export const ROWS_IN_BATCH = 50
const BATCHES_AT_ONCE = 20
const A_HANDFUL = 3
const DAY_MS = 86_400_000

type Claim = { account: Hex; cumulative: bigint; proof: Hex[] }
type Dropped = { address: Uint8Array; reason: string }

/**
 * Claims for people, gas paid: fifty rows a transaction, each tried first without sending. A row that would fail is left
 * out, kept with its reason, and takes nobody with it.
 */
export async function relayClaims(ctx: Ctx): Promise<{ more: boolean }> {
  const { client, chain } = chainOf(ctx.config)
  const signer = signerOf(ctx.config, 'relayer')
  if (!signer) return { more: false }
  const chainId = await client.getChainId()
  for (const token of await tokens(ctx.db)) {
    if (token.chain_id !== chainId || (await claimsUnderWay(ctx.db, token.currency)) > 0) continue
    const epoch = await lastActive(ctx.db, token.currency)
    if (!epoch) continue
    if (await whyStopped(ctx.db, token.currency)) continue
    let left = chain.claims_per_day - (await claimsSentSince(ctx.db, new Date(ctx.now.getTime() - DAY_MS)))
    const current = await client.readContract({
      address: hexOf(epoch.distributor),
      abi: DISTRIBUTOR,
      functionName: 'root',
    })
    // Between a root that counts on the chain and one that is final here nothing is claimed: proofs would be stale.
    if (current !== hexOf(epoch.root!)) continue
    let after: Buffer | undefined
    for (let batches = 0; batches < BATCHES_AT_ONCE && left > 0; batches++) {
      const rows = await unclaimed(ctx.db, {
        currency: token.currency,
        now: ctx.now,
        after,
        limit: Math.min(ROWS_IN_BATCH, left),
      })
      if (rows.length === 0) break
      // A token that never paid anybody pays one person first; if it keeps a part, no more is lost than that.
      const isFirst = rows.length > A_HANDFUL && (await bookSums(ctx.db, token.currency)).credited === 0n
      if (isFirst) rows.length = left = 1
      after = rows.at(-1)!.address
      const addresses = rows.map((r) => r.address)
      left -= await relayBatch(ctx, client, epoch, signer.address, addresses)
    }
  }
  return { more: false }
}

/** Asks for one batch. Returns how many rows it claims. */
async function relayBatch(
  ctx: Ctx,
  client: PublicClient,
  epoch: EpochRow,
  sender: Hex,
  addresses: readonly Uint8Array[],
): Promise<number> {
  const path = join(filesDir(ctx.config), treePath(fileOf(epoch)))
  const proofs = await proofsIn(path, epoch.rows!, addresses)
  const claims = [...proofs].map(([account, p]): Claim => ({ account: account as Hex, ...p }))
  const tried = await tryEach(client, epoch, sender, claims)
  const dropped = [...tried.dropped]
  const rows = await tryTogether(client, epoch, sender, tried.good, dropped)
  await ctx.db.transaction().execute(async (db) => {
    if (rows.length > 0) {
      const id = ctx.newId()
      await askTransaction(db, {
        id,
        chain_id: Number(epoch.chain_id),
        role: 'relayer',
        purpose: `claims:${id}`,
        currency: epoch.currency,
        subject_id: epoch.id,
        to: epoch.distributor,
        data: bytesOf(claimData(rows, epoch)),
        rows: rows.length,
        made_at: ctx.now,
      })
    }
    await putDrops(
      db,
      epoch.currency,
      dropped.map((d) => ({
        ...d,
        at: ctx.now,
        retry_at: (tries) => new Date(ctx.now.getTime() + retryAfterMs(tries)),
      })),
    )
  })
  return rows.length
}

const claimData = (rows: readonly Claim[], epoch: EpochRow): Hex =>
  encodeFunctionData({ abi: DISTRIBUTOR, functionName: 'claimMany', args: [rows, hexOf(epoch.root!)] })

/**
 * Tries each row alone. What was claimed meanwhile is left out quietly; a pause or a newer root ends the attempt; what the
 * token refuses is dropped with what it said.
 */
async function tryEach(
  client: PublicClient,
  epoch: EpochRow,
  sender: Hex,
  claims: readonly Claim[],
): Promise<{ good: Claim[]; dropped: Dropped[] }> {
  const said = await Promise.all(
    claims.map((c) =>
      client
        .simulateContract({
          account: sender,
          address: hexOf(epoch.distributor),
          abi: DISTRIBUTOR,
          functionName: 'claim',
          args: [c.account, c.cumulative, hexOf(epoch.root!), c.proof],
        })
        .then(() => undefined)
        .catch(unlessReverted),
    ),
  )
  const good: Claim[] = []
  const dropped: Dropped[] = []
  for (const [i, c] of claims.entries()) {
    const why = said[i]
    if (why === undefined) good.push(c)
    else if (/Paused|StaleRoot/.test(why)) return { good: [], dropped: [] }
    else if (!/NothingToClaim/.test(why)) dropped.push({ address: bytesOf(c.account), reason: reasonOf(why) })
  }
  return { good, dropped }
}

/** Tries rows together and halves what fails, until what is left goes through. */
async function tryTogether(
  client: PublicClient,
  epoch: EpochRow,
  sender: Hex,
  rows: readonly Claim[],
  dropped: Dropped[],
): Promise<readonly Claim[]> {
  if (rows.length === 0) return []
  const why = await client
    .call({ account: sender, to: hexOf(epoch.distributor), data: claimData(rows, epoch) })
    .then(() => undefined)
    .catch(unlessReverted)
  if (why === undefined) return rows
  if (rows.length === 1) {
    dropped.push({ address: bytesOf(rows[0]!.account), reason: reasonOf(why) })
    return []
  }
  const half = rows.length >> 1
  const first = await tryTogether(client, epoch, sender, rows.slice(0, half), dropped)
  return [...first, ...(await tryTogether(client, epoch, sender, rows.slice(half), dropped))]
}

/** What a contract said when it refused; a chain that is away is no refusal. */
const unlessReverted = (error: unknown): string => {
  const isRevert = /revert|ContractFunctionExecutionError|CallExecutionError/i.test(
    `${(error as Error).name} ${(error as Error).message}`,
  )
  const isAway = /HttpRequestError|TimeoutError|fetch failed/i.test(
    String((error as { cause?: unknown }).cause ?? error),
  )
  if (!isRevert || isAway) throw error
  return sayOf(error)
}
