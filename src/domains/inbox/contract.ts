import Type, { type Static } from 'typebox'
import { At, endpoint, Id, listOf, nullable, obj, oneOf, Page, text } from '../../platform/http/endpoint.ts'

/**
 * What people are told. Codes with parameters: the sentences live in the web catalogue under `inbox.<kind>`.
 * `subject_id` is what the message links to: a submission, an item flag, a payout batch, a campaign.
 */
export const MESSAGE_KINDS = [
  // Contributors, about their own submission. params: {} ; the page of the submission says why.
  'submission_accepted',
  'submission_rejected',
  'appeal_upheld',
  'appeal_dismissed',
  // params: {until}
  'revision_ending',
  // Contributors and reviewers. params: {currency, amount_minor, scale}
  'money_claimable',
  'payout_sent',
  'payout_failed',
  'payout_returned',
  // params: {version}
  'consent_needed',
  // params: {resolution: broken | fine | answered}
  'flag_answered',
  // The person of a case. params: {until} while money waits, else {}
  'case_opened',
  'case_dismissed',
  'case_lapsed',
  // params: {action: warn | limit | hold | suspend, until}
  'sanctioned',
  // params: {action}
  'sanction_ended',
  'sanction_overturned',
  'sanction_upheld',
  // QA who are asked first. params: {until}
  'appeal_to_decide',
  // Requesters. params: {reason}
  'campaign_approved',
  'campaign_declined',
  // params: {audits}
  'claim_proved',
  'claim_failed',
] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number]

const Message = obj({
  message_id: Id,
  kind: oneOf(MESSAGE_KINDS),
  campaign_id: nullable(Id),
  title: nullable(text(200)),
  subject_id: nullable(Id),
  params: Type.Record(Type.String(), Type.Union([Type.String(), Type.Integer()])),
  at: At,
  read_at: nullable(At),
})
export type Message = Static<typeof Message>

export const inbox = {
  list: endpoint({
    method: 'GET',
    path: '/v1/me/inbox',
    role: 'person',
    suspended: true,
    scope: 'read',
    summary: 'What happened that concerns me, newest first',
    query: obj({ ...Page, unread: Type.Optional(Type.Boolean()) }),
    result: obj({ ...listOf(Message).properties, unread: Type.Integer() }),
    refusals: [],
  }),
  unread: endpoint({
    method: 'GET',
    path: '/v1/me/inbox/unread',
    role: 'person',
    suspended: true,
    scope: 'read',
    summary: 'How many messages I have not read (up to 100)',
    result: obj({ unread: Type.Integer() }),
    refusals: [],
  }),
  mark_read: endpoint({
    method: 'POST',
    path: '/v1/me/inbox/read',
    role: 'person',
    suspended: true,
    scope: 'read',
    summary: 'Mark messages read: the ones named, or everything up to one',
    body: obj({ message_ids: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 200 })), up_to: Type.Optional(Id) }),
    result: obj({ unread: Type.Integer() }),
    refusals: [],
  }),
}
