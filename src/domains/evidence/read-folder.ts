import type { Readable } from 'node:stream'
import type { Ctx } from '../../platform/context.ts'
import { seasonsDir } from '../../platform/files/place.ts'
import { createStore } from '../../platform/files/store.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { SeasonFiles } from './contract.ts'
import { editionsOf } from './edition-queries.ts'
import { seasonToExport } from './openings-queries.ts'
import { folderOf } from './write-folder.ts'

type Reader = Pick<Ctx, 'db' | 'config'>

/** A season's newest published folder. While there is none, says when there will be. */
export async function seasonFiles(ctx: Reader, seasonId: string): Promise<SeasonFiles> {
  const season = await seasonToExport(ctx.db, seasonId)
  if (!season) throw new Refusal('season_not_found')
  const [newest] = await editionsOf(ctx.db, seasonId)
  if (!newest)
    throw season.closed_at
      ? new Refusal('season_files_wait', { closed_at: season.closed_at.toISOString().slice(0, 10) })
      : new Refusal('season_files_later', { ends_at: season.ends_at.toISOString().slice(0, 10) })
  return {
    season_id: seasonId,
    edition: newest.edition,
    prefix: `/seasons/${seasonId}/files/${newest.edition}`,
    manifest_sha256: newest.manifest_sha256.toString('hex'),
    bytes: newest.bytes,
    written_at: newest.written_at.toISOString(),
  }
}

/** Of a published folder: the hash of each of its files. Folders never change, so each is read once. */
const known = new Map<string, Promise<Map<string, { bytes: number; sha256: string }>>>()
const MOST_KNOWN = 20

/** A file of a published folder, from a byte to another; nothing where none has that name. */
export async function folderFile(
  ctx: Reader,
  at: { season_id: string; edition: number; name: string },
): Promise<{ bytes: number; sha256: string; stream: (from: number, to: number) => Promise<Readable> } | undefined> {
  const edition = (await editionsOf(ctx.db, at.season_id)).find((e) => e.edition === at.edition)
  if (!edition) return undefined
  const store = createStore(seasonsDir(ctx.config))
  const folder = folderOf(at.season_id, at.edition)
  const key = `${store.root} ${folder}`
  if (!known.has(key)) {
    if (known.size >= MOST_KNOWN) known.clear()
    const listed = store.read(`${folder}/manifest.json`).then((text) => {
      if (text === undefined)
        throw new Error(`${folder}/manifest.json is missing in ${store.root}; put it back from a copy`)
      const { files } = JSON.parse(text) as { files: { name: string; bytes: number; sha256: string }[] }
      const own = { bytes: Buffer.byteLength(text), sha256: edition.manifest_sha256.toString('hex') }
      return new Map([['manifest.json', own], ...files.map((f) => [f.name, f] as const)])
    })
    listed.catch(() => known.delete(key))
    known.set(key, listed)
  }
  // Only what the manifest lists has a name here, so no path leaves the folder.
  const file = (await known.get(key)!).get(at.name)
  if (!file) return undefined
  return {
    ...file,
    async stream(from, to) {
      const found = await store.stream(`${folder}/${at.name}`, from, to)
      if (!found) throw new Error(`${folder}/${at.name} is missing in ${store.root}; put it back from a copy`)
      return found.stream
    },
  }
}
