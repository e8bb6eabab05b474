import type { Ctx } from '../../platform/context.ts'
import { seasonsDir } from '../../platform/files/place.ts'
import { createStore, type Probe, type Store } from '../../platform/files/store.ts'
import type { Job } from '../../platform/jobs/job.ts'
import { dueFolders, editionsOf, forgetEditions, insertEdition } from './edition-queries.ts'
import { writeSeason } from './season-files.ts'

/** What the log adds after the first folder (thawed pay, later releases) is published again at most so often. */
const AGAIN_MS = 7 * 24 * 3600 * 1000
/** The folder before stays a while: somebody may be downloading it. */
const KEPT = 2

export const folderOf = (seasonId: string, edition: number): string => `${seasonId}/${edition}`

/**
 * Writes a season's public folder of the size that its log has now. It grows under another name and gets its own by one
 * rename, so what is served is whole. Stopped anywhere, the next run takes the files that are finished and goes on.
 */
export async function writeFolder(
  ctx: Ctx,
  season: { season_id: string; size: number },
  store: Store,
  probe?: Probe,
): Promise<void> {
  const final = folderOf(season.season_id, season.size)
  if (!(await store.exists(final))) {
    const part = `${final}.part`
    const out = createStore(`${store.root}/${part}`, probe)
    await writeSeason(ctx, season.season_id, out, { resume: true, size: season.size })
    await store.publish(part, final)
  }
  const manifest = await store.hash(`${final}/manifest.json`)
  const { files } = JSON.parse((await store.read(`${final}/manifest.json`))!) as { files: { bytes: number }[] }
  await insertEdition(ctx.db, season.season_id, {
    edition: season.size,
    manifest_sha256: Buffer.from(manifest.sha256, 'hex'),
    bytes: files.reduce((sum, f) => sum + f.bytes, manifest.bytes),
    written_at: ctx.now,
  })
  const kept = (await editionsOf(ctx.db, season.season_id)).slice(0, KEPT).map((e) => e.edition)
  for (const gone of await forgetEditions(ctx.db, season.season_id, kept))
    await store.remove(folderOf(season.season_id, gone))
}

/** Publishes the folder of each season that is closed and whose last campaign is over, and again when its log has grown. */
export const writeSeasonFiles: Job = {
  name: 'write_season_files',
  every_ms: 60_000,
  async run(ctx) {
    const store = createStore(seasonsDir(ctx.config))
    const [due] = await dueFolders(ctx.db, new Date(ctx.now.getTime() - AGAIN_MS))
    if (!due) return { more: false }
    await writeFolder(ctx, due, store)
    return { more: true }
  },
}
