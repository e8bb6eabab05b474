import { fixedRatio } from '../../engine/fixed.ts'
import { doubleGradingOf, readingOf } from '../audits/rules.ts'
import { cautionsOf, describe } from './caution-rules.ts'
import type { Cost, Flow, Report, ReviewerWork, Share, TimeToDecision } from './contract.ts'
import { DEFINITIONS } from './definitions-rules.ts'
import { inferenceOf } from './inference-rules.ts'
import { dueProcessOf } from './due-rules.ts'
import { nearestRank } from './rank-rules.ts'
import { valueOf } from './value/rules.ts'
import { together, type CampaignTally, type Draw, type ReviewerTally, type Tally } from './tally-rules.ts'

/** What a campaign is, as its opening was recorded. */
export type CampaignFacts = {
  campaign_id: string
  title: string
  mode: 'review' | 'redundancy'
  task_class: string
  language: string
  question: string
  /** What it asked for, answers of redundancy campaigns each by itself; absent where the log does not say. */
  wanted?: number
}
export type ReportFacts = {
  season: { season_id: string; name: string; starts_at: string; ends_at: string }
  until_seq: string
  first_event_at: string | null
  last_event_at: string | null
  campaigns: ReadonlyMap<string, CampaignFacts>
  draws: ReadonlyMap<string, readonly Draw[]>
  scales: ReadonlyMap<string, number>
}

const PLACES = 6
const byId = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)

export const shareOf = (count: number, of: number): Share => ({
  count,
  of,
  share: of === 0 ? null : fixedRatio(count, of, PLACES),
})

/** The whole report from its tally. A pure function of the log: nothing of place, time or order of reading enters. */
export function reportOf(tally: Tally, facts: ReportFacts): Report {
  const ids = [...tally.campaigns.keys()].sort(byId)
  const all = together(ids.map((id) => tally.campaigns.get(id)!))
  const classes = [...new Set(ids.map((id) => tally.campaigns.get(id)!.task_class))].sort()
  const part = (c: CampaignTally) => ({
    flow: flowOf(c),
    qa: readingOf([...c.strata.values()]),
    costs: costsOf(c, facts.scales),
    time_to_decision: timeOf(c.seconds),
  })
  const by_campaign = ids.map((id) => {
    const c = tally.campaigns.get(id)!
    return {
      campaign_id: id,
      title: facts.campaigns.get(id)?.title ?? '',
      task_class: c.task_class as never,
      ...part(c),
    }
  })
  const reviewer_work = reviewerWorkOf(tally)
  const figures: Omit<Report, 'cautions' | 'data' | 'definitions'> = {
    format: 'assay_season_report_1',
    season: facts.season,
    made_from: {
      until_seq: facts.until_seq,
      events: Number(facts.until_seq) + 1,
      first_event_at: facts.first_event_at,
      last_event_at: facts.last_event_at,
    },
    contributors: all.authors.size,
    reviewers: tally.reviewers.size,
    flow: flowOf(all),
    by_task_class: classes.map((task_class) => ({
      task_class: task_class as never,
      ...part(together(ids.map((id) => tally.campaigns.get(id)!).filter((c) => c.task_class === task_class))),
    })),
    by_campaign,
    qa: {
      overall: readingOf([...all.strata.values()]),
      double_grading: doubleGradingOf(tally.pairs),
      plans: [...facts.draws.values()]
        .flat()
        .sort((a, b) => (a.seq < b.seq ? -1 : a.seq > b.seq ? 1 : byId(a.campaign_id, b.campaign_id)))
        .map((d) => ({
          plan_id: d.plan_id,
          campaign_id: d.campaign_id,
          seed: d.seed,
          drawn_at: new Date(d.at_ms).toISOString(),
          drawn: d.strata.reduce((n, x) => n + x.drawn, 0),
          double_bps: d.double_bps,
          drawn_hash: d.drawn_hash,
          strata: d.strata,
        })),
    },
    inference: inferenceOf(
      ids.map((id) => {
        const { task_class, doubt, reviews } = tally.campaigns.get(id)!
        return { campaign_id: id, task_class, doubt, reviews }
      }),
    ),
    due_process: dueProcessOf(tally.due),
    value: valueOf(
      ids.map((id) => {
        const c = tally.campaigns.get(id)!
        return {
          ...c,
          wanted: facts.campaigns.get(id)?.wanted ?? null,
          accepted: c.accepted_datapoints,
          decided: c.judged + c.inferred,
          right: c.judged_accepted + c.inferred_agreed,
        }
      }),
      facts.scales,
    ),
    costs: costsOf(all, facts.scales),
    reviewer_work,
    time_to_decision: timeOf(all.seconds),
    timeline: timelineOf(tally.minutes),
  }
  const data = by_campaign.map((c) => describe(c, facts.campaigns.get(c.campaign_id)))
  return { ...figures, data, cautions: cautionsOf(figures), definitions: { ...DEFINITIONS } }
}

function flowOf(c: CampaignTally): Flow {
  const { authors, judged, judged_accepted } = c
  return {
    contributors: authors.size,
    submitted: c.submitted,
    first_versions: c.first_versions,
    revisions: c.revisions,
    automatic_refusals: c.automatic_refusals,
    withdrawn: c.withdrawn,
    judged,
    acceptance: shareOf(judged_accepted, judged),
    filter_rate: shareOf(judged - judged_accepted, judged),
    undecided: c.undecided,
    revisions_judged: c.revisions_judged,
    revisions_accepted: c.revisions_accepted,
    appeals: c.appeals,
    appeals_upheld: c.appeals_upheld,
    decided_by_expert: c.decided_by_expert,
    inferred_agreement: shareOf(c.inferred_agreed, c.inferred),
    accepted_datapoints: c.accepted_datapoints,
  }
}

