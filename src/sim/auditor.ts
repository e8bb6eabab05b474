import type { Kysely } from 'kysely'
import type { DB } from '../platform/db/tables.ts'
import type { SimClass } from './crowd.ts'
import { balances, evidence, published, votesGiven, type Evidence } from './ledger-queries.ts'
import { AUDITED_PAY, HOLD, PRICES, QUESTION, type RuleSet } from './scenario.ts'
import { misscored, type Bonus, type Graded, type HeldAs, type Judged, type SettledWindow } from './window-auditor.ts'

/** What the auditor found: how much it recomputed, and every sentence about something that is not as it must be. */
export type AuditOutcome = {
  decisions: number
  rewards: number
  /** Parts of windows of reviewers' pay, and pieces of held pay that went on or were taken. */
  bonuses: number
  held: number
  /** Campaigns whose last window of reviewers' pay is not settled: people wait for their pay. */
  unsettled: number
  accounts: number
  problems: string[]
}

type Vote = { reviewer: string; approve: boolean; round: number; expert: boolean }
type Decided = { accepted: boolean; round: number; review_ids: string[]; approved_ids: string[] } & {
  policy: string
  snapshot?: string
  plan?: string
  leads?: Record<string, number>
}
type Weights = [number[], number[]]
type Published = {
  prior: number[]
  default_weights: Weights
  people: Record<string, Weights>
  signals: Record<string, number[]>
}
type Pool = { name: string; max: number; accept: number[]; reject: number[] }
type Plan = { least: number; break_even: number; pools: Pool[] }
type Reward = { kind: string; account_id: string; amount_minor: string }

const MOST_PROBLEMS = 50

/**
 * Recomputes every decision, reward and balance from the evidence and the votes as they were given. Shares no code with
 * the platform: where the two differ, one of them is wrong.
 */
export async function auditSeason(
  db: Kysely<DB>,
  campaigns: readonly { campaign_id: string; class: SimClass }[],
  rules: RuleSet,
  heldAs?: HeldAs,
): Promise<AuditOutcome> {
  const out: AuditOutcome = { decisions: 0, rewards: 0, bonuses: 0, held: 0, unsettled: 0, accounts: 0, problems: [] }
  const say = (what: string) => out.problems.length < MOST_PROBLEMS && out.problems.push(what)
  const { snapshots, plans } = await published(db)
  const read = { snapshots: new Map<string, Published>(), plans: new Map<string, Plan>() }
  const snapshotOf = (batch: string) => remembered(read.snapshots, batch, () => JSON.parse(snapshots.get(batch)!))
  const planOf = (hash: string) => remembered(read.plans, hash, () => JSON.parse(plans.get(hash)!))
  const earned = new Map<string, bigint>()
  const spent = new Map<string, bigint>()
  for (const { campaign_id, class: of } of campaigns) {
    const votes = new Map<string, Vote>()
    for await (const page of votesGiven(db, campaign_id, QUESTION))
      for (const v of page)
        votes.set(v.id, { reviewer: v.reviewer_id, approve: v.approve, round: v.round, expert: v.lane === 3 })
    const authors = new Map<string, string>()
    const seen = new Map<string, string[]>()
    const owed = new Map<string, string>()
    const judged: Judged[] = []
    const graded = new Map<string, Graded>()
    const windows: SettledWindow[] = []
    const bonuses: Bonus[] = []
    const held = new Map<string, Held>()
    for await (const page of evidence(db, campaign_id))
      for (const e of page) {
        if (e.kind === 'submitted') authors.set(e.subject_id, e.body.author_id as string)
        else if (e.kind === 'reviewed') {
          const id = e.body.review_id as string
          if (votes.get(id)?.reviewer !== e.body.reviewer_id)
            say(`review ${id} is in the evidence but not as it was given`)
          seen.set(e.subject_id, [...(seen.get(e.subject_id) ?? []), id])
        } else if (e.kind === 'decided') {
          out.decisions += 1
          const given = (seen.get(e.subject_id) ?? []).map((id) => ({ id, ...votes.get(id)! }))
          const decided = e.body as unknown as Decided
          const author = authors.get(e.subject_id)!
          const own = given.filter((v) => v.round === decided.round)
          const problem =
            misread(own, decided) ??
            (decided.policy === 'checks'
              ? refusedBefore(own, decided)
              : decided.policy === 'adaptive'
                ? misweighed(own, decided, author, snapshotOf(decided.snapshot!), planOf(decided.plan!))
                : miscounted(own, decided.accepted))
          if (problem) say(`decision on ${e.subject_id}: ${problem}`)
          owed.set(e.subject_id, owedFor(own, decided.accepted, author, of, rules))
          const peers = own.filter((v) => !v.expert)
          if (peers.length > 0)
            judged.push({ submission: e.subject_id, round: decided.round, at: e.at, accepted: decided.accepted, votes: peers }) // prettier-ignore
        } else if (e.kind === 'audited') {
          const { outcome, chance_ppm } = e.body as { outcome?: string; chance_ppm?: number }
          if (outcome === 'correct' || outcome === 'incorrect')
            graded.set(e.subject_id, {
              at: e.at,
              right: outcome === 'correct',
              ...(chance_ppm && { chance: chance_ppm }),
            })
        } else if (e.kind === 'window_settled') windows.push(windowOf(e))
        else if (e.kind === 'rewarded' && e.body.window !== undefined) {
          out.bonuses += 1
          for (const b of bonusesOf(e)) bonuses.push(b)
          book(e, earned, spent, campaign_id)
        } else if (e.kind === 'rewarded') {
          out.rewards += 1
          pay(e, owed, say)
          book(e, earned, spent, campaign_id)
          hold(e, held)
        } else if (e.kind === 'released_pay' || e.kind === 'forfeited') {
          out.held += 1
          const problem = settleHeld(e, held)
          if (problem) say(problem)
          if (e.kind === 'forfeited') {
            const { account_id, amount_minor } = e.body as { account_id: string; amount_minor: string }
            earned.set(account_id, (earned.get(account_id) ?? 0n) - BigInt(amount_minor))
          }
        }
      }
    if (rules === 'ours' && !windows.some((w) => w.last)) out.unsettled += 1
    for (const problem of misscored(
      { review: PRICES[of].review, base_bps: AUDITED_PAY.base_bps },
      judged,
      graded,
      windows,
      bonuses,
      heldAs,
    ))
      say(problem)
    for (const [id, what] of owed) if (what !== '') say(`submission ${id}: ${what} is owed and was never paid`)
  }
  await compareBooks(db, campaigns, { earned, spent }, out, say)
  if (rules === 'original' && [...read.plans.keys()].length > 0)
    say('a majority was asked for and something else decided')
  return out
}

