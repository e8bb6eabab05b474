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
  text,
} from '../../platform/http/endpoint.ts'

/** Cursors here hold transfer ids, which are longer than other ids. */
const Page = { after: Type.Optional(text(400)), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) }

export const Currency = obj({
  code: CurrencyCode,
  scale: Type.Integer({ minimum: 0, maximum: 30 }),
  name: text(100, 1),
})
export type Currency = Static<typeof Currency>

/** An amount that moves: never zero, never negative. */
export const PositiveMinor = Type.String({
  pattern: '^[1-9][0-9]{0,77}$',
  description: 'whole minor units, more than zero, as a decimal string',
})
/** What the operator's own books call this movement; the same reference is recorded once. */
const Reference = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]{0,79}$',
  description: "the operator's own reference, e.g. an invoice or bank line",
})
const Movement = obj({ requester_id: Id, currency: CurrencyCode, amount_minor: PositiveMinor, reference: Reference })
const Moved = obj({
  transfer_id: text(120),
  requester_id: Id,
  currency: CurrencyCode,
  amount_minor: Minor,
  balance_minor: Minor,
})

/** What a campaign's money did, in one currency. `left` = reserved - contributors - bonus - reviewers - returned - remainder. */
export const CampaignTotals = obj({
  currency: CurrencyCode,
  scale: Type.Integer(),
  reserved_minor: Minor,
  contributors_minor: Minor,
  bonus_minor: Minor,
  reviewers_minor: Minor,
  returned_minor: Minor,
  remainder_minor: Minor,
  left_minor: Minor,
})
export type CampaignTotals = Static<typeof CampaignTotals>

export const PURPOSES = ['reserved', 'contributors', 'bonus', 'reviewers', 'returned', 'remainder'] as const
/** A UTC day's movements for one purpose; the requester sees what money was for, never whom it went to. */
const StatementLine = obj({
  day: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }),
  purpose: oneOf(PURPOSES),
  currency: CurrencyCode,
  movements: Type.Integer(),
  amount_minor: Minor,
})

export const AUDIT_CHECKS = [
  'balances',
  'decisions',
  'reviews',
  'campaigns',
  'redundancy',
  'thaw',
  'payouts',
  'work_taken',
  'queue_cover',
  'accounts',
] as const
/** One thing that is wrong: which check, what about, and a sentence. */
const AuditProblem = obj({ check: oneOf(AUDIT_CHECKS), subject: text(200), message: text(600) })

