import Type, { type Static } from 'typebox'
import {
  At,
  declareRefusals,
  endpoint,
  Id,
  JsonObject,
  listOf,
  nullable,
  obj,
  oneOf,
  Page,
  text,
} from '../../platform/http/endpoint.ts'
import { TaskClass } from '../campaigns/contract.ts'

const QuestionKey = Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' })
export const GRADE_REASONS = [
  'wrong',
  'incomplete',
  'off_topic',
  'unclear',
  'link_broken',
  'duplicate',
  'unsafe',
  'machine_written',
  'other',
] as const
/** QA's judgement of one required question. */
export const QuestionGrade = obj({
  right: Type.Boolean(),
  reason: Type.Optional(oneOf(GRADE_REASONS)),
  comment: Type.Optional(text(2000)),
})
export const QuestionGrades = Type.Record(QuestionKey, QuestionGrade)
export type QuestionGrades = Static<typeof QuestionGrades>

const Between = obj({ low: Type.String(), high: Type.String() })
/**
 * A share with its Wilson 95 % interval as fixed-point decimals. `n`: how many graded pieces it rests on; `n_effective`: what
 * they are worth when strata were sampled at different rates. `exact`: the interval of Clopper and Pearson. `anytime`: one
 * that may be looked at after every verdict and holds at all looks together. Reports made before these were have neither.
 */
export const Estimate = obj({
  share: nullable(Type.String()),
  low: nullable(Type.String()),
  high: nullable(Type.String()),
  n: Type.Integer(),
  n_effective: nullable(Type.String()),
  exact: Type.Optional(Between),
  anytime: Type.Optional(Between),
})
export type Estimate = Static<typeof Estimate>
/** QA read three ways, and how common good work is at all. */
export const QaReading = obj({
  precision: Estimate,
  agreement: Estimate,
  recall: Estimate,
  base_rate: Estimate,
  population: Type.Integer(),
  graded: Type.Integer(),
  /** Work of strata that nobody sampled: no figure speaks about it. */
  not_covered: Type.Integer(),
})
export type QaReading = Static<typeof QaReading>
export const DoubleGrading = obj({
  pairs: Type.Integer(),
  agreed: Type.Integer(),
  agreement: nullable(Type.String()),
  kappa: nullable(Type.String()),
  third_grades: Type.Integer(),
  unresolved: Type.Integer(),
})
export type DoubleGrading = Static<typeof DoubleGrading>

const Wanted = Type.Union([Type.Integer({ minimum: 0, maximum: 1_000_000 }), Type.Literal('all')])
const Stratum = obj({
  campaign_id: Id,
  title: text(200),
  accepted: Type.Boolean(),
  population: Type.Integer(),
  drawn: Type.Integer(),
  closed: Type.Integer(),
})
export const Plan = obj({
  plan_id: Id,
  season_id: Id,
  campaign_id: nullable(Id),
  seed: Type.String(),
  accepted_wanted: Wanted,
  rejected_wanted: Wanted,
  double_bps: Type.Integer(),
  drawn_until: At,
  created_at: At,
  drawn: Type.Integer(),
  closed: Type.Integer(),
  /** Hash of the drawn ids in order: whoever repeats the draw from seed and ids can compare. */
  drawn_hash: Type.String(),
})
export type Plan = Static<typeof Plan>

/** What a grader sees: the work, and nothing of verdict, votes, author or other grades. */
export const LeasedAudit = obj({
  campaign_id: Id,
  submission_id: Id,
  data: nullable(JsonObject),
  answer: JsonObject,
  version: Type.Integer(),
  expires_at: At,
})
const PlanPlace = obj({ plan_id: Id })

