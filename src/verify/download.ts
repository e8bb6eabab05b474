import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parsed } from './lines.ts'
import type { Manifest } from './season.ts'

/** A download that cannot be gone on with; the message says why. What was fetched whole stays. */
export class NoDownload extends Error {}

const MOST_MANIFEST = 32 << 20
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*(\/[A-Za-z0-9][A-Za-z0-9_.-]*){0,3}$/
const TRIES = 5

export type DownloadOptions = {
  /** More than this is not fetched, whatever the manifest says. */
  most_bytes: number
  progress?: (done: number, of: number, note: string) => void
  fetch?: typeof fetch
  /** Waits before it is tried again; for tests. */
  wait?: (ms: number) => Promise<void>
}

/**
 * Fetches a season's folder: the manifest, then each file, as large as the manifest says and no larger, held against its
 * hash. Asked again after it was stopped, it goes on where it was. Nothing is fetched from elsewhere than the address.
 */
export async function downloadSeason(address: string, dir: string, options: DownloadOptions): Promise<Manifest> {
  const get = options.fetch ?? fetch
  const base = new URL(`${address.replace(/\/+$/, '')}/files/manifest.json`)
  const answer = await get(base)
  const at = new URL(answer.url || base.href)
  if (at.origin !== base.origin) throw new NoDownload(`${base.origin} sends to ${at.origin}, which is not followed.`)
  if (!answer.ok) throw new NoDownload(await wordsOf(answer, base.href))
  const text = await textOf(answer)
  const manifest = parsed(text) as Manifest | undefined
  if (manifest?.format !== 'assay-season-1' || !Array.isArray(manifest.files))
    throw new NoDownload(`What is at ${at.href} is not the manifest of a season.`)
  for (const f of manifest.files)
    if (!NAME.test(f.name) || !Number.isSafeInteger(f.bytes) || f.bytes < 0 || f.name === 'manifest.json')
      throw new NoDownload(`The manifest lists "${String(f.name).slice(0, 80)}", which is no file of a season.`)
  const total = manifest.files.reduce((sum, f) => sum + f.bytes, 0)
  if (total > options.most_bytes)
    throw new NoDownload(
      `The season is ${total} bytes, and at most ${options.most_bytes} are fetched: give more with --most-gb.`,
    )
  let before = 0
  for (const f of manifest.files) {
    const note = (bytes: number) => options.progress?.(before + bytes, total, f.name)
    await fetchFile(new URL(f.name, at), join(dir, f.name), f, { get, note, wait: options.wait ?? pause })
    before += f.bytes
  }
  // Last, so that a folder with a manifest is one that was fetched whole.
  await mkdir(dir, { recursive: true })
  const file = await open(join(dir, 'manifest.json'), 'w')
  await file.writeFile(text)
  await file.close()
  return manifest
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

type Means = { get: typeof fetch; note: (bytes: number) => void; wait: (ms: number) => Promise<void> }

async function fetchFile(url: URL, path: string, f: Manifest['files'][number], by: Means): Promise<void> {
  if ((await sizeOf(path)) === f.bytes && (await hashOf(path)) === f.sha256) return
  const part = `${path}.part`
  await mkdir(dirname(path), { recursive: true })
  for (let tries = 0; (await sizeOf(part)) !== f.bytes; tries++) {
    if (tries > 0) await by.wait(1000 * 2 ** tries)
    const had = await sizeOf(part)
    try {
      await fetchRest(url, part, f, had < f.bytes ? had : 0, by)
    } catch (error) {
      if (error instanceof NoDownload || tries + 1 >= TRIES)
        throw error instanceof NoDownload
          ? error
          : new NoDownload(
              `${url.href} could not be fetched: ${(error as Error).message}. Run the same again to go on.`,
            )
    }
  }
  if ((await hashOf(part)) !== f.sha256) {
    await open(part, 'w').then((file) => file.close())
    throw new NoDownload(`${url.href} is not the file that the manifest describes: its hash differs.`)
  }
  await rename(part, path)
}

async function fetchRest(url: URL, part: string, f: Manifest['files'][number], from: number, by: Means): Promise<void> {
  if (f.bytes === 0) return open(part, 'w').then((file) => file.close())
  const headers = from > 0 ? { range: `bytes=${from}-`, 'if-range': `"${f.sha256}"` } : undefined
  const answer = await by.get(url, { redirect: 'error', ...(headers && { headers }) })
  if (!answer.ok) throw new NoDownload(await wordsOf(answer, url.href))
  let end = answer.status === 206 ? from : 0
  const file = await open(part, end > 0 ? 'r+' : 'w')
  try {
    for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
      if (end + piece.length > f.bytes)
        throw new NoDownload(`${url.href} is longer than the ${f.bytes} bytes that the manifest says.`)
      await file.write(piece, 0, piece.length, end)
      end += piece.length
      by.note(end)
    }
  } finally {
    await file.close()
  }
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    (s) => s.size,
    () => -1,
  )

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>)
    hash.update(piece)
  return hash.digest('hex')
}

/** A manifest's text, which is small: what is not ends here. */
async function textOf(answer: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += piece.length
    if (bytes > MOST_MANIFEST) throw new NoDownload('The manifest is longer than any season’s.')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}

/** Why a server does not give something: its own sentence where it has one. */
async function wordsOf(answer: Response, url: string): Promise<string> {
  const said = parsed((await answer.text()).slice(0, 10_000)) as { error?: { message?: string } } | undefined
  return said?.error?.message ?? `${url} answered ${answer.status}.`
}
