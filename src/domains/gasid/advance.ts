import { providerOf } from '../../platform/chain/gas/providers.ts'
import {
  GasFailure,
  type GasHistoryProvider,
  type Pin,
  type SentTx,
  type Stretch,
  type UsedNonce,
} from '../../platform/chain/gas/provider.ts'
import { FIRST_STAGE, type Shelf, type Stage, turn } from '../../platform/chain/gas/run.ts'
import type { GasChain } from '../../platform/chain/gas/settings.ts'
import type { Ctx } from '../../platform/context.ts'
import { assert } from '../../platform/refusal.ts'
import { conclude } from './conclude.ts'
import { historyOf } from './queries.ts'
import { afterFailure, spentOn } from './rules.ts'
import {
  changeScan,
  countFound,
  dropFound,
  type FoundRow,
  keepFound,
  lockScan,
  noncesFound,
  type ScanRow,
} from './scan-queries.ts'

/** The chain was another one when the scan began, or when the sums it builds on were made. */
class Reorganised extends Error {}

/**
 * One bounded step of a scan. The outside is asked first, without a transaction; what it said is kept together with how
 * far the scan is, so that a crash repeats a step and never counts one twice.
 */
export async function advance(ctx: Ctx, scan: ScanRow): Promise<void> {
  const chain = ctx.config.gas.chains.find((c) => c.chain_id === Number(scan.chain_id))
  if (!chain) return end(ctx, scan, 'stopped', null)
  try {
    await (scan.state === 'waiting' ? begin(ctx, scan, chain) : step(ctx, scan, providerOf(chain)))
  } catch (error) {
    if (error instanceof Reorganised) return failed(ctx, scan, 'reorganised')
    if (!(error instanceof GasFailure)) throw error
    ctx.log.warn(
      { scan: scan.id, chain: chain.chain_id, code: error.code, reason: error.message },
      'a gas scan could not go on',
    )
    await failed(ctx, scan, error.code, error.wait_ms)
  }
}

/** Chooses the block that the scan is about, and what it builds on: sums that are proved, on a chain that is still the same. */
async function begin(ctx: Ctx, scan: ScanRow, chain: GasChain): Promise<void> {
  const provider = providerOf(chain)
  const address = addressOf(scan)
  const pin = await provider.pin()
  const nonce_end = await provider.nonceAt(address, pin)
  const known = await historyOf(ctx.db, scan.wallet_id, chain.chain_id)
  const isBase =
    known !== undefined &&
    known.completeness === 'proved' &&
    known.sums.burned !== null &&
    Number(known.block) <= pin.block &&
    (await provider.holds({ block: Number(known.block), hash: known.block_hash, at: 0 }))
  await ctx.db.transaction().execute(async (db) => {
    const now = await lockScan(db, scan.id)
    if (!now) return
    await dropFound(db, scan.id)
    await changeScan(db, scan.id, {
      state: 'scanning',
      after_block: isBase ? Number(known.block) : 0,
      nonce_start: isBase ? known.nonces : 0,
      nonce_end,
      block: pin.block,
      block_hash: pin.hash,
      block_at: new Date(pin.at * 1000),
      stage: FIRST_STAGE,
      done_ppm: 0,
      found: 0,
      why: null,
      next_at: ctx.now,
    })
  })
}

async function step(ctx: Ctx, scan: ScanRow, provider: GasHistoryProvider): Promise<void> {
  const stretch = stretchOf(scan)
  // A scan may have lain for a day: it goes on only if the chain is the one it began on.
  if (!(await provider.holds(stretch.pin))) throw new Reorganised()
  const found: FoundRow[] = []
  const shelf: Shelf = {
    keep(transactions, used) {
      found.push(...rowsOf(transactions, used))
      return Promise.resolve()
    },
    // Read within a transaction of its own, with what this step found already in place.
    seen: () =>
      ctx.db.transaction().execute(async (db) => {
        await keep(db, scan.id, found.splice(0))
        return noncesFound(db, scan.id)
      }),
  }
  const next = await turn(provider, stretch, scan.stage as Stage, shelf)
  if ('done' in next && !(await provider.holds(stretch.pin))) throw new Reorganised()
  await ctx.db.transaction().execute(async (db) => {
    const now = await lockScan(db, scan.id)
    if (!now) return
    await keep(db, scan.id, found)
    if (!now.linked) {
      await dropFound(db, scan.id)
      await changeScan(db, scan.id, { state: 'stopped', ended_at: ctx.now })
    } else if ('done' in next) await conclude(ctx, db, now, stretch, next)
    else
      await changeScan(db, scan.id, {
        stage: next.stage,
        done_ppm: next.done_ppm ?? (await doneOf(db, now)),
        found: await countFound(db, scan.id),
        tries: 0,
        why: null,
        next_at: ctx.now,
      })
  })
}

