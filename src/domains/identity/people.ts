import { callerOf, type Ctx, type Db } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import type { Scope } from '../../platform/http/endpoint.ts'
import type { Id } from '../../platform/ids.ts'
import { Refusal, refuseIf } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { forgetCallers } from './authenticate.ts'
import type { PLATFORM_ROLES } from './contract.ts'
import { freeHandle } from './create-account.ts'
import {
  insertAccounts,
  listPeople,
  lockOperators,
  onePerson,
  otherOperators,
  type PersonRow,
  updateRoles,
  updateSuspension,
} from './people-queries.ts'
import { dropOneTime } from './queries.ts'
import { refuseOperatorLoss, scopeNotAllowed } from './rules.ts'
import { newApiKey } from './secrets.ts'
import { personOf } from './sessions.ts'
import { insertKeys, keysNamed, renewKey } from './way-queries.ts'

type PlatformRole = (typeof PLATFORM_ROLES)[number]
const iso = (at: Date | null) => at?.toISOString() ?? null
const view = ({ id, ...p }: PersonRow) => ({
  account_id: id,
  ...p,
  language: p.language as 'en' | 'ar',
  roles: p.roles as PlatformRole[],
  created_at: p.created_at.toISOString(),
  last_seen_at: iso(p.last_seen_at),
  suspended_at: iso(p.suspended_at),
  erased_at: iso(p.erased_at),
})

export async function people(
  ctx: Ctx,
  query: { after?: string; limit?: number; search?: string; role?: string; suspended?: boolean },
) {
  const limit = query.limit ?? 50
  const after = query.after && /^[1-9]\d{0,17}$/.test(query.after) ? query.after : undefined
  const rows = await listPeople(ctx.db, {
    after,
    search: query.search || undefined,
    role: query.role,
    suspended: query.suspended,
    limit: limit + 1,
  })
  const items = rows.slice(0, limit).map(view)
  return { items, next: rows.length > limit ? (items.at(-1)?.account_id ?? null) : null }
}

export async function person(ctx: Ctx, id: Id) {
  return view(await theirs(ctx.db, id))
}

async function theirs(db: Db, id: Id): Promise<PersonRow> {
  const row = await onePerson(db, id)
  if (!row) throw new Refusal('person_not_found')
  return row
}

async function changeable(db: Db, id: Id): Promise<PersonRow> {
  const row = await theirs(db, id)
  if (row.erased_at) throw new Refusal('person_erased')
  return row
}

/** Sets platform roles. A person at a browser does this: a leaked key must not be able to make operators. */
export async function setRoles(ctx: Ctx, id: Id, roles: readonly PlatformRole[]) {
  const caller = personOf(ctx)
  const answer = await transact(ctx, '0', async (db) => {
    await lockOperators(db)
    const before = await changeable(db, id)
    const losesOperator = before.roles.includes('operator') && !roles.includes('operator')
    refuseIf(refuseOperatorLoss(losesOperator, await otherOperators(db, id)))
    await updateRoles(db, id, [...new Set(roles)].sort())
    await recordEvents(ctx, db, [
      {
        campaign_id: '0',
        kind: 'roles_changed',
        subject_id: id,
        body: { by: caller.account_id, before: before.roles, after: [...new Set(roles)].sort() },
      },
    ])
    return view(await theirs(db, id))
  })
  forgetCallers(ctx.db, { account_id: id })
  return answer
}

/**
 * Suspends with a reason that the owner is told, in the transaction of the sanction that it is part of. The log commits to
 * the reason without saying it. Call `forgetCallers` after the commit.
 */
export async function suspendAccount(
  ctx: Ctx,
  db: Db,
  id: Id,
  given: { reason: string; by: Id | undefined },
): Promise<void> {
  await lockOperators(db)
  const before = await changeable(db, id)
  refuseIf(refuseOperatorLoss(before.roles.includes('operator'), await otherOperators(db, id)))
  await updateSuspension(db, id, { suspended_at: before.suspended_at ?? ctx.now, suspension_reason: given.reason })
  await dropOneTime(db, id, ['link'])
  await recordEvents(ctx, db, [suspensionEvent('account_suspended', id, given)])
}

