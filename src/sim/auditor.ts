import type { Kysely } from 'kysely'
import type { DB } from '../platform/db/tables.ts'
import type { SimClass } from './crowd.ts'
import { balances, evidence, published, votesGiven, type Evidence } from './ledger-queries.ts'
import { PRICES, QUESTION, type RuleSet } from './scenario.ts'

/** What the auditor found: how much it recomputed, and every sentence about something that is not as it must be. */
export type AuditOutcome = { decisions: number; rewards: number; accounts: number; problems: string[] }

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
): Promise<AuditOutcome> {
  const out: AuditOutcome = { decisions: 0, rewards: 0, accounts: 0, problems: [] }
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
          owed.set(e.subject_id, owedFor(own, decided.accepted, author, of))
        } else if (e.kind === 'rewarded') {
          out.rewards += 1
          pay(e, owed, earned, spent, campaign_id, say)
        }
      }
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
function owedFor(own: Own, accepted: boolean, author: string, of: SimClass): string {
  const lines = accepted ? [`reward ${author} ${PRICES[of].contribute}`] : []
  for (const v of own) if (!v.expert) lines.push(`review_pay ${v.reviewer} ${PRICES[of].review}`)
  return lines.toSorted().join('; ')
}

function pay(
  e: Evidence,
  owed: Map<string, string>,
  earned: Map<string, bigint>,
  spent: Map<string, bigint>,
  campaignId: string,
  say: (what: string) => void,
): void {
  const rewards = e.body.rewards as Reward[]
  const said = rewards
    .map((r) => `${r.kind} ${r.account_id} ${r.amount_minor}`)
    .toSorted()
    .join('; ')
  if (owed.get(e.subject_id) !== said)
    say(`submission ${e.subject_id} is owed ${owed.get(e.subject_id)} and got ${said}`)
  owed.set(e.subject_id, '')
  for (const r of rewards) {
    earned.set(r.account_id, (earned.get(r.account_id) ?? 0n) + BigInt(r.amount_minor))
    spent.set(campaignId, (spent.get(campaignId) ?? 0n) + BigInt(r.amount_minor))
  }
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
