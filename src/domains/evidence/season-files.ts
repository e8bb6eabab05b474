import { basename } from 'node:path'
import type { Ctx } from '../../platform/context.ts'
import { canonicalJson } from '../../platform/canonical.ts'
import { logsDir, releasesDir } from '../../platform/files/place.ts'
import { createStore, type Store, type Stored } from '../../platform/files/store.ts'
import { Refusal } from '../../platform/refusal.ts'
import { TILE_WIDTH, unpackEntries, widthIn } from '../../engine/merkle-tiles.ts'
import { PLAIN, verifierKey } from '../../engine/signed-note.ts'
import { readSnapshot, type Snapshot } from '../../engine/snapshot.ts'
import { shownSnapshot } from '../../engine/snapshot-shown.ts'
import { placesOf } from '../datasets/state.ts'
import { nameOf } from './disclose-rules.ts'
import { openingOf } from './openings-rules.ts'
import {
  eventsToOpen,
  goldOf,
  openCampaigns,
  plansOf,
  releasesOf,
  seasonToExport,
  settledWindows,
  snapshotsOf,
  snapshotText,
} from './openings-queries.ts'
import { logKeys, logOf, newestCheckpoint, type LogRow } from './queries.ts'
import { readTile } from './publish.ts'
import { copyEpochs } from './season-epochs.ts'
import { sha256 } from './sign-checkpoint.ts'
import { windowLines } from './window-openings.ts'

const PAGE = 4 * TILE_WIDTH

export type SeasonFile = { name: string; bytes: number; sha256: string }
export type WriteOptions = {
  progress?: (done: number, total: number, note: string) => void
  /** Files that are there are finished: an earlier run of the same size was stopped after them. */
  resume?: boolean
  /** The size that the log must have. */
  size?: number
}
export type Written = { origin: string; size: number; files: SeasonFile[] }

/**
 * Writes a closed season's public folder: the entries as the log has them, its signed checkpoint, and what opens the
 * entries. Everything is written a page at a time, so memory does not grow with the season.
 */
export async function writeSeason(
  ctx: Pick<Ctx, 'db' | 'config'>,
  seasonId: string,
  out: Store,
  { progress = () => {}, resume = false, size }: WriteOptions = {},
): Promise<Written> {
  const season = await seasonToExport(ctx.db, seasonId)
  if (!season) throw new Refusal('season_not_found')
  const undecided = await openCampaigns(ctx.db, seasonId)
  if (!season.closed_at || undecided > 0)
    throw new Error(
      season.closed_at
        ? `${undecided} campaigns of this season are not over: what is still being decided is not opened. Wait until they have closed.`
        : 'This season is not closed. Its log is public already; what opens it follows when the season is closed.',
    )
  const log = await logOf(ctx.db, seasonId)
  const last = log && (await newestCheckpoint(ctx.db, seasonId))
  if (!last) throw new Refusal('log_not_found')
  if (size !== undefined && size !== last.size)
    throw new Error(`the log of season ${seasonId} has grown to ${last.size} entries; its folder is written again`)
  const total = 2 * last.size

  const files: SeasonFile[] = []
  const put = async (name: string, content: string | AsyncIterable<string | Uint8Array>): Promise<void> => {
    const isThere = resume && (await out.exists(name))
    files.push({ name, ...pick(isThere ? await out.hash(name) : await out.put(name, content)) })
  }
  const putLines = (name: string, lines: AsyncIterable<unknown> | Iterable<unknown>) => put(name, texts(lines))

  await put('checkpoint', last.note)
  await put(
    'keys.txt',
    (await logKeys(ctx.db, seasonId)).map((k) => `${verifierKey(log.origin, PLAIN, k.public_key, sha256)}\n`).join(''),
  )
  await put(
    'entries.jsonl',
    entryTexts(ctx, log, last.size, (done) => progress(done, total, 'entries')),
  )
  await put('leaves.bin', leafHashes(ctx, log, last.size))
  await putLines(
    'openings.jsonl',
    openings(ctx, log, last.size, (done) => progress(last.size + done, total, 'openings')),
  )
  await putLines('snapshots.jsonl', snapshots(ctx, seasonId))
  await putLines('plans.jsonl', await plansOf(ctx.db, seasonId))
  await putLines('gold.jsonl', gold(ctx, log))
  for (const w of await settledWindows(ctx.db, seasonId))
    await putLines(`windows/${w.campaign_id}-${w.n}.jsonl`, windowLines(ctx.db, log, w))
  await copyReleases(ctx, seasonId, put)
  await putLines('epochs.jsonl', await copyEpochs(ctx, seasonId, last, put))
  const manifest = {
    format: 'assay-season-1',
    season: { id: season.id, name: season.name },
    log: { origin: log.origin, size: last.size, root: last.root.toString('hex') },
    files: [...files].sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
  await put('manifest.json', `${canonicalJson(manifest)}\n`)
  return { origin: log.origin, size: last.size, files }
}

const pick = ({ bytes, sha256: hash }: Stored) => ({ bytes, sha256: hash })

/** Lines of canonical JSON, many to a write. */
async function* texts(values: AsyncIterable<unknown> | Iterable<unknown>): AsyncGenerator<string> {
  let text = ''
  for await (const value of values) {
    text += `${canonicalJson(value)}\n`
    if (text.length > 1 << 18) {
      yield text
      text = ''
    }
  }
  if (text) yield text
}

/** Entries as they were appended, one to a line: they are not made anew, for the rules of showing may have changed. */
async function* entryTexts(
  ctx: Pick<Ctx, 'config'>,
  log: LogRow,
  size: number,
  progress: (done: number) => void,
): AsyncGenerator<string> {
  const store = createStore(logsDir(ctx.config))
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const width = widthIn(size, 'entries', index)
    const entries = unpackEntries(await readTile(store, log.address, { level: 'entries', index, width }))
    if (entries?.length !== width)
      throw new Error(`bundle ${index} of log ${log.address} does not hold its ${width} entries`)
    yield entries.map((e) => `${Buffer.from(e).toString()}\n`).join('')
    progress(index * TILE_WIDTH + width)
  }
}

