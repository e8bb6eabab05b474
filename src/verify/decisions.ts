import { decideReview, type ReviewPlan } from '../engine/stopping.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import type { ShownSnapshot } from '../engine/snapshot-shown.ts'
import type { Decided, ModelVote, Reviewed } from './facts.ts'

/** A published snapshot, made to be asked whether somebody has a weight. */
export type Weights = { shown: ShownSnapshot; said: Set<string>[]; records: Set<string> }
export type Basis = { snapshot: (batch: string) => Weights | undefined; plan: (hash: string) => ReviewPlan | undefined }

export function weightsIn(shown: ShownSnapshot): Weights {
  const keys = (rows: ShownSnapshot['records']) => new Set(rows.map((r) => r.units.join()))
  return { shown, said: shown.said.map(keys), records: keys(shown.records) }
}

export type Problem = {
  code: 'decision_differs' | 'vote_unnamed' | 'vote_missing' | 'weight_unknown'
  message: string
  at?: number
}

/** What is wrong with a decision, given the votes that the log holds of its round; nothing where it follows from them. */
export function judge(
  d: Decided,
  votes: readonly (Reviewed & { at: number })[],
  models: readonly ModelVote[],
  basis: Basis,
): Problem[] {
  const named = new Set(d.review_ids)
  const given = new Map(votes.map((v) => [v.review, v]))
  const problems: Problem[] = []
  for (const v of votes)
    if (!named.has(v.review))
      problems.push({
        code: 'vote_unnamed',
        at: v.at,
        message: `The vote in entry ${v.at} was given on this work in round ${d.round}, and the decision does not count it.`,
      })
  for (const id of named)
    if (!given.has(id))
      problems.push({ code: 'vote_missing', message: `The decision counts a vote (${id}) that the log does not hold.` })
  if (problems.length > 0) return problems
  const wrong = (message: string): Problem[] => [{ code: 'decision_differs', message }]
  if (votes.some((v) => v.approvals === null)) return []
  const approved = votes.filter((v) => Object.values(v.approvals!).every(Boolean)).map((v) => v.review)
  if (!same(approved, d.approved_ids))
    return wrong(
      `Of its votes, ${approved.length} approve all of the work; the decision says ${d.approved_ids.length}.`,
    )
  if (
    d.accepted !==
    (d.policy === 'redundancy' && Object.keys(d.questions).length === 0
      ? d.accepted
      : Object.values(d.questions).every(Boolean))
  )
    return wrong(
      `Work is accepted when every question is; the questions say ${JSON.stringify(d.questions)}, and the decision says ${word(d.accepted)}.`,
    )
  if (d.policy === 'checks')
    return votes.length > 0 || d.accepted ? wrong('Checks only reject, and before anybody votes.') : []
  if (d.policy === 'redundancy') return []
  for (const [key, said] of Object.entries(d.questions)) {
    const problem = d.policy === 'adaptive' ? weighed(d, key, said, votes, models, basis) : counted(d, key, said, votes)
    if (problem) return [problem]
  }
  return []
}

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.toSorted().join() === b.toSorted().join()
const word = (accepted: boolean): string => (accepted ? 'accepted' : 'rejected')

/** The majority: an expert's vote counts alone; else more than half of at least `min`. */
function counted(d: Decided, key: string, said: boolean, votes: readonly Reviewed[]): Problem | undefined {
  const wrong = (message: string): Problem => ({ code: 'decision_differs', message })
  const expert = votes.find((v) => v.expert)
  const yes = votes.filter((v) => v.approvals![key] ?? false).length
  if (!expert && votes.length < d.min) return wrong(`${votes.length} votes decided, and ${d.min} are needed.`)
  if (!expert && 2 * yes === votes.length)
    return wrong(`${yes} of ${votes.length} votes approve "${key}": that is a tie, and it was decided.`)
  const outcome = expert ? (expert.approvals![key] ?? false) : 2 * yes > votes.length
  if (outcome === said) return undefined
  return wrong(
    `On "${key}" ${expert ? `the expert's vote says ${word(outcome)}` : `${yes} of ${votes.length} votes approve, so it is ${word(outcome)}`}; the decision says ${word(said)}.`,
  )
}

