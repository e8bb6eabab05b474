import type { Ctx } from '../../platform/context.ts'
import { logsDir } from '../../platform/files/place.ts'
import { createStore, type Store } from '../../platform/files/store.ts'
import { consistencyFrom } from '../../engine/merkle-log.ts'
import { packEntries, TILE_WIDTH, tilePath, type Tile, withTiles } from '../../engine/merkle-tiles.ts'
import { isConsistent } from '../../engine/merkle-verify.ts'
import { readCheckpoint } from '../../engine/signed-note.ts'
import { edgeOf, tailOf } from './append.ts'
import {
  allLogs,
  logKeys,
  logOf,
  newestCheckpoint,
  saveCheckpoint,
  type CheckpointRow,
  type LogRow,
} from './queries.ts'
import { refuseFork } from './rules.ts'
import { sha256, signCheckpoint } from './sign-checkpoint.ts'

/** What stops a log, in words, with what can be done. */
const SENTENCES = {
  log_unreadable: (file: string) =>
    `The published checkpoint ${file} cannot be read. Put it back from a copy; what it says is not to be contradicted.`,
  log_ahead: (file: string) =>
    `The public log ${file} was published further than this database knows, so the database is older than what others have seen, as after restoring a backup. Going on would fork the log. Restore a newer backup or the database itself; if what it held is lost for good, run "assay log restart" to begin a new log beside the old one.`,
  log_differs: (file: string) =>
    `The public log ${file} was published with another content than this database has. Going on would fork the log. Find out which copy of the installation published it, and stop the other.`,
}

/** Stops where signing on would contradict what was published. `null`: it would not. */
export async function forkIn(ctx: Pick<Ctx, 'db'>, store: Store, log: LogRow): Promise<string | null> {
  const file = `${log.address}/checkpoint`
  const note = await store.read(file)
  if (note === undefined) return null
  const found = readCheckpoint(note)
  const code = refuseFork(
    await newestCheckpoint(ctx.db, log.season_id),
    found?.origin === log.origin ? found : 'unreadable',
  )
  return code ? SENTENCES[code](`${store.root}/${file}`) : null
}

/** Stops a start whose database is older than what others have seen of any log. */
export async function refuseForks(ctx: Pick<Ctx, 'db' | 'config'>): Promise<void> {
  const store = createStore(logsDir(ctx.config))
  for (const log of await allLogs(ctx.db)) {
    const fork = await forkIn(ctx, store, log)
    if (fork) throw new Error(fork)
  }
}

/**
 * Publishes what was appended: partial tiles, then the signed checkpoint in the database, then the file that is served.
 * Before signing, the new tree is held against the last one that was signed, by the tiles that readers will read.
 */
export async function publishLog(ctx: Ctx, store: Store, seasonId: string): Promise<CheckpointRow> {
  const log = await logOf(ctx.db, seasonId)
  if (!log) throw new Error(`assumption broken: season ${seasonId} has a log`)
  const fork = await forkIn(ctx, store, log)
  if (fork) throw new Error(fork)
  const edge = edgeOf(log)
  const tail = tailOf(log)
  for (const { level, index, hashes } of edge.partial())
    await store.put(`${log.address}/${tilePath({ level, index, width: hashes.length / 32 })}`, [hashes])
  if (tail.length > 0) {
    const bundle: Tile = { level: 'entries', index: Math.floor(log.size / TILE_WIDTH), width: tail.length }
    await store.put(`${log.address}/${tilePath(bundle)}`, [packEntries(tail)])
  }
  const root = edge.root()
  await refuseInconsistent(await newestCheckpoint(ctx.db, seasonId), { log, root }, store)
  const keys = (await logKeys(ctx.db, seasonId)).filter((k) => !k.retires_at || k.retires_at > ctx.now)
  const seconds = Math.floor(ctx.now.getTime() / 1000)
  const note = signCheckpoint({ origin: log.origin, size: log.size, root, seconds }, keys)
  // The database first: it may know more than was published, never less.
  await saveCheckpoint(ctx.db, seasonId, { size: log.size, root, note, at: ctx.now })
  await store.put(`${log.address}/checkpoint`, note)
  return (await newestCheckpoint(ctx.db, seasonId))!
}

async function refuseInconsistent(
  last: CheckpointRow | undefined,
  next: { log: LogRow; root: Uint8Array },
  store: Store,
): Promise<void> {
  if (!last || last.size === 0) return
  const sizes = { from: last.size, to: next.log.size }
  const proof = await withTiles(
    { size: sizes.to, hash: sha256, read: (tile) => readTile(store, next.log.address, tile) },
    (nodes) => consistencyFrom(nodes, sizes, sha256),
  )
  if (!isConsistent({ ...sizes, from_root: last.root, to_root: next.root }, proof, sha256))
    throw new Error(
      `The log of season ${next.log.season_id} does not continue what was published at ${last.size} entries, so it is not signed. Its end in the database, or its tiles in ${store.root}, were changed or damaged; put them back from a copy.`,
    )
}

/** A tile as it was written. A partial one that is gone is cut from the full one that replaced it. */
export async function readTile(store: Store, address: string, tile: Tile): Promise<Uint8Array> {
  const bytes = await store.bytes(`${address}/${tilePath(tile)}`)
  if (bytes) return bytes
  if (tile.width < TILE_WIDTH && tile.level !== 'entries') {
    const full = await store.bytes(`${address}/${tilePath({ ...tile, width: TILE_WIDTH })}`)
    if (full) return full.subarray(0, tile.width * 32)
  }
  throw new Error(`${tilePath(tile)} of log ${address} is missing in ${store.root}; put it back from a copy.`)
}