/** Where a provider cannot say how far it is, the share of numbers that are found says it. */
async function doneOf(db: Parameters<typeof countFound>[0], scan: ScanRow): Promise<number> {
  const wanted = scan.nonce_end === null ? 0 : scan.nonce_end - (scan.nonce_start ?? 0)
  return wanted <= 0
    ? scan.done_ppm
    : Math.min(990_000, Math.floor(((await countFound(db, scan.id)) * 1_000_000) / wanted))
}

async function keep(db: Parameters<typeof keepFound>[0], scanId: string, found: readonly FoundRow[]): Promise<void> {
  // A page may repeat a row; the database takes each nonce of a statement once.
  const byNonce = new Map<number, FoundRow>()
  for (const row of found) {
    const other = byNonce.get(row.nonce)
    if (other?.spent && row.spent && other.hash !== row.hash)
      throw new GasFailure('untrusted', 'two different transactions of one nonce were listed')
    if (!other?.spent) byNonce.set(row.nonce, row)
  }
  const twice = await keepFound(db, scanId, [...byNonce.values()])
  if (twice !== undefined) throw new GasFailure('untrusted', `two different transactions have the nonce ${twice}`)
}

const rowsOf = (transactions: readonly SentTx[], used: readonly UsedNonce[]): FoundRow[] => [
  ...transactions.map((tx) => ({ nonce: tx.nonce, block: tx.block, hash: tx.hash, spent: spentOn(tx) })),
  ...used.map((u) => ({ nonce: u.nonce, block: u.block, hash: u.hash, spent: null })),
]

export const addressOf = (row: { address: Uint8Array }): string => `0x${Buffer.from(row.address).toString('hex')}`

export function stretchOf(scan: ScanRow): Stretch {
  assert(scan.block !== null && scan.block_hash && scan.block_at, 'a scan that has begun has its block')
  const pin: Pin = { block: Number(scan.block), hash: scan.block_hash, at: scan.block_at.getTime() / 1000 }
  return {
    address: addressOf(scan),
    after: Number(scan.after_block),
    nonce: scan.nonce_start ?? 0,
    pin,
    nonce_end: scan.nonce_end,
  }
}

async function failed(ctx: Ctx, scan: ScanRow, code: NonNullable<ScanRow['why']>, wait_ms?: number): Promise<void> {
  const after = afterFailure(code, scan, wait_ms)
  if (after.next === 'fail') return end(ctx, scan, 'failed', code)
  await ctx.db.transaction().execute(async (db) => {
    if (!(await lockScan(db, scan.id))) return
    if (after.next === 'restart') await dropFound(db, scan.id)
    await changeScan(db, scan.id, {
      why: code,
      next_at: new Date(ctx.now.getTime() + after.wait_ms),
      ...(after.next === 'restart'
        ? { state: 'waiting', stage: {}, found: 0, done_ppm: 0, restarts: scan.restarts + 1 }
        : { tries: scan.tries + 1 }),
    })
  })
}

async function end(ctx: Ctx, scan: ScanRow, state: 'failed' | 'stopped', why: ScanRow['why']): Promise<void> {
  await ctx.db.transaction().execute(async (db) => {
    if (!(await lockScan(db, scan.id))) return
    await dropFound(db, scan.id)
    await changeScan(db, scan.id, { state, why, ended_at: ctx.now })
  })
}
