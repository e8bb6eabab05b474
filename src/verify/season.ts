import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReviewPlan } from '../engine/stopping.ts'
import type { ShownSnapshot } from '../engine/snapshot-shown.ts'
import { canonicalJson, sha256Hex } from '../platform/canonical.ts'
import { Campaigns } from './campaigns.ts'
import { weightsIn, type Weights } from './decisions.ts'
import { isEntry, isOpening, takeEntry, type Opening, type Read } from './entries.ts'
import { Facts } from './facts.ts'
import { linesIn, parsed, Stepper, valuesIn } from './lines.ts'
import { checkMoney } from './money.ts'
import { isSigned, readKey, readNote, type Note } from './note.ts'
import { checkReleases } from './releases.ts'
import { Findings, type Counted, type Report } from './report.ts'
import { leafHash, RootOf } from './tree.ts'
import { unchecked } from './unchecked.ts'
import { checkWork } from './work.ts'
import { readWindows } from './window-files.ts'

export type Manifest = {
  format: string
  season: { id: string; name: string }
  log: { origin: string; size: number; root: string }
  files: { name: string; bytes: number; sha256: string }[]
}
export type Options = {
  /** Keys that are trusted to sign; without one, the folder's own are used and the report says so. */
  keys?: readonly string[]
  progress?: (done: number, of: number, note: string) => void
}

/** The folder is no season's folder at all; the message says what is missing. */
export class NoSeason extends Error {}

export async function readManifest(dir: string): Promise<Manifest> {
  const path = join(dir, 'manifest.json')
  if (!existsSync(path)) throw new NoSeason(`There is no manifest.json in ${dir}.`)
  const value = parsed(await readFile(path, 'utf8')) as Manifest | undefined
  if (value?.format !== 'assay-season-1') throw new NoSeason(`${path} is not the manifest of a season.`)
  return value
}

/**
 * Checks a season from its public folder alone: that the log is whole and signed, that everything opened is what was
 * committed to, and that each decision, reward and balance follows. Reads every file once or twice from front to back.
 */
export async function verifySeason(dir: string, options: Options = {}): Promise<Report> {
  const manifest = await readManifest(dir)
  const findings = new Findings()
  const counted: Counted = {
    entries: 0,
    openings: 0,
    votes: 0,
    decisions: 0,
    rewards: 0,
    windows: 0,
    certificates: 0,
    releases: 0,
    epochs: 0,
  }
  const progress = options.progress ?? (() => {})
  await checkFiles(dir, manifest, findings)
  const { note, signed } = await checkCheckpoint(dir, manifest, options.keys, findings)
  const facts = new Facts()
  try {
    const read: Read = {
      campaigns: new Campaigns(),
      facts,
      findings,
      snapshots: new Map(),
      plans: new Set(),
      releases: new Map(),
      certificates: new Map(),
      season: {},
      votes: { n: 0, unopened: 0 },
    }
    const size = note?.size ?? manifest.log.size
    const root = await readEntries(
      dir,
      { size, root: note?.root.toString('hex') ?? manifest.log.root },
      read,
      counted,
      (done) => progress(done, size * 1.25, 'entries'),
    )
    counted.votes = read.votes.n
    if (read.season.id !== undefined && read.season.id !== manifest.season.id)
      findings.add({
        code: 'season_wrong',
        message: `The log is that of season ${read.season.id}, and the folder says it is season ${manifest.season.id}.`,
      })
    const snapshots = await readSnapshots(dir, read, findings)
    const plans = await readPlans(dir, read, findings)
    await readGold(dir, facts, findings)
    const windows = await readWindows(dir, manifest, read, counted)
    const checks = {
      campaigns: read.campaigns,
      basis: { snapshot: (batch: string) => snapshots.get(batch), plan: (hash: string) => plans.get(hash) },
      findings,
      counted,
      undecided: { n: 0 },
    }
    for (const [work, list] of facts.works((done, of) =>
      progress(size * (1 + (0.25 * done) / of), size * 1.25, 'decisions and pay'),
    ))
      checkWork(work, list, checks)
    await checkReleases(dir, manifest, read, counted)
    return {
      season: manifest.season.name,
      origin: manifest.log.origin,
      size: counted.entries,
      root,
      signed,
      counted,
      money: checkMoney(read.campaigns, findings),
      findings: findings.kept,
      findings_in_all: findings.count,
      unchecked: unchecked(read, { undecided: checks.undecided.n, kept_apart: windows.kept_apart }),
      notes: [],
    }
  } finally {
    facts.close()
  }
}

