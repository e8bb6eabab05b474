import { createHash } from 'node:crypto'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Value } from 'typebox/value'
import { readAuditLog, type LogLine } from '../domains/certificates/audit-log-rules.ts'
import type { Classes } from '../domains/certificates/certificate-rules.ts'
import { checkFigures, checkOrder, claimIn, createOrder, type Finding } from '../domains/certificates/check-rules.ts'
import { Signed } from '../domains/certificates/contract.ts'
import { classesIn, datapointsIn } from '../domains/certificates/data-lines.ts'
import { isSignedBy, keyIdOf } from '../platform/signing/keys.ts'
import { canonicalJson, sha256Hex } from '../platform/canonical.ts'
import { Problem } from './problem.ts'

export type Checked = { file: Signed; findings: Finding[]; notes: string[] }
type Manifest = {
  number?: unknown
  release_id?: unknown
  campaign?: { id?: unknown; title?: unknown }
  files?: { name: string; sha256: string }[]
}

/**
 * Checks a certificate from the files alone, without a server: hashes, signature, the order of the draw from its seed,
 * and every figure counted again. `paths` are folders or files; a certificate may lie beside its release or apart.
 */
export async function checkCertificate(paths: readonly string[], trusted: Buffer | undefined): Promise<Checked> {
  const place = placesIn(paths)
  const file = await readCertificate(place('certificate.json'))
  const { certificate } = file
  const notes: string[] = []
  const findings: Finding[] = [...checkSignature(file, trusted)]
  if (!trusted)
    notes.push(
      `The signature's key is ${file.signature.key_id}. To know whose it is, give the installation's own with --public-key; GET /v1/certificates/key has it.`,
    )
  findings.push(...(await checkFiles(file, place, notes)))

  const logText = await readFile(place('audit-log.jsonl'), 'utf8')
  if (sha256Hex(logText) !== certificate.audit_log.sha256)
    findings.push({ code: 'log_hash', message: 'audit-log.jsonl is not the log that was certified: its hash differs.' })
  let lines: LogLine[]
  try {
    lines = readAuditLog(logText)
  } catch (error) {
    findings.push({ code: 'log_unreadable', message: (error as Error).message })
    return { file, findings, notes }
  }

  const data = place('data.jsonl')
  const order = createOrder(certificate)
  for await (const { id } of datapointsIn(createReadStream(data))) order.add(id)
  findings.push(...checkOrder(certificate, lines, { population: order.population(), names: order.names() }))
  const claim = claimIn(certificate)
  if ('code' in claim) return { file, findings: [...findings, claim], notes }
  const classes: Classes | undefined =
    certificate.by_class === null
      ? undefined
      : await classesIn(
          datapointsIn(createReadStream(data)),
          certificate.by_class.question,
          lines.map((l) => l.id),
        )
  findings.push(...checkFigures(certificate, claim, lines, classes))
  return { file, findings, notes }
}

/** Finds a file by its name in the folders and files that were given. */
function placesIn(paths: readonly string[]) {
  const missing = paths.find((p) => !existsSync(p))
  if (missing !== undefined) throw new Problem(`There is nothing at ${missing}.`)
  const find = (name: string): string | undefined =>
    paths.map((p) => (statSync(p).isDirectory() ? join(p, name) : p)).find((p) => basename(p) === name && existsSync(p))
  const place = (name: string): string => {
    const found = find(name)
    if (found === undefined)
      throw new Problem(
        `${name} is missing. Give the folder of the release, with certificate.json and audit-log.jsonl in it or beside it.`,
      )
    return found
  }
  return Object.assign(place, { find })
}

async function readCertificate(path: string): Promise<Signed> {
  let read: unknown
  try {
    read = JSON.parse(await readFile(path, 'utf8'))
  } catch {
    throw new Problem('certificate.json is not JSON.')
  }
  if (!Value.Check(Signed, read)) {
    const [error] = Value.Errors(Signed, read)
    throw new Problem(
      `certificate.json is no certificate of this program: ${error?.instancePath ?? ''} ${error?.message ?? ''}.`,
    )
  }
  return read as Signed
}

function checkSignature({ certificate, signature }: Signed, trusted: Buffer | undefined): Finding[] {
  const out: Finding[] = []
  const own = Buffer.from(signature.public_key, 'base64')
  if (!isSignedBy(own, canonicalJson(certificate), signature.value))
    out.push({
      code: 'signature',
      message: 'The signature does not fit: the certificate was changed after it was signed, or signed by another key.',
    })
  if (keyIdOf(own) !== signature.key_id)
    out.push({ code: 'key', message: 'The key in the certificate does not have the name that is written beside it.' })
  if (trusted && !trusted.equals(own))
    out.push({
      code: 'key',
      message: `It is signed by the key ${keyIdOf(own)}, not by the one you gave (${keyIdOf(trusted)}).`,
    })
  return out
}

async function checkFiles(
  { certificate }: Signed,
  place: ReturnType<typeof placesIn>,
  notes: string[],
): Promise<Finding[]> {
  const out: Finding[] = []
  const text = await readFile(place('manifest.json'), 'utf8')
  const { release } = certificate
  if (sha256Hex(text) !== release.content_hash)
    out.push({
      code: 'content_hash',
      message: `manifest.json is not that of the certified release: its hash is ${sha256Hex(text)}, and ${release.content_hash} was certified.`,
    })
  let manifest: Manifest
  try {
    manifest = JSON.parse(text) as Manifest
  } catch {
    return [...out, { code: 'content_hash', message: 'manifest.json is not JSON.' }]
  }
  const said = [manifest.release_id, manifest.campaign?.id, manifest.number, manifest.campaign?.title]
  const claimed = [release.release_id, release.campaign_id, release.number, release.title]
  if (said.some((value, i) => value !== claimed[i]))
    out.push({
      code: 'release',
      message: `The manifest is of release ${String(manifest.number)} of "${String(manifest.campaign?.title)}"; the certificate is about release ${release.number} of "${release.title}".`,
    })
  for (const f of manifest.files ?? []) {
    const path = place.find(f.name)
    if (path === undefined) {
      if (f.name === 'data.jsonl') place(f.name)
      notes.push(`${f.name} is not here, so it was not compared.`)
    } else if ((await hashOf(path)) !== f.sha256)
      out.push({ code: 'file', message: `${f.name} is not what was released: its hash differs from the manifest's.` })
  }
  return out
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) hash.update(piece)
  return hash.digest('hex')
}
