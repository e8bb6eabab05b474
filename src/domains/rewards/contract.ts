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
  oneOf,
  Page,
  text,
} from '../../platform/http/endpoint.ts'

/** In hundredths of a percent; 10000 is all there is to see, 0 is what a guess sees. */
const Bps = Type.Integer()
/** A person's part of a window. Figures are of a settled one with at least 20 audited answers: fewer would tell about each. */
export const InsightWindow = obj({
  campaign_id: Id,
  title: text(200),
  window: Type.Integer(),
  starts_at: At,
  ends_at: At,
  /** `grading`: it is over and experts still look at some of its work. `carried`: too few audits, it waits for the next. */
  state: oneOf(['running', 'grading', 'carried', 'settled'] as const),
  /** By then it is settled, whatever is graded. */
  settles_by: nullable(At),
  reviews: Type.Integer(),
  audited: nullable(Type.Integer()),
  score: nullable(
    obj({
      audits_bps: Bps,
      others_bps: Bps,
      /** What audits allow of it. */
      cap_bps: Bps,
      insight_bps: Bps,
      /** How much of what was at stake it pays: 10000 is the full price, 12500 the most. */
      pays_bps: Bps,
    }),
  ),
  paid: Type.Array(Amount),
})

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
  held: endpoint({
    method: 'GET',
    path: '/v1/me/held',
    role: 'person',
    suspended: true,
    scope: 'read',
    summary: 'My pay that waits while audits on its work may still come: how much, and when it goes on',
    result: listOf(
      obj({
        campaign_id: Id,
        title: text(200),
        ...Amount.properties,
        pieces: Type.Integer(),
        release_at: At,
        /** An open case keeps it beyond that time. */
        kept: Type.Boolean(),
      }),
    ),
    refusals: [],
  }),
  insight: endpoint({
    method: 'GET',
    path: '/v1/me/rewards',
    role: 'person',
    suspended: true,
    scope: 'read',
    summary: "My windows of reviewers' pay: what experts and other reviewers found, and what it pays",
    result: listOf(InsightWindow),
    refusals: [],
  }),
}