export const ledger = {
  currencies: endpoint({
    method: 'GET',
    path: '/v1/currencies',
    role: 'public',
    scope: 'read',
    summary: 'Currencies and how many decimal places each has',
    result: listOf(Currency),
    refusals: [],
  }),
  create_currency: endpoint({
    method: 'POST',
    path: '/v1/currencies',
    role: 'operator',
    scope: 'operate',
    summary: 'Add a currency; its scale can never change afterwards',
    body: Currency,
    result: Currency,
    refusals: ['currency_exists'],
  }),
  top_up: endpoint({
    method: 'POST',
    path: '/v1/ledger/top-ups',
    role: 'operator',
    scope: 'operate',
    summary: 'Record money that a requester has paid in; the same reference is recorded once',
    body: Movement,
    result: Moved,
    refusals: ['currency_unknown', 'currency_not_money', 'account_unknown', 'reference_used', 'amount_too_large'],
  }),
  refund: endpoint({
    method: 'POST',
    path: '/v1/ledger/refunds',
    role: 'operator',
    scope: 'operate',
    summary: 'Record money that was paid back to a requester from what no campaign holds',
    body: Movement,
    result: Moved,
    refusals: ['currency_unknown', 'currency_not_money', 'account_unknown', 'reference_used', 'balance_too_small'],
  }),
  accounts: endpoint({
    method: 'GET',
    path: '/v1/ledger/accounts',
    role: 'operator',
    scope: 'operate',
    summary: 'Every ledger account and its balance, by name',
    query: obj({ ...Page, prefix: Type.Optional(Type.String({ pattern: '^[a-z0-9:_]{1,60}$' })) }),
    result: listOf(obj({ account: text(120), currency: CurrencyCode, scale: Type.Integer(), balance_minor: Minor })),
    refusals: [],
  }),
  transfers: endpoint({
    method: 'GET',
    path: '/v1/ledger/transfers',
    role: 'operator',
    scope: 'operate',
    summary: 'The movements of one ledger account, newest first',
    query: obj({ ...Page, account: Type.String({ pattern: '^[a-z0-9:_]{1,120}$' }) }),
    result: listOf(
      obj({
        transfer_id: text(120),
        campaign_id: nullable(Id),
        kind: text(40),
        subject_id: text(20),
        debit: text(120),
        credit: text(120),
        currency: CurrencyCode,
        amount_minor: Minor,
        at: At,
      }),
    ),
    refusals: [],
  }),
  last_audit: endpoint({
    method: 'GET',
    path: '/v1/ledger/audit',
    role: 'operator',
    scope: 'operate',
    summary: 'What the auditor found when it last recomputed everything',
    result: obj({
      audit: nullable(
        obj({
          started_at: At,
          clean: Type.Boolean(),
          counted: Type.Record(Type.String(), Type.Integer()),
          problem_count: Type.Integer(),
          problems: Type.Array(AuditProblem),
        }),
      ),
    }),
    refusals: [],
  }),
  run_audit: endpoint({
    method: 'POST',
    path: '/v1/ledger/audit',
    role: 'operator',
    scope: 'operate',
    summary: 'Ask the auditor to recompute everything now, in the background',
    body: obj({}),
    result: obj({ asked_at: At }),
    refusals: [],
  }),
  budget: endpoint({
    method: 'GET',
    path: '/v1/me/budget',
    role: 'person',
    scope: 'campaigns',
    summary: 'What I paid in, what my campaigns hold, and what is free, by currency',
    result: listOf(
      obj({
        currency: CurrencyCode,
        scale: Type.Integer(),
        name: text(100),
        paid_in_minor: Minor,
        refunded_minor: Minor,
        in_campaigns_minor: Minor,
        spent_minor: Minor,
        free_minor: Minor,
      }),
    ),
    refusals: [],
  }),
  movements: endpoint({
    method: 'GET',
    path: '/v1/me/budget/movements',
    role: 'person',
    scope: 'campaigns',
    summary: 'Every movement of my budget: paid in, into and back from campaigns, refunded; newest first',
    query: obj({ ...Page }),
    result: listOf(
      obj({
        transfer_id: text(120),
        at: At,
        kind: text(40),
        campaign_id: nullable(Id),
        title: nullable(text(200)),
        reference: nullable(text(80)),
        currency: CurrencyCode,
        amount_minor: Minor,
      }),
    ),
    refusals: [],
  }),
  campaign_totals: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/money',
    role: 'requester',
    scope: 'campaigns',
    summary: "A campaign's money: reserved, spent and on whom, returned, left",
    params: obj({ campaign_id: Id }),
    result: listOf(CampaignTotals),
    refusals: ['campaign_not_found'],
  }),
  campaign_statement: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/statement',
    role: 'requester',
    scope: 'campaigns',
    summary: "A campaign's money by day and purpose, newest day first",
    params: obj({ campaign_id: Id }),
    query: obj({ ...Page }),
    result: listOf(StatementLine),
    refusals: ['campaign_not_found'],
  }),
  campaign_statement_csv: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/statement.csv',
    role: 'requester',
    scope: 'campaigns',
    summary: "Every movement of a campaign's money as CSV",
    params: obj({ campaign_id: Id }),
    result: Type.String({ description: 'text/csv' }),
    answer: 'stream',
    refusals: ['campaign_not_found'],
  }),
}

export const ledgerRefusals = declareRefusals({
  currency_exists: {
    status: 409,
    message:
      'There is a currency {code} already, with another scale or name. A currency never changes; choose another code.',
  },
  currency_unknown: { status: 422, message: 'There is no currency {code}. Add it first, or choose one from the list.' },
  currency_not_money: {
    status: 422,
    message: 'The currency {code} is not money: it cannot be paid in, claimed or paid out. Choose one from the list.',
  },
  account_unknown: { status: 422, message: 'There is no account with id {account_id}. Check the id with the person.' },
  reference_used: {
    status: 409,
    message:
      'The reference {reference} was recorded before with other details. If this is new money, give it a reference of its own.',
  },
  balance_too_small: {
    status: 409,
    message: 'Only {balance_minor} {currency} (minor units) are free. Ask for that or less, or end a campaign first.',
  },
  amount_too_large: {
    status: 422,
    message: 'The amount is larger than an account can hold. Record it in smaller parts.',
  },
})