async function checkFiles(dir: string, manifest: Manifest, findings: Findings): Promise<void> {
  for (const f of manifest.files) {
    const path = join(dir, f.name)
    if (!existsSync(path)) {
      findings.add({ code: 'file_missing', file: f.name, message: `${f.name} is missing, and the manifest lists it.` })
      continue
    }
    const hash = createHash('sha256')
    for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>)
      hash.update(piece)
    if (hash.digest('hex') !== f.sha256)
      findings.add({
        code: 'file_changed',
        file: f.name,
        message: `${f.name} is not the file that the manifest describes: its hash differs.`,
      })
  }
}

async function checkCheckpoint(
  dir: string,
  manifest: Manifest,
  trusted: readonly string[] | undefined,
  findings: Findings,
): Promise<{ note: Note | undefined; signed: Report['signed'] }> {
  const text = existsSync(join(dir, 'checkpoint')) ? await readFile(join(dir, 'checkpoint'), 'utf8') : ''
  const note = readNote(text)
  if (!note) {
    findings.add({
      code: 'checkpoint_unreadable',
      file: 'checkpoint',
      message: 'The checkpoint cannot be read: nobody vouches for this log.',
    })
    return { note, signed: 'no' }
  }
  if (note.origin !== manifest.log.origin)
    findings.add({
      code: 'season_wrong',
      file: 'checkpoint',
      message: `The checkpoint is of the log ${note.origin}, and the folder is of ${manifest.log.origin}.`,
    })
  const own = existsSync(join(dir, 'keys.txt'))
    ? (await readFile(join(dir, 'keys.txt'), 'utf8')).split('\n').filter(Boolean)
    : []
  const keys = (trusted ?? own).flatMap((k) => readKey(k) ?? [])
  if (isSigned(note, keys)) return { note, signed: trusted ? 'trusted' : 'unknown' }
  const isByOwn =
    trusted !== undefined &&
    isSigned(
      note,
      own.flatMap((k) => readKey(k) ?? []),
    )
  findings.add(
    isByOwn
      ? {
          code: 'key_wrong',
          file: 'checkpoint',
          message: `The checkpoint is signed by the key in the folder (${own[0]}), and not by the one you gave (${trusted[0]}).`,
        }
      : {
          code: 'checkpoint_changed',
          file: 'checkpoint',
          message:
            'The signature under the checkpoint does not fit: it was changed after it was signed, or signed by another key.',
        },
  )
  return { note, signed: 'no' }
}

/** So many entries may be missing from one stretch and still be named. */
const SLACK = 64

/** Reads entries and openings in step. Returns the root that the entries have. */
async function readEntries(
  dir: string,
  signed: { size: number; root: string },
  read: Read,
  counted: Counted,
  progress: (done: number) => void,
): Promise<string> {
  const { findings } = read
  const leaves = existsSync(join(dir, 'leaves.bin')) ? await open(join(dir, 'leaves.bin'), 'r') : undefined
  const openings = new Stepper<Opening>(join(dir, 'openings.jsonl'), isOpening, (line, what) =>
    findings.add({
      code: what === 'order' ? 'opening_extra' : 'file_unreadable',
      file: 'openings.jsonl',
      message:
        what === 'order'
          ? `Line ${line} of openings.jsonl opens an entry a second time, or out of order.`
          : `Line ${line} of openings.jsonl is no opening.`,
    }),
  )
  openings.extra = (o) =>
    findings.add({
      code: 'opening_extra',
      entry: o.at,
      file: 'openings.jsonl',
      message: `openings.jsonl opens entry ${o.at}, which has nothing to open or is not there.`,
    })
  const tree = new RootOf()
  let lines_read = 0
  // Where an entry was taken out, what follows is still read as the entries that it is.
  let missing = 0
  let isBroken = false
  try {
    for await (const lines of linesIn(join(dir, 'entries.jsonl'))) {
      const known = Buffer.alloc((lines.length + SLACK) * 32)
      const from = lines_read + missing
      const had = leaves ? (await leaves.read(known, 0, known.length, from * 32)).bytesRead : 0
      const expected = (place: number) =>
        had >= (place - from + 1) * 32 ? known.subarray((place - from) * 32, (place - from + 1) * 32) : undefined
      for (const [i, text] of lines.entries()) {
        const leaf = leafHash(text)
        tree.add(leaf)
        let place = lines_read + missing
        const own = expected(place)
        if (!isBroken && own && !leaf.equals(own)) {
          const near = { own, next: expected(place + 1), following: lines[i + 1] && leafHash(lines[i + 1]!) }
          const what = sayChanged(place, leaf, near, findings)
          if (what === 'removed') place = lines_read + ++missing
          else isBroken = true
        }
        lines_read += 1
        const entry = parsed(text)
        if (isEntry(entry)) {
          const opening = await openings.at(place)
          if (opening) counted.openings += 1
          takeEntry(place, entry, opening, read)
        } else
          findings.add({
            code: 'file_unreadable',
            file: 'entries.jsonl',
            entry: place,
            message: `Entry ${place} is no entry of a log.`,
          })
      }
      progress(lines_read)
    }
    await openings.rest()
  } finally {
    await leaves?.close()
  }
  const at = lines_read
  counted.entries = at
  if (at < signed.size)
    findings.add({
      code: 'log_truncated',
      entry: at,
      file: 'entries.jsonl',
      message: `The log ends after ${at} entries, and the checkpoint was signed over ${signed.size}: ${signed.size - at} are missing.`,
    })
  if (at > signed.size)
    findings.add({
      code: 'log_too_long',
      entry: signed.size,
      file: 'entries.jsonl',
      message: `There are ${at} entries, and the checkpoint was signed over ${signed.size}: ${at - signed.size} were added.`,
    })
  const root = tree.root().toString('hex')
  if (root !== signed.root)
    findings.add({
      code: 'root_differs',
      file: 'entries.jsonl',
      message: `The entries have the root ${root}, and the checkpoint says ${signed.root}.`,
    })
  return root
}

