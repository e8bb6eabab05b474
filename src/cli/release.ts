import type { Command } from 'commander'
import { createHash } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../client.ts'
import type { Release, ReleaseFile } from '../domains/datasets/contract.ts'
import { fetchCertificate } from './certify.ts'
import { type Api, type ApiOptions, connectApi, withApiOptions } from './connect.ts'
import { Problem } from './problem.ts'
import { showProgress } from './progress.ts'
import { patiently } from './replay/lanes.ts'

type ReleaseOptions = ApiOptions & { out?: string; note?: string; release?: string; publish?: boolean }

export function addRelease(program: Command): void {
  withApiOptions(program.command('release'))
    .description("release a campaign's accepted work as of now, and fetch its files")
    .argument('<campaign id>')
    .option('--out <directory>', 'fetch the files into this directory, checking each hash')
    .option('--note <text>', 'what this release is, for its card')
    .option('--release <number>', 'fetch this release instead of making a new one')
    .option('--publish', 'open it to everyone, where the licence allows it')
    .action(async (campaign_id: string, options: ReleaseOptions) => {
      const api = await connectApi(options)
      try {
        const release = options.release
          ? await findRelease(api.client, campaign_id, options.release)
          : await makeRelease(api.client, campaign_id, options.note)
        if (options.publish)
          await api.client.releases.publish({ params: { campaign_id, release_id: release.release_id }, body: {} })
        process.stdout.write(
          `Release ${release.number} of campaign ${campaign_id}: ${release.counts?.datapoints ?? 0} datapoints, ${release.files.length} files.\nContent hash: ${release.content_hash}\n`,
        )
        if (options.out) {
          await fetchFiles(api, release, options.out)
          await fetchCertificate(api, release, options.out)
        }
      } finally {
        await api.close()
      }
    })
}

async function findRelease(client: Client, campaign_id: string, number: string): Promise<Release> {
  for (let after: string | undefined; ;) {
    const page = await client.releases.list({
      params: { campaign_id },
      query: { limit: 200, ...(after ? { after } : {}) },
    })
    const found = page.items.find((r) => String(r.number) === number)
    if (found) return waitFor(client, found)
    if (!page.next) throw new Problem(`Campaign ${campaign_id} has no release ${number}.`)
    after = page.next
  }
}

export async function makeRelease(client: Client, campaign_id: string, note?: string): Promise<Release> {
  return waitFor(client, await client.releases.create({ params: { campaign_id }, body: note ? { note } : {} }))
}

async function waitFor(client: Client, release: Release): Promise<Release> {
  const progress = showProgress(`Release ${release.number}`, 0)
  for (let now = release; ;) {
    if (now.state === 'failed') throw new Problem(`The release could not be built: ${now.error}`)
    if (now.state === 'ready') {
      progress.end()
      return now
    }
    progress.set(now.progress.done, now.progress.step, now.progress.total)
    await sleep(200)
    now = await patiently(() =>
      client.releases.get({ params: { campaign_id: release.campaign_id, release_id: release.release_id } }),
    )
  }
}

/** Fetches every file; one that is there with the right hash is not fetched again. */
async function fetchFiles(api: Api, release: Release, out: string): Promise<void> {
  await mkdir(out, { recursive: true })
  const files: Pick<ReleaseFile, 'name' | 'bytes' | 'sha256'>[] = release.files
  const progress = showProgress(
    'Fetching',
    files.reduce((sum, f) => sum + f.bytes, 0),
  )
  let done = 0
  for (const file of files) {
    const to = join(out, file.name)
    if (
      existsSync(to) &&
      createHash('sha256')
        .update(await readFile(to))
        .digest('hex') === file.sha256
    ) {
      progress.set((done += file.bytes))
      continue
    }
    const path = `/v1/campaigns/${release.campaign_id}/releases/${release.release_id}/files/${file.name}`
    const response = await fetch(api.url + path, { headers: { authorization: `Bearer ${api.key}` } })
    if (!response.ok || !response.body) throw new Problem(`The server answered ${response.status} for ${file.name}.`)
    const hash = createHash('sha256')
    const count = new Transform({
      transform(chunk: Buffer, _, next) {
        hash.update(chunk)
        progress.set((done += chunk.length))
        next(null, chunk)
      },
    })
    await pipeline(Readable.fromWeb(response.body as never), count, createWriteStream(`${to}.unfinished`))
    if (hash.digest('hex') !== file.sha256)
      throw new Problem(`${file.name} arrived changed: its hash is not what the manifest says. Try again.`)
    await rename(`${to}.unfinished`, to)
  }
  progress.end()
  process.stdout.write(`Files are in ${out}; every hash is right.\n`)
}
