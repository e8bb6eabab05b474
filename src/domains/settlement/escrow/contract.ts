import Type, { type Static } from 'typebox'
import { At, CurrencyCode, declareRefusals, endpoint, Id, listOf, nullable, obj, oneOf } from '../../../platform/http/endpoint.ts' // prettier-ignore
import { REFUSED } from './rules.ts'

const Address = Type.String({ pattern: '^0x[0-9a-f]{40}$' })
const Word = Type.String({ pattern: '^0x[0-9a-f]{64}$' })
const Units = Type.String({ pattern: '^(0|[1-9][0-9]{0,77})$', description: "whole units of the token's own, decimal" })
/** A transaction for the requester's own wallet. */
const Call = obj({ what: oneOf(['approve', 'open', 'top_up'] as const), to: Address, data: Type.String({ pattern: '^0x[0-9a-f]*$' }) }) // prettier-ignore

const Escrow = obj({
  currency: CurrencyCode,
  chain_id: Type.Integer(),
  token: Address,
  escrow: Address,
  /** The campaign's name in the contract; with the requester's address it makes the id. */
  label: Word,
  /** Units of the token in one minor unit of the currency. */
  units_per_minor: Units,
  /** What the budget still lacks. */
  missing_units: Units,
  /** The earliest deadline that counts: when the campaign's work ends at the latest, a day added. */
  deadline: At,
  /** What the requester's wallet sends, one after the other; empty when nothing is missing or no wallet is linked. */
  calls: Type.Array(Call),
  /** What was opened so far, the one that counts first. */
  opened: Type.Array(
    obj({
      escrow_id: Word,
      requester: Address,
      deadline: At,
      /** Why its money is not the campaign's: it can be taken back on the chain. */
      refused: nullable(oneOf(REFUSED)),
      deposited_units: Units,
      available_units: Units,
      reserved_units: Units,
      released_units: Units,
      refunded_units: Units,
      /** From when the contract sends back what is not reserved. */
      refunds_from: At,
    }),
  ),
})
export type Escrow = Static<typeof Escrow>

/** Budgets that lie in a contract instead of with the operator. */
export const escrow = {
  add: endpoint({
    method: 'PUT',
    path: '/v1/settlement/tokens/{currency}/escrow',
    role: 'operator',
    scope: 'operate',
    summary: 'Let requesters put budgets of a currency into an escrow contract; it is checked on the chain',
    params: obj({ currency: CurrencyCode }),
    body: obj({
      escrow: Type.String({ pattern: '^0x[0-9a-fA-F]{40}$' }),
      /** The block it was made in: reading starts there. */
      first_block: Type.Integer({ minimum: 0 }),
    }),
    result: obj({ currency: CurrencyCode, escrow: Address }),
    refusals: ['token_unknown', 'chain_off', 'chain_away', 'escrow_exists', 'escrow_unfit'],
  }),
  of_campaign: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/escrow',
    role: 'requester',
    scope: 'campaigns',
    summary: "The campaign's money in escrow contracts, and what the requester's wallet sends to put some there",
    params: obj({ campaign_id: Id }),
    result: listOf(Escrow),
    refusals: ['campaign_not_found', 'chain_away'],
  }),
}

export const escrowRefusals = declareRefusals({
  escrow_exists: {
    status: 409,
    message: 'Budgets of {currency} have an escrow already, and once recorded it never changes. Use that one.',
  },
  escrow_unfit: {
    status: 409,
    message: 'This escrow cannot be used: {reason} Deploy one for this token and distributor, then record it.',
  },
})
