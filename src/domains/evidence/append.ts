import type { Ctx } from '../../platform/context.ts'
import type { Store } from '../../platform/files/store.ts'
import { LogEdge, packEntries, TILE_WIDTH, tilePath, unpackEntries } from '../../engine/merkle-tiles.ts'
import { publicEntry } from './disclose-rules.ts'
import { openLog } from './open-log.ts'
import { entryBytes } from './promise-rules.ts'
import { advanceLog, eventsFrom, insertOwners, type LogRow } from './queries.ts'
import { ownersOf } from './rules.ts'
import { sha256 } from './sign-checkpoint.ts'

/**
 * Appends a season's next events to its log, and says whether there are more. Full tiles and bundles are synced before
 * the database says that they count; stopped in between, the next run writes the same bytes again. None of it is served
 * before a checkpoint covers it.
 */
export async function appendSequenced(ctx: Ctx, store: Store, seasonId: string, most: number): Promise<boolean> {
  const log = await openLog(ctx, seasonId)
  const events = await eventsFrom(ctx.db, seasonId, log.size, most)
  if (events.length === 0) return false
  const edge = edgeOf(log)
  const tail = tailOf(log)
  const files: { path: string; bytes: Uint8Array }[] = []
  const owners: { account_id: string; seq: number }[] = []
  for (const { author_id, ...event } of events) {
    if (event.seq !== edge.size)
      throw new Error(`assumption broken: event ${edge.size} of season ${seasonId} has its place`)
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
    for (const account_id of ownersOf({ body: event.body, author_id })) owners.push({ account_id, seq: event.seq })
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
