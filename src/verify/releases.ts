import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256Hex } from '../platform/canonical.ts'
import type { Read } from './entries.ts'
import { parsed } from './lines.ts'
import type { Counted } from './report.ts'
import type { Manifest } from './season.ts'

/** Holds manifests and certificates of published releases against the hashes that the log has of them. */
export async function checkReleases(
  dir: string,
  manifest: Manifest,
  read: Omit<Read, 'facts'>,
  counted: Counted,
): Promise<void> {
  const names = new Set(manifest.files.flatMap((f) => /^releases\/([^/]+)\//.exec(f.name)?.[1] ?? []))
  for (const name of [...names].sort()) {
    const place = join(dir, 'releases', name)
    const campaign = name.split('-')[0]!
    const released = read.releases.get(name)
    const path = join(place, 'manifest.json')
    const wrong = (code: 'release_differs' | 'certificate_differs', file: string, message: string) =>
      read.findings.add({ code, campaign, file: `releases/${name}/${file}`, message })
    if (existsSync(path)) {
      counted.releases += 1
      const text = await readFile(path, 'utf8')
      const hash = sha256Hex(text)
      const said = parsed(text) as { campaign?: { id?: string }; number?: number } | undefined
      if (!released)
        wrong('release_differs', 'manifest.json', `Release ${name} is in the folder, and the log never released it.`)
      else if (hash !== released.content_hash)
        wrong(
          'release_differs',
          'manifest.json',
          `The manifest of release ${name} has the hash ${hash}, and entry ${released.at} released ${released.content_hash}: it is another release${said && `, number ${said.number} of campaign ${said.campaign?.id}`}.`,
        )
    }
    const certificate = join(place, 'certificate.json')
    if (!existsSync(certificate)) continue
    counted.certificates += 1
    const text = await readFile(certificate, 'utf8')
    const promised = read.certificates.get(name)
    const hash = sha256Hex(text)
    if (!promised)
      wrong(
        'certificate_differs',
        'certificate.json',
        `The certificate of release ${name} is in the folder, and the log certified none.`,
      )
    else if (hash !== promised.certificate_hash)
      wrong(
        'certificate_differs',
        'certificate.json',
        `The certificate of release ${name} has the hash ${hash}, and entry ${promised.at} certified ${promised.certificate_hash}.`,
      )
    const audit = join(place, 'audit-log.jsonl')
    const claimed = (parsed(text) as { certificate?: { audit_log?: { sha256?: string } } } | undefined)?.certificate
      ?.audit_log?.sha256
    if (existsSync(audit) && sha256Hex(await readFile(audit, 'utf8')) !== claimed)
      wrong(
        'certificate_differs',
        'audit-log.jsonl',
        `The audit log of release ${name} is not the one that its certificate rests on.`,
      )
  }
}
