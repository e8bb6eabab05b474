import type { Caller, Ctx } from '../../platform/context.ts'
import { SCOPES } from '../../platform/http/endpoint.ts'
import { assert } from '../../platform/refusal.ts'
import type { AccountView } from './contract.ts'
import { accountById, surroundingsOf } from './queries.ts'
import { promptsFor } from './rules.ts'
import { sessionById } from './way-queries.ts'

/** The account page's own view, for a caller who may just have signed in. */
export async function viewOf(ctx: Ctx, caller: Caller): Promise<AccountView> {
  const session = caller.via === 'session' ? await sessionById(ctx.db, caller.session_id) : undefined
  const account = await accountById(ctx.db, caller.account_id)
  const around = await surroundingsOf(ctx.db, caller.account_id)
  assert(account, 'a caller has an account')
  const has = (role: string) => account.roles.includes(role)
  return {
    account_id: account.id,
    handle: account.handle,
    language: account.language as AccountView['language'],
    created_at: account.created_at.toISOString(),
    roles: account.roles as AccountView['roles'],
    access: {
      requester: around.requester,
      contributor: around.contributor,
      reviewer: around.reviewer,
      qa: has('qa') || has('operator'),
      operator: has('operator'),
      restricted_data: has('restricted_data'),
    },
    via: caller.via,
    scopes: caller.via === 'session' ? [...SCOPES] : [...caller.scopes],
    session: session
      ? { session_id: session.id, how: session.how as 'passkey', fresh_at: session.fresh_at.toISOString() }
      : null,
    passkeys: around.passkeys,
    wallets: around.wallets,
    recovery_codes_left: around.codes,
    terms: { accepted_version: around.accepted, current_version: around.current },
    unread: around.unread,
    suspended: account.suspended_at
      ? { reason: account.suspension_reason ?? '', since: account.suspended_at.toISOString() }
      : null,
    // A program has no page to be asked on.
    prompts: session
      ? promptsFor({
          terms_accepted: around.accepted === around.current,
          passkeys: around.passkeys,
          wallets: around.wallets,
          recovery_codes: around.codes,
        })
      : [],
  }
}
