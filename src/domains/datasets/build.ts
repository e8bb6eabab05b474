import type { Ctx, Db } from '../../platform/context.ts'
import type { Store } from '../../platform/files/store.ts'
import { assert } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { campaignOf, type Campaign } from '../campaigns/queries.ts'
import {
  compareEntries,
  countDatapoints,
  entriesPast,
  linkEvents,
  readByKeys,
  selectEntries,
  type Vote,
  votesOn,
} from './build-queries.ts'
import { fail, finish, shapeFor } from './finish.ts'
import { measure } from './measure.ts'
import { freshState, partsOf, type WriteState, writeStretch } from './parts.ts'
import { type ReleaseRow, saveProgress } from './queries.ts'
import { addDatapoint, emptyStretch, type Shape } from './rows.ts'
import { keepState, next, placesOf, readState } from './state.ts'

/**
 * Where a stretch of files, and so a Parquet row group, ends: at the first datapoint that reaches any of these. They
 * depend on the data alone, so a release is the same bytes wherever its building was interrupted.
 */
export type Stretches = { datapoints: number; annotations: number; bytes: number }
export const STRETCH: Stretches = { datapoints: 1_000, annotations: 10_000, bytes: 2 << 20 }
const WINDOW = 20_000
const PAGE = 100
/** One bounded step of building. Each can be cut short at any moment and is then done again. */
export async function buildStep(
  ctx: Ctx,
  store: Store,
  release: ReleaseRow,
  stretches = STRETCH,
): Promise<'more' | 'done'> {
  const campaign = await campaignOf(ctx.db, release.campaign_id)
  assert(campaign, 'a release has its campaign')
  switch (release.progress.step) {
    case 'select':
      return select(ctx, release, campaign.mode)
    case 'link':
      return link(ctx, release, campaign.mode)
    case 'compare':
      return compare(ctx, release)
    case 'write':
      return write(ctx, store, release, campaign, stretches)
    case 'hash':
      return hash(ctx, store, release)
    case 'measure':
      return measure(ctx, store, {
        release,
        campaign,
        shape: await shapeFor(ctx, release, campaign),
        most: stretches.datapoints,
      })
    case 'finish':
      return finish(ctx, store, release, campaign)
    case 'done':
      return 'done'
  }
}

/** Freezes the set: rows and cursor in one transaction. */
async function select(ctx: Ctx, release: ReleaseRow, mode: string): Promise<'more'> {
  const { progress } = release
  await transact(ctx, '0', async (db) => {
    await readByKeys(db)
    const w = await selectEntries(db, release, mode, progress.after ?? '0', WINDOW)
    await saveProgress(
      db,
      release,
      w.seen < WINDOW || !w.last
        ? next(progress, 'link')
        : { ...progress, after: w.last, done: progress.done + w.taken, tries: 0 },
    )
    return w
  })
  return 'more'
}

async function link(ctx: Ctx, release: ReleaseRow, mode: string): Promise<'more'> {
  const { progress } = release
  await transact(ctx, '0', async (db) => {
    await readByKeys(db)
    const w = await linkEvents(db, release, mode, progress.after ?? '0', WINDOW)
    await saveProgress(
      db,
      release,
      w.seen < WINDOW || !w.last
        ? next(progress, 'compare')
        : { ...progress, after: w.last, done: progress.done + w.taken, tries: 0 },
    )
    return w
  })
  return 'more'
}

async function compare(ctx: Ctx, release: ReleaseRow): Promise<'more'> {
  const { progress, predecessor_id } = release
  const after = { datapoint_id: progress.after ?? '0', submission_id: progress.after_submission ?? '0' }
  await transact(ctx, '0', async (db) => {
    await readByKeys(db)
    const w = predecessor_id
      ? await compareEntries(db, { ...release, predecessor_id }, after, WINDOW)
      : { seen: 0, taken: 0, last: null }
    const then =
      w.seen < WINDOW || !w.last
        ? next(progress, 'write', await countDatapoints(db, release))
        : {
            ...progress,
            after: w.last.datapoint_id,
            after_submission: w.last.submission_id,
            done: progress.done + w.seen,
            tries: 0,
          }
    await saveProgress(db, release, then)
    return w
  })
  return 'more'
}

