import Type, { type Static } from 'typebox'
import {
  At,
  CurrencyCode,
  declareRefusals,
  endpoint,
  Id,
  listOf,
  Minor,
  nullable,
  obj,
  oneOf,
  Page,
  text,
} from '../../platform/http/endpoint.ts'
import { DoubleGrading, Estimate, QaReading } from '../audits/contract.ts'
import { MODES, TaskClass } from '../campaigns/contract.ts'
import { ClassValue } from './value/contract.ts'

const Count = Type.Integer({ minimum: 0 })
/** A fixed-point decimal, printed by rule, so that the same events give the same bytes everywhere. */
const Decimal = Type.String({ pattern: '^-?[0-9]+(\\.[0-9]+)?$' })
/** `count` out of `of`; the share is null when there is nothing to take it of. */
const Share = obj({ count: Count, of: Count, share: nullable(Decimal) })

/** A submission's way, counted. */
export const Flow = obj({
  contributors: Count,
  submitted: Count,
  first_versions: Count,
  revisions: Count,
  automatic_refusals: Count,
  withdrawn: Count,
  /** First versions that peers judged; acceptance and filter rate are shares of these. */
  judged: Count,
  acceptance: Share,
  filter_rate: Share,
  undecided: Count,
  revisions_judged: Count,
  revisions_accepted: Count,
  appeals: Count,
  appeals_upheld: Count,
  decided_by_expert: Count,
  /** Answers that agree with the inferred one, of those that inference decided: campaigns in redundancy mode only. */
  inferred_agreement: Share,
  accepted_datapoints: Count,
})
/** What accepted data cost in one currency: rewards of contributors and of reviewers, reviews of rejected work included. */
export const Cost = obj({
  currency: CurrencyCode,
  scale: Count,
  contributors_minor: Minor,
  reviewers_minor: Minor,
  total_minor: Minor,
  accepted: Count,
  per_accepted_minor: nullable(Decimal),
})
export const ReviewerWork = obj({
  reviewers: Count,
  reviews: Count,
  decisions: Count,
  reviews_per_decision: nullable(Decimal),
  approve_rate: Share,
  reviews_each: obj({ median: nullable(Count), p90: nullable(Count), most: nullable(Count) }),
  /** How many reviewers gave from..to reviews. */
  distribution: Type.Array(obj({ from: Count, to: nullable(Count), reviewers: Count })),
  /** Reviewers with at least ten reviews, by the share of work they approved; `to` is inclusive only for 1. */
  approval: Type.Array(obj({ from: Decimal, to: Decimal, reviewers: Count })),
  /** Reviewers with at least ten reviews who approved every one. */
  approved_everything: Count,
})
export const TimeToDecision = obj({
  decisions: Count,
  median_seconds: nullable(Count),
  p90_seconds: nullable(Count),
  histogram: Type.Array(obj({ from_seconds: Count, to_seconds: nullable(Count), decisions: Count })),
})
/** Says what the data are, so that nobody takes the base rate for quality. */
export const DataDescription = obj({
  campaign_id: Id,
  title: text(200),
  task_class: TaskClass,
  mode: oneOf(MODES),
  language: text(20),
  question: text(500),
  /** How much of the work is right according to QA, whatever peers said. */
  base_rate: Estimate,
  /** What precision would be if everything were accepted, and agreement if everything were rejected. */
  precision_if_all_accepted: nullable(Decimal),
  agreement_if_all_rejected: nullable(Decimal),
  says: text(2000),
})

/** How adaptive decisions went: how sure they were, how right that was, and what a fixed number of reviews would have taken. */
export const Inference = obj({
  decisions: Count,
  reviews: Count,
  reviews_each: nullable(Decimal),
  stated_right: nullable(Decimal),
  by_campaign: Type.Array(
    obj({
      campaign_id: Id,
      decisions: Count,
      reviews: Count,
      reviews_each: Decimal,
      stated_right: Decimal,
      fixed_reviews: nullable(Count),
      saved_reviews: nullable(Type.Integer()),
    }),
  ),
  calibration: Type.Array(
    obj({
      from_bps: Count,
      to_bps: Count,
      decisions: Count,
      stated: nullable(Decimal),
      audited: Count,
      right: nullable(Decimal),
    }),
  ),
  reliability: Type.Array(
    obj({
      campaign_id: Id,
      task_class: TaskClass,
      approves_good_bps: Count,
      rejects_bad_bps: Count,
      reviewers_by_reliability: Type.Array(Count),
    }),
  ),
  certificates: Type.Array(
    obj({
      campaign_id: Id,
      release_id: Id,
      number: Count,
      certificate_hash: Type.String(),
      at_least: Decimal,
      confidence: Decimal,
      datapoints: Count,
      audits: Count,
      wrong: Count,
    }),
  ),
  certified_per_1000_reviews: nullable(Decimal),
})
export type Inference = Static<typeof Inference>

