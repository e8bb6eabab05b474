import type { Command } from 'commander'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ApiError } from '../client.ts'
import type { Acceptance } from '../domains/certificates/contract.ts'
import type { Release } from '../domains/datasets/contract.ts'
import { publicKeyIn } from '../platform/signing/keys.ts'
import { checkCertificate } from './certify-check.ts'
import { type Api, type ApiOptions, connectApi, withApiOptions } from './connect.ts'
import { Problem } from './problem.ts'

type CertifyOptions = ApiOptions & {
  release?: string
  atLeast: string
  confidence: string
  maxAudits?: string
  begin?: boolean
  out?: string
  check?: string[]
  publicKey?: string
}

export function addCertify(program: Command): void {
  withApiOptions(program.command('certify'))
    .description('prove how much of a release is right, and sign it; or check such a certificate')
    .argument('[campaign id]')
    .option('--release <number>', 'which release (the newest that is finished)')
    .option('--at-least <share>', 'the share that is claimed to be right', '0.95')
    .option('--confidence <share>', 'how sure the proof is to be', '0.95')
    .option('--max-audits <number>', 'give up after so many audits')
    .option('--begin', 'begin the claim; without it you are told what it will cost')
    .option('--out <directory>', 'write certificate and audit log into this directory')
    .option('--check <paths...>', 'check a certificate from files alone: the folder of the release, or the files')
    .option('--public-key <file>', 'with --check: the key that must have signed it')
    .action(async (campaign_id: string | undefined, options: CertifyOptions) => {
      if (options.check) return check(options.check, options.publicKey)
      if (!campaign_id) throw new Problem('Name a campaign to certify a release of, or give --check and a folder.')
      const api = await connectApi(options)
      try {
        await certify(api, campaign_id, options)
      } finally {
        await api.close()
      }
    })
}

async function check(paths: readonly string[], keyFile: string | undefined): Promise<void> {
  const trusted = keyFile === undefined ? undefined : await keyIn(keyFile)
  const { file, findings, notes } = await checkCertificate(paths, trusted)
  const { certificate } = file
  for (const note of notes) process.stdout.write(`Note: ${note}\n`)
  if (findings.length > 0) {
    process.stdout.write(findings.map((f) => `Differs (${f.code}): ${f.message}\n`).join(''))
    throw new Problem('The certificate does not hold for these files.')
  }
  process.stdout.write(
    `${certificate.statement}\nRe-checked: the release is the certified one, the signature fits, the seed draws this order, and ${certificate.audit_log.lines} audits prove it.\n`,
  )
}

async function keyIn(path: string): Promise<Buffer> {
  const text = existsSync(path) ? await readFile(path, 'utf8') : path
  let given = text
  try {
    given = (JSON.parse(text) as { public_key?: string }).public_key ?? text
  } catch {
    // Not the answer of GET /v1/certificates/key: a key by itself.
  }
  const key = publicKeyIn(given)
  if (!key) throw new Problem(`${path} holds no Ed25519 public key: give PEM, or its 32 bytes in base64 or hex.`)
  return key
}

async function certify({ client, url, key }: Api, campaign_id: string, options: CertifyOptions): Promise<void> {
  const release = await releaseFor(client, campaign_id, options.release)
  const params = { campaign_id, release_id: release.release_id }
  const terms = {
    at_least: options.atLeast,
    confidence: options.confidence,
    ...(options.maxAudits === undefined ? {} : { max_audits: Number(options.maxAudits) }),
  }
  let claim = await client.certificates.certify({ params, body: {} }).catch(unlessNone)
  if (!claim) {
    const cost = await client.certificates.outlook({ params, query: terms })
    process.stdout.write(
      `Release ${release.number} holds ${cost.lot} datapoints. To prove that at least ${cost.at_least} of them are right takes ${cost.least_audits} audits or more:\n`,
    )
    for (const e of cost.expected)
      process.stdout.write(
        `  if ${e.wrong} are wrong: about ${Math.round(Number(e.audits_mean))} audits (nine times in ten at most ${e.audits_90}), proved with probability ${e.proved}\n`,
      )
    if (cost.seconds_per_grade !== null)
      process.stdout.write(
        `A grade takes about ${cost.seconds_per_grade} seconds here, and an audit ${cost.grades_per_audit} grades.\n`,
      )
    if (!options.begin) throw new Problem('Nothing is claimed yet. Begin it with --begin.')
    claim = await client.certificates.start({ params, body: terms })
    process.stdout.write('The claim is begun; its audits wait at the audit desk.\n')
    return
  }
  if (claim.state !== 'proved') throw new Problem(sentenceOf(claim))
  const { certificate } = await client.certificates.certificate({ params })
  process.stdout.write(`${certificate.statement}\n`)
  if (options.out) await fetchCertificate({ url, key }, release, options.out)
}

function sentenceOf(c: Acceptance): string {
  const read = `${c.audits} of its audits are read, ${c.wrong} wrong; they prove ${c.right_at_least} so far.`
  if (c.state === 'open')
    return `Not proved yet: ${read}${c.expected_audits === null ? '' : ` About ${c.expected_audits} are expected.`}`
  if (c.state === 'withdrawn') return `The claim was withdrawn: ${c.note}`
  return `The claim failed: ${read} ${c.why === 'refuted' ? 'They prove the opposite.' : 'No more of them can prove it.'}`
}

const unlessNone = (error: unknown): undefined => {
  if (error instanceof ApiError && error.code === 'acceptance_not_found') return undefined
  throw error
}

async function releaseFor(client: Api['client'], campaign_id: string, number: string | undefined): Promise<Release> {
  for (let after: string | undefined; ;) {
    const page = await client.releases.list({
      params: { campaign_id },
      query: { limit: 200, ...(after ? { after } : {}) },
    })
    const found = page.items.find((r) => (number === undefined ? r.state === 'ready' : String(r.number) === number))
    if (found) return found
    if (!page.next)
      throw new Problem(
        number === undefined
          ? `Campaign ${campaign_id} has no finished release. Make one with: assay release ${campaign_id}`
          : `Campaign ${campaign_id} has no release ${number}.`,
      )
    after = page.next
  }
}

/** Fetches certificate and audit log of a release into a directory. Returns false when it has none. */
export async function fetchCertificate(
  api: Pick<Api, 'url' | 'key'>,
  release: Pick<Release, 'campaign_id' | 'release_id'>,
  out: string,
): Promise<boolean> {
  const texts: [string, string][] = []
  for (const name of ['certificate.json', 'audit-log.jsonl']) {
    const path = `/v1/campaigns/${release.campaign_id}/releases/${release.release_id}/certificate/${name}`
    const response = await fetch(api.url + path, { headers: { authorization: `Bearer ${api.key}` } })
    if (response.status === 404) return false
    if (!response.ok) throw new Problem(`The server answered ${response.status} for ${name}.`)
    texts.push([name, await response.text()])
  }
  await mkdir(out, { recursive: true })
  for (const [name, text] of texts) await writeFile(join(out, name), text)
  process.stdout.write(`The certificate and its audit log are in ${out}.\n`)
  return true
}
