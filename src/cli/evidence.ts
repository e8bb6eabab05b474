import type { Command } from 'commander'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { restartLog } from '../domains/evidence/rotate.ts'
import {
  isOmission,
  LogFault,
  type LogSource,
  type Means,
  type OmissionProof,
  readHead,
  checkPromises,
} from '../engine/log-reader.ts'
import { checkShown, PROOF_FORMAT, type ProofFile } from '../engine/proof-file.ts'
import { readReceipt } from '../engine/receipt.ts'
import { sha256 } from '../engine/sha256.ts'
import { fromHex } from '../engine/signed-note.ts'
import { checkSignature } from '../domains/evidence/sign-checkpoint.ts'
import { publicKeyIn } from '../platform/signing/keys.ts'
import { jobContext } from '../server/worker.ts'
import { attach, placeOf, type PlaceOptions } from './attach.ts'
import { type ApiOptions, connectApi, withApiOptions } from './connect.ts'
import { Problem } from './problem.ts'

const by: Means & { bytes: (text: string) => Uint8Array } = {
  hash: sha256,
  check: checkSignature,
  bytes: (text) => Buffer.from(text),
}

export function addEvidence(program: Command): void {
  const evidence = program.command('evidence').description('proofs from the public logs')
  withApiOptions(evidence.command('export'))
    .description('write my entries with their proofs and openings into a file that others can check')
    .argument('<file>', 'where to write it')
    .action(exportProofs)
  evidence
    .command('check')
    .description('check a file of proofs, offline: entries, openings and signatures')
    .argument('<file>', 'the file')
    .option('--key <key...>', "a log's public key that you trust, in hex, base64 or PEM")
    .action(checkProofs)
  evidence
    .command('receipts')
    .description('check receipts against a log: which promises are kept, which wait, which are broken')
    .argument('<file>', 'a file with a receipt on each line')
    .requiredOption('--log <place>', 'the log: its address, or a folder that holds it')
    .requiredOption('--key <key...>', 'its public key, in hex, base64 or PEM')
    .option('--proof <file>', 'where to write the proof of a broken promise')
    .action(checkReceipts)
  evidence
    .command('omission')
    .description("check somebody's proof that a log left out what it had promised")
    .argument('<file>', 'the proof')
    .requiredOption('--log <place>', 'the log: its address, or a folder that holds it')
    .requiredOption('--key <key...>', 'its public key, in hex, base64 or PEM')
    .action(checkOmission)
  const log = program.command('log').description('the public logs of seasons')
  log
    .command('restart')
    .description('begin the log of a season again under another name, when what was published is lost for good')
    .argument('<season>', 'the id of the season')
    .option('--data <directory>', 'the data directory of the installation')
    .option('--yes', 'really')
    .action(restart)
  withApiOptions(log.command('rotate-key'))
    .description("give a season's log a new key, which the old one hands over to")
    .argument('<season>', 'the id of the season')
    .action(async (season_id: string, options: ApiOptions) => {
      const api = await connectApi(options)
      try {
        const key = await api.client.evidence.rotate({ params: { season_id }, body: {} })
        process.stdout.write(`New key: ${key.verifier_key}\nThe old one signs beside it for a week.\n`)
      } finally {
        await api.close()
      }
    })
}

async function exportProofs(file: string, options: ApiOptions): Promise<void> {
  const api = await connectApi(options)
  try {
    const entries: ProofFile['entries'][number][] = []
    for (let after: string | undefined; ;) {
      const page = await api.client.evidence.mine({ query: { limit: 50, ...(after ? { after } : {}) } })
      entries.push(...page.items)
      if (!page.next) break
      after = page.next
    }
    const logs = []
    for (const season_id of new Set(entries.map((e) => e.season_id))) {
      const { origin, keys } = await api.client.evidence.log({ params: { season_id } })
      logs.push({ season_id, origin, public_keys: keys.map((k) => k.public_key) })
    }
    const proofs: ProofFile = { format: PROOF_FORMAT, logs, entries }
    await writeFile(file, `${JSON.stringify(proofs, null, 1)}\n`)
    process.stderr.write(`${entries.length} entries with their proofs written to ${file}\n`)
  } finally {
    await api.close()
  }
}

const keysIn = (given: readonly string[]): Uint8Array[] =>
  given.map((text) => {
    const key = publicKeyIn(text)
    if (!key) throw new Problem(`"${text}" is not an Ed25519 public key in hex, base64 or PEM.`)
    return key
  })

async function readJson<T>(file: string): Promise<T> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T
  } catch (error) {
    if (error instanceof SyntaxError) throw new Problem(`${file} is not JSON.`)
    throw error
  }
}

