import Type from 'typebox'
import {
  At,
  declareRefusals,
  endpoint,
  Id,
  listOf,
  nullable,
  obj,
  oneOf,
  text,
} from '../../../platform/http/endpoint.ts'
import { freshOnly, Handle, Language, NewAccount, sessionOnly, SIGN_IN_LIMIT, SignedIn } from '../contract.ts'

export const EthereumAddress = Type.String({
  pattern: '^0x[0-9a-fA-F]{40}$',
  description: 'address of a wallet: 0x and 40 hexadecimal digits',
})
const ChainId = Type.Integer({ minimum: 1, maximum: 999_999_999_999_999 })
/** A text as it was composed here, and what the wallet signed under it. */
export const Signed = {
  message: text(2000, 1),
  signature: Type.String({ pattern: '^0x([0-9a-fA-F]{2})*$', maxLength: 2 + 2 * 8192 }),
}
const Label = text(60)
const Composed = obj({ message: text(2000), chain_id: ChainId, expires_at: At })
/** Composing one writes a row, so it has a limit of its own; a person needs one or two. */
const TEXT_LIMIT = { name: 'wallet_text', by: 'address', times: 30, seconds: 60 } as const

const textRefusals = ['wallets_not_here', 'wallet_chain_unknown'] as const
export const proofRefusals = [
  'wallets_not_here',
  'wallet_text_malformed',
  'wallet_text_foreign',
  'wallet_chain_unknown',
  'wallet_text_over',
  'wallet_text_early',
  'wallet_text_changed',
  'wallet_signature_malformed',
  'wallet_signature_wrong',
  'wallet_contract_unchecked',
  'wallet_chain_silent',
] as const

export const WalletView = obj({
  wallet_id: Id,
  address: EthereumAddress,
  /** `eoa`: whoever holds the key, on every chain. `contract`: a contract, on one chain. */
  kind: oneOf(['eoa', 'contract'] as const),
  chain_id: nullable(ChainId),
  label: Label,
  linked_at: At,
  last_used_at: At,
})

/** Wallets as a way in and as proof of who holds an address. A wallet is proved by signature, once. */
export const wallets = {
  sign_in_text: endpoint({
    method: 'POST',
    path: '/v1/sign-in/wallet/text',
    role: 'public',
    scope: 'account',
    summary: 'Sign in or make an account with a wallet, first half: the text to sign (EIP-4361)',
    body: obj({
      for: oneOf(['sign_in', 'create'] as const),
      address: EthereumAddress,
      chain_id: Type.Optional(ChainId),
    }),
    result: Composed,
    refusals: [...textRefusals],
    limits: [TEXT_LIMIT],
  }),
  sign_in: endpoint({
    method: 'POST',
    path: '/v1/sign-in/wallet',
    role: 'public',
    scope: 'account',
    summary: 'Sign in with a wallet, second half: the text unchanged, and its signature',
    body: obj(Signed),
    result: SignedIn,
    refusals: [...proofRefusals, 'wallet_on_no_account'],
    limits: [SIGN_IN_LIMIT],
  }),
  create: endpoint({
    method: 'POST',
    path: '/v1/accounts/wallet',
    role: 'public',
    scope: 'account',
    summary: 'New account with a wallet: makes it, accepts the terms, signs in; an invitation is redeemed with it',
    body: obj({
      ...Signed,
      handle: Type.Optional(Handle),
      language: Type.Optional(Language),
      label: Type.Optional(Label),
      ...NewAccount,
    }),
    result: SignedIn,
    refusals: [...proofRefusals, 'handle_taken', 'terms_changed', 'invitation_over', 'wallet_taken'],
    limits: [SIGN_IN_LIMIT],
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/me/wallets',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'My wallets, with the names that only I see',
    result: listOf(WalletView),
    refusals: [],
  }),
  text: endpoint({
    method: 'POST',
    path: '/v1/me/wallets/text',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary:
      'The text to sign for linking a wallet to my account, which asks for a fresh sign-in, or for confirming that it is me',
    body: obj({
      for: oneOf(['link', 'fresh'] as const),
      address: EthereumAddress,
      chain_id: Type.Optional(ChainId),
    }),
    result: Composed,
    refusals: [...freshOnly, ...textRefusals],
    limits: [TEXT_LIMIT],
  }),
  link: endpoint({
    method: 'POST',
    path: '/v1/me/wallets',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'Link a wallet to my account by its signature; the session gets a new token',
    body: obj({ ...Signed, label: Type.Optional(Label) }),
    result: WalletView,
    refusals: [...freshOnly, ...proofRefusals, 'wallet_taken', 'too_many_wallets'],
    limits: [SIGN_IN_LIMIT],
  }),
  label: endpoint({
    method: 'PATCH',
    path: '/v1/me/wallets/{wallet_id}',
    role: 'person',
    suspended: true,
    scope: 'account',
    summary: 'Name a wallet; nobody else sees the name',
    params: obj({ wallet_id: Id }),
    body: obj({ label: Label }),
    result: WalletView,
    refusals: [...sessionOnly, 'not_found'],
  }),
  unlink: endpoint({
    method: 'DELETE',
    path: '/v1/me/wallets/{wallet_id}',
    role: 'person',
    scope: 'account',
    summary: 'Take a wallet off my account, never the last way in',
    params: obj({ wallet_id: Id }),
    result: obj({ wallet_id: Id, unlinked: Type.Boolean() }),
    refusals: [...freshOnly, 'not_found', 'last_way_in'],
  }),
}

