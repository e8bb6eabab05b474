import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parsed } from './lines.ts'
import type { Finding } from './report.ts'

/** Compares the files of a release's folder with its manifest. */
export async function checkReleaseFiles(
  dir: string,
): Promise<{ findings: Finding[]; files: number; number: number; title: string }> {
  const findings: Finding[] = []
  const path = join(dir, 'manifest.json')
  const manifest = existsSync(path)
    ? (parsed(await readFile(path, 'utf8')) as
        | { number?: number; campaign?: { title?: string }; files?: { name: string; sha256: string }[] }
        | undefined)
    : undefined
  if (!manifest?.files) {
    findings.push({
      code: 'file_missing',
      file: 'manifest.json',
      message: `${path} is missing or is no manifest of a release.`,
    })
    return { findings, files: 0, number: 0, title: '' }
  }
  let files = 0
  for (const f of manifest.files) {
    if (!existsSync(join(dir, f.name))) {
      findings.push({ code: 'file_missing', file: f.name, message: `${f.name} is missing, and the manifest lists it.` })
      continue
    }
    files += 1
    const hash = createHash('sha256')
    for await (const piece of createReadStream(join(dir, f.name)) as AsyncIterable<Buffer>) hash.update(piece)
    if (hash.digest('hex') !== f.sha256)
      findings.push({
        code: 'file_changed',
        file: f.name,
        message: `${f.name} is not what was released: its hash differs from the manifest's.`,
      })
  }
  return { findings, files, number: manifest.number ?? 0, title: manifest.campaign?.title ?? '' }
}