async function checkProofs(file: string, options: { key?: string[] }): Promise<void> {
  const proofs = await readJson<ProofFile>(file)
  if (proofs.format !== PROOF_FORMAT || !Array.isArray(proofs.entries) || !Array.isArray(proofs.logs))
    throw new Problem(`${file} is not a file of proofs (${PROOF_FORMAT}).`)
  const trusted = options.key && keysIn(options.key)
  let wrong = 0
  for (const shown of proofs.entries) {
    const log = proofs.logs.find((l) => l.season_id === shown.season_id)
    try {
      if (!log) throw new LogFault('unsigned', `Entry ${shown.seq} names a log that the file does not.`)
      const keys = trusted ?? log.public_keys.map((k: string) => fromHex(k) ?? new Uint8Array(0))
      const { head, opened } = await checkShown(shown, { origin: log.origin, keys }, by)
      const { kind, day } = JSON.parse(shown.entry) as { kind: string; day: string }
      const holds = opened.length > 0 ? `, opened: ${opened.join(', ')}` : ''
      process.stdout.write(
        `right  ${log.origin} entry ${shown.seq} of ${head.checkpoint.size}: ${kind} on ${day}${holds}\n`,
      )
    } catch (error) {
      if (!(error instanceof LogFault)) throw error
      wrong += 1
      process.stdout.write(`WRONG  ${error.message}\n`)
    }
  }
  if (!trusted && proofs.logs.length > 0)
    process.stdout.write(
      `\nChecked with the keys that the file itself names. Compare them with what the logs publish, or give them with --key:\n${proofs.logs.map((l) => `  ${l.origin}: ${l.public_keys.join(' ')}\n`).join('')}`,
    )
  process.stdout.write(`${proofs.entries.length - wrong} of ${proofs.entries.length} entries are right.\n`)
  if (wrong > 0) process.exitCode = 1
}

/** A log at an address or in a folder. Its name is what the receipt says; only its keys are trusted. */
function sourceOf(place: string, origin: string, keys: readonly string[]): LogSource {
  const isAddress = /^https?:\/\//.test(place)
  return {
    origin,
    keys: keysIn(keys),
    async read(path) {
      if (!isAddress) return readFile(join(place, path))
      const response = await fetch(`${place.replace(/\/+$/, '')}/${path}`)
      if (!response.ok) throw new Problem(`${place} answered ${response.status} for ${path}.`)
      return new Uint8Array(await response.arrayBuffer())
    },
  }
}

type LogOptions = { log: string; key: string[]; proof?: string }

async function checkReceipts(file: string, options: LogOptions): Promise<void> {
  const words = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  const origin = words.map((word) => readReceipt(word.trim())?.receipt.origin).find((o) => o !== undefined)
  if (!origin) throw new Problem(`${file} holds no receipt.`)
  const log = sourceOf(options.log, origin, options.key)
  const states = await checkPromises(
    words.map((word) => word.trim()),
    log,
    await readHead(log, by),
    by,
  )
  for (const [i, found] of states.entries()) {
    if (found.state === 'kept') process.stdout.write(`kept     receipt ${i + 1}: entries ${found.seqs.join(', ')}\n`)
    else if (found.state === 'waiting')
      process.stdout.write(`waiting  receipt ${i + 1}: until ${new Date(found.by_seconds * 1000).toISOString()}\n`)
    else {
      process.stdout.write(`BROKEN   receipt ${i + 1}: ${found.missing.length} promised entries are not in the log\n`)
      if (options.proof) await writeFile(options.proof, `${JSON.stringify(found.proof, null, 1)}\n`)
      process.exitCode = 1
    }
  }
}

async function checkOmission(file: string, options: LogOptions): Promise<void> {
  const proof = await readJson<OmissionProof>(file)
  const origin = readReceipt(String(proof.receipt))?.receipt.origin
  if (!origin) throw new Problem(`${file} is not a proof of an omission.`)
  if (await isOmission(proof, sourceOf(options.log, origin, options.key), by)) {
    process.stdout.write(`This proof holds: ${origin} promised an entry and left it out.\n`)
    process.exitCode = 1
  } else process.stdout.write('This proves nothing: the entry is there, or its time was not over.\n')
}

async function restart(season: string, options: PlaceOptions & { yes?: boolean }): Promise<void> {
  if (!options.yes)
    throw new Problem(
      'A new log cannot take back what the old one published, and receipts of the old one stay promises of it. If a newer backup exists, restore that instead. To go on, add --yes.',
    )
  const parts = await attach(placeOf(options))
  try {
    const { origin } = await restartLog(jobContext(parts), season)
    process.stdout.write(
      `The season's log is now ${origin}. It begins with the season's first event, at the next checkpoint.\n`,
    )
  } finally {
    await parts.close()
  }
}