const remembered = <T>(known: Map<string, T>, name: string, make: () => T): T => {
  if (!known.has(name)) known.set(name, make())
  return known.get(name)!
}

type Own = readonly (Vote & { id: string })[]

/** The decision names exactly the reviews of its round, and which of them approved. */
function misread(own: Own, d: Decided): string | undefined {
  const sorted = (ids: readonly string[]) => ids.toSorted().join()
  if (sorted(own.map((v) => v.id)) !== sorted(d.review_ids)) return 'it names other reviews than were given'
  return sorted(own.filter((v) => v.approve).map((v) => v.id)) === sorted(d.approved_ids)
    ? undefined
    : 'it reads the votes differently'
}

/** Automated checks only ever reject, and before anybody has looked. */
const refusedBefore = (own: Own, d: Decided): string | undefined =>
  d.accepted || own.length > 0 ? 'checks decided what people had looked at, or accepted it' : undefined

/** Majority of three: the expert's word counts alone, else more than half. */
function miscounted(own: Own, accepted: boolean): string | undefined {
  const expert = own.find((v) => v.expert)
  const yes = own.filter((v) => v.approve).length
  const expected = expert ? expert.approve : yes * 2 > own.length
  if (!expert && own.length < 3) return `${own.length} reviews decided`
  return expected === accepted ? undefined : `${yes} of ${own.length} approved and it says ${accepted}`
}

/** Adds up the published whole numbers and compares with the published thresholds. */
function misweighed(own: Own, d: Decided, author: string, s: Published, plan: Plan): string | undefined {
  const expert = own.find((v) => v.expert)
  if (expert) return expert.approve === d.accepted ? undefined : 'it is not what the expert said'
  const score = [...s.prior]
  const add = (row: number[] | undefined) => row && row.forEach((x, i) => (score[i]! += x))
  if (Object.hasOwn(s.signals, `author:${author}`)) add(s.signals[`author:${author}`])
  for (const v of own)
    add((Object.hasOwn(s.people, v.reviewer) ? s.people[v.reviewer]! : s.default_weights)[v.approve ? 1 : 0])
  const lead = score[1]! - score[0]!
  if (d.leads?.[QUESTION] !== lead) return `the evidence leads by ${lead}, and it says ${d.leads?.[QUESTION]}`
  const pool = plan.pools[0]!
  const left = Math.max(0, pool.max - own.length)
  if (own.length < plan.least) return 'it came before the least number of reviews'
  if (lead >= pool.accept[left]!) return d.accepted ? undefined : 'the plan accepts'
  if (lead <= pool.reject[left]!) return d.accepted ? 'the plan rejects' : undefined
  if (left > 0) return 'the plan asks for more'
  return lead >= plan.break_even === d.accepted ? undefined : 'the break-even says otherwise'
}

