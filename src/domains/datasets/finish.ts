import type { Ctx } from '../../platform/context.ts'
import { canonicalJson, sha256Hex } from '../../platform/canonical.ts'
import { recordEvents } from '../../platform/events/record.ts'
import type { Store } from '../../platform/files/store.ts'
import { assert } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { type Campaign, type Version, versionOf } from '../campaigns/queries.ts'
import {
  auditStrataOf,
  countWorkers,
  dropWithdrawn,
  figuresOf,
  forgetRevocations,
  revocationsPast,
  revokedBy,
} from './build-queries.ts'
import type { Diversity } from '../checks/diversity/contract.ts'
import { cardOf } from './card-rules.ts'
import type { ReleaseFile } from './contract.ts'
import { configOf } from './label-studio-rules.ts'
import { diversityFor } from './measure.ts'
import { mediaTypeOf, type WriteState } from './parts.ts'
import { namesFor, type Names } from './pseudonyms.ts'
import {
  lockBuilding,
  type Manifest,
  numbersOf,
  type ReleaseRow,
  saveProgress,
  setFailed,
  setReady,
  versionNumbers,
} from './queries.ts'
import { shapeOf, type Shape } from './rows.ts'
import { next, placesOf, readState } from './state.ts'
import { isRestricted } from './rules.ts'

/** Work withdrawn while a release is built is taken out and the files are written anew, this often; then its successor revokes it. */
const MOST_RESTARTS = 3
const PAGE = 2_000
const EVENTS_AT_ONCE = 500

/** Columns, names and questions of a release: from every version that existed at its cut. */
export async function shapeFor(ctx: Ctx, release: ReleaseRow, campaign: Campaign): Promise<Shape> {
  return shapeOf(campaign.mode, namesFor(release), await versionsOf(ctx, release))
}

async function versionsOf(ctx: Ctx, release: ReleaseRow): Promise<Version[]> {
  const numbers = await versionNumbers(ctx.db, release.campaign_id, release.cut_at)
  return Promise.all(numbers.map((n) => versionOf(ctx.db, release.campaign_id, n)))
}

/** Writes card, revocations and manifest, gives the directory its final name, and makes the release ready. */
export async function finish(
  ctx: Ctx,
  store: Store,
  release: ReleaseRow,
  campaign: Campaign,
): Promise<'more' | 'done'> {
  const places = placesOf(release)
  const state = await readState(store, places.state)
  const isMoved = (await store.exists(places.final)) && !(await store.exists(places.partial))
  if (!isMoved) {
    if (!state?.closed || Object.keys(state.files).some((n) => !(n in state.hashes))) {
      await saveProgress(ctx.db, release, next(release.progress, 'hash'))
      return 'more'
    }
    const diversity = await diversityFor(ctx, store, release)
    if (!diversity) {
      await saveProgress(ctx.db, release, next(release.progress, 'measure'))
      return 'more'
    }
    await writeSmallFiles(ctx, store, release, campaign, { state, diversity })
    await store.remove(places.final)
    await store.publish(places.partial, places.final)
  }
  await store.remove(places.state)
  const text = await store.read(`${places.final}/manifest.json`)
  assert(text, 'a finished release has its manifest')
  const manifest = JSON.parse(text) as Manifest

  const outcome = await transact(ctx, '0', async (db) => {
    if (!(await lockBuilding(db, release.campaign_id, release.id))) return { is_ready: true }
    if (release.progress.restarts < MOST_RESTARTS && (await dropWithdrawn(db, release)) > 0) {
      await forgetRevocations(db, release)
      await saveProgress(db, release, { ...next(release.progress, 'compare'), restarts: release.progress.restarts + 1 })
      return { is_ready: false }
    }
    const content_hash = sha256Hex(text)
    await setReady(db, release, { manifest, content_hash, ready_at: ctx.now, progress: next(release.progress, 'done') })
    await recordReleased(ctx, db, release, manifest, content_hash)
    return { is_ready: true }
  })
  if (outcome.is_ready) return 'done'
  await store.remove(places.final)
  return 'more'
}

/** The evidence: what was released under which hash, and each piece of work that may not be used any more. */
async function recordReleased(
  ctx: Ctx,
  db: Parameters<typeof recordEvents>[1],
  release: ReleaseRow,
  manifest: Manifest,
  content_hash: string,
): Promise<void> {
  const { campaign_id, id, number } = release
  const { counts, predecessor } = manifest
  await recordEvents(ctx, db, [
    {
      campaign_id,
      kind: 'released',
      subject_id: id,
      body: { number, content_hash, cut_at: manifest.cut_at, predecessor: predecessor?.number ?? null, ...counts },
    },
  ])
  const revoked = await revokedBy(db, release)
  for (let i = 0; i < revoked.length; i += EVENTS_AT_ONCE) {
    await recordEvents(
      ctx,
      db,
      revoked.slice(i, i + EVENTS_AT_ONCE).map((r) => ({
        campaign_id,
        kind: 'revoked',
        subject_id: r.submission_id,
        body: { release_id: id, number, reason: r.reason },
      })),
    )
  }
}

