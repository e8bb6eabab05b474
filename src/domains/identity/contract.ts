import Type, { type Static } from 'typebox'
import {
  At,
  declareRefusals,
  endpoint,
  Id,
  JsonObject,
  listOf,
  nullable,
  obj,
  oneOf,
  SCOPES,
  text,
} from '../../platform/http/endpoint.ts'

export const LANGUAGES = ['en', 'ar'] as const
export const Language = oneOf(LANGUAGES)
export const PLATFORM_ROLES = ['operator', 'qa', 'restricted_data'] as const
/** How a session began. */
export const SIGN_IN_WAYS = ['passkey', 'recovery_code', 'link', 'wallet', 'new_account'] as const
/** What the account page should ask for next, most urgent first. */
export const PROMPTS = ['accept_terms', 'first_passkey', 'recovery_codes', 'second_passkey'] as const

export const Handle = Type.String({
  pattern: '^[a-z][a-z0-9_-]{2,31}$',
  description: '3 to 32 small letters, digits, - and _, first a letter',
})
const TermsVersion = Type.Integer({ minimum: 1, maximum: 1_000_000 })
/** What `navigator.credentials` answered, as JSON. */
const PasskeyAnswer = JsonObject
const Code = text(60, 8)
const Token = Type.String({ pattern: '^[A-Za-z0-9_-]{20,64}$' })

export const AccountView = obj({
  account_id: Id,
  handle: text(64),
  language: Language,
  created_at: At,
  roles: Type.Array(oneOf(PLATFORM_ROLES)),
  /** What the shell may show: platform roles and memberships in any campaign. */
  access: obj({
    requester: Type.Boolean(),
    contributor: Type.Boolean(),
    reviewer: Type.Boolean(),
    qa: Type.Boolean(),
    operator: Type.Boolean(),
    restricted_data: Type.Boolean(),
  }),
  via: oneOf(['session', 'key'] as const),
  scopes: Type.Array(oneOf(SCOPES)),
  /** Null when an API key asks. `fresh_at`: when this person last proved to be here. */
  session: nullable(obj({ session_id: Id, how: oneOf(SIGN_IN_WAYS), fresh_at: At })),
  passkeys: Type.Integer(),
  wallets: Type.Integer(),
  recovery_codes_left: Type.Integer(),
  terms: obj({ accepted_version: nullable(Type.Integer()), current_version: Type.Integer() }),
  unread: Type.Integer(),
  /** A suspended person still reaches their account, data and money. */
  suspended: nullable(obj({ reason: text(1000), since: At })),
  prompts: Type.Array(oneOf(PROMPTS)),
})
export type AccountView = Static<typeof AccountView>
export const SignedIn = obj({ account: AccountView })
export const NewAccount = {
  terms_version: TermsVersion,
  /** That the person is of age; there is no account without it. */
  adult: Type.Literal(true),
  invitation: Type.Optional(Token),
}

export const SIGN_IN_LIMIT = { name: 'sign_in', by: 'address', times: 10, seconds: 60 } as const
const CODE_LIMIT = { name: 'code', by: '/handle', times: 5, seconds: 900 } as const

