import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import type { ROLE_REASONS } from './contract.ts'
import { endRoles, putMember } from './manage-queries.ts'
import { campaignOf, hasRole } from './queries.ts'

const KEPT_MS = 2_000
const KEPT_MOST = 20_000
const known = new WeakMap<object, Map<string, number>>()

/**
 * Whether a person has a role in a campaign. A yes is believed for two seconds, because every request of the hot
 * path asks; a no is asked again, so that joining takes effect at once.
 */
export async function isMember(
  db: Db,
  now: Date,
  campaignId: string,
  accountId: string,
  role: string,
): Promise<boolean> {
  const database = db.getExecutor().adapter
  let yes = known.get(database)
  if (!yes) known.set(database, (yes = new Map()))
  const key = `${campaignId}/${accountId}/${role}`
  const since = now.getTime() - (yes.get(key) ?? -Infinity)
  if (since >= 0 && since < KEPT_MS) return true
  yes.delete(key)
  if (!(await hasRole(db, campaignId, accountId, role))) return false
  if (yes.size >= KEPT_MOST) yes.clear()
  yes.set(key, now.getTime())
  return true
}

/**
 * Makes these the working roles of a person, and says why; roles that are not among them end. What the person holds
 * in a role that ends can still be handed in.
 */
export async function assignRoles(
  ctx: Ctx,
  db: Db,
  m: { campaign_id: string; account_id: string; roles: readonly Assigned[]; consent_version: number },
): Promise<void> {
  const { campaign_id, account_id, consent_version } = m
  const others = (['contributor', 'reviewer'] as const).filter((role) => !m.roles.some((r) => r.role === role))
  const ended = await endRoles(db, campaign_id, account_id, others, ctx.now)
  for (const { role, why } of m.roles)
    await putMember(db, { campaign_id, account_id, role, why, consent_version, joined_at: ctx.now })
  await recordEvents(ctx, db, [
    { campaign_id, kind: 'member_assigned', subject_id: account_id, body: { roles: m.roles, ended, consent_version } },
  ])
  forgetMember(db, campaign_id, account_id)
}
export type Assigned = { role: 'contributor' | 'reviewer'; why: (typeof ROLE_REASONS)[number] }

/** Stops taking part. What was handed in is still decided and paid. */
export async function leaveCampaign(ctx: Ctx, campaignId: string) {
  return transact(ctx, campaignId, async (db) => {
    const who = callerOf(ctx).account_id
    if (!(await campaignOf(db, campaignId))) throw new Refusal('campaign_not_found')
    const ended = await endRoles(db, campaignId, who, ['contributor', 'reviewer'], ctx.now)
    if (ended.length > 0)
      await recordEvents(ctx, db, [{ campaign_id: campaignId, kind: 'member_left', subject_id: who, body: { ended } }])
    forgetMember(db, campaignId, who)
    return { campaign_id: campaignId, left: ended.length > 0 }
  })
}

/** Forgets a person's kept yes, for whoever takes a role away in this process. */
function forgetMember(db: Db, campaignId: string, accountId: string): void {
  const yes = known.get(db.getExecutor().adapter)
  for (const role of ['requester', 'contributor', 'reviewer']) yes?.delete(`${campaignId}/${accountId}/${role}`)
}
