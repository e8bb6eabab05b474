import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { readBasis, readGold } from './basis.ts'
import { addSums, noSums } from './entries.ts'
import { checkClaims } from './claims.ts'
import { BUCKETS } from './facts.ts'
import { parsed } from './lines.ts'
import { checkMoney } from './money.ts'
import { isSigned, readKey, readNote, type Note } from './note.ts'
import { partsOf, type Part } from './parts.ts'
import { checkEnd } from './read-log.ts'
import { checkReleases } from './releases.ts'
import { Findings, noCounts, type Counted, type Report } from './report.ts'
import type { Done } from './tasks.ts'
import { Hands } from './threads.ts'
import { bytesOf, RootOf } from './tree.ts'
import { unchecked } from './unchecked.ts'
import { checkWindowsThere } from './window-files.ts'

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
  /** So many threads at most, each for so many bytes of entries at least. */
  threads?: number
  least_bytes?: number
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
 * committed to, and that each decision, reward and balance follows. Reads every file once or twice from front to back, in
 * as many threads as there are cores to spare.
 */
export async function verifySeason(dir: string, options: Options = {}): Promise<Report> {
  const manifest = await readManifest(dir)
  const findings = new Findings()
  const counted = noCounts()
  const progress = options.progress ?? (() => {})
  const { note, signed } = await checkCheckpoint(dir, manifest, options.keys, findings)
  const promised = { size: note?.size ?? manifest.log.size, root: note?.root.toString('hex') ?? manifest.log.root }
  const parts = await partsOf(dir, options.threads ?? usualThreads(), options.least_bytes)
  const facts_dir = mkdtempSync(join(tmpdir(), 'assay-verify-'))
  const hands = new Hands(parts.length, { dir, facts_dir })
  const take = (done: readonly Done[]): void => {
    for (const { found, counted: some } of done) {
      findings.take(found)
      for (const [what, n] of Object.entries(some)) counted[what as keyof Counted] += n
    }
  }
  try {
    const names = manifest.files.map((f) => f.name)
    const bytes = new Map(manifest.files.map((f) => [f.name, Number(f.bytes) || 0]))
    const shared = (all: readonly string[]) => share(all, hands.count, (name) => bytes.get(name) ?? 0)
    const hashed = await hands.all(shared(names).map((some) => ({ do: 'hash', names: some })))
    checkFiles(manifest, new Map(hashed.flatMap((h) => [...h.hashes!])), findings)

    const entries = await readAll(dir, parts, hands, (done) => progress(done, promised.size * 1.25, 'entries'))
    take(entries)
    const sums = noSums()
    const tree = new RootOf()
    for (const part of entries) {
      addSums(sums, part.sums!)
      for (const subtree of part.subtrees!) tree.addSubtree(subtree)
    }
    const root = bytesOf(tree.root()).toString('hex')
    checkEnd(counted.entries, root, promised, findings)
    if (sums.season.id !== undefined && sums.season.id !== manifest.season.id)
      findings.add({
        code: 'season_wrong',
        message: `The log is that of season ${sums.season.id}, and the folder says it is season ${manifest.season.id}.`,
      })
    await readBasis(dir, sums, findings)
    await readGold(dir, hands.own.facts, findings)
    if (hands.count > 1) hands.own.facts.flush()
    const windows = await hands.all(
      shared(names.filter((n) => n.startsWith('windows/'))).map((some) => ({ do: 'windows', names: some, sums })),
    )
    take(windows)
    checkWindowsThere(new Set(windows.flatMap((w) => w.windows!.seen)), { ...sums, findings })
    const buckets = Array.from({ length: BUCKETS }, (_, i) => i)
    const works = await hands.all(
      Array.from({ length: hands.count }, (_, k) => ({
        do: 'works',
        buckets: buckets.filter((i) => i % hands.count === k),
        sums,
      })),
      (done, of) => progress(promised.size * (1 + (0.25 * done) / of), promised.size * 1.25, 'decisions and pay'),
    )
    take(works)
    await checkReleases(dir, manifest, { ...sums, findings }, counted)
    const claims = await checkClaims(dir, manifest, { campaigns: sums.campaigns, findings, counted })
    const undecided = works.reduce((n, w) => n + w.undecided!, 0)
    const kept_apart = windows.reduce((n, w) => n + w.windows!.kept_apart, 0)
    return {
      season: manifest.season.name,
      origin: manifest.log.origin,
      size: counted.entries,
      root,
      signed,
      counted,
      money: checkMoney(sums.campaigns, findings),
      findings: findings.kept,
      findings_in_all: findings.count,
      unchecked: unchecked(sums, { undecided, kept_apart, claims }),
      notes: [],
    }
  } finally {
    await hands.close()
    rmSync(facts_dir, { recursive: true })
  }
}

const usualThreads = (): number => Math.min(4, availableParallelism())

/**
 * Reads all entries, each thread its part. Where anything is not as it should be, all is read again by one from front to
 * back: what is wrong in one part may have moved what stands in the next, and only then is named for what it is.
 */
async function readAll(
  dir: string,
  parts: readonly Part[],
  hands: Hands,
  progress: (done: number) => void,
): Promise<Done[]> {
  const done = await hands.all(
    parts.map((part) => ({ do: 'read', part })),
    (n) => progress(n * parts.length),
  )
  if (parts.length === 1 || done.every((d) => d.found.count === 0)) return done
  hands.own.facts.clear()
  const all = await hands.all([{ do: 'read', part: (await partsOf(dir, 1))[0]! }], progress)
  return all
}

/** Shares things out so that each share weighs about the same. */
function share<T>(things: readonly T[], shares: number, weight: (thing: T) => number): T[][] {
  const out = Array.from({ length: shares }, () => ({ things: [] as T[], weight: 0 }))
  for (const thing of things.toSorted((a, b) => weight(b) - weight(a))) {
    const least = out.reduce((a, b) => (b.weight < a.weight ? b : a))
    least.things.push(thing)
    least.weight += weight(thing)
  }
  return out.map((o) => o.things)
}

function checkFiles(manifest: Manifest, hashes: ReadonlyMap<string, string>, findings: Findings): void {
  for (const f of manifest.files) {
    const hash = hashes.get(f.name)
    if (hash === undefined)
      findings.add({ code: 'file_missing', file: f.name, message: `${f.name} is missing, and the manifest lists it.` })
    else if (hash !== f.sha256)
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
