import type { Ctx } from '../../platform/context.ts'
import type { Store } from '../../platform/files/store.ts'
import { LogEdge, packEntries, TILE_WIDTH, tilePath, unpackEntries } from '../../engine/merkle-tiles.ts'
import { publicEntry } from './disclose-rules.ts'
import { openLog } from './open-log.ts'
import { entryBytes, eventCommitment } from './promise-rules.ts'
import { advanceLog, eventsFrom, eventsPlaced, insertOwners, placeEvents, type LogRow } from './queries.ts'
import { orderOf, ownersOf } from './rules.ts'
import { sha256 } from './sign-checkpoint.ts'

/** So many events are read at a time. */
const PAGE = 2048
/** So many get their places at once: 64 bytes of memory each. More than any period's, so a checkpoint adds all there is. */
export const MOST_PLACED = 1_000_000

/**
 * Gives all events that have no place in the log yet theirs: in the order of the entries' commitments, which nobody can
 * tell from chance. Whoever finds their own vote by its receipt learns nothing from what stands beside it. Done just
 * before a checkpoint, in one transaction, so what a checkpoint adds is one stretch, whenever the program is stopped.
 */
export async function placeNew(
  ctx: Ctx,
  season: { season_id: string; placed: number; sequenced: number },
): Promise<void> {
  const { season_id, placed: first } = season
  const count = Math.min(MOST_PLACED, season.sequenced - first)
  if (count <= 0) return
  const log = await openLog(ctx, season_id)
  const commitments = Buffer.alloc(32 * count)
  for (let from = 0; from < count; from += PAGE) {
    const events = await eventsFrom(ctx.db, season_id, first + from, first + Math.min(count, from + PAGE))
    for (const [i, event] of events.entries()) {
      if (event.seq !== first + from + i)
        throw new Error(`assumption broken: event ${first + from + i} of season ${season_id} has its place`)
      commitments.write(eventCommitment(log, event), 32 * (from + i), 'hex')
    }
  }
  const order = orderOf(commitments)
  await ctx.db.transaction().execute(async (db) => {
    for (let from = 0; from < count; from += PAGE)
      await placeEvents(db, season_id, first, order, from, Math.min(count, from + PAGE))
  })
}

/**
 * Appends the next events to their season's log in the order of their places, and says whether there are more. Full tiles
 * and bundles are synced before the database says that they count; stopped in between, the next run writes the same bytes
 * again. None of it is served before a checkpoint covers it.
 */
export async function appendPlaced(ctx: Ctx, store: Store, seasonId: string, most: number): Promise<boolean> {
  const log = await openLog(ctx, seasonId)
  const events = await eventsPlaced(ctx.db, seasonId, log.size, most)
  if (events.length === 0) return false
  const edge = edgeOf(log)
  const tail = tailOf(log)
  const files: { path: string; bytes: Uint8Array }[] = []
  const owners: { account_id: string; leaf: number }[] = []
  for (const { author_id, ...event } of events) {
    if (event.seq !== edge.size)
      throw new Error(`assumption broken: entry ${edge.size} of season ${seasonId} has its event`)
    const entry = entryBytes(publicEntry(event, log))
    tail.push(entry)
    edge.append(entry, ({ level, index, hashes }) =>
      files.push({ path: tilePath({ level, index, width: TILE_WIDTH }), bytes: hashes }),
    )
    if (tail.length === TILE_WIDTH) {
      const index = edge.size / TILE_WIDTH - 1
      files.push({ path: tilePath({ level: 'entries', index, width: TILE_WIDTH }), bytes: packEntries(tail) })
      tail.length = 0
    }
    for (const account_id of ownersOf({ body: event.body, author_id })) owners.push({ account_id, leaf: event.seq })
  }
  for (const { path, bytes } of files) await store.put(`${log.address}/${path}`, [bytes])
  await ctx.db.transaction().execute(async (db) => {
    const to = { size: edge.size, edge: edge.save(), tail: packEntries(tail) }
    if (!(await advanceLog(db, seasonId, log.size, to)))
      throw new Error(`assumption broken: one process at a time appends to the log of season ${seasonId}`)
    await insertOwners(db, seasonId, owners)
  })
  return events.length === most
}

export const edgeOf = (log: LogRow): LogEdge => LogEdge.load(sha256, log.size, log.edge)

export function tailOf(log: LogRow): Uint8Array[] {
  const tail = unpackEntries(log.tail)
  if (tail?.length !== log.size % TILE_WIDTH)
    throw new Error(`assumption broken: the log of season ${log.season_id} keeps the entries of its last bundle`)
  return tail
}
