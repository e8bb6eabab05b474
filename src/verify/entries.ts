import { hash } from 'node:crypto'
import { commitTo } from '../platform/canonical.ts'
import { add, Campaigns, type Terms } from './campaigns.ts'
import { quoted, type Decided, type Facts, type Line, type ModelVote } from './facts.ts'
import type { Findings } from './report.ts'
import { windowText, type BonusLine } from './windows.ts'

export type Entry = { kind: string; day: string; campaign?: string; about?: string; sealed?: string } & Record<
  string,
  unknown
>
export type Opening = {
  at: number
  sealed?: { salt: string; value: Record<string, unknown> }
  open?: Record<string, { salt: string; value: unknown }>
  weighed?: Decided['weighed']
}

export const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Entry).kind === 'string' &&
  typeof (value as Entry).day === 'string'
export const isOpening = (value: unknown): value is Opening =>
  typeof value === 'object' && value !== null && Number.isSafeInteger((value as Opening).at)

/** Commitments that are opened when a season is over, by kind of entry. */
const OPENED: Record<string, string[]> = { reviewed: ['approvals'], model_voted: ['votes'], checked: ['added'] }

/** Everything that the reading of entries leads to, but for the facts about single pieces of work. */
export type Sums = {
  campaigns: Campaigns
  /** Hashes of snapshots and plans that the log committed to before they were used. */
  snapshots: Map<string, { hash: string; at: number }>
  plans: Set<string>
  releases: Map<string, { at: number; content_hash: string; number: number }>
  certificates: Map<string, { at: number; certificate_hash: string }>
  season: { id?: string; closed_at?: number }
  votes: { n: number; unopened: number }
}
export type Read = Sums & { facts: Facts; findings: Findings }

export const noSums = (): Sums => ({
  campaigns: new Campaigns(),
  snapshots: new Map(),
  plans: new Set(),
  releases: new Map(),
  certificates: new Map(),
  season: {},
  votes: { n: 0, unopened: 0 },
})

/** Adds what a later part of the log led to. Between threads classes become plain objects; that is what comes here. */
export function addSums(to: Sums, part: Sums): void {
  for (const c of part.campaigns.all.values()) to.campaigns.of(c.id).add(c)
  for (const [k, v] of part.snapshots) to.snapshots.set(k, v)
  for (const hash of part.plans) to.plans.add(hash)
  for (const [k, v] of part.releases) to.releases.set(k, v)
  for (const [k, v] of part.certificates) to.certificates.set(k, v)
  Object.assign(to.season, part.season)
  to.votes.n += part.votes.n
  to.votes.unopened += part.votes.unopened
}

/** Takes one entry and what opens it: checks the opening against the commitments, and notes what it says. */
export function takeEntry(at: number, entry: Entry, opening: Opening | undefined, r: Read): void {
  let later: Record<string, unknown> | undefined
  if (opening?.sealed) {
    if (entry.sealed === undefined)
      say(r, at, entry, 'opening_extra', 'it seals nothing, and openings.jsonl opens something.')
    else if (!fits(entry.sealed, opening.sealed)) {
      const said = shortly(opening.sealed.value)
      say(r, at, entry, 'opening_differs', `what openings.jsonl says (${said}) is not what the entry committed to.`)
    } else later = opening.sealed.value
  } else if (entry.sealed !== undefined)
    say(r, at, entry, 'not_opened', 'what it seals is not opened in openings.jsonl.')

  const expected = OPENED[entry.kind]
  let open = NOTHING
  if (expected || opening?.open) open = openedOf(at, entry, opening, expected ?? [], r)
  note(at, entry, { later: later ?? NOTHING, open, weighed: opening?.weighed }, r)
}
const NOTHING: Record<string, unknown> = {}

/** The commitments of an entry that are opened, as far as what opens them fits. */
function openedOf(
  at: number,
  entry: Entry,
  opening: Opening | undefined,
  expected: readonly string[],
  r: Read,
): Record<string, unknown> {
  const open: Record<string, unknown> = {}
  for (const [name, o] of Object.entries(opening?.open ?? NO_OPEN)) {
    const commitment = entry[`${name}_commitment`]
    if (!expected.includes(name) || commitment === undefined)
      say(r, at, entry, 'opening_extra', `it commits to no ${name}, and openings.jsonl opens them.`)
    else if (!fits(commitment, o)) {
      const said = shortly(o.value)
      say(
        r,
        at,
        entry,
        'opening_differs',
        `the ${name} in openings.jsonl (${said}) are not what the entry committed to.`,
      )
    } else open[name] = o.value
  }
  for (const name of expected)
    if (entry[`${name}_commitment`] !== undefined && !opening?.open?.[name])
      say(r, at, entry, 'not_opened', `the ${name} that it committed to are not opened in openings.jsonl.`)
  return open
}
const NO_OPEN: NonNullable<Opening['open']> = {}

function say(
  r: Read,
  at: number,
  entry: Entry,
  code: 'not_opened' | 'opening_differs' | 'opening_extra',
  message: string,
): void {
  const where = `Entry ${at} (${entry.kind}${entry.campaign ? `, campaign ${entry.campaign}` : ''}, ${entry.day})`
  const place = { entry: at, ...(entry.campaign && { campaign: entry.campaign }) }
  r.findings.add({ code, ...place, message: `${where}: ${message}` })
}

