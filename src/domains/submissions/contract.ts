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

export const SUBMISSION_STATES = [
  'in_review',
  'accepted',
  'rejected',
  'rejected_final',
  'answered',
  'withdrawn',
] as const
export const Submitted = obj({ item_id: Id, submission_id: Id, status: oneOf(SUBMISSION_STATES), submitted_at: At })

/** One of the caller's own submissions in a list. */
export const MySubmission = obj({
  campaign_id: Id,
  submission_id: Id,
  item_id: Id,
  title: text(200),
  status: oneOf(SUBMISSION_STATES),
  round: Type.Integer(),
  revises_id: nullable(Id),
  submitted_at: At,
  decision_due_at: nullable(At),
  decided_at: nullable(At),
  settles_at: nullable(At),
})
export type MySubmission = Static<typeof MySubmission>

/** A signature over the answer by a key of this device (`/v1/me/delegations`): r and s, 64 bytes in base64url. */
const Signed = obj({ delegation_id: Id, signature: Type.String({ pattern: '^[A-Za-z0-9_-]{86}$' }) })

export const submissions = {
  submit: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/submissions',
    role: 'person',
    scope: 'contribute',
    summary: 'Hand in a batch: every answer is checked and all are recorded together, or none',
    params: obj({ campaign_id: Id }),
    body: obj({
      submissions: Type.Array(obj({ item_id: Id, answer: JsonObject, signed: Type.Optional(Signed) }), {
        minItems: 1,
        maxItems: 50,
      }),
    }),
    result: obj({ items: Type.Array(Submitted), next: Type.Null() }),
    receipt: true,
    refusals: [
      'lease_not_found',
      'lease_over',
      'too_fast',
      'answer_invalid',
      'already_submitted',
      'item_twice',
      'delegation_unknown',
      'delegation_over',
      'datapoint_signature_wrong',
    ],
    body_limit: 2 * 1024 * 1024,
  }),
  mine: endpoint({
    method: 'GET',
    path: '/v1/me/submissions',
    role: 'person',
    scope: 'read',
    summary: 'My work, newest first',
    query: obj({ ...Page, campaign_id: Type.Optional(Id) }),
    result: listOf(MySubmission),
    refusals: [],
  }),
  withdraw: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/submissions/{submission_id}/withdraw',
    role: 'person',
    scope: 'contribute',
    summary: 'Take my work back: no later release holds it; one that does is revoked by its successor',
    params: obj({ campaign_id: Id, submission_id: Id }),
    body: obj({}),
    result: obj({ submission_id: Id, status: oneOf(SUBMISSION_STATES) }),
    receipt: true,
    refusals: ['submission_not_found', 'already_withdrawn'],
  }),
}

export const submissionRefusals = declareRefusals({
  too_fast: {
    status: 409,
    message:
      'This task asks for at least {min_seconds} seconds on each item; {seconds} have passed. Take another look, then hand it in.',
  },
  answer_invalid: {
    status: 422,
    message: 'An answer does not fit the form. The fields say what and where; your work is kept.',
  },
  already_submitted: {
    status: 409,
    message: 'You handed in a different answer for this item before. The first one counts.',
  },
  item_twice: { status: 422, message: 'The batch names one item twice. Send each item once.' },
  submission_not_found: { status: 404, message: 'There is no such submission that you may see.' },
  already_withdrawn: { status: 409, message: 'This work is withdrawn already.' },
})
