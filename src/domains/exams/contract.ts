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
import { MemberRole, ROLE_REASONS } from '../campaigns/contract.ts'
import { Form } from '../templates/contract.ts'

const Place = obj({ campaign_id: Id })
const QuestionPlace = obj({ campaign_id: Id, question_id: Id })
const Bps = Type.Integer({ minimum: 0, maximum: 10_000 })

/** How an exam is drawn and judged. */
export const ExamSettings = obj({
  draw_count: Type.Integer({ minimum: 1, maximum: 50 }),
  pass_bps: Bps,
  /** Before another try, with another draw. */
  cooldown_seconds: Type.Integer({ minimum: 0, maximum: 30 * 86_400 }),
  /** Who scores at least this can be made a reviewer. */
  reviewer_bps: Bps,
  time_limit_seconds: Type.Integer({ minimum: 60, maximum: 86_400 }),
})
export type ExamSettings = Static<typeof ExamSettings>

/**
 * A question of the bank. `answer` says, for each question of its form, what is right: a value; `{"one_of": [values]}`;
 * or for numbers `{"between": [low, high]}`.
 */
export const BankQuestion = obj({ prompt: text(4000, 1), form: Form, answer: JsonObject, explanation: text(2000) })
export type BankQuestion = Static<typeof BankQuestion>
const StoredQuestion = obj({
  question_id: Id,
  ...BankQuestion.properties,
  retired_at: nullable(At),
  asked: Type.Integer(),
  right: Type.Integer(),
})

/** A question as the person who takes the exam sees it: its options in an order of their own, no answer. */
export const AskedQuestion = obj({ question_id: Id, prompt: text(4000), form: Form })
export type AskedQuestion = Static<typeof AskedQuestion>
const Attempt = obj({ attempt_id: Id, started_at: At, expires_at: At, questions: Type.Array(AskedQuestion) })

const Assigned = obj({ role: MemberRole, why: oneOf(ROLE_REASONS) })
/** Where a person stands with a campaign's exam. */
export const ExamState = obj({
  campaign_id: Id,
  joined: Type.Boolean(),
  required: Type.Boolean(),
  state: oneOf(['not_joined', 'not_needed', 'ready', 'open', 'cooling_down', 'passed'] as const),
  questions: Type.Integer(),
  pass_bps: Type.Integer(),
  time_limit_seconds: Type.Integer(),
  cooldown_seconds: Type.Integer(),
  attempts: Type.Integer(),
  last_score_bps: nullable(Type.Integer()),
  retry_at: nullable(At),
  open_attempt_id: nullable(Id),
  roles: Type.Array(Assigned),
})
export type ExamState = Static<typeof ExamState>

const of = { scope: 'campaigns', role: 'requester', params: Place } as const
const bankRefusals = ['question_invalid', 'bank_full'] as const
const BankId = obj({ question_id: Id })