/** Salt and value stand here for hashing, unless they are longer. */
const scratch = Buffer.alloc(1 << 16)

/** Whether a commitment is to this. What was read from canonical JSON is written as it again by the usual way, which is faster. */
function fits(commitment: unknown, { salt, value }: { salt: string; value: unknown }): boolean {
  const text = JSON.stringify(value)
  if (typeof salt === 'string' && salt.length <= 128 && 3 * text.length < scratch.length - 64) {
    const from = scratch.write(salt, 0, 'hex')
    const to = from + scratch.write(text, from, 'utf8')
    if (commitment === hash('sha256', scratch.subarray(0, to), 'hex')) return true
  }
  return commitment === commitTo(Buffer.from(String(salt), 'hex'), value)
}

const shortly = (value: unknown): string => {
  const text = JSON.stringify(value)
  return text.length > 160 ? `${text.slice(0, 160)}…` : text
}

type Opened = { later: Record<string, unknown>; open: Record<string, unknown>; weighed: Decided['weighed'] }

function note(at: number, entry: Entry, { later, open, weighed }: Opened, r: Read): void {
  const campaign = entry.campaign ?? '0'
  const c = r.campaigns.of(campaign)
  const named = later.about ?? entry.about
  const about = typeof named === 'string' ? named : undefined
  switch (entry.kind) {
    case 'season_started':
      r.season.id = String(entry.season_id)
      return
    case 'season_closed':
      r.season.closed_at = at
      return
    case 'campaign_opened':
      c.title = String(entry.title)
      c.mode = String(entry.mode)
      // What it was given while it was a draft of another season.
      for (const m of (later.funded ?? []) as { currency: string; amount_minor: string }[])
        add(c.funded, m.currency, m.amount_minor)
      return
    case 'campaign_versioned':
      c.versions.set(Number(entry.version), entry.settings as Terms)
      return
    case 'price_moved':
      c.factors.push({ day: entry.day, ppm: Number(entry.factor_ppm) })
      return
    case 'campaign_funded':
      moved(c.funded, later)
      return
    case 'campaign_closed':
      c.closed = true
      for (const m of (later.returned ?? []) as { currency: string; amount_minor: string }[])
        add(c.returned, m.currency, m.amount_minor)
      return
    case 'review_planned':
      r.snapshots.set(String(entry.snapshot), { hash: String(entry.snapshot_hash), at })
      r.plans.add(String(entry.hash))
      return
    case 'submitted':
    case 'revised':
      r.facts.addText(String(entry.about), 'submitted', at, campaign, wholeText(entry.version))
      return
    case 'reviewed':
      r.votes.n += 1
      if (!open.approvals) r.votes.unopened += 1
      if (about)
        r.facts.addText(
          about,
          'reviewed',
          at,
          campaign,
          `{"review":${quoted(String(later.review_id))},"round":${wholeText(later.round)},"expert":${later.expert === true},"approvals":${JSON.stringify(open.approvals ?? null)}}`,
        )
      return
    case 'decided':
      if (later.questions)
        r.facts.add([
          String(entry.about),
          'decided',
          at,
          campaign,
          {
            ...(later as unknown as Decided),
            day: entry.day,
            accepted: entry.accepted === true,
            round: Number(entry.round),
            policy: String(entry.policy),
            ...(entry.snapshot !== undefined && { snapshot: String(entry.snapshot), plan: String(entry.plan) }),
            ...(weighed && { weighed }),
          },
        ])
      return
    case 'rewarded': {
      const lines = (later.rewards ?? []) as Line[]
      c.pay(lines)
      if (later.window !== undefined) {
        const n = Number(later.window)
        const texts = c.windows.get(n)
        if (texts) texts.push(windowText(lines as BonusLine[]))
        else c.windows.set(n, [windowText(lines as BonusLine[])])
      } else if (about) r.facts.add([about, 'rewarded', at, campaign, lines])
      return
    }
    case 'model_voted':
      if (about && open.votes)
        r.facts.add([
          about,
          'model',
          at,
          campaign,
          { model: String(later.model), round: Number(later.round), votes: open.votes as ModelVote['votes'] },
        ])
      return
    case 'checked':
      if (about && open.added !== undefined && entry.run === 1)
        r.facts.add([about, 'added', at, campaign, Number(open.added)])
      return
    case 'audited':
      if (about)
        r.facts.add([
          about,
          'audited',
          at,
          campaign,
          { correct: later.correct === true, chance_ppm: (later.chance_ppm as number | undefined) ?? null },
        ])
      return
    case 'forfeited':
      moved(c.forfeited, later)
      return
    case 'released_pay':
      moved(c.released, later)
      return
    case 'thawed':
      moved(c.thawed, later)
      return
    case 'given_back':
      moved(c.given_back, later)
      return
    case 'released':
      r.releases.set(`${campaign}-${String(entry.number)}`, {
        at,
        content_hash: String(entry.content_hash),
        number: Number(entry.number),
      })
      return
    case 'certified':
      r.certificates.set(`${campaign}-${String(entry.number)}`, {
        at,
        certificate_hash: String(entry.certificate_hash),
      })
      return
    default:
  }
}

const wholeText = (value: unknown): string => {
  const n = Number(value)
  return Number.isFinite(n) ? `${n}` : 'null'
}

function moved(sums: Map<string, bigint>, later: Record<string, unknown>): void {
  if (later.currency) add(sums, String(later.currency), String(later.amount_minor))
}
