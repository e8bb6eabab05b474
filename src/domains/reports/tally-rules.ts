import type { Stratum } from '../../engine/intervals.ts'
import { addCase, CASE_KINDS, isCaseEvent, newDue, type DueTally } from './due-rules.ts'
import { addEarned, addTime, newValue, type ValueTally } from './value/rules.ts'
import { addDoubt, addFacts, newDoubt, type DoubtTally } from './inference-rules.ts'

/** One entry of the season's log, as far as the report reads it. */
export type LogEvent = {
  seq: string
  campaign_id: string
  subject_id: string
  kind: string
  at_ms: number
  body: Record<string, unknown>
}

/** The kinds that the report reads; all others pass it by. */
export const KINDS_READ = [
  'submitted',
  'revised',
  'reviewed',
  'decided',
  'rewarded',
  'appealed',
  'withdrawn',
  'refused_automatically',
  'audited',
  'review_planned',
  'certified',
  ...CASE_KINDS,
] as const

/** A draw of an audit, read before the rest: work is told apart by the draw that first could have taken it. */
export type Draw = {
  plan_id: string
  campaign_id: string
  seq: bigint
  at_ms: number
  seed: string
  double_bps: number
  drawn_hash: string
  strata: { accepted: boolean; population: number; drawn: number }[]
}

export type CampaignTally = {
  task_class: string
  authors: Set<string>
  submitted: number
  first_versions: number
  revisions: number
  automatic_refusals: number
  withdrawn: number
  judged: number
  judged_accepted: number
  undecided: number
  revisions_judged: number
  revisions_accepted: number
  appeals: number
  appeals_upheld: number
  decided_by_expert: number
  accepted_datapoints: number
  /** Answers of redundancy campaigns that inference has decided, and those that agree with what it inferred. */
  inferred: number
  inferred_agreed: number
  /** Whole seconds from hand-in to first decision, first versions only. */
  seconds: Map<number, number>
  costs: Map<string, { contributors: bigint; reviewers: bigint }>
  /** By draw and verdict: how much there is, how much QA read, how much of that is right. */
  strata: Map<string, Stratum>
  /** Reviews by peers, whatever they led to. */
  reviews: number
  doubt: DoubtTally
  value: ValueTally
}
export type ReviewerTally = { reviews: number; verdicts: number; approved: number }

export type Tally = {
  campaigns: Map<string, CampaignTally>
  reviewers: Map<string, ReviewerTally>
  decisions: number
  decision_reviews: number
  /** By minute since 1970: submissions, first decisions, acceptances. */
  minutes: Map<number, [number, number, number]>
  pairs: {
    both_yes: number
    first_only: number
    second_only: number
    both_no: number
    third_grades: number
    unresolved: number
  }
  due: DueTally
}

export const newTally = (): Tally => ({
  campaigns: new Map(),
  reviewers: new Map(),
  decisions: 0,
  decision_reviews: 0,
  minutes: new Map(),
  pairs: { both_yes: 0, first_only: 0, second_only: 0, both_no: 0, third_grades: 0, unresolved: 0 },
  due: newDue(),
})

const newCampaign = (): CampaignTally => ({
  task_class: 'labelling',
  authors: new Set(),
  submitted: 0,
  first_versions: 0,
  revisions: 0,
  automatic_refusals: 0,
  withdrawn: 0,
  judged: 0,
  judged_accepted: 0,
  undecided: 0,
  revisions_judged: 0,
  revisions_accepted: 0,
  appeals: 0,
  appeals_upheld: 0,
  decided_by_expert: 0,
  accepted_datapoints: 0,
  inferred: 0,
  inferred_agreed: 0,
  seconds: new Map(),
  costs: new Map(),
  strata: new Map(),
  reviews: 0,
  doubt: newDoubt(),
  value: newValue(),
})

function kept<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key)
  if (value === undefined) map.set(key, (value = make()))
  return value
}

/**
 * Adds everything that happened to one subject, in the order of the log. Whoever hands in events sorted by subject needs
 * memory for one submission's history, whatever the season's size.
 */