export const audits = {
  draw: endpoint({
    method: 'POST',
    path: '/v1/audits',
    role: 'qa',
    scope: 'audit',
    summary:
      'Draw a random sample of accepted and rejected first versions that no earlier plan drew; by campaign and verdict, seed recorded',
    body: obj({
      season_id: Type.Optional(Id),
      campaign_id: Type.Optional(Id),
      /** Pieces wanted from each campaign's accepted (rejected) work, or all of it. */
      accepted: Wanted,
      rejected: Wanted,
      /** The share that a second grader grades too, in basis points. */
      double_bps: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
    }),
    result: Plan,
    refusals: ['no_season', 'season_not_found', 'campaign_not_found', 'nothing_to_audit'],
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/audits',
    role: 'qa',
    scope: 'audit',
    summary: 'Audit plans, newest first',
    query: obj({ ...Page, season_id: Type.Optional(Id), campaign_id: Type.Optional(Id) }),
    result: listOf(Plan),
    refusals: [],
  }),
  get: endpoint({
    method: 'GET',
    path: '/v1/audits/{plan_id}',
    role: 'qa',
    scope: 'audit',
    summary: 'One plan: its strata and how far the grading is',
    params: PlanPlace,
    result: obj({ plan: Plan, strata: Type.Array(Stratum) }),
    refusals: ['plan_not_found'],
  }),
  figures: endpoint({
    method: 'GET',
    path: '/v1/audits/{plan_id}/figures',
    role: 'qa',
    scope: 'audit',
    summary:
      'Precision, agreement and recall of peer review with Wilson 95 % intervals; overall, by campaign, by task class; and how graders agree',
    params: PlanPlace,
    result: obj({
      overall: QaReading,
      campaigns: Type.Array(obj({ campaign_id: Id, title: text(200), task_class: TaskClass, reading: QaReading })),
      task_classes: Type.Array(obj({ task_class: TaskClass, reading: QaReading })),
      double_grading: DoubleGrading,
    }),
    refusals: ['plan_not_found'],
  }),
  quality: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/quality',
    role: 'requester',
    scope: 'read',
    summary: 'My campaign as QA reads it, from every plan that drew from it: shares with intervals, no single grade',
    params: obj({ campaign_id: Id }),
    result: obj({ plans: Type.Integer(), reading: QaReading }),
    refusals: [],
  }),
  disputes: endpoint({
    method: 'GET',
    path: '/v1/audits/{plan_id}/disputes',
    role: 'qa',
    scope: 'audit',
    summary: 'Closed audits whose graders did not agree',
    params: PlanPlace,
    query: obj({ ...Page }),
    result: listOf(
      obj({
        campaign_id: Id,
        submission_id: Id,
        outcome: oneOf(['correct', 'incorrect', 'unresolved'] as const),
        grades: Type.Array(obj({ grader: text(100), correct: Type.Boolean(), grades: QuestionGrades, graded_at: At })),
      }),
    ),
    refusals: ['plan_not_found'],
  }),
  desk: endpoint({
    method: 'GET',
    path: '/v1/audits/desk',
    role: 'qa',
    scope: 'audit',
    summary: 'Where audit work waits for me',
    result: obj({
      items: Type.Array(
        obj({
          campaign_id: Id,
          title: text(200),
          task_class: TaskClass,
          waiting: Type.Integer(),
          held: Type.Integer(),
        }),
      ),
      next: Type.Null(),
    }),
    refusals: [],
  }),
  claim: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/leases/audit',
    role: 'qa',
    scope: 'audit',
    summary: 'Lease drawn work to grade, blind; what is already held is given again first',
    params: obj({ campaign_id: Id }),
    body: obj({ count: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })) }),
    result: obj({
      state: oneOf(['work', 'searching', 'none'] as const),
      items: Type.Array(LeasedAudit),
      next: Type.Null(),
    }),
    refusals: ['campaign_not_found', 'answered_here'],
  }),
  grade: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/audits',
    role: 'qa',
    scope: 'audit',
    summary: 'Hand in grades of leased audit work, all or none; a repeated grade answers the same again',
    params: obj({ campaign_id: Id }),
    body: obj({
      grades: Type.Array(obj({ submission_id: Id, grades: QuestionGrades }), { minItems: 1, maxItems: 200 }),
    }),
    result: obj({
      items: Type.Array(obj({ submission_id: Id, correct: Type.Boolean(), graded_at: At })),
      next: Type.Null(),
    }),
    receipt: true,
    refusals: [
      'lease_not_found',
      'lease_over',
      'grades_invalid',
      'already_graded',
      'own_work_graded',
      'not_drawn',
      'graded_twice_in_request',
    ],
    body_limit: 1024 * 1024,
  }),
}

export const auditRefusals = declareRefusals({
  plan_not_found: { status: 404, message: 'There is no such audit plan.' },
  nothing_to_audit: {
    status: 409,
    message: 'No decided work is left that an earlier plan did not draw. Wait for decisions, then draw again.',
  },
  grades_invalid: {
    status: 422,
    message: 'Grade each required question, and give a reason with each wrong one. The fields say which.',
  },
  already_graded: { status: 409, message: 'You graded this differently before. The first grade counts.' },
  own_work_graded: { status: 403, message: 'You wrote or reviewed this one, so someone else grades it.' },
  answered_here: {
    status: 403,
    message: 'You answered items of this campaign, so others grade it. Choose audits of another one.',
  },
  not_drawn: { status: 409, message: 'This work is in no audit. Ask for audit work to get some.' },
  graded_twice_in_request: { status: 422, message: 'The request names one submission twice. Send each once.' },
})