export const identity = {
  ways: endpoint({
    method: 'GET',
    path: '/v1/sign-in',
    role: 'public',
    scope: 'read',
    summary: 'How one can sign in at this address',
    result: obj({
      passkeys: Type.Boolean(),
      /** Where passkeys do work, when they do not here. */
      passkeys_at: nullable(text(300)),
      wallet: Type.Boolean(),
      /** Chains that a wallet's text may name; the first is taken for a wallet that is on another one. */
      wallet_chains: Type.Array(Type.Integer()),
      terms_version: Type.Integer(),
    }),
    refusals: [],
  }),
  terms: endpoint({
    method: 'GET',
    path: '/v1/terms',
    role: 'public',
    scope: 'read',
    summary: 'The current platform terms, in every language',
    result: obj({
      version: Type.Integer(),
      published_at: At,
      texts: Type.Array(obj({ language: Language, title: text(200), body: text(40_000) })),
    }),
    refusals: [],
  }),
  handle_free: endpoint({
    method: 'GET',
    path: '/v1/handles/{handle}',
    role: 'public',
    scope: 'read',
    summary: 'Whether a handle can be taken, and one that can',
    params: obj({ handle: text(64) }),
    result: obj({ handle: text(64), free: Type.Boolean(), suggestion: Handle }),
    refusals: [],
  }),
  create_options: endpoint({
    method: 'POST',
    path: '/v1/accounts/options',
    role: 'public',
    scope: 'account',
    summary: 'New account with a passkey, first half: what the browser needs',
    body: obj({ handle: Type.Optional(Handle), language: Type.Optional(Language) }),
    result: obj({ handle: Handle, options: JsonObject }),
    refusals: ['handle_taken', 'passkeys_not_here'],
  }),
  create: endpoint({
    method: 'POST',
    path: '/v1/accounts',
    role: 'public',
    scope: 'account',
    summary:
      'New account with a passkey, second half: makes the account, accepts the terms, signs in; an invitation is redeemed with it',
    body: obj({ response: PasskeyAnswer, passkey_name: Type.Optional(text(60, 1)), ...NewAccount }),
    result: SignedIn,
    refusals: [
      'handle_taken',
      'passkeys_not_here',
      'challenge_over',
      'passkey_refused',
      'terms_changed',
      'invitation_over',
    ],
    limits: [SIGN_IN_LIMIT],
  }),
  create_with_codes: endpoint({
    method: 'POST',
    path: '/v1/accounts/codes',
    role: 'public',
    scope: 'account',
    summary: 'New account without a passkey, for browsers inside apps: signs in and shows ten recovery codes once',
    body: obj({ handle: Type.Optional(Handle), language: Type.Optional(Language), ...NewAccount }),
    result: obj({ account: AccountView, recovery_codes: Type.Array(text(40)) }),
    refusals: ['handle_taken', 'terms_changed', 'invitation_over'],
    limits: [SIGN_IN_LIMIT],
  }),
  sign_in_options: endpoint({
    method: 'POST',
    path: '/v1/sign-in/passkey/options',
    role: 'public',
    scope: 'account',
    summary: 'Sign in with a passkey, first half; no name is asked for',
    body: obj({}),
    result: obj({ options: JsonObject }),
    refusals: ['passkeys_not_here'],
  }),
  sign_in: endpoint({
    method: 'POST',
    path: '/v1/sign-in/passkey',
    role: 'public',
    scope: 'account',
    summary: 'Sign in with a passkey, second half',
    body: obj({ response: PasskeyAnswer }),
    result: SignedIn,
    refusals: ['passkeys_not_here', 'challenge_over', 'passkey_unknown', 'passkey_refused'],
    limits: [SIGN_IN_LIMIT],
  }),
  sign_in_with_code: endpoint({
    method: 'POST',
    path: '/v1/sign-in/code',
    role: 'public',
    scope: 'account',
    summary: 'Sign in with a recovery code; it works once',
    body: obj({ handle: text(64, 1), code: Code }),
    result: SignedIn,
    refusals: ['code_wrong'],
    limits: [SIGN_IN_LIMIT, CODE_LIMIT],
  }),
  sign_in_with_link: endpoint({
    method: 'POST',
    path: '/v1/sign-in/link',
    role: 'public',
    scope: 'account',
    summary:
      "Sign in with what a one-time link carries after its #: from an in-app browser to the real one, or the operator's first",
    body: obj({ token: Code }),
    result: SignedIn,
    refusals: ['link_over'],
    limits: [SIGN_IN_LIMIT],
  }),
}

const Invitation = obj({
  invitation_id: Id,
  campaign_id: nullable(Id),
  created_at: At,
  expires_at: At,
  uses_left: Type.Integer(),
  used: Type.Integer(),
})
const InvitationMade = obj({
  invitation_id: Id,
  url: text(400),
  token: Token,
  expires_at: At,
  uses_left: Type.Integer(),
})
const InvitationTerms = {
  uses: Type.Integer({ minimum: 1, maximum: 100_000 }),
  days: Type.Integer({ minimum: 1, maximum: 365 }),
}

