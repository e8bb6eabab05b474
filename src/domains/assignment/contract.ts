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
  text,
} from '../../platform/http/endpoint.ts'
import { Form, Instructions } from '../templates/contract.ts'

/** Lanes of open work. Expert, appeal and audit work is claimed by QA. */
export const LANES = ['contribute', 'review', 'expert', 'appeal', 'audit'] as const
export type Lane = (typeof LANES)[number]

/** What a contributor sees of an item they hold. */
export const LeasedItem = obj({
  item_id: Id,
  data: nullable(JsonObject),
  version: Type.Integer(),
  leased_at: At,
  expires_at: At,
})
/** What a reviewer sees: the work and nothing about who did it or what others thought. */
export const LeasedReview = obj({
  submission_id: Id,
  data: nullable(JsonObject),
  answer: JsonObject,
  version: Type.Integer(),
  leased_at: At,
  expires_at: At,
})
/**
 * `work`: there is some. `searching`: not found yet, ask again at once. `none`: the whole queue was looked through and
 * nothing is left for this person now.
 */
const ClaimState = oneOf(['work', 'searching', 'none'] as const)
const claimResult = <S extends Type.TSchema>(held: S) =>
  obj({
    state: ClaimState,
    items: Type.Array(held),
    next: Type.Null(),
    /** When to come back, if there is nothing now. */
    retry_after_seconds: nullable(Type.Integer()),
    server_time: At,
  })
const Campaign = obj({ campaign_id: Id })
export const ClaimBody = obj({ count: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })) })

const claimRefusals = [
  'campaign_not_open',
  'newcomer_share_reached',
  'quality_share_reached',
  'daily_cap_reached',
  'total_cap_reached',
  'season_over',
  'vetted_only',
  'content_off',
  'exposure_cap_reached',
] as const

export const assignments = {
  work_page: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/work',
    role: 'person',
    scope: 'read',
    summary: 'Instructions, form and limits of a version: what a work or review page needs besides the items',
    params: Campaign,
    query: obj({ version: Type.Optional(Type.Integer({ minimum: 1 })) }),
    result: obj({
      campaign_id: Id,
      title: text(200),
      task_class: text(40),
      restricted: Type.Boolean(),
      language: text(20),
      version: Type.Integer(),
      instructions: Instructions,
      form: Form,
      min_seconds: Type.Integer(),
      review_min_seconds: Type.Integer(),
      batch_size: Type.Integer(),
      lease_seconds: Type.Integer(),
      roles: Type.Array(oneOf(['requester', 'contributor', 'reviewer'] as const)),
    }),
    refusals: ['campaign_not_found'],
  }),
  claim_items: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/leases/contribute',
    role: 'contributor',
    scope: 'contribute',
    summary: 'Lease items to work on; items already held are given again first',
    params: Campaign,
    body: ClaimBody,
    result: claimResult(LeasedItem),
    refusals: [...claimRefusals, 'group_full'],
  }),
  claim_reviews: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/leases/review',
    role: 'reviewer',
    scope: 'review',
    summary: 'Lease submissions to review, blind; those already held are given again first',
    params: Campaign,
    body: ClaimBody,
    result: claimResult(LeasedReview),
    refusals: claimRefusals,
  }),
  renew: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/leases/{target_id}/renew',
    role: 'person',
    scope: 'read',
    summary: 'Activity keeps a lease alive',
    params: obj({ campaign_id: Id, target_id: Id }),
    body: obj({}),
    result: obj({ target_id: Id, expires_at: At }),
    refusals: ['lease_not_found', 'lease_over'],
  }),
  give_back: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/leases/{target_id}/return',
    role: 'person',
    scope: 'read',
    summary: 'Skip: the lease goes back and is not offered to this person again',
    params: obj({ campaign_id: Id, target_id: Id }),
    body: obj({}),
    result: obj({ target_id: Id, returned: Type.Boolean() }),
    refusals: ['lease_not_found', 'lease_over'],
  }),
  my_leases: endpoint({
    method: 'GET',
    path: '/v1/me/leases',
    role: 'person',
    scope: 'read',
    summary: 'What I hold now, in every campaign',
    result: listOf(
      obj({ campaign_id: Id, title: text(200), target_id: Id, lane: oneOf(LANES), leased_at: At, expires_at: At }),
    ),
    refusals: [],
  }),
  direct: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/leases/direct',
    role: 'operator',
    scope: 'operate',
    summary: 'Hand given targets to given people, for replays and escalation; recorded',
    params: Campaign,
    body: obj({
      lane: oneOf(LANES),
      reason: text(400, 1),
      leases: Type.Array(obj({ account_id: Id, target_id: Id }), { minItems: 1, maxItems: 200 }),
    }),
    result: obj({
      items: Type.Array(
        obj({
          account_id: Id,
          target_id: Id,
          outcome: oneOf([
            'leased',
            'held_already',
            'done_already',
            'own_work',
            'excluded',
            'no_place',
            'not_open',
          ] as const),
        }),
      ),
      next: Type.Null(),
    }),
    refusals: ['campaign_not_open'],
  }),
}
export type LeasedItem = Static<typeof LeasedItem>
export type LeasedReview = Static<typeof LeasedReview>

export const assignmentRefusals = declareRefusals({
  campaign_not_open: {
    status: 409,
    message: 'This campaign takes no work right now. What you hold can still be handed in.',
  },
  newcomer_share_reached: {
    status: 409,
    message:
      'People whose work is not known here yet get {cap} a day. It becomes a full day as soon as enough of your work is judged; come back tomorrow (UTC), or take other campaigns.',
  },
  quality_share_reached: {
    status: 409,
    message:
      'This campaign gives most of its work to people whose work is right more often, and {cap} a day to others. "My quality" shows where you stand; other campaigns are open.',
  },
  daily_cap_reached: {
    status: 409,
    message: "You have reached this campaign's daily limit of {cap}. Come back tomorrow (UTC).",
  },
  total_cap_reached: {
    status: 409,
    message: "You have reached this campaign's limit of {cap} for each person. Thank you; other campaigns are open.",
  },
  season_over: { status: 409, message: 'This season has ended. What you hold can still be handed in.' },
  lease_not_found: { status: 404, message: 'You do not hold this item. Ask for work to get one.' },
  lease_over: {
    status: 409,
    message: 'This lease is over: its work was handed in, given back, or the place is taken. Ask for new work.',
  },
})