async function writeSmallFiles(
  ctx: Ctx,
  store: Store,
  release: ReleaseRow,
  campaign: Campaign,
  { state, diversity }: { state: WriteState; diversity: Diversity },
): Promise<void> {
  const { partial } = placesOf(release)
  const versions = await versionsOf(ctx, release)
  const newest = versions.at(-1)
  assert(newest, 'a campaign has a version')
  const files: ReleaseFile[] = []
  const add = (name: string, stored: { bytes: number; sha256: string }, rows: number | null) =>
    files.push({ name, bytes: stored.bytes, rows, sha256: stored.sha256, media_type: mediaTypeOf(name) })
  for (const [name, { bytes, rows }] of Object.entries(state.files)) {
    // A pair file without pairs (all ties) would not load.
    if (name === 'preferences.jsonl' && rows === 0) await store.remove(`${partial}/${name}`)
    else add(name, { bytes, sha256: state.hashes[name]! }, rows)
  }
  const config = configOf(newest.form)
  if (config !== undefined) add('label-studio.xml', await store.put(`${partial}/label-studio.xml`, config), null)

  let revocations = 0
  const counted = async function* () {
    for await (const r of revocationLines(ctx, release)) {
      revocations += r.count
      yield r.text
    }
  }
  add('revocations.json', await store.put(`${partial}/revocations.json`, counted()), revocations)

  const before = release.predecessor_id
    ? (await numbersOf(ctx.db, release.campaign_id, [release.predecessor_id])).get(release.predecessor_id)
    : undefined
  const counts = {
    datapoints: state.datapoints,
    annotations: state.annotations,
    workers: await countWorkers(ctx.db, release, campaign.mode),
    revocations,
  }
  const used = versions.filter((v) => state.versions.includes(v.version))
  const agreed = used.map((v) => ({
    version: v.version,
    licence: v.consent.licence,
    asks_personal_data: v.consent.personal_data !== null,
  }))
  const card = cardOf({
    campaign: { ...campaign, is_restricted: isRestricted(campaign) },
    number: release.number,
    note: release.note,
    cut_at: release.cut_at,
    counts,
    agreed,
    newest,
    used,
    files,
    predecessor: before?.number ?? null,
    figures: await figuresOf(ctx.db, release),
    audits: await auditStrataOf(ctx.db, release),
    diversity,
  })
  add('README.md', await store.put(`${partial}/README.md`, card), null)

  files.sort((a, b) => (a.name < b.name ? -1 : 1))
  const manifest: Manifest = {
    format: 'assay-release',
    format_version: 1,
    campaign: {
      id: campaign.id,
      title: campaign.title,
      task_class: campaign.task_class,
      mode: campaign.mode,
      language: campaign.language,
      restricted: isRestricted(campaign),
    },
    number: release.number,
    release_id: release.id,
    cut_at: release.cut_at.toISOString(),
    predecessor: before?.content_hash ? { number: before.number, content_hash: before.content_hash } : null,
    counts,
    agreed,
    diversity,
    files,
  }
  await store.put(`${partial}/manifest.json`, canonicalJson(manifest))
}

/** Everything that may not be used any more of this campaign's earlier releases, one record a line. */
async function* revocationLines(ctx: Ctx, release: ReleaseRow): AsyncGenerator<{ text: string; count: number }> {
  const names: Names = namesFor(release)
  yield {
    text: `{"format":"assay-revocations","format_version":1,"campaign_id":${JSON.stringify(release.campaign_id)},"number":${release.number},"revoked":[`,
    count: 0,
  }
  let after = { datapoint_id: '0', submission_id: '0' }
  for (let isFirst = true; ;) {
    const page = await revocationsPast(ctx.db, release, after, PAGE)
    for (const r of page) {
      const record = {
        id: names.datapoint(r.datapoint_id),
        answer_id: r.datapoint_id === r.submission_id ? undefined : names.answer(r.submission_id),
        whole: r.whole,
        reason: r.reason,
        revoked_in: r.number,
        last_released_in: r.last_number,
      }
      yield { text: `${isFirst ? '' : ','}\n${canonicalJson(record)}`, count: 1 }
      isFirst = false
      after = r
    }
    if (page.length < PAGE) break
  }
  yield { text: '\n]}\n', count: 0 }
}

/** Ends a building that cannot succeed. Its number is not given again. */
export async function fail(ctx: Ctx, store: Store, release: ReleaseRow, why: string): Promise<'done'> {
  const { partial, state } = placesOf(release)
  // First: the disk may be what failed.
  await setFailed(ctx.db, release, why)
  await store.remove(partial)
  await store.remove(state)
  return 'done'
}