/** What a decision owes, as one text: the author's price if accepted, and every reviewer's. */
function owedFor(own: Own, accepted: boolean, author: string, of: SimClass, rules: RuleSet): string {
  const { contribute, review } = PRICES[of]
  const held = rules === 'ours' ? Math.floor((contribute * HOLD.share_bps) / 10_000) : 0
  const base = rules === 'ours' ? Math.floor((review * AUDITED_PAY.base_bps) / 10_000) : review
  const lines = accepted ? [`reward ${author} ${contribute - held}`] : []
  if (accepted && held > 0) lines.push(`held ${author} ${held}`)
  for (const v of own) if (!v.expert) lines.push(`review_pay ${v.reviewer} ${base}`)
  return lines.toSorted().join('; ')
}

function pay(e: Evidence, owed: Map<string, string>, say: (what: string) => void): void {
  const said = (e.body.rewards as Reward[])
    .map((r) => `${r.kind} ${r.account_id} ${r.amount_minor}`)
    .toSorted()
    .join('; ')
  if (owed.get(e.subject_id) !== said)
    say(`submission ${e.subject_id} is owed ${owed.get(e.subject_id)} and got ${said}`)
  owed.set(e.subject_id, '')
}

function book(e: Evidence, earned: Map<string, bigint>, spent: Map<string, bigint>, campaignId: string): void {
  for (const r of e.body.rewards as Reward[]) {
    earned.set(r.account_id, (earned.get(r.account_id) ?? 0n) + BigInt(r.amount_minor))
    spent.set(campaignId, (spent.get(campaignId) ?? 0n) + BigInt(r.amount_minor))
  }
}

const windowOf = (e: Evidence): SettledWindow => {
  const { window, starts_at, ends_at, last } = e.body as { window: number; starts_at: string; ends_at: string; last: boolean } // prettier-ignore
  return { n: window, starts: Date.parse(starts_at), ends: Date.parse(ends_at), last, at: e.at }
}
const bonusesOf = (e: Evidence): Bonus[] =>
  (e.body.rewards as (Reward & { reviews: number; factor_ppm: number })[]).map((r) => ({
    window: Number(e.body.window),
    reviewer: r.account_id,
    reviews: r.reviews,
    factor_ppm: r.factor_ppm,
    amount: BigInt(r.amount_minor),
  }))

type Held = { account: string; amount: string; at: number }
const HELD_MS = HOLD.days * 86_400_000
const FORFEIT_MS = 7 * 86_400_000

/** What of this pay waits. */
function hold(e: Evidence, held: Map<string, Held>): void {
  for (const r of e.body.rewards as Reward[])
    if (r.kind === 'held') held.set(e.subject_id, { account: r.account_id, amount: r.amount_minor, at: e.at })
}

/** Held pay goes on, or is taken, once, whole, and not before its time. */
function settleHeld(e: Evidence, held: Map<string, Held>): string | undefined {
  const isTaken = e.kind === 'forfeited'
  const submission = isTaken ? e.subject_id : String(e.body.reason_id)
  const was = held.get(submission)
  if (!was) return `held pay of ${submission} was moved and is not there`
  held.delete(submission)
  const account = isTaken ? e.body.account_id : e.subject_id
  if (was.amount !== e.body.amount_minor || was.account !== account)
    return `other pay than was held moved for ${submission}`
  const waited = e.at - was.at
  return waited < (isTaken ? FORFEIT_MS : HELD_MS) ? `held pay of ${submission} moved after ${waited} ms` : undefined
}

/** Every person's money, in whatever state, is what they earned; no campaign spent what it did not have. */
async function compareBooks(
  db: Kysely<DB>,
  campaigns: readonly { campaign_id: string }[],
  expected: { earned: ReadonlyMap<string, bigint>; spent: ReadonlyMap<string, bigint> },
  out: AuditOutcome,
  say: (what: string) => void,
): Promise<void> {
  const books = await balances(db)
  const held = new Map<string, bigint>()
  for (const [account, amount] of books) {
    const person = /^person:(\d+):/.exec(account)?.[1]
    if (person) held.set(person, (held.get(person) ?? 0n) + amount)
    if (amount < 0n && account !== 'outside') say(`${account} is ${amount} below zero`)
  }
  for (const person of new Set([...held.keys(), ...expected.earned.keys()])) {
    out.accounts += 1
    const [is, ought] = [held.get(person) ?? 0n, expected.earned.get(person) ?? 0n]
    if (is !== ought) say(`person ${person} has ${is} and earned ${ought}`)
  }
  for (const { campaign_id } of campaigns)
    if (!books.has(`campaign:${campaign_id}`)) say(`campaign ${campaign_id} has no account`)
  const total = [...books.values()].reduce((a, b) => a + b, 0n)
  if (total !== 0n) say(`the books are out by ${total}`)
}
