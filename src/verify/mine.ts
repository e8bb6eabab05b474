import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkPlain, type Own, ownOf } from './mine-file.ts'
import { isEntry, isOpening, type Entry, type Opening } from './entries.ts'
import type { Line } from './facts.ts'
import { linesIn, parsed, Stepper } from './lines.ts'
import { readKey } from './note.ts'
import { readManifest } from './season.ts'

export type MineReport = {
  /** Own entries that are in the log, and how many of the file belong to other logs. */
  entries: number
  elsewhere: number
  works: number
  decided: number
  reviews: number
  receipts: { kept: number; waiting: number }
  /** Own pay by kind and currency. */
  sums: { kind: string; currency: string; amount_minor: string }[]
  findings: string[]
  notes: string[]
}

/** Where in the folder the things of one person are. */
type Seen = {
  entries: Map<number, Entry>
  openings: Map<number, Opening>
  events: Set<string>
  /** What the log says of work, by its name there. */
  decided: Map<string, { at: number; accepted: boolean; reviews: string[] }[]>
  paid: Map<string, number[]>
}
const CONTRIBUTORS = new Set(['reward', 'held', 'bonus', 'novelty'])

/**
 * Holds a person's own proofs and receipts against a season's folder: that what they did is in the log, that it was
 * decided and paid, that receipts were kept, and that their lines of pay are those that the log pays. Says what is missing.
 */
export async function verifyMine(dir: string, proofs: unknown, receipts: readonly string[] = []): Promise<MineReport> {
  const manifest = await readManifest(dir)
  const texts = existsSync(join(dir, 'keys.txt')) ? (await readFile(join(dir, 'keys.txt'), 'utf8')).split('\n') : []
  const log = { origin: manifest.log.origin, keys: texts.flatMap((t) => readKey(t)?.key ?? []) }
  const note = existsSync(join(dir, 'checkpoint')) ? await readFile(join(dir, 'checkpoint'), 'utf8') : ''
  const out: MineReport = {
    entries: 0,
    elsewhere: 0,
    works: 0,
    decided: 0,
    reviews: 0,
    receipts: { kept: 0, waiting: 0 },
    sums: [],
    findings: [],
    notes: [],
  }
  const own = await ownOf(proofs, log, out)
  const promised = await checkPlain(receipts, log, note, out)
  const seen = await look(dir, own, new Set(promised.flatMap((p) => p.events)))

  for (const p of promised) {
    const missing = p.events.filter((e) => !seen.events.has(e))
    if (missing.length === 0) out.receipts.kept += 1
    else if (!p.is_due) {
      out.receipts.waiting += 1
      out.notes.push(`Receipt ${p.n} promises its entries by ${p.until}; this folder's checkpoint is older.`)
    } else
      out.findings.push(
        `Receipt ${p.n} promised ${p.events.length} entries by ${p.until}, and ${missing.length} are not in the log (${missing[0]}): with the folder it proves that they were left out.`,
      )
  }
  for (const o of own) checkOwn(o, seen, out)
  const sums = new Map<string, bigint>()
  for (const o of own)
    for (const l of o.lines) {
      const key = `${l.kind} ${l.currency}`
      sums.set(key, (sums.get(key) ?? 0n) + BigInt(l.amount_minor))
    }
  out.sums = [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, amount]) => {
      const [kind, currency] = key.split(' ') as [string, string]
      return { kind, currency, amount_minor: `${amount}` }
    })
  return out
}

/** Reads the log once for what stands at the own places, and once more for what it says of the own work. */
async function look(dir: string, own: readonly Own[], promised: ReadonlySet<string>): Promise<Seen> {
  const seen: Seen = { entries: new Map(), openings: new Map(), events: new Set(), decided: new Map(), paid: new Map() }
  const places = new Set(own.map((o) => o.seq))
  for await (const { at, entry, opening } of inStep(dir)) {
    if (promised.has(String(entry.event))) seen.events.add(String(entry.event))
    if (!places.has(at)) continue
    seen.entries.set(at, entry)
    if (opening) seen.openings.set(at, opening)
  }
  const works = new Set(
    own.flatMap(({ seq, kind }) => {
      const about = aboutOf(seen, seq)
      return about !== undefined && (kind === 'submitted' || kind === 'revised' || kind === 'reviewed') ? [about] : []
    }),
  )
  for await (const { at, entry, opening } of inStep(dir)) {
    const about = String(entry.about ?? opening?.sealed?.value.about)
    if (!works.has(about)) continue
    if (entry.kind === 'decided') {
      const reviews = (opening?.sealed?.value.review_ids ?? []) as string[]
      seen.decided.set(about, [...(seen.decided.get(about) ?? []), { at, accepted: entry.accepted === true, reviews }])
    } else if (entry.kind === 'rewarded' && opening?.sealed) {
      seen.paid.set(about, [...(seen.paid.get(about) ?? []), at])
      seen.openings.set(at, opening)
    }
  }
  return seen
}