export function addSubject(
  tally: Tally,
  draws: ReadonlyMap<string, readonly Draw[]>,
  events: readonly LogEvent[],
): void {
  const first = events[0]
  if (!first) return
  if (isCaseEvent(first.kind)) return addCase(tally.due, events)
  const campaign = kept(tally.campaigns, first.campaign_id, newCampaign)
  for (const e of events) if (e.kind === 'refused_automatically') addRefusal(campaign, e)
  for (const e of events) if (e.kind === 'rewarded') addRewards(campaign, e)
  for (const e of events) addFacts(campaign.doubt, e)
  const start = events.find((e) => e.kind === 'submitted' || e.kind === 'revised')
  if (start) addSubmission(tally, campaign, draws, start, events)
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

function addRefusal(campaign: CampaignTally, e: LogEvent): void {
  campaign.automatic_refusals += 1
  if (text(e.body.task_class)) campaign.task_class = text(e.body.task_class)
}

function addRewards(campaign: CampaignTally, e: LogEvent): void {
  for (const one of list(e.body.rewards) as {
    kind: string
    account_id: string
    currency: string
    amount_minor: string
  }[]) {
    const cost = kept(campaign.costs, one.currency, () => ({ contributors: 0n, reviewers: 0n }))
    if (one.kind === 'review_pay' || one.kind === 'review_bonus') cost.reviewers += BigInt(one.amount_minor)
    else {
      cost.contributors += BigInt(one.amount_minor)
      addEarned(campaign.value, one)
    }
  }
}

function addSubmission(
  tally: Tally,
  campaign: CampaignTally,
  draws: ReadonlyMap<string, readonly Draw[]>,
  start: LogEvent,
  events: readonly LogEvent[],
): void {
  const isFirst = start.kind === 'submitted'
  campaign.task_class = text(start.body.task_class) || campaign.task_class
  campaign.authors.add(text(start.body.author_id))
  campaign.submitted += 1
  addTime(campaign.value, text(start.body.author_id), start.body.took_seconds, isFirst)
  if (isFirst) campaign.first_versions += 1
  else campaign.revisions += 1
  at(tally, start.at_ms)[0] += 1

  const reviews = events.filter((e) => e.kind === 'reviewed')
  const decisions = events.filter((e) => e.kind === 'decided')
  const isWithdrawn = events.some((e) => e.kind === 'withdrawn')
  if (isWithdrawn) campaign.withdrawn += 1
  const counted = addReviews(tally, reviews, decisions)
  const firstDecision = decisions[0]
  const last = decisions.at(-1)
  for (const e of events) if (e.kind === 'appealed') campaign.appeals += 1
  for (const d of decisions) if (Number(d.body.round) > 1 && d.body.accepted === true) campaign.appeals_upheld += 1
  if (!firstDecision || !last) {
    if (isFirst && !isWithdrawn) campaign.undecided += 1
    return
  }

  const accepted = last.body.accepted === true
  at(tally, firstDecision.at_ms)[1] += 1
  if (accepted) at(tally, last.at_ms)[2] += 1
  if (accepted && !isWithdrawn) campaign.accepted_datapoints += 1
  // Where k people answer the same item nobody reviews: inference decides, and its figures stand apart.
  if (firstDecision.body.policy === 'redundancy') {
    campaign.inferred += 1
    if (accepted) campaign.inferred_agreed += 1
    return
  }
  tally.decisions += decisions.length
  tally.decision_reviews += counted
  const byPeers = reviews.filter((r) => r.body.expert !== true)
  campaign.reviews += byPeers.length
  if (reviews.some((r) => r.body.expert === true)) campaign.decided_by_expert += 1
  if (!isFirst) {
    campaign.revisions_judged += 1
    if (accepted) campaign.revisions_accepted += 1
    return
  }
  if (byPeers.length > 0) {
    campaign.judged += 1
    if (accepted) campaign.judged_accepted += 1
  }
  const seconds = Math.max(0, Math.floor((firstDecision.at_ms - start.at_ms) / 1000))
  campaign.seconds.set(seconds, (campaign.seconds.get(seconds) ?? 0) + 1)
  const right = addAudit(
    tally,
    campaign,
    draws.get(start.campaign_id) ?? [],
    { decided_seq: BigInt(firstDecision.seq), accepted },
    events,
  )
  addDoubt(campaign.doubt, last, list(last.body.review_ids).length, right)
}

const at = (tally: Tally, ms: number): [number, number, number] =>
  kept(tally.minutes, Math.floor(ms / 60_000), () => [0, 0, 0])

/** Adds peers' reviews to those who gave them. Returns how many went into decisions. */
function addReviews(tally: Tally, reviews: readonly LogEvent[], decisions: readonly LogEvent[]): number {
  let used = 0
  const counted = new Set(decisions.flatMap((d) => list(d.body.review_ids) as string[]))
  const approved = new Set(decisions.flatMap((d) => list(d.body.approved_ids) as string[]))
  for (const r of reviews) {
    if (r.body.expert === true) continue
    const reviewer = kept(tally.reviewers, text(r.body.reviewer_id), () => ({ reviews: 0, verdicts: 0, approved: 0 }))
    const id = text(r.body.review_id)
    reviewer.reviews += 1
    // What a review said is known from the decision it went into, and not before.
    if (counted.has(id)) {
      reviewer.verdicts += 1
      used += 1
    }
    if (approved.has(id)) reviewer.approved += 1
  }
  return used
}

function addAudit(
  tally: Tally,
  campaign: CampaignTally,
  draws: readonly Draw[],
  s: { decided_seq: bigint; accepted: boolean },
  events: readonly LogEvent[],
): boolean | undefined {
  // The stratum: its verdict now, and how many draws had been made before it was decided and so could not take it.
  const layer = draws.filter((d) => d.seq < s.decided_seq).length
  const stratum = kept(campaign.strata, `${layer}/${s.accepted}`, () => ({
    accepted: s.accepted,
    population: 0,
    n: 0,
    right: 0,
  }))
  stratum.population += 1

  const grades = events
    .filter((e) => e.kind === 'audited')
    .sort((a, b) => Number(a.body.position) - Number(b.body.position))
  if (grades.length === 0) return undefined
  const right = grades.filter((g) => g.body.correct === true).length
  // Even graders leave a piece unresolved; it speaks neither way.
  if (2 * right !== grades.length) {
    stratum.n += 1
    if (2 * right > grades.length) stratum.right += 1
  }
  const found = 2 * right === grades.length ? undefined : 2 * right > grades.length
  const [one, two] = grades
  if (!one || !two) return found
  const [a, b] = [one.body.correct === true, two.body.correct === true]
  if (a && b) tally.pairs.both_yes += 1
  else if (a) tally.pairs.first_only += 1
  else if (b) tally.pairs.second_only += 1
  else tally.pairs.both_no += 1
  if (grades.length > 2) tally.pairs.third_grades += 1
  if (grades.at(-1)!.body.outcome === 'unresolved') tally.pairs.unresolved += 1
  return found
}

/** One tally of several campaigns: a task class, or all. */
export function together(campaigns: readonly CampaignTally[]): CampaignTally {
  const sum = newCampaign()
  for (const [i, c] of campaigns.entries()) {
    sum.task_class = c.task_class
    for (const a of c.authors) sum.authors.add(a)
    for (const key of COUNTS) sum[key] += c[key]
    for (const [s, n] of c.seconds) sum.seconds.set(s, (sum.seconds.get(s) ?? 0) + n)
    for (const [currency, cost] of c.costs) {
      const into = kept(sum.costs, currency, () => ({ contributors: 0n, reviewers: 0n }))
      into.contributors += cost.contributors
      into.reviewers += cost.reviewers
    }
    for (const [key, s] of c.strata) sum.strata.set(`${i}/${key}`, { ...s })
  }
  return sum
}

const COUNTS = [
  'submitted',
  'first_versions',
  'revisions',
  'automatic_refusals',
  'withdrawn',
  'judged',
  'judged_accepted',
  'undecided',
  'revisions_judged',
  'revisions_accepted',
  'appeals',
  'appeals_upheld',
  'decided_by_expert',
  'accepted_datapoints',
  'inferred',
  'inferred_agreed',
] as const satisfies readonly (keyof CampaignTally)[]