export const walletRefusals = declareRefusals({
  wallets_not_here: {
    status: 409,
    message: 'Wallets do not work at this address. Open Assay at {url}, or use a passkey.',
  },
  wallet_text_malformed: {
    status: 422,
    message: 'This is not a text that Assay composed for a wallet. Ask for a new one and sign it unchanged.',
  },
  wallet_text_foreign: {
    status: 403,
    message: 'This text is for {domain}, not for {here}. Sign only what this site asks for.',
  },
  wallet_chain_unknown: {
    status: 409,
    message: 'Chain {chain} is not known here. Switch your wallet to one of these chains: {chains}.',
  },
  wallet_text_over: {
    status: 410,
    message: 'This text was used, has expired, or was never asked for. It counts once, for ten minutes. Start again.',
  },
  wallet_text_early: { status: 409, message: 'This text counts only from {from}. Ask for a new one.' },
  wallet_text_changed: {
    status: 422,
    message: 'The text that came back is not the one Assay composed. Start again and sign it unchanged.',
  },
  wallet_signature_malformed: {
    status: 422,
    message: 'This signature does not have its one proper form. Update your wallet, or use another way in.',
  },
  wallet_signature_wrong: {
    status: 403,
    message: 'This wallet did not sign that text. Choose the same account in your wallet again and sign once more.',
  },
  wallet_contract_unchecked: {
    status: 409,
    message:
      'The key of this address did not sign, and a contract wallet on chain {chain} cannot be asked here. Use a wallet with a key of its own, or a passkey.',
  },
  wallet_chain_silent: {
    status: 503,
    message: 'Chain {chain} does not answer, so this contract wallet cannot be asked. Try again in a minute.',
  },
  wallet_on_no_account: {
    status: 404,
    message: 'This wallet is on no account here. Create an account with it, or sign in another way and link it.',
  },
  wallet_not_yours: {
    status: 403,
    message: 'This wallet is not linked to your account. Use one that is, your passkey or a recovery code.',
  },
  wallet_taken: {
    status: 409,
    message: 'This wallet is on another account here. Sign in with it, or unlink it there first.',
  },
  too_many_wallets: {
    status: 409,
    message: 'An account holds up to {limit} wallets. Unlink one you no longer use.',
  },
})