async function* inStep(dir: string): AsyncGenerator<{ at: number; entry: Entry; opening: Opening | undefined }> {
  const openings = new Stepper<Opening>({ path: join(dir, 'openings.jsonl') }, isOpening, () => {})
  let at = 0
  for await (const lines of linesIn(join(dir, 'entries.jsonl')))
    for (const text of lines) {
      const entry = parsed(text)
      if (isEntry(entry))
        yield { at, entry: Object.assign(entry, { text: text.toString() }), opening: await openings.at(at) }
      at += 1
    }
}

const aboutOf = (seen: Seen, at: number): string | undefined =>
  (seen.entries.get(at)?.about ?? seen.openings.get(at)?.sealed?.value.about) as string | undefined
const paidAt = (seen: Seen, at: number): Line[] => (seen.openings.get(at)?.sealed?.value.rewards ?? []) as Line[]
const words = (l: Line): string => `${l.kind} ${l.amount_minor} ${l.currency}`

function checkOwn(o: Own, seen: Seen, out: MineReport): void {
  const entry = seen.entries.get(o.seq)
  const wrong = (what: string) => void out.findings.push(`Your entry ${o.seq} (${o.kind}, ${o.day}): ${what}`)
  if (!entry) return wrong('the folder has no entry there.')
  if (entry.text !== o.entry) return wrong('the folder has another entry there, and yours was signed.')
  out.entries += 1
  const about = aboutOf(seen, o.seq)
  if (o.kind === 'submitted' || o.kind === 'revised') return checkWork(o, about ?? '', seen, out)
  if (o.kind === 'reviewed') return checkReview(o, about, seen, out)
  if (o.kind !== 'rewarded') return undefined
  // Each line that is shown is one that the log pays there, and none is shown twice.
  const left = paidAt(seen, o.seq).map(words)
  for (const line of o.lines) {
    const at = left.indexOf(words(line))
    if (at < 0)
      wrong(`it pays you ${words(line)}, and what the folder opens there pays ${left.join(', ') || 'nothing more'}.`)
    else left.splice(at, 1)
  }
}

function checkWork(o: Own, about: string, seen: Seen, out: MineReport): void {
  out.works += 1
  const decided = seen.decided.get(about) ?? []
  if (decided.length === 0) {
    out.notes.push(`Your work in entry ${o.seq} was never decided: it was withdrawn, revised, or left open.`)
    return
  }
  out.decided += 1
  for (const at of seen.paid.get(about) ?? []) {
    const owed = paidAt(seen, at)
      .filter((l) => CONTRIBUTORS.has(l.kind))
      .map(words)
    if (owed.length > 0 && !o.paid_at.has(at))
      out.findings.push(
        `Entry ${at} pays ${owed.join(', ')} for your work in entry ${o.seq}, and your proofs hold no line of it.`,
      )
  }
  const isPaid = (seen.paid.get(about) ?? []).some((at) => o.paid_at.has(at))
  if (decided.some((d) => d.accepted) && !isPaid)
    out.notes.push(
      `Your work in entry ${o.seq} was accepted in entry ${decided.find((d) => d.accepted)!.at}; your proofs hold no payment for it.`,
    )
}

function checkReview(o: Own, about: string | undefined, seen: Seen, out: MineReport): void {
  out.reviews += 1
  const review = seen.openings.get(o.seq)?.sealed?.value.review_id
  if (about === undefined || review === undefined) {
    out.findings.push(`Your vote in entry ${o.seq} is not opened in the folder.`)
    return
  }
  const decided = seen.decided.get(about) ?? []
  // Work that nobody decided was a gold item, or was withdrawn.
  if (decided.length > 0 && !decided.some((d) => d.reviews.includes(String(review))))
    out.findings.push(
      `Your vote in entry ${o.seq} is counted by no decision on that work (entries ${decided.map((d) => d.at).join(', ')}).`,
    )
  const pays = (seen.paid.get(about) ?? []).filter((at) => paidAt(seen, at).some((l) => l.kind === 'review_pay'))
  if (pays.length > 0 && !pays.some((at) => o.paid_at.has(at)))
    out.findings.push(
      `Entry ${pays[0]} pays votes on the work of your entry ${o.seq}, and your proofs hold no line of it.`,
    )
}