export const exams = {
  join: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/join',
    role: 'person',
    scope: 'contribute',
    summary:
      "Agree to the campaign's terms and take part: at once, or after its exam. The system says as what, and why",
    params: Place,
    body: obj({
      consent_version: Type.Integer({ minimum: 1 }),
      adult: Type.Optional(Type.Boolean()),
      country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
    }),
    result: ExamState,
    refusals: [
      'campaign_not_found',
      'campaign_not_open',
      'season_over',
      'own_campaign',
      'consent_changed',
      'adults_only',
      'country_needed',
      'country_not_eligible',
      'vetted_only',
      'season_full',
    ],
  }),
  state: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/exam',
    role: 'person',
    scope: 'read',
    summary: 'Where I stand with the exam, and my role and why',
    params: Place,
    result: ExamState,
    refusals: ['campaign_not_found'],
  }),
  start: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/exam/attempts',
    role: 'person',
    scope: 'contribute',
    summary: 'Start the exam with a draw of my own, or go on with the one that is open',
    params: Place,
    body: obj({}),
    result: Attempt,
    refusals: ['campaign_not_found', 'campaign_not_open', 'not_joined', 'no_exam', 'exam_passed', 'exam_cooling_down'],
  }),
  answer: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/exam/attempts/{attempt_id}/answers',
    role: 'person',
    scope: 'contribute',
    summary: 'Hand in the exam; it is graded on the server and the right answers stay there',
    params: obj({ campaign_id: Id, attempt_id: Id }),
    body: obj({ answers: Type.Array(obj({ question_id: Id, answer: JsonObject }), { maxItems: 50 }) }),
    result: obj({
      attempt_id: Id,
      passed: Type.Boolean(),
      score_bps: Type.Integer(),
      right: Type.Integer(),
      questions: Type.Integer(),
      pass_bps: Type.Integer(),
      retry_at: nullable(At),
      roles: Type.Array(Assigned),
    }),
    refusals: ['campaign_not_found', 'attempt_not_found', 'attempt_expired', 'attempt_submitted', 'answers_invalid'],
    body_limit: 1024 * 1024,
  }),

  settings: endpoint({
    ...of,
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/exam/settings',
    summary: "The exam's settings, if it has one",
    result: obj({ exam: nullable(ExamSettings), questions: Type.Integer() }),
    refusals: [],
  }),
  set: endpoint({
    ...of,
    method: 'PUT',
    path: '/v1/campaigns/{campaign_id}/exam/settings',
    summary: 'Set up the exam, or change how it is drawn and judged from now on',
    body: ExamSettings,
    result: obj({ exam: nullable(ExamSettings), questions: Type.Integer() }),
    refusals: ['campaign_not_found', 'campaign_over', 'exam_too_small', 'marks_crossed'],
  }),
  remove: endpoint({
    ...of,
    method: 'DELETE',
    path: '/v1/campaigns/{campaign_id}/exam/settings',
    summary: 'Take the exam off a draft',
    result: obj({ removed: Type.Boolean() }),
    refusals: ['campaign_not_found', 'not_a_draft'],
  }),
  questions: endpoint({
    ...of,
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/exam/questions',
    summary: 'The bank, with answers and how often each was got right',
    query: obj({ ...Page, retired: Type.Optional(Type.Boolean()) }),
    result: listOf(StoredQuestion),
    refusals: [],
  }),
  add: endpoint({
    ...of,
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/exam/questions',
    summary: 'Add questions to the bank: all, or none when one is wrong',
    body: obj({ questions: Type.Array(BankQuestion, { minItems: 1, maxItems: 200 }) }),
    result: listOf(BankId),
    refusals: ['campaign_not_found', 'campaign_over', ...bankRefusals],
    body_limit: 4 * 1024 * 1024,
  }),
  edit: endpoint({
    ...of,
    method: 'PUT',
    path: '/v1/campaigns/{campaign_id}/exam/questions/{question_id}',
    summary: 'Replace a question; exams under way keep the one they drew',
    params: QuestionPlace,
    body: BankQuestion,
    result: BankId,
    refusals: ['campaign_not_found', 'campaign_over', 'question_not_found', 'question_invalid'],
    body_limit: 512 * 1024,
  }),
  retire: endpoint({
    ...of,
    method: 'DELETE',
    path: '/v1/campaigns/{campaign_id}/exam/questions/{question_id}',
    summary: 'Draw a question no more',
    params: QuestionPlace,
    result: obj({ question_id: Id, retired: Type.Boolean() }),
    refusals: ['campaign_not_found', 'question_not_found', 'exam_too_small'],
  }),
}

export const examRefusals = declareRefusals({
  vetted_only: {
    status: 403,
    message:
      'This campaign is for people the operator knows: its goals are not for everybody. Ask the operator for the right to restricted data, or choose another campaign.',
  },
  own_campaign: { status: 403, message: 'This is your own campaign; others do its work.' },
  consent_changed: {
    status: 409,
    message: 'The terms of this campaign changed. Read version {consent_version}, then agree to it.',
  },
  adults_only: { status: 403, message: 'This campaign is for adults. Say that you are one to take part.' },
  country_needed: {
    status: 422,
    message: 'This campaign is open in some countries only. Say which country you live in.',
  },
  country_not_eligible: {
    status: 403,
    message: 'This campaign is not open to people in {country}. Other campaigns may be.',
  },
  not_joined: { status: 409, message: "Agree to the campaign's terms first." },
  no_exam: { status: 409, message: 'This campaign has no exam.' },
  exam_passed: { status: 409, message: 'You passed this exam. Go on to the work.' },
  exam_cooling_down: { status: 409, message: 'You can try again at {until}, with other questions.' },
  attempt_not_found: { status: 404, message: 'There is no such attempt of yours.' },
  attempt_expired: { status: 409, message: 'The time for this attempt ended at {until}. Start another one.' },
  attempt_submitted: {
    status: 409,
    message: 'This attempt was handed in before, with other answers. The first counts.',
  },
  answers_invalid: {
    status: 422,
    message: 'Some answers cannot be read. The fields say which; leave out what you do not know.',
  },
  question_not_found: { status: 404, message: 'There is no such question in the bank.' },
  question_invalid: {
    status: 422,
    message: 'This question cannot be asked or graded as it is. The fields say what to change.',
  },
  bank_full: { status: 422, message: 'A bank holds at most {limit} questions.' },
  marks_crossed: { status: 422, message: "The reviewers' mark cannot lie below the pass mark." },
})