/** Ends a suspension, in the transaction of what ends it. Call `forgetCallers` after the commit. */
export async function unsuspendAccount(
  ctx: Ctx,
  db: Db,
  id: Id,
  given: { reason: string; by: Id | undefined },
): Promise<void> {
  await updateSuspension(db, id, { suspended_at: null, suspension_reason: null })
  await recordEvents(ctx, db, [suspensionEvent('account_unsuspended', id, given)])
}

const suspensionEvent = (kind: string, id: Id, { reason, by }: { reason: string; by: Id | undefined }) => ({
  campaign_id: '0',
  kind,
  subject_id: id,
  body: by ? { by } : {},
  commit: { reason },
})

/** Somebody who is there and not erased. */
export const personToAct = (db: Db, id: Id): Promise<PersonRow> => changeable(db, id)

const SERVICE = 'service'

/**
 * Accounts with a key each, made by an operator for replays and tests, all or none. The stored answer holds no key, so
 * a repeat answers the same accounts with new keys and the former ones end.
 */
export async function createServiceAccounts(
  ctx: Ctx,
  wanted: readonly { handle: string; scopes: Scope[]; language?: string }[],
) {
  const caller = callerOf(ctx)
  for (const w of wanted) {
    const refused = scopeNotAllowed(w.scopes, caller)
    if (refused) throw new Refusal('scope_not_yours', { scope: refused })
  }
  if (new Set(wanted.map((w) => w.handle)).size < wanted.length) throw new Refusal('handle_twice')
  const keys = wanted.map(() => newApiKey(ctx))
  const ids = wanted.map(() => ctx.newId())
  const { items } = await transact(ctx, '0', async (db) => {
    const [taken] = await insertAccounts(
      db,
      wanted.map((w, i) => ({ id: ids[i]!, handle: w.handle, language: w.language ?? 'en', created_at: ctx.now })),
    )
    if (taken !== undefined)
      throw new Refusal('handle_taken', { handle: taken, suggestion: await freeHandle(ctx, db, taken) })
    await insertKeys(
      db,
      wanted.map((w, i) => {
        const { prefix, secret_hash } = keys[i]!
        return {
          id: ctx.newId(),
          account_id: ids[i]!,
          name: SERVICE,
          prefix,
          secret_hash,
          scopes: [...new Set(w.scopes)],
          created_at: ctx.now,
          expires_at: null,
        }
      }),
    )
    await recordEvents(
      ctx,
      db,
      ids.map((id) => ({
        campaign_id: '0',
        kind: 'account_created',
        subject_id: id,
        body: { via: 'operator', by: caller.account_id },
      })),
    )
    return { items: wanted.map((w, i) => ({ account_id: ids[i]!, handle: w.handle })) }
  })
  if (items[0]!.account_id !== ids[0])
    await renewServiceKeys(
      ctx,
      items.map((p) => p.account_id),
      keys,
    )
  return { items: items.map((p, i) => ({ ...p, api_key: keys[i]!.key })), next: null }
}

async function renewServiceKeys(
  ctx: Ctx,
  accounts: readonly Id[],
  keys: readonly { prefix: string; secret_hash: string }[],
): Promise<void> {
  await ctx.db.transaction().execute(async (db) => {
    const live = new Map((await keysNamed(db, accounts, SERVICE)).map((k) => [k.account_id, k.id]))
    for (const [i, account] of accounts.entries()) {
      const id = live.get(account)
      const { prefix, secret_hash } = keys[i]!
      if (id) await renewKey(db, id, { prefix, secret_hash })
    }
  })
  for (const account_id of accounts) forgetCallers(ctx.db, { account_id })
}
