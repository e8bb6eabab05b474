import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { campaignOf, versionOf } from '../campaigns/queries.ts'
import type { Lane } from './contract.ts'
import { LANE, LEASE, lockEntries, lockLeases, takeLeases } from './queries.ts'

export type DirectOutcome =
  | 'leased'
  | 'held_already'
  | 'done_already'
  | 'own_work'
  | 'excluded'
  | 'no_place'
  | 'not_open'
type Pair = { account_id: string; target_id: string }

/**
 * Hands given targets to given people: an operator's right, for replays and escalation, and recorded as such. The
 * queue's own rules hold all the same: never one's own work or that of somebody one is kept apart from, never twice,
 * never past the number needed.
 */
export async function directLeases(ctx: Ctx, campaignId: string, lane: Lane, reason: string, pairs: readonly Pair[]) {
  return transact(ctx, campaignId, async (db) => {
    const campaign = await campaignOf(db, campaignId)
    if (!campaign || campaign.status === 'draft' || campaign.status === 'awaiting_approval')
      throw new Refusal('campaign_not_open')
    const { settings } = await versionOf(db, campaignId, campaign.version)
    const keys = pairs.map((p) => ({ campaign_id: campaignId, ...p }))
    const held = new Map((await lockLeases(db, keys)).map((l) => [pairKey(l), l]))
    const wanted = keys.filter((k) => (held.get(pairKey(k))?.state ?? LEASE.expired) === LEASE.expired)
    const targets = [...new Set(wanted.map((k) => k.target_id))].map((target_id) => ({
      campaign_id: campaignId,
      lane: LANE[lane],
      target_id,
    }))
    const entries = new Map((await lockEntries(db, targets)).map((e) => [e.target_id, e]))

    const outcome = new Map<string, DirectOutcome>()
    const grant: Pair[] = []
    for (const k of keys) {
      const id = pairKey(k)
      const lease = held.get(id)
      const entry = entries.get(k.target_id)
      if (lease && lease.state === LEASE.leased) outcome.set(id, 'held_already')
      else if (lease && lease.state !== LEASE.expired) outcome.set(id, 'done_already')
      else if (!entry) outcome.set(id, 'not_open')
      else if (entry.author_id === k.account_id) outcome.set(id, 'own_work')
      else if (entry.cover >= entry.needed) outcome.set(id, 'no_place')
      else if (!outcome.has(id)) {
        grant.push(k)
        outcome.set(id, 'leased')
      }
    }
    const until = new Date(ctx.now.getTime() + settings.lease_seconds * 1000)
    const taken = await takeLeases(
      db,
      {
        campaign_id: campaignId,
        lane: LANE[lane],
        version: campaign.version,
        at: ctx.now,
        until,
        director: callerOf(ctx).account_id,
      },
      grant,
    )
    for (const t of taken) outcome.set(pairKey(t), t.outcome)
    const leased = taken.filter((t) => t.outcome === 'leased')
    if (leased.length > 0) {
      await recordEvents(ctx, db, [
        {
          campaign_id: campaignId,
          kind: 'leases_directed',
          subject_id: campaignId,
          body: {
            lane,
            reason,
            by: callerOf(ctx).account_id,
            leases: leased.map((t) => ({ account_id: t.account_id, target_id: t.target_id })),
          },
        },
      ])
    }
    return { items: pairs.map((p) => ({ ...p, outcome: outcome.get(pairKey(p))! })), next: null }
  })
}

const pairKey = (p: Pair): string => `${p.account_id}/${p.target_id}`
