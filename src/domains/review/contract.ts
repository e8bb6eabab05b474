import Type, { type Static } from 'typebox'
import {
  Amount,
  At,
  declareRefusals,
  endpoint,
  Id,
  JsonObject,
  nullable,
  obj,
  oneOf,
  text,
} from '../../platform/http/endpoint.ts'
import { CheckReason } from '../checks/contract.ts'
import { SUBMISSION_STATES } from '../submissions/contract.ts'

export const REASONS = [
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
/** One reviewer's judgement of one question. A disapproval names a reason. */
export const Vote = obj({
  approve: Type.Boolean(),
  reason: Type.Optional(oneOf(REASONS)),
  comment: Type.Optional(text(2000)),
})
export const Votes = Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' }), Vote)
export type Vote = Static<typeof Vote>
export type Votes = Static<typeof Votes>

const Place = obj({ campaign_id: Id, submission_id: Id })
const Stage = oneOf([
  'submitted',
  'checking',
  'in_review',
  'with_expert',
  'decided',
  'revision_open',
  'in_appeal',
  'final',
] as const)

export const reviews = {
  record: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/reviews',
    role: 'person',
    scope: 'review',
    summary: "Hand in reviews of leased submissions; the answer says they are recorded and nothing about others' votes",
    params: obj({ campaign_id: Id }),
    body: obj({ reviews: Type.Array(obj({ submission_id: Id, votes: Votes }), { minItems: 1, maxItems: 50 }) }),
    result: obj({ items: Type.Array(obj({ submission_id: Id, review_id: Id, reviewed_at: At })), next: Type.Null() }),
    receipt: true,
    refusals: [
      'lease_not_found',
      'lease_over',
      'too_fast',
      'votes_invalid',
      'already_reviewed',
      'own_submission',
      'already_decided',
      'submission_twice',
    ],
  }),
  status: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/submissions/{submission_id}',
    role: 'person',
    scope: 'read',
    summary: 'My submission: its stage, what comes next and when, and after the decision why',
    params: Place,
    result: obj({
      campaign_id: Id,
      submission_id: Id,
      item_id: Id,
      title: text(200),
      status: oneOf(SUBMISSION_STATES),
      stage: Stage,
      version: Type.Integer(),
      data: nullable(JsonObject),
      answer: JsonObject,
      submitted_at: At,
      decided_at: nullable(At),
      expected_by: nullable(At),
      /** Only after the decision: each question's outcome and reviewers' reasons, without who or how many voted which way before. */
      questions: Type.Array(
        obj({
          key: text(40),
          title: text(400),
          accepted: Type.Boolean(),
          reasons: Type.Array(obj({ reason: oneOf(REASONS), comment: nullable(text(2000)) })),
        }),
      ),
      /** Why automated checks rejected it, when it was they that did. */
      checks: Type.Array(CheckReason),
      rewards: Type.Array(Amount),
      may_revise_until: nullable(At),
      may_appeal_until: nullable(At),
      appeal: nullable(obj({ reason: text(2000), opened_at: At, upheld: nullable(Type.Boolean()) })),
      revised_by: nullable(Id),
      revises: nullable(Id),
    }),
    refusals: ['submission_not_found'],
  }),
  revise: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/submissions/{submission_id}/revision',
    role: 'person',
    scope: 'contribute',
    summary: 'One revision of a rejected submission; it goes to review afresh',
    params: Place,
    body: obj({ answer: JsonObject }),
    result: obj({ submission_id: Id, revises: Id, status: oneOf(SUBMISSION_STATES) }),
    receipt: true,
    refusals: [
      'submission_not_found',
      'not_revisable',
      'revision_over',
      'answer_invalid',
      'answer_unchanged',
      'attempts_used',
    ],
    body_limit: 1024 * 1024,
  }),
  appeal: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/submissions/{submission_id}/appeal',
    role: 'person',
    scope: 'contribute',
    summary: 'Ask fresh reviewers to look again',
    params: Place,
    body: obj({ reason: text(2000, 1) }),
    result: obj({ submission_id: Id, opened_at: At }),
    receipt: true,
    refusals: ['submission_not_found', 'not_appealable', 'appeal_over', 'already_appealed'],
  }),
  expert_desk: endpoint({
    method: 'GET',
    path: '/v1/expert-work',
    role: 'qa',
    scope: 'audit',
    summary: 'QA: where submissions wait for an expert, and since when',
    result: obj({
      items: Type.Array(
        obj({ campaign_id: Id, title: text(200), task_class: text(40), waiting: Type.Integer(), oldest_at: At }),
      ),
      next: Type.Null(),
    }),
    refusals: [],
  }),
  expert_claim: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/leases/expert',
    role: 'qa',
    scope: 'audit',
    summary: 'QA: lease submissions that peers could not settle, or that wait past their deadline',
    params: obj({ campaign_id: Id }),
    body: obj({}),
    result: obj({
      state: oneOf(['work', 'none'] as const),
      items: Type.Array(
        obj({
          submission_id: Id,
          data: nullable(JsonObject),
          answer: JsonObject,
          version: Type.Integer(),
          expires_at: At,
        }),
      ),
      next: Type.Null(),
    }),
    refusals: [],
  }),
}

export const reviewRefusals = declareRefusals({
  votes_invalid: {
    status: 422,
    message: 'Give one vote for each required question, and a reason with each disapproval. The fields say which.',
  },
  already_reviewed: {
    status: 409,
    message: 'You reviewed this submission before, differently. The first review counts.',
  },
  own_submission: { status: 403, message: 'You wrote this one, so someone else reviews it.' },
  already_decided: {
    status: 409,
    message: 'This submission was decided while you looked at it. Nothing is held against you; ask for the next one.',
  },
  submission_twice: { status: 422, message: 'The request names one submission twice. Send each once.' },
  not_revisable: { status: 409, message: 'Only rejected work can be revised, once, while its revision time runs.' },
  revision_over: { status: 409, message: 'The time for a revision ended at {until}.' },
  answer_unchanged: {
    status: 422,
    message: 'The revision says the same as before. Change what the reviewers named, then send it.',
  },
  attempts_used: {
    status: 409,
    message: 'This item has had all the attempts the campaign allows. You may still appeal.',
  },
  not_appealable: { status: 409, message: 'Only rejected work can be appealed, while its time for that runs.' },
  appeal_over: { status: 409, message: 'The time for an appeal ended at {until}.' },
  already_appealed: { status: 409, message: 'You appealed this once; that decision is final.' },
})