export const invitations = {
  look: endpoint({
    method: 'GET',
    path: '/v1/invitations/{token}',
    role: 'public',
    scope: 'read',
    summary: 'What an invitation is to, before anyone signs in',
    params: obj({ token: Token }),
    result: obj({
      invited_by: text(64),
      expires_at: At,
      campaign: nullable(
        obj({
          campaign_id: Id,
          title: text(200),
          task_class: text(40),
          difficulty: text(40),
          language: text(20),
          status: text(40),
        }),
      ),
    }),
    refusals: ['invitation_over'],
  }),
  redeem: endpoint({
    method: 'POST',
    path: '/v1/invitations/{token}/redeem',
    role: 'person',
    scope: 'account',
    summary: 'Take up an invitation while signed in; twice is once',
    params: obj({ token: Token }),
    body: obj({}),
    result: obj({ invitation_id: Id, campaign_id: nullable(Id) }),
    refusals: ['invitation_over'],
  }),
  invite: endpoint({
    method: 'POST',
    path: '/v1/campaigns/{campaign_id}/invitations',
    role: 'requester',
    scope: 'campaigns',
    summary: 'Invite people to a campaign; the link is shown once',
    params: obj({ campaign_id: Id }),
    body: obj(InvitationTerms),
    result: InvitationMade,
    refusals: ['campaign_not_found'],
  }),
  list: endpoint({
    method: 'GET',
    path: '/v1/campaigns/{campaign_id}/invitations',
    role: 'requester',
    scope: 'campaigns',
    summary: "A campaign's invitations",
    params: obj({ campaign_id: Id }),
    result: listOf(Invitation),
    refusals: [],
  }),
  revoke: endpoint({
    method: 'DELETE',
    path: '/v1/campaigns/{campaign_id}/invitations/{invitation_id}',
    role: 'requester',
    scope: 'campaigns',
    summary: 'End an invitation',
    params: obj({ campaign_id: Id, invitation_id: Id }),
    result: obj({ invitation_id: Id, revoked: Type.Boolean() }),
    refusals: ['invitation_over'],
  }),
  invite_to_platform: endpoint({
    method: 'POST',
    path: '/v1/invitations',
    role: 'operator',
    scope: 'operate',
    summary: 'Invite people to this installation; the link is shown once',
    body: obj(InvitationTerms),
    result: InvitationMade,
    refusals: [],
  }),
}

export const Scopes = Type.Array(oneOf(SCOPES), { minItems: 1, maxItems: SCOPES.length })
export const PasskeyView = obj({
  passkey_id: Id,
  name: text(60),
  created_at: At,
  last_used_at: nullable(At),
  /** Synced to the person's other devices by whoever keeps it. */
  synced: Type.Boolean(),
})
export const KeyView = obj({
  key_id: Id,
  name: text(60),
  prefix: text(40),
  scopes: Type.Array(oneOf(SCOPES)),
  created_at: At,
  last_used_at: nullable(At),
  expires_at: nullable(At),
  revoked_at: nullable(At),
})
export const sessionOnly = ['session_needed'] as const
export const freshOnly = ['session_needed', 'fresh_sign_in_needed'] as const

export const identityRefusals = declareRefusals({
  handle_taken: { status: 409, message: 'Somebody has this handle already. {suggestion} is free.' },
  passkeys_not_here: {
    status: 409,
    message: 'Passkeys do not work at this address. Open Assay at {url}, or start without a passkey.',
  },
  challenge_over: { status: 410, message: 'This took longer than five minutes, or was sent twice. Start again.' },
  passkey_refused: { status: 422, message: "The passkey's answer does not check out. Start again from this page." },
  passkey_unknown: {
    status: 404,
    message: 'This passkey belongs to no account here. Create an account, or use another passkey or a recovery code.',
  },
  code_wrong: {
    status: 403,
    message: 'Handle and code do not fit together, or the code was used before. Try another of your codes.',
  },
  link_over: { status: 410, message: 'This link was used or has expired. Ask for a new one where it came from.' },
  terms_changed: {
    status: 409,
    message: 'The terms have changed: version {version} counts now. Read it, then accept again.',
  },
  invitation_over: {
    status: 410,
    message: 'This invitation has expired, was used up, or never existed. Ask for a new one, or join without it.',
  },
  session_needed: { status: 403, message: 'Only a person signed in at a browser may do this; an API key may not.' },
  fresh_sign_in_needed: {
    status: 403,
    message: 'Confirm that it is you: use your passkey, your wallet or a recovery code, then try again.',
  },
  last_way_in: {
    status: 409,
    message: 'This is your last way in. Add a passkey or another wallet, or make recovery codes first.',
  },
  passkey_known: { status: 409, message: 'This passkey is on an account already.' },
  too_many_passkeys: { status: 409, message: 'An account holds up to {limit} passkeys. Remove one you no longer use.' },
  too_many_keys: {
    status: 409,
    message: 'An account holds up to {limit} live API keys. Revoke one you no longer use.',
  },
  scope_not_yours: {
    status: 403,
    message: 'You cannot give a key the scope "{scope}", because you do not have it yourself.',
  },
  own_account: { status: 409, message: 'You cannot do this to your own account.' },
  last_operator: { status: 409, message: 'This is the last operator. Make somebody else one first.' },
  person_not_found: { status: 404, message: 'There is no such account.' },
  person_erased: { status: 409, message: 'This account was erased.' },
  handle_twice: { status: 422, message: 'The list names one handle twice. Send each once.' },
})
