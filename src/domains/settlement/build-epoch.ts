import { join } from 'node:path'
import { buildEpochTree, putWord } from '../../engine/epoch-tree.ts'
import type { Ctx } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { filesDir } from '../../platform/files/place.ts'
import { createStore, type Probe } from '../../platform/files/store.ts'
import { transact } from '../../platform/transact.ts'
import { assert } from '../../platform/refusal.ts'
import { checkEpoch } from './check-epoch.ts'
import { claimsPath, headerLine, rowLine, type ClaimsHeader } from './claims-file-rules.ts'
import { cumulative, epochs, lastActive, lockEpoch, setEpoch, type EpochRow } from './epoch-queries.ts'
import { keccak } from './keccak.ts'
import { bytesOf, hexOf, MOST_UNITS } from './rules.ts'
import { treeBytes, treePath } from './tree-file.ts'

const ROWS_AT_ONCE = 10_000

/** Where an epoch's claims file lies. */
export const fileOf = (e: Pick<EpochRow, 'chain_id' | 'distributor' | 'number' | 'id'>): string =>
  claimsPath({ chain_id: e.chain_id, distributor: hexOf(e.distributor), number: `${e.number}-${e.id}` })

type Written = { root: Uint8Array; rows: number; total: bigint; sha256: string; bytes: number }

/**
 * Writes the files of an epoch: sums by address, tree, claims file. What goes in was fixed when the epoch was gathered, so
 * writing them again, after a crash or years later, gives the same bytes.
 */
async function writeFiles(ctx: Ctx, epoch: EpochRow, previous: Uint8Array | null, probe?: Probe): Promise<Written> {
  const store = createStore(filesDir(ctx.config), probe)
  const rows = await rowsOf(ctx, epoch)
  assert(rows.count > 0, 'an epoch that was gathered holds something')
  assert(rows.total <= MOST_UNITS, 'an epoch declares no more than a distributor can hold')
  const { accounts, cumulative: sums } = rows
  const where = { chain_id: BigInt(epoch.chain_id), distributor: epoch.distributor }
  const tree = buildEpochTree({ ...where, accounts, cumulative: sums }, await keccak())
  const header: ClaimsHeader = {
    v: 1,
    chain_id: Number(epoch.chain_id),
    distributor: hexOf(epoch.distributor),
    token: hexOf(epoch.token),
    epoch: Number(epoch.number),
    rows: rows.count,
    total: rows.total.toString(),
    root: hexOf(tree.root),
    previous: previous && hexOf(previous),
  }
  const path = fileOf(epoch)
  await store.put(treePath(path), treeBytes(tree, rows) as unknown as Iterable<string>)
  const file = await store.put(path, lines(header, rows))
  return { root: tree.root, rows: rows.count, total: rows.total, sha256: `0x${file.sha256}`, bytes: file.bytes }
}

/** Builds what was gathered, and checks it as everybody will before it is shown to anybody. */
export async function buildEpoch(ctx: Ctx, epoch: EpochRow, probe?: Probe): Promise<void> {
  const before = await lastActive(ctx.db, epoch.currency)
  const made = await writeFiles(ctx, epoch, before?.file_sha256 ?? null, probe)
  const at = (e: EpochRow) => join(filesDir(ctx.config), fileOf(e))
  const check = await checkEpoch(at(epoch), before && at(before))
  assert(check.findings.length === 0, `a new epoch passes its own check: ${check.findings[0]?.message}`)
  await transact({ ...ctx, idempotency: undefined }, '0', async (db) => {
    if ((await lockEpoch(db, epoch.id)) !== 'gathered') return {}
    await setEpoch(db, epoch.id, {
      state: 'built',
      rows: made.rows,
      total_units: made.total.toString(),
      root: Buffer.from(made.root),
      file_sha256: Buffer.from(bytesOf(made.sha256)),
      file_bytes: made.bytes,
      previous_sha256: before?.file_sha256 ?? null,
      built_at: ctx.now,
    })
    await recordEvents(ctx, db, [
      {
        campaign_id: '0',
        kind: 'epoch_built',
        subject_id: epoch.id,
        body: {
          currency: epoch.currency,
          chain_id: Number(epoch.chain_id),
          distributor: hexOf(epoch.distributor),
          number: Number(epoch.number),
          rows: made.rows,
          total_units: made.total.toString(),
          root: hexOf(made.root),
          file_sha256: made.sha256,
        },
      },
    ])
    return {}
  })
}

/** Writes files that are missing, as after a restore of the database alone; they must come out as they were. */
export async function restoreFiles(ctx: Ctx, epoch: EpochRow): Promise<void> {
  const store = createStore(filesDir(ctx.config))
  const path = fileOf(epoch)
  if ((await store.exists(path)) && (await store.exists(treePath(path)))) return
  const made = await writeFiles(ctx, epoch, epoch.previous_sha256)
  assert(made.sha256 === hexOf(epoch.file_sha256!), 'the files of an epoch come out the same whenever they are written')
}

type Rows = { count: number; total: bigint; accounts: Uint8Array; cumulative: Uint8Array }

async function rowsOf(ctx: Ctx, epoch: EpochRow): Promise<Rows> {
  const pages: { accounts: Uint8Array; cumulative: Uint8Array }[] = []
  let [count, total] = [0, 0n]
  for (let after: Buffer | undefined; ;) {
    const some = await cumulative(ctx.db, {
      currency: epoch.currency,
      number: epoch.number,
      after,
      limit: ROWS_AT_ONCE,
    })
    const page = { accounts: new Uint8Array(20 * some.length), cumulative: new Uint8Array(32 * some.length) }
    for (const [i, s] of some.entries()) {
      page.accounts.set(s.address, 20 * i)
      putWord(page.cumulative, i, BigInt(s.units))
      total += BigInt(s.units)
    }
    pages.push(page)
    count += some.length
    if (some.length < ROWS_AT_ONCE) break
    after = some.at(-1)!.address
  }
  return {
    count,
    total,
    accounts: Buffer.concat(pages.map((p) => p.accounts)),
    cumulative: Buffer.concat(pages.map((p) => p.cumulative)),
  }
}

function* lines(header: ClaimsHeader, rows: Rows): Generator<string> {
  yield headerLine(header)
  for (let i = 0; i < rows.count; i += 1000) {
    let piece = ''
    for (let j = i; j < Math.min(rows.count, i + 1000); j++)
      piece += rowLine({
        address: hexOf(rows.accounts.subarray(20 * j, 20 * j + 20)),
        cumulative: BigInt(hexOf(rows.cumulative.subarray(32 * j, 32 * j + 32))),
      })
    yield piece
  }
}

/** Epochs that were gathered and wait to be built. */
export const gathered = (ctx: Ctx): Promise<EpochRow[]> => epochs(ctx.db, { state: 'gathered', limit: 20 })
