import Type from 'typebox'
import {
  Amount,
  At,
  CurrencyCode,
  endpoint,
  Id,
  listOf,
  Minor,
  nullable,
  obj,
  Page,
  text,
} from '../../platform/http/endpoint.ts'

export const earnings = {
  balances: endpoint({
    method: 'GET',
    path: '/v1/me/earnings',
    role: 'person',
    suspended: true,
    scope: 'read',
    summary: 'My money by currency and state, and when frozen money becomes claimable',
    result: obj({
      items: Type.Array(
        obj({
          currency: CurrencyCode,
          scale: Type.Integer(),
          name: text(100),
          held_minor: Minor,
          frozen_minor: Minor,
          claimable_minor: Minor,
          paying_minor: Minor,
          claimed_minor: Minor,
          next_claimable: nullable(obj({ at: At, amount_minor: Minor })),
        }),
      ),
      next: Type.Null(),
      freeze_days: Type.Integer(),
    }),
    refusals: [],
  }),
  statement: endpoint({
    method: 'GET',
    path: '/v1/me/statement',
    role: 'person',
    suspended: true,
    scope: 'read',
    summary: 'Every movement of my money, newest first',
    query: obj({ ...Page }),
    result: listOf(
      obj({
        transfer_id: text(120),
        kind: text(40),
        campaign_id: nullable(Id),
        title: nullable(text(200)),
        subject_id: Id,
        from: text(40),
        to: text(40),
        ...Amount.properties,
        at: At,
      }),
    ),
    refusals: [],
  }),
}
