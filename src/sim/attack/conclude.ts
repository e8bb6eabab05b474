import { outcomes } from '../ledger-queries.ts'
import { QUESTION, SOURCE } from '../scenario.ts'
import { DAY_MS, START } from '../season.ts'
import { readSource, workOf } from '../work.ts'
import { ATTACK_RULES, type Attack } from './attackers.ts'
import { victimsOf } from './dust.ts'
import { DAILY_CAPS } from './found.ts'
import { auditOwnership, type OwnershipAudit } from './ownership.ts'
import { reckon, type Pay, type Reckoning } from './reckon.ts'
import {
  claimsMade,
  firstStops,
  forfeited,
  judgings,
  paidFor,
  panelPairs,
  type Claim,
  type Judging,
  type Paid,
  type Stop,
} from './truth-queries.ts'
import type { World } from './world.ts'

export type AttackOutcome = { attack: Attack } & Reckoning & {
    /** Accounts that were held to belong to others of the same attack, and that a sanction stopped. */
    clustered: number
    stopped: number
    /** Virtual days from the start until half of the accounts were known as belonging together, or stopped. */
    half_detected_after: number | null
    accepted: number
    accepted_bad: number
  }
export type HonestOutcome = {
  people: number
  /** By a sanction or a case that kept their money, or by being held for somebody else's other account. */
  limited: number
  stopped: number
  clustered: number
  /** How those in clusters are bound to somebody in truth. */
  clustered_bonds: Record<string, number>
  /** People whom a duster tried to frame, and how many of them are among the limited. */
  victims: number
  victims_limited: number
  withdrawn: number
  earned: number
}

type Facts = { paid: Paid[]; claims: Claim[]; stops: Stop[]; judged: Judging[]; good: Map<string, boolean>; authors: Map<string, number> } // prettier-ignore

/** What came of every attack, of the crowd beside it, and of the rules about one's own work. */
export async function conclude(
  w: World,
): Promise<{ attacks: AttackOutcome[]; honest: HonestOutcome; ownership: OwnershipAudit }> {
  const { db } = w.lane
  const { season: s } = w
  const good = new Map<string, boolean>()
  const authors = new Map<string, number>()
  for (const f of s.fields)
    for await (const page of outcomes(db, f.campaign_id, SOURCE))
      for (const one of page) {
        const { author, k } = readSource(one.source)
        authors.set(one.id, author)
        good.set(one.id, workOf(s.population, s.seed, s.people[author]!, k).good)
      }
  const facts: Facts = {
    paid: await paidFor(db),
    claims: await claimsMade(db),
    stops: await firstStops(db),
    judged: await judgings(db, QUESTION),
    good,
    authors,
  }
  const taken = new Map((await forfeited(db)).map((f) => [f.account_id, f.amount]))
  const truth = {
    owner: new Map(w.members.map((m) => [s.accounts.get(m.person.n)!, m.owner])),
    attack: new Map(w.members.map((m) => [s.accounts.get(m.person.n)!, m.attack])),
  }
  return {
    attacks: [...w.spent.keys()].map((attack) => attackOf(w, attack, facts, taken)),
    honest: honestOf(w, facts),
    ownership: auditOwnership(facts.judged, await panelPairs(db), w.clusters, truth),
  }
}

const within = <T extends { account_id: string }>(rows: readonly T[], accounts: ReadonlySet<string>): T[] =>
  rows.filter((r) => accounts.has(r.account_id))
const sum = (rows: readonly { amount: number }[]): number => rows.reduce((s, r) => s + r.amount, 0)

