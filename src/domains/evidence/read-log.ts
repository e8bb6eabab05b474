import type { Ctx } from '../../platform/context.ts'
import { logsDir } from '../../platform/files/place.ts'
import { createStore, type Store } from '../../platform/files/store.ts'
import { Refusal } from '../../platform/refusal.ts'
import { consistencyFrom, inclusionFrom, type Nodes } from '../../engine/merkle-log.ts'
import { readTilePath, TILE_WIDTH, type Tile, unpackEntries, widthIn, withTiles } from '../../engine/merkle-tiles.ts'
import { PLAIN, readCheckpoint, TIMED, verifierKey, type Checkpoint } from '../../engine/signed-note.ts'
import type { LogKey, PublicLog, PublishedEntry } from './contract.ts'
import { readTile } from './publish.ts'
import { logKeys, logOf, newestCheckpoint, type LogKeyRow, type LogRow } from './queries.ts'
import { sha256 } from './sign-checkpoint.ts'

type Reader = Pick<Ctx, 'db' | 'config'>
const storeOf = (ctx: Pick<Ctx, 'config'>): Store => createStore(logsDir(ctx.config))
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex')

/** What is served of a log: up to its published checkpoint, whatever lies on the disk beyond. */
async function publishedOf(
  store: Store,
  address: string,
): Promise<{ note: string; checkpoint: Checkpoint } | undefined> {
  const note = await store.read(`${address}/checkpoint`)
  const checkpoint = note === undefined ? undefined : readCheckpoint(note)
  return checkpoint && { note: note!, checkpoint }
}

/** The signed checkpoint of a log as text. */
export async function checkpointFile(ctx: Pick<Ctx, 'config'>, address: string): Promise<string> {
  const found = await publishedOf(storeOf(ctx), address)
  if (!found) throw new Refusal('log_not_found')
  return found.note
}

/** The bytes of a tile or bundle, by its path. Only what a published checkpoint covers. */
export async function tileFile(ctx: Pick<Ctx, 'config'>, address: string, path: string): Promise<Uint8Array> {
  const tile = readTilePath(path)
  const store = storeOf(ctx)
  const published = tile && (await publishedOf(store, address))
  if (!tile || !published || tile.width > widthIn(published.checkpoint.size, tile.level, tile.index))
    throw new Refusal('not_found')
  const bytes = await store.bytes(`${address}/${path}`)
  if (!bytes) throw new Refusal('not_found')
  return bytes
}

async function openPublished(
  ctx: Reader,
  seasonId: string,
): Promise<{ log: LogRow; size: number; root: Buffer; note: string; signed_at: Date }> {
  const log = await logOf(ctx.db, seasonId)
  const last = log && (await newestCheckpoint(ctx.db, seasonId))
  if (!last) throw new Refusal('log_not_found')
  return { log, ...last }
}

/** A log's state and keys. */
export async function publicLog(ctx: Reader, seasonId: string): Promise<PublicLog> {
  const { log, size, root, note, signed_at } = await openPublished(ctx, seasonId)
  return {
    season_id: seasonId,
    origin: log.origin,
    prefix: `/log/${log.address}`,
    size,
    root: hex(root),
    checkpoint: note,
    signed_at: signed_at.toISOString(),
    period_seconds: Math.round(ctx.config.log_period_seconds),
    earlier: log.earlier.map((address) => `/log/${address}`),
    keys: (await logKeys(ctx.db, seasonId)).map((k) => keyView(log.origin, k)),
  }
}

/** A log key as everybody is shown it. */
export const keyView = (origin: string, k: LogKeyRow): LogKey => ({
  verifier_key: verifierKey(origin, PLAIN, k.public_key, sha256),
  timed_verifier_key: verifierKey(origin, TIMED, k.public_key, sha256),
  public_key: hex(k.public_key),
  created_at: k.created_at.toISOString(),
  retires_at: k.retires_at?.toISOString() ?? null,
  handed_over_by: k.handed_over_by && hex(k.handed_over_by),
  handover: k.handover && k.handover.toString('base64'),
})

/** Entries of a log with their proofs, all against one checkpoint. */
export async function provenEntries(ctx: Reader, seasonId: string, seqs: readonly number[]): Promise<PublishedEntry[]> {
  const { log, size, root, note } = await openPublished(ctx, seasonId)
  const store = storeOf(ctx)
  const read = keptTiles(store, log.address)
  const bundles = new Map<number, Uint8Array[]>()
  const out: PublishedEntry[] = []
  for (const seq of seqs) {
    if (seq >= size) throw new Refusal('entry_not_published', { size })
    const index = Math.floor(seq / TILE_WIDTH)
    const bundle =
      bundles.get(index) ??
      (await readBundle(store, log.address, { level: 'entries', index, width: widthIn(size, 'entries', index) }))
    bundles.set(index, bundle)
    const proof = await withTiles({ size, read, hash: sha256 }, (nodes: Nodes) =>
      inclusionFrom(nodes, { index: seq, size }, sha256),
    )
    out.push({
      seq,
      size,
      root: hex(root),
      proof: proof.map(hex),
      entry: Buffer.from(bundle[seq % TILE_WIDTH]!).toString(),
      checkpoint: note,
    })
  }
  return out
}

/** That the log at `to` continues the log at `from`. */
export async function consistencyProof(ctx: Reader, seasonId: string, asked: { from: number; to: number | undefined }) {
  const { log, size } = await openPublished(ctx, seasonId)
  const sizes = { from: asked.from, to: asked.to ?? size }
  if (sizes.to > size || sizes.from > sizes.to) throw new Refusal('size_not_published', { size })
  // Tiles are read as wide as the newest checkpoint makes them: an older size's partial tile may be gone.
  const read = keptTiles(storeOf(ctx), log.address)
  const proof = await withTiles({ size, read, hash: sha256 }, (nodes) => consistencyFrom(nodes, sizes, sha256))
  return { ...sizes, proof: proof.map(hex) }
}

const keptTiles = (store: Store, address: string) => {
  const kept = new Map<string, Promise<Uint8Array>>()
  return (tile: Tile): Promise<Uint8Array> => {
    const key = `${tile.level}/${tile.index}`
    let found = kept.get(key)
    if (!found) kept.set(key, (found = readTile(store, address, tile)))
    return found
  }
}

async function readBundle(store: Store, address: string, tile: Tile): Promise<Uint8Array[]> {
  const entries = unpackEntries(await readTile(store, address, tile))
  if (entries?.length !== tile.width)
    throw new Error(`bundle ${tile.index} of log ${address} does not hold its ${tile.width} entries`)
  return entries
}