/** The hash of each entry, so that a reader who finds another root can say which entry differs. */
async function* leafHashes(ctx: Pick<Ctx, 'config'>, log: LogRow, size: number): AsyncGenerator<Uint8Array> {
  const store = createStore(logsDir(ctx.config))
  for (let index = 0; index * TILE_WIDTH < size; index++)
    yield await readTile(store, log.address, { level: 0, index, width: widthIn(size, 0, index) })
}

async function* openings(ctx: Pick<Ctx, 'db'>, log: LogRow, size: number, progress: (done: number) => void) {
  const known = new Map<string, Snapshot>()
  const snapshotFor = async (batch: unknown): Promise<Snapshot | undefined> => {
    if (typeof batch !== 'string') return undefined
    if (!known.has(batch)) {
      const text = await snapshotText(ctx.db, batch)
      if (known.size >= 20) known.clear()
      if (text !== undefined) known.set(batch, readSnapshot(text))
    }
    return known.get(batch)
  }
  for (let from = 0; from < size; from += PAGE) {
    for (const event of await eventsToOpen(ctx.db, log.season_id, from, Math.min(PAGE, size - from))) {
      const opening = openingOf(
        event,
        log,
        event.kind === 'decided' ? await snapshotFor(event.body.snapshot) : undefined,
      )
      if (opening) yield opening
    }
    progress(Math.min(size, from + PAGE))
  }
}

async function* snapshots(ctx: Pick<Ctx, 'db'>, seasonId: string) {
  for (const { body } of await snapshotsOf(ctx.db, seasonId)) yield shownSnapshot(readSnapshot(body))
}

async function* gold(ctx: Pick<Ctx, 'db'>, log: LogRow) {
  for (let after = '0'; ;) {
    const rows = await goldOf(ctx.db, log.season_id, after, PAGE)
    for (const g of rows)
      yield {
        work: nameOf(log, 'work', g.id),
        of: nameOf(log, 'work', g.source_id),
        version: g.version,
        right: g.is_right,
      }
    if (rows.length < PAGE) return
    after = rows.at(-1)!.id
  }
}

/** Manifests and certificates of what is published. A release that is not has its hash in the log, and no more. */
async function copyReleases(
  ctx: Pick<Ctx, 'db' | 'config'>,
  seasonId: string,
  put: (name: string, content: string) => Promise<void>,
): Promise<void> {
  const store = createStore(releasesDir(ctx.config))
  for (const r of await releasesOf(ctx.db, seasonId)) {
    if (!r.published) continue
    const name = `releases/${basename(r.campaign_id)}-${r.number}`
    const manifest = await store.read(`${placesOf(r).final}/manifest.json`)
    if (manifest !== undefined) await put(`${name}/manifest.json`, manifest)
    if (r.body !== null) await put(`${name}/certificate.json`, r.body)
    if (r.audit_log !== null) await put(`${name}/audit-log.jsonl`, r.audit_log)
  }
}