function attackOf(w: World, attack: Attack, f: Facts, taken: ReadonlyMap<string, number>): AttackOutcome {
  const own = w.members.filter((m) => m.attack === attack)
  const byAccount = new Map(own.map((m) => [w.season.accounts.get(m.person.n)!, m]))
  const accounts = new Set(byAccount.keys())
  const detected = new Map<string, number>()
  const note = (account: string, at: number) => detected.set(account, Math.min(at, detected.get(account) ?? Infinity))
  const clustered = new Set<string>()
  for (const account of accounts)
    for (const spell of w.clusters.get(account) ?? []) {
      const isWithOwn = [...accounts].some(
        (other) => other !== account && (w.clusters.get(other) ?? []).some((x) => x.cluster === spell.cluster),
      )
      if (!isWithOwn) continue
      clustered.add(account)
      note(account, spell.from)
    }
  const stops = within(f.stops, accounts)
  for (const stop of stops) note(stop.account_id, stop.at)
  const claims = within(f.claims, accounts)
  const paid = within(f.paid, accounts)
  const times = [...detected.values()].toSorted((a, b) => a - b)
  const half = times[Math.ceil(accounts.size / 2) - 1]
  const accepted = paid.filter((p) => p.kind === 'reward')
  const caps = DAILY_CAPS[own[0]!.person.class]
  return {
    attack,
    ...reckon({
      rules: ATTACK_RULES[attack],
      spent: w.spent.get(attack)!,
      owners: new Set(own.map((m) => m.owner)).size,
      pays: paysOf(paid, byAccount, f, own.length),
      caps: { work: caps.contribute, review: caps.review },
      withdrawn: sum(claims),
      before: sum(claims.filter((c) => c.at < (detected.get(c.account_id) ?? Infinity))),
      forfeited: [...accounts].reduce((total, a) => total + (taken.get(a) ?? 0), 0),
    }),
    clustered: clustered.size,
    stopped: new Set(stops.map((x) => x.account_id)).size,
    half_detected_after: half === undefined ? null : Math.round(((half - START) / DAY_MS) * 10) / 10,
    accepted: accepted.length,
    accepted_bad: accepted.filter((p) => !f.good.get(p.submission_id)).length,
  }
}

/**
 * Payments one by one: a piece of work's pay with what was held of it, a review's base, and a bonus for its window's
 * reviews in the share in which they were of strangers' work.
 */
function paysOf(
  paid: readonly Paid[],
  byAccount: ReadonlyMap<string, { owner: string; person: { allies?: ReadonlySet<number> } }>,
  f: Facts,
  allies: number,
): Pay[] {
  const isAllied = (account: string, submission: string) =>
    allies > 1 && byAccount.get(account)!.person.allies?.has(f.authors.get(submission)!) === true
  const held = new Map(paid.filter((p) => p.kind === 'held').map((p) => [p.submission_id, p.amount]))
  const reviews = new Map<string, { all: number; strange: number }>()
  for (const p of paid.filter((x) => x.kind === 'review_pay')) {
    const r = reviews.get(p.account_id) ?? { all: 0, strange: 0 }
    r.all += 1
    if (!isAllied(p.account_id, p.submission_id)) r.strange += 1
    reviews.set(p.account_id, r)
  }
  return paid.flatMap((p): Pay[] => {
    const { owner } = byAccount.get(p.account_id)!
    const one = { owner, at: p.at, amount: p.amount }
    if (p.kind === 'held') return []
    if (p.kind === 'reward')
      return [
        {
          ...one,
          kind: 'work',
          amount: p.amount + (held.get(p.submission_id) ?? 0),
          good: f.good.get(p.submission_id)!,
        },
      ]
    if (p.kind === 'review_pay') return [{ ...one, kind: 'review', good: !isAllied(p.account_id, p.submission_id) }]
    const { all, strange } = reviews.get(p.account_id) ?? { all: 1, strange: 1 }
    return [
      { ...one, kind: 'review', amount: (p.amount * strange) / all, good: true },
      { ...one, kind: 'review', amount: (p.amount * (all - strange)) / all, good: false },
    ]
  })
}

function honestOf(w: World, f: Facts): HonestOutcome {
  const crowd = w.members.filter((m) => !m.attack && !w.season.population.kinds[m.person.kind].attacks)
  const bond = new Map(crowd.map((m) => [w.season.accounts.get(m.person.n)!, m.bond]))
  const accounts = new Set(bond.keys())
  const clustered = [...accounts].filter((a) => (w.clusters.get(a) ?? []).length > 0)
  const stopped = new Set(within(f.stops, accounts).map((x) => x.account_id))
  const limited = new Set([...clustered, ...stopped])
  const victims = w.spent.has('duster') ? victimsOf(w).map((m) => w.season.accounts.get(m.person.n)!) : []
  const bonds: Record<string, number> = {}
  for (const a of clustered) bonds[bond.get(a)!] = (bonds[bond.get(a)!] ?? 0) + 1
  return {
    people: crowd.length,
    limited: limited.size,
    victims: victims.length,
    victims_limited: victims.filter((a) => limited.has(a)).length,
    stopped: stopped.size,
    clustered: clustered.length,
    clustered_bonds: bonds,
    withdrawn: sum(within(f.claims, accounts)),
    earned: sum(within(f.paid, accounts)),
  }
}
