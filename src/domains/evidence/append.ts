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
 * So many at most are made entries where they get their places, and appended from memory, so that each event is read and
 * committed to once: half a kilobyte each. Of more, and of what a stopped program placed, entries are made when appended.
 */
const MOST_MADE = 32_768

type Made = { entry: Uint8Array; owners: string[] }
/** Entries of events from the place `first` on in the order of events, and which of them stands first, second … in the log. */
export type Placed = { first: number; order: Uint32Array; made: readonly Made[] }

/**
 * Gives all events that have no place in the log yet theirs: in the order of the entries' commitments, which nobody can
 * tell from chance. Whoever finds their own vote by its receipt learns nothing from what stands beside it. Done just
 * before a checkpoint, in one transaction, so what a checkpoint adds is one stretch, whenever the program is stopped.
 */
export async function placeNew(
  ctx: Ctx,
  season: { season_id: string; placed: number; sequenced: number },
): Promise<Placed | undefined> {
  const { season_id, placed: first } = season
  const count = Math.min(MOST_PLACED, season.sequenced - first)
  if (count <= 0) return undefined
  const log = await openLog(ctx, season_id)
  const commitments = Buffer.alloc(32 * count)
  const made: Made[] = []
  for (let from = 0; from < count; from += PAGE) {
    const events = await eventsFrom(ctx.db, season_id, first + from, first + Math.min(count, from + PAGE))
    for (const [i, event] of events.entries()) {
      if (event.seq !== first + from + i)
        throw new Error(`assumption broken: event ${first + from + i} of season ${season_id} has its place`)
      let commitment: string
      if (count <= MOST_MADE) {
        const entry = publicEntry(event, log)
        commitment = String(entry.event)
        made.push({ entry: entryBytes(entry), owners: ownersOf(event) })
      } else commitment = eventCommitment(log, event)
      commitments.write(commitment, 32 * (from + i), 'hex')
    }
  }
  const order = orderOf(commitments)
  await ctx.db.transaction().execute(async (db) => {
    for (let from = 0; from < count; from += PAGE)
      await placeEvents(db, season_id, first, order, from, Math.min(count, from + PAGE))
  })
  return count <= MOST_MADE ? { first, order, made } : undefined
}

/**
 * Appends the next events to their season's log in the order of their places, and says whether there are more. Full tiles
 * and bundles are synced before the database says that they count; stopped in between, the next run writes the same bytes
 * again. None of it is served before a checkpoint covers it.
 */
export async function appendPlaced(
  ctx: Ctx,
  store: Store,
  seasonId: string,
  most: number,
  placed?: Placed,
): Promise<boolean> {
  const log = await openLog(ctx, seasonId)
  const next = placed ? nextOf(placed, log.size, most) : await readNext(ctx, log, most)
  if (next.length === 0) return false
  const edge = edgeOf(log)
  const tail = tailOf(log)
  const files: { path: string; bytes: Uint8Array }[] = []
  const owners: { account_id: string; leaf: number }[] = []
  for (const { leaf, entry, owners: own } of next) {
    if (leaf !== edge.size) throw new Error(`assumption broken: entry ${edge.size} of season ${seasonId} has its event`)
    tail.push(entry)
    edge.append(entry, ({ level, index, hashes }) =>
      files.push({ path: tilePath({ level, index, width: TILE_WIDTH }), bytes: hashes }),
    )
    if (tail.length === TILE_WIDTH) {
      const index = edge.size / TILE_WIDTH - 1
      files.push({ path: tilePath({ level: 'entries', index, width: TILE_WIDTH }), bytes: packEntries(tail) })
      tail.length = 0
    }
    for (const account_id of own) owners.push({ account_id, leaf })
  }
  for (const { path, bytes } of files) await store.put(`${log.address}/${path}`, [bytes])
  await ctx.db.transaction().execute(async (db) => {
    const to = { size: edge.size, edge: edge.save(), tail: packEntries(tail) }
    if (!(await advanceLog(db, seasonId, log.size, to)))
      throw new Error(`assumption broken: one process at a time appends to the log of season ${seasonId}`)
    await insertOwners(db, seasonId, owners)
  })
  return next.length === most
}

type Next = Made & { leaf: number }

const nextOf = ({ first, order, made }: Placed, size: number, most: number): Next[] =>
  Array.from(order.subarray(size - first, size - first + most), (event, i) => ({ leaf: size + i, ...made[event]! }))

async function readNext(ctx: Ctx, log: LogRow, most: number): Promise<Next[]> {
  const events = await eventsPlaced(ctx.db, log.season_id, log.size, most)
  return events.map((event) => ({
    leaf: event.seq,
    entry: entryBytes(publicEntry(event, log)),
    owners: ownersOf(event),
  }))
}

export const edgeOf = (log: LogRow): LogEdge => LogEdge.load(sha256, log.size, log.edge)

export function tailOf(log: LogRow): Uint8Array[] {
  const tail = unpackEntries(log.tail)
  if (tail?.length !== log.size % TILE_WIDTH)
    throw new Error(`assumption broken: the log of season ${log.season_id} keeps the entries of its last bundle`)
  return tail
}
