import type { Kysely } from 'kysely'
import type { DB } from '../platform/db/tables.ts'
import { CLASSES, KINDS, type Kind, type SimClass } from './crowd.ts'
import { hoursOf } from './hours.ts'
import { balances, grades, outcomes, votesGiven } from './ledger-queries.ts'
import { moneyByKind } from './process-queries.ts'
import { EXPERT_REVIEWS, PRICES, QUESTION, SOURCE } from './scenario.ts'
import type { Season } from './season.ts'
import { readSource, workOf } from './work.ts'

/** What came of one class, or of all; shares are of what their names say. */
export type Tally = {
  submissions: number
  decided: number
  accepted: number
  /** Share of what was decided. */
  acceptance: number
  /** Share of accepted work that is good: what QA would find on all of it. */
  precision: number
  /** Share of good work that was rejected. */
  good_rejected: number
  /** Accepted work that is good. */
  verified: number
  good: number
  reviews: number
  reviews_each: number
}
export type KindTally = {
  people: number
  attacks: boolean
  submissions: number
  accepted: number
  accepted_bad: number
  reviews: number
  /** Share of their votes that is right. */
  votes_right: number
  earned_minor: number
  /** What a piece of work, submission or review, earned on average, in reviews' pay of its class. */
  earned_each: number
  /** What honest people would have taken for the same work, and what was left of its pay for an hour of that, effort taken off. */
  nominal_hours: number
  net_an_hour: number
}
export type Figures = {
  classes: Record<SimClass, Tally>
  total: Tally
  kinds: Record<Kind, KindTally>
  spend_minor: { contributors: number; reviewers: number; experts: number; total: number }
  /** What of it was paid at once and what later, by kind of transfer; `forfeit` came back. */
  money_minor: Record<string, number>
  audits: { graded: number; accepted_graded: number; accepted_right: number }
}

type Counts = { submissions: number; decided: number; accepted: number; good: number; goodDecided: number; both: number; reviews: number } // prettier-ignore
const none = (): Counts => ({ submissions: 0, decided: 0, accepted: 0, good: 0, goodDecided: 0, both: 0, reviews: 0 })

const EXPERT_LANE = 3
const share = (part: number, of: number): number => (of === 0 ? 0 : part / of)

function tallyOf(c: Counts): Tally {
  return {
    submissions: c.submissions,
    decided: c.decided,
    accepted: c.accepted,
    acceptance: share(c.accepted, c.decided),
    precision: share(c.both, c.accepted),
    good_rejected: share(c.goodDecided - c.both, c.goodDecided),
    verified: c.both,
    good: c.good,
    reviews: c.reviews,
    reviews_each: share(c.reviews, c.decided),
  }
}