function costsOf(c: CampaignTally, scales: ReadonlyMap<string, number>): Cost[] {
  return [...c.costs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, cost]) => {
      const total = cost.contributors + cost.reviewers
      return {
        currency,
        scale: scales.get(currency) ?? 0,
        contributors_minor: cost.contributors.toString(),
        reviewers_minor: cost.reviewers.toString(),
        total_minor: total.toString(),
        accepted: c.accepted_datapoints,
        per_accepted_minor: c.accepted_datapoints === 0 ? null : fixedRatio(total, c.accepted_datapoints, 2),
      }
    })
}

const MEDIAN = { of: 1, in: 2 }
const P90 = { of: 9, in: 10 }

/** Counts how many fall between neighbouring edges, from the first that holds something to the last. */
function between(
  counts: ReadonlyMap<number, number>,
  edges: readonly number[],
): { from: number; to: number | null; count: number }[] {
  const bins = edges.map((from, i) => ({ from, to: edges[i + 1] ?? null, count: 0 }))
  for (const [value, count] of counts) bins.findLast((b) => b.from <= value)!.count += count
  const filled = bins.flatMap((b, i) => (b.count > 0 ? [i] : []))
  return filled.length === 0 ? [] : bins.slice(filled[0], filled.at(-1)! + 1)
}

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400]
const TIME_EDGES = [
  0,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  4 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  4 * DAY,
  7 * DAY,
  14 * DAY,
]

function timeOf(seconds: ReadonlyMap<number, number>): TimeToDecision {
  let decisions = 0
  for (const n of seconds.values()) decisions += n
  return {
    decisions,
    median_seconds: nearestRank(seconds, MEDIAN),
    p90_seconds: nearestRank(seconds, P90),
    histogram: between(seconds, TIME_EDGES).map((b) => ({
      from_seconds: b.from,
      to_seconds: b.to,
      decisions: b.count,
    })),
  }
}

const REVIEW_EDGES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]
/** Fewer reviews than this say too little about how a person judges. */
const ENOUGH_REVIEWS = 10

function reviewerWorkOf(tally: Tally): ReviewerWork {
  const people = [...tally.reviewers.values()]
  const sum = (of: (r: ReviewerTally) => number) => people.reduce((n, r) => n + of(r), 0)
  const each = new Map<number, number>()
  for (const r of people) each.set(r.reviews, (each.get(r.reviews) ?? 0) + 1)
  const known = people.filter((r) => r.verdicts >= ENOUGH_REVIEWS)
  const tenths = Array.from({ length: 10 }, (_, i) => ({
    from: fixedRatio(i, 10, 1),
    to: fixedRatio(i + 1, 10, 1),
    reviewers: 0,
  }))
  for (const r of known) tenths[Math.min(9, Math.floor((10 * r.approved) / r.verdicts))]!.reviewers += 1
  return {
    reviewers: people.length,
    reviews: sum((r) => r.reviews),
    decisions: tally.decisions,
    reviews_per_decision: tally.decisions === 0 ? null : fixedRatio(tally.decision_reviews, tally.decisions, 2),
    approve_rate: shareOf(
      sum((r) => r.approved),
      sum((r) => r.verdicts),
    ),
    reviews_each: {
      median: nearestRank(each, MEDIAN),
      p90: nearestRank(each, P90),
      most: people.length === 0 ? null : people.reduce((m, r) => Math.max(m, r.reviews), 0),
    },
    distribution: between(each, REVIEW_EDGES).map((b) => ({
      from: b.from,
      to: b.to === null ? null : b.to - 1,
      reviewers: b.count,
    })),
    approval: known.length === 0 ? [] : tenths,
    approved_everything: known.filter((r) => r.approved === r.verdicts).length,
  }
}

const STEPS = [1, 5, 15, 60, 4 * 60, 12 * 60, 24 * 60, 7 * 24 * 60]
const MOST_POINTS = 96

/** Running totals at the ends of steps; the step is the smallest that keeps the points few enough to draw. */
function timelineOf(minutes: Tally['minutes']): Report['timeline'] {
  const seen = [...minutes.keys()].sort((a, b) => a - b)
  const [first, last] = [seen[0], seen.at(-1)]
  if (first === undefined || last === undefined) return { step_seconds: 0, points: [] }
  const step = STEPS.find((s) => (last - first) / s <= MOST_POINTS) ?? STEPS.at(-1)!
  const totals = { submissions: 0, decisions: 0, accepted: 0 }
  const points: Report['timeline']['points'] = []
  let i = 0
  for (let end = (Math.floor(first / step) + 1) * step; end <= (Math.floor(last / step) + 1) * step; end += step) {
    for (; i < seen.length && seen[i]! < end; i++) {
      const [submitted, decided, accepted] = minutes.get(seen[i]!)!
      totals.submissions += submitted
      totals.decisions += decided
      totals.accepted += accepted
    }
    points.push({ at: new Date(end * 60_000).toISOString(), ...totals })
  }
  return { step_seconds: step * 60, points }
}
