import Type from 'typebox'
import {
  At,
  CurrencyCode,
  declareRefusals,
  endpoint,
  Id,
  listOf,
  Minor,
  obj,
  Page,
  text,
} from '../../../platform/http/endpoint.ts'
import { PositiveMinor } from '../../ledger/contract.ts'

const Bps = Type.Integer({ minimum: 0, maximum: 10_000, description: 'ten-thousandths that go to reviews' })
const Income = obj({
  income_id: Id,
  currency: CurrencyCode,
  amount_minor: Minor,
  reference: text(80),
  reviewer_bps: Bps,
  people: Type.Integer(),
  /** What did not divide, or would have been of people who erased their account. */
  remainder_minor: Minor,
  recorded_at: At,
})
const Place = obj({ campaign_id: Id, release_id: Id })

/** Income of releases, split over those whose work they hold. */
export const income = {
  record: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/releases/{release_id}/income',
    role: 'operator',
    scope: 'operate',
    summary:
      'Record money that came in for a release; it is split over those whose work it holds, once for a reference',
    params: Place,
    body: obj({
      currency: CurrencyCode,
      amount_minor: PositiveMinor,
      reference: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]{0,79}$' }),
      reviewer_bps: Bps,
    }),
    result: Income,
    refusals: [
      'release_not_found',
      'release_not_ready',
      'currency_unknown',
      'reference_used',
      'amount_too_large',
      'income_for_nobody',
    ],
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/releases/{release_id}/income',
    role: 'requester',
    scope: 'campaigns',
    summary: 'What came in for a release, and over how many people it was split',
    params: Place,
    result: listOf(Income),
    refusals: ['release_not_found'],
  }),
  mine: endpoint({
    method: 'GET',
    path: '/v1/me/income',
    role: 'person',
    suspended: true,
    scope: 'read',
    summary: 'My shares of income of releases that hold work of mine, newest first',
    query: obj({ ...Page }),
    result: listOf(
      obj({
        income_id: Id,
        campaign_id: Id,
        title: text(200),
        release_number: Type.Integer(),
        currency: CurrencyCode,
        amount_minor: Minor,
        of_minor: Minor,
        datapoints: Type.Integer(),
        reviews: Type.Integer(),
        recorded_at: At,
      }),
    ),
    refusals: [],
  }),
}

export const incomeRefusals = declareRefusals({
  income_for_nobody: {
    status: 409,
    message:
      'This is too little to give anybody a whole unit, or the release holds nobody’s work. Record a larger sum at once.',
  },
})