/** How often acting against people was wrong, with its interval, and how long they waited to know. */
const WrongShare = obj({ ...Share.properties, low: nullable(Decimal), high: nullable(Decimal) })
export const DueProcess = obj({
  cases: obj({
    opened: Count,
    by_signal: Count,
    dismissed: Count,
    sanctioned: Count,
    lapsed: Count,
    /** Cases that kept pay waiting, and those of them that ended without a sanction. */
    waited: Count,
    waited_for_nothing: Count,
    median_seconds: nullable(Count),
    p95_seconds: nullable(Count),
  }),
  sanctions: Count,
  wrong: WrongShare,
  by_action: Type.Array(obj({ action: text(20), sanctions: Count, wrong: WrongShare })),
  appeals: obj({
    opened: Count,
    upheld: Count,
    overdue: Count,
    median_seconds: nullable(Count),
    p95_seconds: nullable(Count),
  }),
})
export type DueProcess = Static<typeof DueProcess>

export const Report = obj({
  format: Type.Literal('assay_season_report_1'),
  season: obj({ season_id: Id, name: text(100), starts_at: At, ends_at: At }),
  made_from: obj({
    until_seq: Type.String(),
    events: Count,
    first_event_at: nullable(At),
    last_event_at: nullable(At),
  }),
  contributors: Count,
  reviewers: Count,
  flow: Flow,
  by_task_class: Type.Array(
    obj({
      task_class: TaskClass,
      flow: Flow,
      qa: QaReading,
      costs: Type.Array(Cost),
      time_to_decision: TimeToDecision,
    }),
  ),
  by_campaign: Type.Array(
    obj({
      campaign_id: Id,
      title: text(200),
      task_class: TaskClass,
      flow: Flow,
      qa: QaReading,
      costs: Type.Array(Cost),
      time_to_decision: TimeToDecision,
    }),
  ),
  qa: obj({
    overall: QaReading,
    double_grading: DoubleGrading,
    /** Each plan's draw in each campaign, with what is needed to repeat it. */
    plans: Type.Array(
      obj({
        plan_id: Id,
        campaign_id: Id,
        seed: Type.String(),
        drawn_at: At,
        drawn: Count,
        double_bps: Count,
        drawn_hash: Type.String(),
        strata: Type.Array(obj({ accepted: Type.Boolean(), population: Count, drawn: Count })),
      }),
    ),
  }),
  inference: Inference,
  /** Absent from reports made before cases were counted. */
  due_process: Type.Optional(DueProcess),
  /** Absent from reports made before it was reckoned. */
  value: Type.Optional(Type.Array(ClassValue)),
  costs: Type.Array(Cost),
  reviewer_work: ReviewerWork,
  time_to_decision: TimeToDecision,
  /** Running totals at the end of each step; a step is `step_seconds` long. */
  timeline: obj({
    step_seconds: Count,
    points: Type.Array(obj({ at: At, submissions: Count, decisions: Count, accepted: Count })),
  }),
  data: Type.Array(DataDescription),
  /** Cautions that these very figures call for, by code. */
  cautions: Type.Array(obj({ code: text(60), says: text(1000) })),
  /** What each figure means, by its key. */
  definitions: Type.Record(Type.String(), Type.String()),
})
export type Report = Static<typeof Report>
export type Flow = Static<typeof Flow>
export type Cost = Static<typeof Cost>
export type ReviewerWork = Static<typeof ReviewerWork>
export type TimeToDecision = Static<typeof TimeToDecision>
export type DataDescription = Static<typeof DataDescription>
export type Share = Static<typeof Share>

