import { hash } from 'node:crypto'
import { commitTo } from '../platform/canonical.ts'
import { add, type Campaigns, type Terms } from './campaigns.ts'
import type { Decided, Facts, Line, ModelVote, Reviewed } from './facts.ts'
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

/** Everything that the reading of entries leads to. */
export type Read = {
  campaigns: Campaigns
  facts: Facts
  findings: Findings
  /** Hashes of snapshots and plans that the log committed to before they were used. */
  snapshots: Map<string, { hash: string; at: number }>
  plans: Set<string>
  releases: Map<string, { at: number; content_hash: string; number: number }>
  certificates: Map<string, { at: number; certificate_hash: string }>
  season: { id?: string; closed_at?: number }
  votes: { n: number; unopened: number }
}

/** Takes one entry and what opens it: checks the opening against the commitments, and notes what it says. */
export function takeEntry(at: number, entry: Entry, opening: Opening | undefined, r: Read): void {
  const where = `Entry ${at} (${entry.kind}${entry.campaign ? `, campaign ${entry.campaign}` : ''}, ${entry.day})`
  const place = { entry: at, ...(entry.campaign && { campaign: entry.campaign }) }
  const say = (code: 'not_opened' | 'opening_differs' | 'opening_extra', message: string) =>
    r.findings.add({ code, ...place, message: `${where}: ${message}` })

  let later: Record<string, unknown> | undefined
  if (opening?.sealed) {
    if (entry.sealed === undefined) say('opening_extra', 'it seals nothing, and openings.jsonl opens something.')
    else if (!fits(entry.sealed, opening.sealed))
      say(
        'opening_differs',
        `what openings.jsonl says (${shortly(opening.sealed.value)}) is not what the entry committed to.`,
      )
    else later = opening.sealed.value
  } else if (entry.sealed !== undefined) say('not_opened', 'what it seals is not opened in openings.jsonl.')

  const open: Record<string, unknown> = {}
  const expected = OPENED[entry.kind] ?? []
  for (const [name, o] of Object.entries(opening?.open ?? {})) {
    if (!expected.includes(name) || entry[`${name}_commitment`] === undefined)
      say('opening_extra', `it commits to no ${name}, and openings.jsonl opens them.`)
    else if (!fits(entry[`${name}_commitment`], o))
      say('opening_differs', `the ${name} in openings.jsonl (${shortly(o.value)}) are not what the entry committed to.`)
    else open[name] = o.value
  }
  for (const name of expected)
    if (entry[`${name}_commitment`] !== undefined && !opening?.open?.[name])
      say('not_opened', `the ${name} that it committed to are not opened in openings.jsonl.`)
  note(at, entry, { later: later ?? {}, open, weighed: opening?.weighed }, r)
}

/** Whether a commitment is to this. What was read from canonical JSON is written as it again by the usual way, which is faster. */
function fits(commitment: unknown, { salt, value }: { salt: string; value: unknown }): boolean {
  const bytes = Buffer.from(String(salt), 'hex')
  const quick = hash('sha256', Buffer.concat([bytes, Buffer.from(JSON.stringify(value))]), 'hex')
  return commitment === quick || commitment === commitTo(bytes, value)
}

const shortly = (value: unknown): string => {
  const text = JSON.stringify(value)
  return text.length > 160 ? `${text.slice(0, 160)}…` : text
}

type Opened = { later: Record<string, unknown>; open: Record<string, unknown>; weighed: Decided['weighed'] }

function note(at: number, entry: Entry, { later, open, weighed }: Opened, r: Read): void {
  const campaign = entry.campaign ?? '0'
  const c = r.campaigns.of(campaign)
  const about = (later.about ?? entry.about) as string | undefined
  const money = () => ({ currency: String(later.currency), amount: String(later.amount_minor) })
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
      return
    case 'campaign_versioned':
      c.versions.set(Number(entry.version), entry.settings as Terms)
      return
    case 'price_moved':
      c.factors.push({ day: entry.day, ppm: Number(entry.factor_ppm) })
      return
    case 'campaign_funded':
      if (later.currency) add(c.funded, money().currency, money().amount)
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
      r.facts.add([String(entry.about), 'submitted', at, campaign, Number(entry.version)])
      return
    case 'reviewed':
      r.votes.n += 1
      if (!open.approvals) r.votes.unopened += 1
      if (about)
        r.facts.add([
          about,
          'reviewed',
          at,
          campaign,
          {
            review: String(later.review_id),
            round: Number(later.round),
            expert: later.expert === true,
            approvals: (open.approvals as Reviewed['approvals']) ?? null,
          },
        ])
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
        c.windows.set(n, [...(c.windows.get(n) ?? []), windowText(lines as BonusLine[])])
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
      if (about) r.facts.add([about, 'audited', at, campaign, later.correct === true])
      return
    case 'forfeited':
      if (later.currency) add(c.forfeited, money().currency, money().amount)
      return
    case 'released_pay':
      if (later.currency) add(c.released, money().currency, money().amount)
      return
    case 'thawed':
      if (later.currency) add(c.thawed, money().currency, money().amount)
      return
    case 'given_back':
      if (later.currency) add(c.given_back, money().currency, money().amount)
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
