import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { write } from '../../platform/db/queries.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { versionOf } from '../campaigns/queries.ts'
import { addCover, addTaken, LEASE, lockEntries, lockLeases, setExpiry, setLeaseState, type Lease } from './queries.ts'
import { coveredBy, dayOf } from './rules.ts'

/** Activity keeps a lease alive, up to four times its first length in all: nobody can sit on an item for ever. */
export async function renewLease(
  ctx: Ctx,
  campaignId: string,
  targetId: string,
): Promise<{ target_id: string; expires_at: string }> {
  return transact(ctx, campaignId, async (db) => {
    const lease = await ownLease(ctx, db, campaignId, targetId)
    const { settings } = await versionOf(db, campaignId, lease.version)
    const length = settings.lease_seconds * 1000
    const until = new Date(Math.min(ctx.now.getTime() + length, lease.leased_at.getTime() + 4 * length))
    const extended = until > lease.expires_at ? until : lease.expires_at
    await setExpiry(db, lease, extended)
    return { target_id: targetId, expires_at: extended.toISOString() }
  })
}

/** Skip: the place is free at once, and this person is not offered the item again. */
export async function giveBack(
  ctx: Ctx,
  campaignId: string,
  targetId: string,
): Promise<{ target_id: string; returned: boolean }> {
  return transact(ctx, campaignId, async (db) => {
    const lease = await ownLease(ctx, db, campaignId, targetId)
    await write(db, setLeaseState([lease], LEASE.returned))
    await addCover(db, coveredBy([lease], await lockEntries(db, [lease])), -1)
    await addTaken(db, [
      { campaign_id: campaignId, account_id: lease.account_id, lane: lease.lane, day: dayOf(lease.leased_at), by: -1 },
    ])
    return { target_id: targetId, returned: true }
  })
}

async function ownLease(
  ctx: Ctx,
  db: Parameters<typeof lockLeases>[0],
  campaignId: string,
  targetId: string,
): Promise<Lease> {
  const [lease] = await lockLeases(db, [
    { campaign_id: campaignId, account_id: callerOf(ctx).account_id, target_id: targetId },
  ])
  if (!lease) throw new Refusal('lease_not_found')
  // A lease past its time that no sweep has met yet still holds its place.
  if (lease.state !== LEASE.leased) throw new Refusal('lease_over')
  return lease
}