/** Appends one stretch to every file. The state file, replaced after all are synced, says how much of each counts. */
async function write(
  ctx: Ctx,
  store: Store,
  release: ReleaseRow,
  campaign: Campaign,
  stretches: Stretches,
): Promise<'more' | 'done'> {
  const places = placesOf(release)
  const kept = await readState(store, places.state)
  const state = kept ?? freshState()
  if (!kept) {
    await store.remove(places.partial)
    await store.remove(places.state)
  }
  if (state.closed) {
    await saveProgress(ctx.db, release, next(release.progress, 'hash', Object.keys(state.files).length))
    return 'more'
  }
  const shape = await shapeFor(ctx, release, campaign)
  const { stretch, after, seen, datapoints, isLast } = await ctx.db
    .transaction()
    .execute((db) => gather(db, release, shape, state.after, stretches))
  if (isLast && state.datapoints + datapoints === 0)
    return fail(ctx, store, release, 'All work in it was withdrawn or erased before it was finished.')
  const versions = [...new Set([...state.versions, ...stretch.versions])].sort((a, b) => a - b)
  const written = await writeStretch(store, places, partsOf(shape), state, stretch, isLast)
  const now: WriteState = {
    ...state,
    ...written,
    after,
    versions,
    seen: state.seen + seen,
    datapoints: state.datapoints + datapoints,
    annotations: state.annotations + stretch.annotations.length,
  }
  await keepState(store, places.state, now)
  await saveProgress(ctx.db, release, { ...release.progress, done: now.seen, tries: 0 })
  return 'more'
}

/** Reads datapoints until a stretch is full, a page at a time, so that memory does not grow with the release. */
async function gather(db: Db, release: ReleaseRow, shape: Shape, from: string, most: Stretches) {
  await readByKeys(db)
  const stretch = emptyStretch()
  let after = from
  let [seen, datapoints] = [0, 0]
  for (;;) {
    const entries = await entriesPast(db, release, after, PAGE)
    if (entries.length === 0) return { stretch, after, seen, datapoints, isLast: true }
    const votes = bySubmission(
      shape.mode === 'review'
        ? await votesOn(
            db,
            release,
            entries.map((e) => e.submission_id),
          )
        : [],
    )
    for (let i = 0; i < entries.length;) {
      const first = i
      while (i < entries.length && entries[i]!.datapoint_id === entries[first]!.datapoint_id) i += 1
      const before = stretch.data_lines.length
      addDatapoint(shape, stretch, entries.slice(first, i), votes.get(entries[first]!.submission_id) ?? [])
      datapoints += stretch.data_lines.length - before
      seen += 1
      after = entries[first]!.datapoint_id
      if (seen >= most.datapoints || stretch.annotations.length >= most.annotations || stretch.bytes >= most.bytes)
        return { stretch, after, seen, datapoints, isLast: false }
    }
  }
}

function bySubmission(votes: readonly Vote[]): Map<string, Vote[]> {
  const groups = new Map<string, Vote[]>()
  for (const v of votes) {
    const group = groups.get(v.submission_id)
    if (group) group.push(v)
    else groups.set(v.submission_id, [v])
  }
  return groups
}

/** Hashes one file a step. */
async function hash(ctx: Ctx, store: Store, release: ReleaseRow): Promise<'more'> {
  const places = placesOf(release)
  const state = await readState(store, places.state)
  if (!state?.closed) {
    await saveProgress(ctx.db, release, next(release.progress, 'write', release.progress.total))
    return 'more'
  }
  const name = Object.keys(state.files).find((n) => !(n in state.hashes))
  if (name === undefined) {
    await saveProgress(ctx.db, release, next(release.progress, 'measure'))
    return 'more'
  }
  const { bytes, sha256 } = await store.hash(`${places.partial}/${name}`)
  assert(bytes === state.files[name]!.bytes, `${name} holds what was written`)
  const hashes = { ...state.hashes, [name]: sha256 }
  await keepState(store, places.state, { ...state, hashes })
  await saveProgress(ctx.db, release, {
    ...release.progress,
    done: Object.keys(hashes).length,
    total: Object.keys(state.files).length,
    tries: 0,
  })
  return 'more'
}
