import Type, { type Static } from 'typebox'
import { At, CurrencyCode, declareRefusals, endpoint, Id, listOf, Minor, nullable, obj, oneOf, Page, text } from '../../platform/http/endpoint.ts'
import { PositiveMinor } from '../ledger/contract.ts'

export const BATCH_STATES = ['draft', 'sent', 'closed', 'discarded'] as const
export const PAYOUT_STATES = ['draft', 'sent', 'failed', 'returned', 'discarded'] as const

/** Where to send a person's money, in their words: an IBAN, an address, a handle. One line of printable text. */
const Destination = text(200, 1)

const Batch = obj({
  batch_id: Id, currency: CurrencyCode, scale: Type.Integer(), state: oneOf(BATCH_STATES), payouts: Type.Integer(), amount_minor: Minor,
  failed: Type.Integer(), failed_minor: Minor, created_at: At, sent_at: nullable(At), closed_at: nullable(At),
})
export type Batch = Static<typeof Batch>
const Payout = obj({ account_id: Id, handle: text(100), destination: text(200), amount_minor: Minor, state: oneOf(PAYOUT_STATES), note: text(400), changed_at: At })

const BatchPlace = obj({ batch_id: Id })
const PayoutPlace = obj({ batch_id: Id, account_id: Id })

export const payouts = {
  destinations: endpoint({
    method: 'GET', path: '/v1/me/payout-destinations', role: 'person', suspended: true, scope: 'account', summary: 'Where my money is sent, by currency',
    result: listOf(obj({ currency: CurrencyCode, destination: Destination, changed_at: At })), refusals: [],
  }),
  set_destination: endpoint({
    method: 'PUT', path: '/v1/me/payout-destinations/{currency}', role: 'person', suspended: true, scope: 'account',
    summary: 'Say where my money of a currency is sent; asks for a fresh sign-in',
    params: obj({ currency: CurrencyCode }), body: obj({ destination: Destination }),
    result: obj({ currency: CurrencyCode, destination: Destination, changed_at: At }), refusals: ['currency_unknown', 'destination_invalid', 'session_needed', 'fresh_sign_in_needed'],
  }),
  claim: endpoint({
    method: 'POST', path: '/v1/me/claims', role: 'person', suspended: true, scope: 'account', summary: 'Ask for any part of my claimable money to be paid out',
    body: obj({ currency: CurrencyCode, amount_minor: PositiveMinor }),
    result: obj({ claim_id: Id, currency: CurrencyCode, amount_minor: Minor, claimable_minor: Minor, paying_minor: Minor }),
    refusals: ['currency_unknown', 'claim_too_large', 'destination_missing'],
  }),
  my_payouts: endpoint({
    method: 'GET', path: '/v1/me/payouts', role: 'person', suspended: true, scope: 'read', summary: 'Payouts made to me, newest first',
    query: obj({ ...Page }),
    result: listOf(obj({ batch_id: Id, currency: CurrencyCode, amount_minor: Minor, state: oneOf(PAYOUT_STATES), destination: text(200), note: text(400), changed_at: At })), refusals: [],
  }),
  waiting: endpoint({
    method: 'GET', path: '/v1/payouts/waiting', role: 'operator', scope: 'operate', summary: 'Claims that no batch holds yet, by currency',
    result: listOf(obj({ currency: CurrencyCode, scale: Type.Integer(), people: Type.Integer(), amount_minor: Minor })), refusals: [],
  }),
  batches: endpoint({
    method: 'GET', path: '/v1/payouts/batches', role: 'operator', scope: 'operate', summary: 'Payout batches, newest first',
    query: obj({ ...Page }), result: listOf(Batch), refusals: [],
  }),
  draft: endpoint({
    method: 'POST', path: '/v1/payouts/batches', role: 'operator', scope: 'operate', summary: 'Draft a batch of everything people have claimed in a currency',
    body: obj({ currency: CurrencyCode }), result: Batch, refusals: ['currency_unknown', 'nothing_to_pay'],
  }),
  batch: endpoint({
    method: 'GET', path: '/v1/payouts/batches/{batch_id}', role: 'operator', scope: 'operate', summary: 'One payout batch',
    params: BatchPlace, result: Batch, refusals: ['batch_not_found'],
  }),
  batch_payouts: endpoint({
    method: 'GET', path: '/v1/payouts/batches/{batch_id}/payouts', role: 'operator', scope: 'operate', summary: 'A batch\'s payouts, by account',
    params: BatchPlace, query: obj({ ...Page }), result: listOf(Payout), refusals: ['batch_not_found'],
  }),
  batch_csv: endpoint({
    method: 'GET', path: '/v1/payouts/batches/{batch_id}/payouts.csv', role: 'operator', scope: 'operate', summary: 'The batch as CSV for the bank or payment tool',
    params: BatchPlace, result: Type.String({ description: 'text/csv' }), answer: 'stream', refusals: ['batch_not_found'],
  }),
  mark_sent: endpoint({
    method: 'POST', path: '/v1/payouts/batches/{batch_id}/sent', role: 'operator', scope: 'operate', summary: 'The batch was paid: its money counts as claimed',
    params: BatchPlace, body: obj({}), result: Batch, refusals: ['batch_not_found', 'batch_not_draft'],
  }),
  close: endpoint({
    method: 'POST', path: '/v1/payouts/batches/{batch_id}/close', role: 'operator', scope: 'operate', summary: 'Nothing of this batch will come back any more',
    params: BatchPlace, body: obj({}), result: Batch, refusals: ['batch_not_found', 'batch_not_sent'],
  }),
  discard: endpoint({
    method: 'POST', path: '/v1/payouts/batches/{batch_id}/discard', role: 'operator', scope: 'operate', summary: 'Drop a draft: its claims wait for the next batch',
    params: BatchPlace, body: obj({}), result: Batch, refusals: ['batch_not_found', 'batch_not_draft'],
  }),
  mark_failed: endpoint({
    method: 'POST', path: '/v1/payouts/batches/{batch_id}/payouts/{account_id}/failed', role: 'operator', scope: 'operate',
    summary: 'A payout did not go out: the money is claimable again and the person is told why',
    params: PayoutPlace, body: obj({ note: text(400, 1) }), result: Payout, refusals: ['batch_not_found', 'payout_not_found', 'payout_settled'],
  }),
  mark_returned: endpoint({
    method: 'POST', path: '/v1/payouts/batches/{batch_id}/payouts/{account_id}/returned', role: 'operator', scope: 'operate',
    summary: 'A sent payout came back: the money is claimable again and the person is told why',
    params: PayoutPlace, body: obj({ note: text(400, 1) }), result: Payout, refusals: ['batch_not_found', 'payout_not_found', 'payout_settled'],
  }),
}

export const payoutRefusals = declareRefusals({
  destination_invalid: { status: 422, message: 'Write the destination as one line of 1 to 200 visible characters.' },
  destination_missing: { status: 409, message: 'Say first where your {currency} should be sent, then ask for the payout.' },
  claim_too_large: { status: 409, message: 'You can ask for up to {claimable_minor} {currency} (minor units) now. The rest becomes claimable later.' },
  nothing_to_pay: { status: 409, message: 'Nobody waits for a payout in {currency} that no batch holds yet. Come back when someone has asked for one.' },
  batch_not_found: { status: 404, message: 'There is no payout batch with this id. Choose one from the list.' },
  batch_not_draft: { status: 409, message: 'This batch is {state} already. Only a draft can be sent or discarded; reload to see where it stands.' },
  batch_not_sent: { status: 409, message: 'This batch is {state}. Mark it sent before closing it.' },
  payout_not_found: { status: 404, message: 'This batch holds no payout to that person. Choose one from its list.' },
  payout_settled: { status: 409, message: 'This payout is {state} in a batch that is {batch_state}; it can no longer change this way.' },
})
