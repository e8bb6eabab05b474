import Type, { type Static } from 'typebox'
import { Amount, At, declareRefusals, endpoint, nullable, obj, oneOf, text } from '../../platform/http/endpoint.ts'

/** Everything kept that names a person, by kind; each is one group of rows in the list and in the export. */
export const KEPT_KINDS = [
  'account',
  'terms',
  'traits',
  'passkeys',
  'wallets',
  'gas_id',
  'beans',
  'recovery_codes',
  'sessions',
  'api_keys',
  'one_time',
  'invitations',
  'seasons',
  'memberships',
  'consents',
  'exams',
  'leases',
  'work_counts',
  'submissions',
  'withdrawals',
  'checks',
  'reviews',
  'appeals',
  'audit_grades',
  'reliability',
  'reward_windows',
  'held_pay',
  'money',
  'payouts',
  'payout_destinations',
  'wallet_payouts',
  'income_shares',
  'delegations',
  'log_entries',
  'item_flags',
  'campaign_reports',
  'campaigns',
  'operator_acts',
  'exclusions',
  'cases',
  'sanctions',
  'account_reports',
  'declared_accounts',
  'watch',
  'marks',
  'links',
  'sealed_content',
  'messages',
  'stored_answers',
  'evidence',
] as const
export type KeptKind = (typeof KEPT_KINDS)[number]
/** What erasure does: rows go; their content goes and a bare row stays; or they stay, under the erased name alone. */
export const ERASURES = ['deleted', 'content_deleted', 'kept_without_name'] as const

const Kept = obj({
  kind: oneOf(KEPT_KINDS),
  title: text(100),
  why: text(400),
  count: Type.Integer(),
  on_erasure: oneOf(ERASURES),
  /** The newest, in plain words; the export has all of them whole. */
  newest: Type.Array(obj({ at: nullable(At), text: text(400) })),
})
export type Kept = Static<typeof Kept>

/** What is done with money that is left: kept behind a code shown once, or given back to the campaigns it came from. */
export const MONEY_CHOICES = ['keep_behind_code', 'give_back'] as const
const MoneyLeft = obj({
  ...Amount.properties,
  state: oneOf(['held', 'frozen', 'claimable'] as const),
  outcome: oneOf(['behind_code', 'given_back'] as const),
})

export const privacy = {
  kept: endpoint({
    method: 'GET',
    path: '/v1/me/data',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'Everything that is kept about me, why, and what erasing does to it',
    result: obj({ items: Type.Array(Kept), next: Type.Null() }),
    refusals: [],
  }),
  export: endpoint({
    method: 'GET',
    path: '/v1/me/export',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'Everything that is kept about me, as one JSON file',
    result: Type.String({ description: 'application/json' }),
    answer: 'stream',
    refusals: [],
  }),
  erase: endpoint({
    method: 'POST',
    path: '/v1/me/erase',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary:
      'Erase me: ways in, content and name go at once; commitments and ledger rows stay under a name that says nothing',
    body: obj({
      /** One\'s own handle, typed to confirm. */
      handle: text(64, 1),
      money: Type.Optional(oneOf(MONEY_CHOICES)),
    }),
    result: obj({
      erased: Type.Boolean(),
      name_kept: text(64),
      money: Type.Array(MoneyLeft),
      /** Work still under review: it is decided and paid first, then its content goes by itself. */
      still_under_review: Type.Integer(),
      /** Shown this once: any account, a new one included, can take up the money with it. */
      claim_code: nullable(text(60)),
    }),
    refusals: [
      'session_needed',
      'fresh_sign_in_needed',
      'handle_differs',
      'last_operator',
      'campaigns_running',
      'budget_left',
      'payout_under_way',
      'money_left',
    ],
  }),
  take_up_money: endpoint({
    method: 'POST',
    path: '/v1/me/claim-codes',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'Take up the money that an erased account left behind a code',
    body: obj({ code: text(60, 8) }),
    result: obj({
      taken_up: Type.Array(Amount),
      /** Not claimable yet: the same code takes it up later. */
      to_come: Type.Array(Amount),
    }),
    refusals: ['claim_code_wrong', 'session_needed'],
    limits: [{ name: 'code', by: 'account', times: 5, seconds: 900 }],
  }),
}

export const privacyRefusals = declareRefusals({
  handle_differs: { status: 422, message: 'To confirm, type your handle exactly as your account page shows it.' },
  money_left: {
    status: 409,
    message:
      'There is money on this account ({money}). Ask for a payout first, or choose to keep it behind a code or to give it back.',
  },
  payout_under_way: {
    status: 409,
    message: 'A payout to you is under way. Erase the account once it has arrived or come back.',
  },
  campaigns_running: {
    status: 409,
    message: 'You have campaigns that are not closed ({count}). Close or cancel them first.',
  },
  budget_left: {
    status: 409,
    message: 'You have paid in money that no campaign holds ({money}). Ask the operator to refund it first.',
  },
  claim_code_wrong: { status: 403, message: 'No money waits behind this code, or it was taken up before.' },
})
