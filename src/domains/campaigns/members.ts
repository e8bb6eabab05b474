import type { Db } from '../../platform/context.ts'
import { hasRole } from './queries.ts'

const KEPT_MS = 2_000
const KEPT_MOST = 20_000
const known = new WeakMap<object, Map<string, number>>()

/**
 * Whether a person has a role in a campaign. A yes is believed for two seconds, because every request of the hot
 * path asks; a no is asked again, so that joining takes effect at once.
 */
export async function isMember(db: Db, now: Date, campaignId: string, accountId: string, role: string): Promise<boolean> {
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

/** Forgets a person's kept yes, for whoever takes a role away in this process. */
export function forgetMember(db: Db, campaignId: string, accountId: string): void {
  const yes = known.get(db.getExecutor().adapter)
  for (const role of ['requester', 'contributor', 'reviewer']) yes?.delete(`${campaignId}/${accountId}/${role}`)
}
