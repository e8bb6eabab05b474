import Type, { type Static } from 'typebox'
import {
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
import { PositiveMinor } from '../ledger/contract.ts'

export const EPOCH_STATES = ['gathered', 'built', 'proposed', 'active', 'revoked'] as const
export const WITHDRAWAL_STATES = ['waiting', 'in_epoch', 'claimed', 'cancelled'] as const
export const TRANSACTION_STATES = ['ready', 'signed', 'mined', 'done', 'failed'] as const
export const CHAIN_ROLES = ['proposer', 'relayer', 'guardian', 'settler'] as const

/** An address or hash as people write it, in lower case. */
export const Address = Type.String({ pattern: '^0x[0-9a-f]{40}$' })
const AnyCaseAddress = Type.String({ pattern: '^0x[0-9a-fA-F]{40}$' })
const Word = Type.String({ pattern: '^0x[0-9a-f]{64}$' })
/** Units of the token, which may have more decimal places than the currency. */
const Units = Type.String({
  pattern: '^(0|-?[1-9][0-9]{0,77})$',
  description: "whole units of the token's own, decimal",
})

const Epoch = obj({
  epoch_id: Id,
  currency: CurrencyCode,
  chain_id: Type.Integer(),
  distributor: Address,
  token: Address,
  number: Type.Integer(),
  state: oneOf(EPOCH_STATES),
  rows: nullable(Type.Integer()),
  total_units: nullable(Units),
  root: nullable(Word),
  /** SHA-256 of the claims file; the chain's event carries the same. */
  file_sha256: nullable(Word),
  file_bytes: nullable(Type.Integer()),
  gathered_at: At,
  built_at: nullable(At),
  proposed_at: nullable(At),
  valid_at: nullable(At),
  ended_at: nullable(At),
})
export type Epoch = Static<typeof Epoch>

const Token = obj({
  currency: CurrencyCode,
  scale: Type.Integer(),
  chain_id: Type.Integer(),
  token: Address,
  distributor: Address,
  decimals: Type.Integer(),
  step_minor: Minor,
  is_ladder: Type.Boolean(),
  least_people: Type.Integer(),
  every_hours: Type.Integer(),
  scanned_to: Type.Integer(),
  added_at: At,
  waiting_people: Type.Integer(),
  waiting_minor: Minor,
})
const TokenSettings = {
  step_minor: PositiveMinor,
  /** Amounts leave as 1, 2 or 5 times a power of ten of steps, once an epoch: the safest for people, and slower. */
  is_ladder: Type.Optional(Type.Boolean()),
  least_people: Type.Integer({ minimum: 1, maximum: 100_000 }),
  every_hours: Type.Integer({ minimum: 0, maximum: 8760 }),
}

const Withdrawal = obj({
  withdrawal_id: Id,
  currency: CurrencyCode,
  amount_minor: Minor,
  address: Address,
  state: oneOf(WITHDRAWAL_STATES),
  epoch_id: nullable(Id),
  asked_at: At,
  ended_at: nullable(At),
})
export type Withdrawal = Static<typeof Withdrawal>

/** Where a person's money of one currency stands, from earning it to holding it on the chain. */
const Standing = obj({
  currency: CurrencyCode,
  scale: Type.Integer(),
  name: text(100),
  chain_id: Type.Integer(),
  token: Address,
  distributor: Address,
  decimals: Type.Integer(),
  step_minor: Minor,
  is_ladder: Type.Boolean(),
  held_minor: Minor,
  frozen_minor: Minor,
  claimable_minor: Minor,
  /** Whole steps of what is claimable, within the limits that hold now: what can be asked for. */
  withdrawable_minor: Minor,
  /** Asked for; no epoch has gathered it yet, so it can still be called back. */
  waiting_minor: Minor,
  /** In an epoch whose window still runs. */
  proposed_minor: Minor,
  /** In an epoch that counts: anybody may claim it for the person, and the operator does. */
  on_chain_minor: Minor,
  /** Claimed on the chain, and final. */
  claimed_minor: Minor,
  wallet: nullable(obj({ wallet_id: Id, address: Address, label: text(100), chosen_at: At })),
  /** The newest epoch that holds something of theirs. */
  epoch: nullable(Epoch),
  /** Why the operator could not claim for them, and when it is tried again. */
  dropped: nullable(obj({ reason: text(300), dropped_at: At, retry_at: At })),
})
export type Standing = Static<typeof Standing>

/** A difference between the books and the chain, in words. */
const Difference = obj({ code: text(40), message: text(600) })
export type Difference = Static<typeof Difference>

const CurrencyPlace = obj({ currency: CurrencyCode })
const EpochPlace = obj({ epoch_id: Id })

export const settlement = {
  mine: endpoint({
    method: 'GET',
    path: '/v1/me/settlement',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'My money in each currency that is paid through a token: frozen, claimable, waiting, on chain, claimed',
    result: listOf(Standing),
    refusals: [],
  }),
  choose_wallet: endpoint({
    method: 'PUT',
    path: '/v1/me/settlement/{currency}/wallet',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'Choose which of my linked wallets is paid in a currency, or none; asks for a fresh sign-in',
    params: CurrencyPlace,
    body: obj({ wallet_id: nullable(Id) }),
    result: obj({ currency: CurrencyCode, wallet_id: nullable(Id), address: nullable(Address) }),
    refusals: ['token_unknown', 'wallet_unknown', 'wallet_other_chain', 'session_needed', 'fresh_sign_in_needed'],
  }),
  withdraw: endpoint({
    method: 'POST',
    path: '/v1/me/settlement/{currency}/withdrawals',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'Take any part of what is claimable out to my wallet, in whole steps; what is less stays claimable',
    params: CurrencyPlace,
    body: obj({ amount_minor: PositiveMinor }),
    result: obj({ withdrawal: Withdrawal, claimable_minor: Minor }),
    refusals: [
      'token_unknown',
      'wallet_missing',
      'less_than_step',
      'withdrawal_waits',
      'claim_too_large',
      'claim_limited',
    ],
  }),
  withdrawals: endpoint({
    method: 'GET',
    path: '/v1/me/settlement/{currency}/withdrawals',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'What I took out to a wallet, newest first',
    params: CurrencyPlace,
    query: obj({ ...Page }),
    result: listOf(Withdrawal),
    refusals: ['token_unknown'],
  }),
  call_back: endpoint({
    method: 'POST',
    path: '/v1/me/settlement/{currency}/withdrawals/{withdrawal_id}/call-back',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'Call a withdrawal back that no epoch has gathered yet; its money is claimable again',
    params: obj({ currency: CurrencyCode, withdrawal_id: Id }),
    body: obj({}),
    result: Withdrawal,
    refusals: ['withdrawal_not_found', 'withdrawal_gathered'],
  }),
  proof: endpoint({
    method: 'GET',
    path: '/v1/me/settlement/{currency}/proof',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'The proof that the newest epoch that counts holds my money; with it anybody can claim for me, without us',
    params: CurrencyPlace,
    result: obj({
      epoch: Epoch,
      account: Address,
      cumulative_units: Units,
      claimed_units: Units,
      proof: Type.Array(Word),
      /** What to send to the distributor. */
      call_data: Type.String({ pattern: '^0x[0-9a-f]*$' }),
      claims_path: text(200),
    }),
    refusals: ['token_unknown', 'no_proof_yet'],
  }),
  ask_again: endpoint({
    method: 'POST',
    path: '/v1/me/settlement/{currency}/claim',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'Ask that a claim that could not be sent for me is tried again now, gas paid',
    params: CurrencyPlace,
    body: obj({}),
    result: obj({ asked: Type.Boolean() }),
    refusals: ['token_unknown', 'nothing_on_chain'],
    limits: [{ name: 'claim_again', by: 'account', times: 5, seconds: 3600 }],
  }),
  epochs: endpoint({
    method: 'GET',
    path: '/v1/settlement/epochs',
    role: 'public',
    scope: 'read',
    summary: 'Epochs of every token, newest first',
    query: obj({ ...Page, currency: Type.Optional(CurrencyCode) }),
    result: listOf(Epoch),
    refusals: [],
  }),
  epoch: endpoint({
    method: 'GET',
    path: '/v1/settlement/epochs/{epoch_id}',
    role: 'public',
    scope: 'read',
    summary: 'One epoch',
    params: EpochPlace,
    result: Epoch,
    refusals: ['epoch_not_found'],
  }),
  claims_file: endpoint({
    method: 'GET',
    path: '/v1/settlement/epochs/{epoch_id}/claims.jsonl',
    role: 'public',
    scope: 'read',
    summary:
      "An epoch's claims file: who may have claimed how much in all, by address; check it with assay verify-epoch",
    params: EpochPlace,
    result: Type.String({ description: 'application/jsonl' }),
    answer: 'stream',
    refusals: ['epoch_not_found', 'epoch_not_built'],
  }),
  tokens: endpoint({
    method: 'GET',
    path: '/v1/settlement/tokens',
    role: 'operator',
    scope: 'operate',
    summary: 'The chain this installation pays on, and currencies that are paid through a token',
    result: obj({
      chain: oneOf(['none', 'local', 'remote'] as const),
      chain_id: nullable(Type.Integer()),
      /** Which keys this installation holds; never the keys. */
      keys: Type.Array(obj({ role: oneOf(CHAIN_ROLES), address: nullable(Address) })),
      items: Type.Array(Token),
      next: nullable(Type.String()),
    }),
    refusals: [],
  }),
  add_token: endpoint({
    method: 'POST',
    path: '/v1/settlement/tokens',
    role: 'operator',
    scope: 'operate',
    summary: 'Pay a currency through a token and its distributor; both are checked on the chain',
    body: obj({
      currency: CurrencyCode,
      token: AnyCaseAddress,
      distributor: AnyCaseAddress,
      /** The block the distributor was made in: reading starts there. */
      first_block: Type.Integer({ minimum: 0 }),
      ...TokenSettings,
    }),
    result: Token,
    refusals: ['chain_off', 'chain_away', 'currency_unknown', 'token_exists', 'token_unfit'],
  }),
  change_token: endpoint({
    method: 'PATCH',
    path: '/v1/settlement/tokens/{currency}',
    role: 'operator',
    scope: 'operate',
    summary: 'Change the step, the fewest people and the pace of epochs',
    params: CurrencyPlace,
    body: obj({
      step_minor: Type.Optional(TokenSettings.step_minor),
      is_ladder: TokenSettings.is_ladder,
      least_people: Type.Optional(TokenSettings.least_people),
      every_hours: Type.Optional(TokenSettings.every_hours),
    }),
    result: Token,
    refusals: ['token_unknown'],
  }),
  start_epoch: endpoint({
    method: 'POST',
    path: '/v1/settlement/epochs',
    role: 'operator',
    scope: 'operate',
    summary: 'Gather what waits in a currency into an epoch; it is built, proposed and activated in the background',
    body: obj({ currency: CurrencyCode }),
    result: Epoch,
    refusals: ['token_unknown', 'chain_off', 'nothing_to_settle', 'epoch_under_way', 'too_few_people', 'token_unfit'],
  }),
  revoke_epoch: endpoint({
    method: 'POST',
    path: '/v1/settlement/epochs/{epoch_id}/revoke',
    role: 'operator',
    scope: 'operate',
    summary: 'Take an epoch back before it counts: its money waits for the next',
    params: EpochPlace,
    body: obj({}),
    result: Epoch,
    refusals: ['epoch_not_found', 'epoch_counts', 'key_missing', 'chain_off'],
  }),
  dropped: endpoint({
    method: 'GET',
    path: '/v1/settlement/dropped',
    role: 'operator',
    scope: 'operate',
    summary: 'Addresses that nothing could be claimed for, and why',
    query: obj({ ...Page }),
    result: listOf(
      obj({
        currency: CurrencyCode,
        address: Address,
        reason: text(300),
        tries: Type.Integer(),
        dropped_at: At,
        retry_at: At,
      }),
    ),
    refusals: [],
  }),
  transactions: endpoint({
    method: 'GET',
    path: '/v1/settlement/transactions',
    role: 'operator',
    scope: 'operate',
    summary: 'What this installation sent to the chain, newest first, with what it cost',
    query: obj({ ...Page }),
    result: listOf(
      obj({
        transaction_id: Id,
        role: oneOf(CHAIN_ROLES),
        purpose: text(200),
        state: oneOf(TRANSACTION_STATES),
        hash: nullable(Word),
        rows: Type.Integer(),
        gas_used: nullable(Units),
        cost_wei: nullable(Units),
        error: nullable(text(600)),
        made_at: At,
        ended_at: nullable(At),
      }),
    ),
    refusals: [],
  }),
  reconciliation: endpoint({
    method: 'GET',
    path: '/v1/settlement/reconciliation',
    role: 'operator',
    scope: 'operate',
    summary: 'The books beside the chain, as they were last compared; every difference is named',
    result: listOf(
      obj({
        currency: CurrencyCode,
        compared_at: At,
        block_number: Type.Integer(),
        figures: Type.Record(Type.String(), Units),
        differences: Type.Array(Difference),
      }),
    ),
    refusals: [],
  }),
}
