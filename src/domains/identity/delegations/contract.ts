import Type from 'typebox'
import {
  At,
  declareRefusals,
  endpoint,
  Id,
  JsonObject,
  listOf,
  nullable,
  obj,
  text,
} from '../../../platform/http/endpoint.ts'

const SessionKey = Type.String({
  pattern: '^04[0-9a-f]{128}$',
  description: 'a P-256 public key: its uncompressed point in hex',
})
const Statement = obj({ site: text(300, 1), account_id: Id, session_key: SessionKey, issued_at: At, expires_at: At })
const Place = obj({ delegation_id: Id })
const DelegationView = obj({
  delegation_id: Id,
  session_key: SessionKey,
  by: Type.Enum(['wallet', 'passkey']),
  issued_at: At,
  expires_at: At,
  revoked_at: nullable(At),
})

/** Keys that devices hold and people vouch for, to sign datapoints with. */
export const delegations = {
  list: endpoint({
    method: 'GET',
    path: '/v1/me/delegations',
    role: 'person',
    scope: 'read',
    summary: 'Keys of my devices that may sign my datapoints',
    result: listOf(DelegationView),
    refusals: [],
    suspended: true,
  }),
  compose: endpoint({
    method: 'POST',
    path: '/v1/me/delegations/statement',
    role: 'person',
    scope: 'account',
    summary: 'Have the statement composed that a wallet or a passkey then signs',
    body: obj({ session_key: SessionKey, days: Type.Integer({ minimum: 1, maximum: 60 }) }),
    result: obj({
      statement: Statement,
      /** For a wallet: EIP-712. */
      typed_data: JsonObject,
      /** For a passkey: what its challenge must be, in base64url. */
      passkey_challenge: text(60),
    }),
    refusals: [],
  }),
  delegate: endpoint({
    method: 'POST',
    path: '/v1/me/delegations',
    role: 'person',
    scope: 'account',
    summary: 'Let a key sign my datapoints: the statement, signed by one of my wallets or passkeys',
    body: obj({
      statement: Statement,
      wallet: Type.Optional(
        obj({ wallet_id: Id, signature: Type.String({ pattern: '^0x[0-9a-fA-F]{130}$', description: '65 bytes' }) }),
      ),
      passkey: Type.Optional(JsonObject),
    }),
    result: DelegationView,
    refusals: [
      'delegation_foreign',
      'delegation_stale',
      'delegation_too_long',
      'delegation_unsigned',
      'delegation_known',
      'passkey_unknown',
      'passkey_refused',
      'passkeys_not_here',
    ],
    limits: [{ name: 'delegate', by: 'account', times: 20, seconds: 3600 }],
  }),
  revoke: endpoint({
    method: 'POST',
    path: '/v1/me/delegations/{delegation_id}/revoke',
    role: 'person',
    scope: 'account',
    summary: 'Let a key sign no more; what it signed stays signed',
    params: Place,
    body: obj({}),
    result: DelegationView,
    refusals: ['delegation_unknown'],
    suspended: true,
  }),
}

export const delegationRefusals = declareRefusals({
  delegation_foreign: {
    status: 403,
    message: 'This statement is for another site or another account. Have it composed here, for yourself.',
  },
  delegation_stale: {
    status: 410,
    message: 'This statement was composed too long ago. Have it composed again and sign it within ten minutes.',
  },
  delegation_too_long: { status: 422, message: 'A key may sign for 60 days at most. Choose fewer, and renew it then.' },
  delegation_unsigned: {
    status: 422,
    message:
      'None of your wallets or passkeys signed this statement. Sign it unchanged, with a wallet that is linked to your account and has a key of its own, or with one of your passkeys.',
  },
  delegation_known: { status: 409, message: 'This key was used before. Make a new one on your device and try again.' },
  delegation_unknown: {
    status: 404,
    message: 'No such key signs for you. Turn signing on for this device first, or hand in without a signature.',
  },
  delegation_over: {
    status: 410,
    message:
      'This key signs no more: its time is over, or you revoked it. Turn signing on again, or hand in without a signature.',
  },
  datapoint_signature_wrong: {
    status: 422,
    message:
      'The signature is not of this answer to this item. Sign the answer as it is handed in, with the key of this device, or hand in without a signature.',
  },
})