export const REPORT_STATES = ['building', 'ready', 'failed'] as const
/** The charts a report can draw as SVG. */
export const CHARTS = ['acceptance', 'qa', 'time_to_decision', 'reviews_each', 'approval', 'timeline'] as const
export type Chart = (typeof CHARTS)[number]
export const CHART_FILES = [
  'acceptance.svg',
  'qa.svg',
  'time_to_decision.svg',
  'reviews_each.svg',
  'approval.svg',
  'timeline.svg',
] as const satisfies readonly `${Chart}.svg`[]

export const ReportHead = obj({
  report_id: Id,
  season_id: Id,
  state: oneOf(REPORT_STATES),
  until_seq: Type.String(),
  progress: obj({ done: Count, of: Count }),
  content_hash: nullable(Type.String()),
  error: nullable(Type.String()),
  created_at: At,
  ready_at: nullable(At),
  published_at: nullable(At),
})
export type ReportHead = Static<typeof ReportHead>

const SeasonPlace = obj({ season_id: Id })
const Place = obj({ season_id: Id, report_id: Id })

export const reports = {
  build: endpoint({
    method: 'POST',
    path: '/v1/seasons/{season_id}/reports',
    role: 'qa',
    scope: 'audit',
    summary: 'Build the season report in the background from all events so far (or up to a given place in the log)',
    params: SeasonPlace,
    body: obj({ until_seq: Type.Optional(Type.String({ pattern: '^[0-9]{1,18}$' })) }),
    result: ReportHead,
    refusals: ['season_not_found', 'season_has_no_events'],
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/seasons/{season_id}/reports',
    role: 'public',
    scope: 'read',
    summary: 'Reports, newest first: published ones; QA and operators see drafts too',
    params: SeasonPlace,
    query: obj({ ...Page }),
    result: listOf(ReportHead),
    refusals: ['season_not_found'],
  }),
  latest: endpoint({
    method: 'GET',
    path: '/v1/seasons/{season_id}/reports/latest',
    role: 'public',
    scope: 'read',
    summary: 'The newest finished report that the caller may see',
    params: SeasonPlace,
    result: obj({ head: ReportHead, report: Report }),
    refusals: ['season_not_found', 'report_not_found'],
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/seasons/{season_id}/reports/{report_id}',
    role: 'public',
    scope: 'read',
    summary: 'One report and its state; the figures are null until it is ready',
    params: Place,
    result: obj({ head: ReportHead, report: nullable(Report) }),
    refusals: ['report_not_found'],
  }),
  json: endpoint({
    method: 'GET',
    path: '/v1/seasons/{season_id}/reports/{report_id}/report.json',
    role: 'public',
    scope: 'read',
    summary: 'The canonical JSON, byte for byte what content_hash is the SHA-256 of',
    params: Place,
    result: Type.String({ description: 'application/json' }),
    answer: 'stream',
    refusals: ['report_not_found'],
  }),
  markdown: endpoint({
    method: 'GET',
    path: '/v1/seasons/{season_id}/reports/{report_id}/report.md',
    role: 'public',
    scope: 'read',
    summary: 'The report as Markdown',
    params: Place,
    result: Type.String({ description: 'text/markdown' }),
    answer: 'stream',
    refusals: ['report_not_found'],
  }),
  chart: endpoint({
    method: 'GET',
    path: '/v1/seasons/{season_id}/reports/{report_id}/charts/{chart}',
    role: 'public',
    scope: 'read',
    summary: "One of the report's charts as SVG",
    params: obj({ ...Place.properties, chart: oneOf(CHART_FILES) }),
    result: Type.String({ description: 'image/svg+xml' }),
    answer: 'stream',
    refusals: ['report_not_found'],
  }),
  publish: endpoint({
    method: 'POST',
    path: '/v1/seasons/{season_id}/reports/{report_id}/publish',
    role: 'operator',
    scope: 'operate',
    summary: 'Make a report public for good',
    params: Place,
    body: obj({}),
    result: ReportHead,
    refusals: ['report_not_found', 'report_not_ready'],
  }),
}

export const reportRefusals = declareRefusals({
  report_not_found: { status: 404, message: 'There is no such report that you may see.' },
  report_not_ready: { status: 409, message: 'This report is still being built. Publish it when it is ready.' },
  season_has_no_events: {
    status: 409,
    message: 'Nothing has happened in this season yet, so there is nothing to report.',
  },
})
