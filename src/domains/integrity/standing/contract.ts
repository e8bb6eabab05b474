import Type, { type Static } from 'typebox'
import { At, CurrencyCode, endpoint, Minor, nullable, obj, oneOf, Id, text } from '../../../platform/http/endpoint.ts'
import { CasePlace, EvidenceKind, Sanction, SanctionPlace } from '../cases/contract.ts'

/** Why money waits: the account is new, a case is open, or a sanction says so. */
export const WAITS = ['newcomer', 'case_open', 'limit', 'hold'] as const

const OwnCase = obj({
  case_id: Id,
  opened_at: At,
  evidence: Type.Array(EvidenceKind),
  /** Pay for work since then waits; null: nothing waits. */
  suspect_since: nullable(At),
  decide_by: At,
  statement: nullable(text(2000)),
})
export const Waiting = obj({
  currency: CurrencyCode,
  scale: Type.Integer(),
  claimable_minor: Minor,
  withdrawable_minor: Minor,
  waits_minor: Minor,
  why: Type.Array(oneOf(WAITS)),
  until: nullable(At),
})
export type Waiting = Static<typeof Waiting>

/** What a person sees of all this, and what they can say to it. Open to suspended people too. */
export const standing = {
  mine: endpoint({
    method: 'GET',
    path: '/v1/me/standing',
    role: 'person',
    suspended: true,
    scope: 'read',
    summary: 'My standing: what is held against me in words, what money waits and why, until when, and how to appeal',
    result: obj({
      waiting: Type.Array(Waiting),
      cases: Type.Array(OwnCase),
      sanctions: Type.Array(Sanction),
    }),
    refusals: [],
  }),
  state: endpoint({
    method: 'POST',
    path: '/v1/me/cases/{case_id}/statement',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'Say something to an open case of mine; it is then decided within a day, or what waits is free',
    params: CasePlace,
    body: obj({ statement: text(2000, 10) }),
    result: obj({ case_id: Id, decide_by: At }),
    refusals: ['case_not_found', 'case_closed', 'case_stated'],
  }),
  appeal: endpoint({
    method: 'POST',
    path: '/v1/me/sanctions/{sanction_id}/appeal',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'Appeal a sanction to people who did not decide it; undecided after a day, it ends',
    params: SanctionPlace,
    body: obj({ reason: text(2000, 10) }),
    result: obj({ sanction_id: Id, due_at: At }),
    refusals: ['sanction_not_found', 'sanction_appealed', 'sanction_appeal_over'],
  }),
}