/** Says what became of the first entry that is not the one that was published. */
function sayChanged(
  at: number,
  leaf: Buffer,
  near: { next: Buffer | undefined; following: Buffer | undefined; own: Buffer },
  findings: Findings,
): 'removed' | 'changed' {
  if (near.next && leaf.equals(near.next) && near.following?.equals(near.own)) {
    findings.add({
      code: 'order_changed',
      entry: at,
      message: `Entries ${at} and ${at + 1} stand in the wrong order.`,
    })
    return 'changed'
  }
  if (near.next && leaf.equals(near.next)) {
    findings.add({
      code: 'entry_removed',
      entry: at,
      message: `Entry ${at} is missing: what stands in its place is entry ${at + 1}.`,
    })
    return 'removed'
  }
  findings.add({
    code: 'entry_changed',
    entry: at,
    message: `Entry ${at} is not the one that was published: its hash differs. What stands there may be changed, or belong elsewhere.`,
  })
  return 'changed'
}

async function readSnapshots(dir: string, read: Read, findings: Findings): Promise<Map<string, Weights>> {
  const out = new Map<string, Weights>()
  for await (const { line, value } of valuesIn(join(dir, 'snapshots.jsonl'))) {
    const shown = value as ShownSnapshot | undefined
    const batch = String(shown?.batch)
    const promised = read.snapshots.get(batch)
    const hash = shown && sha256Hex(canonicalJson(shown))
    if (!promised)
      findings.add({
        code: 'snapshot_differs',
        file: 'snapshots.jsonl',
        message: `Line ${line} of snapshots.jsonl (${batch}) is a snapshot that the log never planned by.`,
      })
    else if (hash !== promised.hash)
      findings.add({
        code: 'snapshot_differs',
        file: 'snapshots.jsonl',
        entry: promised.at,
        message: `Snapshot ${batch} in line ${line} of snapshots.jsonl has the hash ${hash}, and entry ${promised.at} committed to ${promised.hash}.`,
      })
    if (shown && promised) out.set(batch, weightsIn(shown))
  }
  return out
}

async function readPlans(dir: string, read: Read, findings: Findings): Promise<Map<string, ReviewPlan>> {
  const out = new Map<string, ReviewPlan>()
  for await (const { line, value } of valuesIn(join(dir, 'plans.jsonl'))) {
    const { hash, body } = (value ?? {}) as { hash?: string; body?: string }
    const own = sha256Hex(String(body))
    if (own !== hash || !read.plans.has(own))
      findings.add({
        code: 'plan_differs',
        file: 'plans.jsonl',
        message: `The plan in line ${line} of plans.jsonl has the hash ${own}, which the log never committed to.`,
      })
    else out.set(own, JSON.parse(String(body)) as ReviewPlan)
  }
  return out
}

async function readGold(dir: string, facts: Facts, findings: Findings): Promise<void> {
  for await (const { line, value } of valuesIn(join(dir, 'gold.jsonl'))) {
    const g = value as { work: string; of: string; version: number; right: boolean } | undefined
    if (typeof g?.work !== 'string')
      findings.add({
        code: 'file_unreadable',
        file: 'gold.jsonl',
        message: `Line ${line} of gold.jsonl is no gold item.`,
      })
    // The line's number stands for a place before the log's first.
    else facts.add([g.work, 'gold', -line, '0', { of: g.of, version: g.version, right: g.right }])
  }
}