const LEAST_SURE = (lead: number): number => Math.round(10_000 / (1 + Math.exp(-Math.abs(lead) / 65_536)))

/** The adaptive policy: published whole numbers are added up, and compared with the published plan. */
function weighed(
  d: Decided,
  key: string,
  said: boolean,
  votes: readonly (Reviewed & { at: number })[],
  models: readonly ModelVote[],
  basis: Basis,
): Problem | undefined {
  const wrong = (message: string): Problem => ({ code: 'decision_differs', message })
  const weights = basis.snapshot(d.snapshot ?? '')
  const plan = basis.plan(d.plan ?? '')
  if (!weights) return wrong(`It was decided by snapshot ${d.snapshot}, which is not published.`)
  if (!plan) return wrong(`It was decided by plan ${d.plan}, which is not published.`)
  const expert = votes.find((v) => v.expert)
  if (expert) {
    const outcome = expert.approvals![key] ?? false
    return outcome === said
      ? undefined
      : wrong(`On "${key}" the expert's vote says ${word(outcome)}; the decision says ${word(said)}.`)
  }
  const { shown } = weights
  const people: Record<string, number[][]> = {}
  const counted: { person: string; said: number; pool: string }[] = []
  for (const v of votes) {
    const approve = v.approvals![key] ?? false
    const own = d.weighed?.votes[v.review]
    const units = approve ? own?.accept : own?.reject
    const usual = shown.default_weights[approve ? 1 : 0]!
    if (units && units.join() !== usual.join() && !weights.said[approve ? 1 : 0]!.has(units.join()))
      return {
        code: 'weight_unknown',
        at: v.at,
        message: `The vote in entry ${v.at} is said to weigh ${units.join(' / ')}, and nobody in snapshot ${shown.batch} has that weight.`,
      }
    people[v.review] = [
      (approve ? undefined : units) ?? [...shown.default_weights[0]!],
      (approve ? units : undefined) ?? [...shown.default_weights[1]!],
    ]
    counted.push({ person: v.review, said: approve ? 1 : 0, pool: 'fresh' })
  }
  const record = d.weighed?.record
  if (record && !weights.records.has(record.join()))
    return {
      code: 'weight_unknown',
      message: `The contributor's record is said to weigh ${record.join(' / ')}, and nobody in snapshot ${shown.batch} has that record.`,
    }
  const spoken = models.flatMap((m) =>
    Object.hasOwn(m.votes, key) ? [`${m.model}=${m.votes[key] ? 'accept' : 'reject'}`] : [],
  )
  const snapshot: Snapshot = {
    format: 'assay-snapshot-1',
    batch: shown.batch,
    event: '0',
    unit_bits: 16,
    classes: shown.classes,
    prior: shown.prior,
    margin: shown.margin,
    default_weights: shown.default_weights,
    people,
    signals: { ...shown.models, ...(record && { record }) },
  }
  const signals = ['record', ...spoken].filter((name) => Object.hasOwn(snapshot.signals, name))
  let lead = shown.prior[1]! - shown.prior[0]!
  for (const name of signals) lead += snapshot.signals[name]![1]! - snapshot.signals[name]![0]!
  for (const v of counted) lead += people[v.person]![v.said]![1]! - people[v.person]![v.said]![0]!
  if (d.leads?.[key] !== lead)
    return wrong(`On "${key}" the weights add up to a lead of ${lead}; the decision says ${d.leads?.[key]}.`)
  const outcome = decideReview(plan, snapshot, counted, signals)
  if (outcome.decision === 'need')
    return wrong(`On "${key}" the plan asks for more votes at a lead of ${lead}, and it was decided.`)
  if ((outcome.decision === 'accept') !== said)
    return wrong(`On "${key}" the plan says ${outcome.decision} at a lead of ${lead}; the decision says ${word(said)}.`)
  const least = Object.values(d.leads ?? {}).reduce((n, l) => Math.min(n, LEAST_SURE(l)), 10_000)
  if (d.confidence_bps !== least)
    return wrong(`Its leads make it ${least} in 10,000 sure; the decision says ${d.confidence_bps}.`)
  return undefined
}