/** Reads what happened and sets it beside what is true, which only the simulator knows. */
export async function figuresOf(db: Kysely<DB>, s: Season): Promise<Figures> {
  const counts = Object.fromEntries(CLASSES.map((c) => [c, none()])) as Record<SimClass, Counts>
  const kinds = Object.fromEntries(
    KINDS.map((k) => [k, { submissions: 0, accepted: 0, bad: 0, reviews: 0, right: 0, hours: 0, effort: 0 }]),
  ) as Record<
    Kind,
    {
      submissions: number
      accepted: number
      bad: number
      reviews: number
      right: number
      hours: number
      effort: number
    }
  >
  const byNumber = new Map(s.people.map((person) => [person.n, person]))
  const byAccount = new Map([...s.accounts].map(([n, account]) => [account, byNumber.get(n)!]))
  let experts = 0
  const given = new Map<number, number>()
  for (const field of s.fields) {
    const truth = new Map<string, boolean>()
    const c = counts[field.class]
    for await (const page of outcomes(db, field.campaign_id, SOURCE))
      for (const o of page) {
        const { author, k } = readSource(o.source)
        const person = byNumber.get(author)!
        const { good, looks } = workOf(s.population, s.seed, person, k)
        truth.set(o.id, looks)
        const kind = kinds[person.kind]
        const isDecided = ['accepted', 'rejected', 'rejected_final'].includes(o.status)
        const isAccepted = o.status === 'accepted'
        c.submissions += 1
        c.good += good ? 1 : 0
        c.decided += isDecided ? 1 : 0
        c.goodDecided += isDecided && good ? 1 : 0
        c.accepted += isAccepted ? 1 : 0
        c.both += isAccepted && good ? 1 : 0
        kind.submissions += 1
        kind.accepted += isAccepted ? 1 : 0
        kind.bad += isAccepted && !good ? 1 : 0
        const took = hoursOf(s.population, person, field.class, 'contribute', k)
        kind.hours += took.nominal
        kind.effort += took.effort
      }
    for await (const page of votesGiven(db, field.campaign_id, QUESTION))
      for (const v of page) {
        if (v.lane === EXPERT_LANE) {
          experts += EXPERT_REVIEWS * PRICES[field.class].review
          continue
        }
        const person = byAccount.get(v.reviewer_id)!
        const kind = kinds[person.kind]
        const took = hoursOf(s.population, person, field.class, 'review', given.get(person.n) ?? 0)
        given.set(person.n, (given.get(person.n) ?? 0) + 1)
        kind.hours += took.nominal
        kind.effort += took.effort
        c.reviews += 1
        kind.reviews += 1
        kind.right += v.approve === truth.get(v.submission_id) ? 1 : 0
      }
  }
  const earned = await earnedBy(db)
  const audited = await grades(db)
  const priceOf = new Map(s.fields.map((f) => [f.campaign_id, PRICES[f.class].review]))
  experts += audited.reduce((sum, a) => sum + a.graded * EXPERT_REVIEWS * (priceOf.get(a.campaign_id) ?? 0), 0)
  const money = await moneyByKind(db)
  const moved = (...of: string[]) => of.reduce((sum, kind) => sum + (money[kind] ?? 0), 0)
  const toContributors = moved('reward', 'held') - moved('forfeit')
  const toReviewers = moved('review_pay', 'review_bonus')
  const total = none()
  for (const c of CLASSES) for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += counts[c][key]
  const accepted = audited.filter((a) => a.accepted)
  return {
    classes: Object.fromEntries(CLASSES.map((c) => [c, tallyOf(counts[c])])) as Record<SimClass, Tally>,
    total: tallyOf(total),
    kinds: Object.fromEntries(
      KINDS.map((k) => {
        const own = s.people.filter((person) => person.kind === k)
        const money = own.reduce((sum, person) => sum + (earned.get(s.accounts.get(person.n)!) ?? 0), 0)
        const t = kinds[k]
        const tally: KindTally = {
          people: own.length,
          attacks: s.population.kinds[k].attacks,
          submissions: t.submissions,
          accepted: t.accepted,
          accepted_bad: t.bad,
          reviews: t.reviews,
          votes_right: share(t.right, t.reviews),
          earned_minor: money,
          earned_each: share(money, t.submissions + t.reviews),
          nominal_hours: Math.round(t.hours),
          net_an_hour: share(money - t.effort, t.hours),
        }
        return [k, tally]
      }),
    ) as Record<Kind, KindTally>,
    spend_minor: {
      contributors: toContributors,
      reviewers: toReviewers,
      experts,
      total: toContributors + toReviewers + experts,
    },
    money_minor: money,
    audits: {
      graded: audited.reduce((sum, a) => sum + a.graded, 0),
      accepted_graded: accepted.reduce((sum, a) => sum + a.graded, 0),
      accepted_right: accepted.reduce((sum, a) => sum + a.right, 0),
    },
  }
}

async function earnedBy(db: Kysely<DB>): Promise<Map<string, number>> {
  const out = new Map<string, number>()
  for (const [account, amount] of await balances(db)) {
    const person = /^person:(\d+):/.exec(account)?.[1]
    if (person) out.set(person, (out.get(person) ?? 0) + Number(amount))
  }
  return out
}
