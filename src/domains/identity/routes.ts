import type { delegations } from './delegations/contract.ts'
import { composeStatement, delegate, listDelegations, revoke } from './delegations/delegate.ts'
import type { Ctx } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { createKey, listKeys, revokeKey } from './api-keys.ts'
import { signInOptions } from './ceremony.ts'
import { callerOf } from '../../platform/context.ts'
import type { account, people } from './account/contract.ts'
import type { identity, invitations } from './contract.ts'
import { createOptions, createWithCodes, createWithPasskey, handleFree } from './create-account.ts'
import { invite, listInvitations, lookAtInvitation, redeemInvitation, revokeInvitation } from './invitations.ts'
import { handOver } from './links.ts'
import {
  addPasskey,
  addPasskeyOptions,
  freshOptions,
  listPasskeys,
  removePasskey,
  renameMyPasskey,
} from './passkeys.ts'
import { createServiceAccounts, people as listPeople, person, setRoles } from './people.ts'
import { acceptCurrentTerms, changeProfile, showTerms, waysIn } from './profile.ts'
import { regenerateCodes } from './recovery-codes.ts'
import { listSessions, revokeOtherSessions, revokeSession, signOut } from './sessions.ts'
import { proveFresh, signInWithCode, signInWithLink, signInWithPasskey } from './sign-in.ts'
import { viewOf } from './view.ts'
import type { wallets } from './wallets/contract.ts'
import { linkWallet, listWallets, nameWallet, removeWallet } from './wallets/link.ts'
import { createWithWallet, signInWithWallet } from './wallets/sign-in.ts'
import { askForText } from './wallets/text.ts'

export const identityRoutes: Handlers<typeof identity, Ctx> = {
  ways: (ctx) => waysIn(ctx),
  terms: (ctx) => showTerms(ctx),
  handle_free: (ctx, { params }) => handleFree(ctx, params.handle),
  create_options: (ctx, { body }) => createOptions(ctx, body),
  create: (ctx, { body }) => createWithPasskey(ctx, body),
  create_with_codes: (ctx, { body }) => createWithCodes(ctx, body),
  sign_in_options: async (ctx) => ({ options: await signInOptions(ctx, 'sign_in', null, []) }),
  sign_in: (ctx, { body }) => signInWithPasskey(ctx, body.response),
  sign_in_with_code: (ctx, { body }) => signInWithCode(ctx, body.handle, body.code),
  sign_in_with_link: (ctx, { body }) => signInWithLink(ctx, body.token),
}

export const accountRoutes: Handlers<typeof account, Ctx> = {
  view: (ctx) => viewOf(ctx, callerOf(ctx)),
  change: (ctx, { body }) => changeProfile(ctx, body),
  accept_terms: (ctx, { body }) => acceptCurrentTerms(ctx, body.version, body.adult),
  sign_out: (ctx) => signOut(ctx),
  sessions: (ctx) => listSessions(ctx),
  revoke_session: (ctx, { params }) => revokeSession(ctx, params.session_id),
  revoke_other_sessions: (ctx) => revokeOtherSessions(ctx),
  fresh_options: (ctx) => freshOptions(ctx),
  fresh: (ctx, { body }) => proveFresh(ctx, body),
  hand_over: (ctx) => handOver(ctx),
  passkeys: (ctx) => listPasskeys(ctx),
  passkey_options: (ctx) => addPasskeyOptions(ctx),
  add_passkey: (ctx, { body }) => addPasskey(ctx, body.response, body.name),
  rename_passkey: (ctx, { params, body }) => renameMyPasskey(ctx, params.passkey_id, body.name),
  remove_passkey: (ctx, { params }) => removePasskey(ctx, params.passkey_id),
  recovery_codes: (ctx) => regenerateCodes(ctx),
  keys: (ctx) => listKeys(ctx),
  create_key: (ctx, { body }) => createKey(ctx, body),
  revoke_key: (ctx, { params }) => revokeKey(ctx, params.key_id),
}

export const walletRoutes: Handlers<typeof wallets, Ctx> = {
  sign_in_text: (ctx, { body }) => askForText(ctx, body),
  sign_in: (ctx, { body }) => signInWithWallet(ctx, body),
  create: (ctx, { body }) => createWithWallet(ctx, body),
  list: (ctx) => listWallets(ctx),
  text: (ctx, { body }) => askForText(ctx, body),
  link: (ctx, { body }) => linkWallet(ctx, body),
  label: (ctx, { params, body }) => nameWallet(ctx, params.wallet_id, body.label),
  unlink: (ctx, { params }) => removeWallet(ctx, params.wallet_id),
}

export const delegationRoutes: Handlers<typeof delegations, Ctx> = {
  list: (ctx) => listDelegations(ctx),
  compose: (ctx, { body }) => composeStatement(ctx, body.session_key, body.days),
  delegate: (ctx, { body }) => delegate(ctx, body),
  revoke: (ctx, { params }) => revoke(ctx, params.delegation_id),
}

export const invitationsRoutes: Handlers<typeof invitations, Ctx> = {
  look: (ctx, { params }) => lookAtInvitation(ctx, params.token),
  redeem: (ctx, { params }) => redeemInvitation(ctx, params.token),
  invite: (ctx, { params, body }) => invite(ctx, params.campaign_id, body),
  list: (ctx, { params }) => listInvitations(ctx, params.campaign_id),
  revoke: (ctx, { params }) => revokeInvitation(ctx, params.campaign_id, params.invitation_id),
  invite_to_platform: (ctx, { body }) => invite(ctx, null, body),
}

export const peopleRoutes: Handlers<typeof people, Ctx> = {
  list: (ctx, { query }) => listPeople(ctx, query),
  one: (ctx, { params }) => person(ctx, params.account_id),
  create: (ctx, { body }) => createServiceAccounts(ctx, body.people),
  set_roles: (ctx, { params, body }) => setRoles(ctx, params.account_id, body.roles),
}
