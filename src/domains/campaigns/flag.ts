import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { breakItem, heldItem, insertFlag, lockFlag, resolveFlags, type FlagRow } from './flag-queries.ts'

/** Somebody who holds or held an item says that it is broken, or asks about it. */
export async function flagItem(
  ctx: Ctx,
  campaignId: string,
  given: { target_id: string; kind: 'broken' | 'question'; message: string },
) {
  return transact(ctx, campaignId, async (db) => {
    const who = callerOf(ctx).account_id
    const itemId = await heldItem(db, campaignId, who, given.target_id)
    if (!itemId) throw new Refusal('item_not_held')
    const flag = {
      campaign_id: campaignId,
      id: ctx.newId(),
      item_id: itemId,
      account_id: who,
      kind: given.kind,
      message: given.message,
      created_at: ctx.now,
    }
    if (!(await insertFlag(db, flag))) throw new Refusal('already_flagged')
    return { flag_id: flag.id, created_at: ctx.now.toISOString() }
  })
}

/** The requester answers. A broken item leaves the work, and nothing done on it counts against anyone. */
export async function resolveFlag(
  ctx: Ctx,
  campaignId: string,
  flagId: string,
  given: { resolution: 'broken' | 'fine' | 'answered'; reply?: string },
) {
  return transact(ctx, campaignId, async (db) => {
    const flag = await lockFlag(db, campaignId, flagId)
    if (!flag) throw new Refusal('flag_not_found')
    if (flag.resolved_at) throw new Refusal('flag_resolved')
    const reply = given.reply?.trim() ? given.reply : null
    if (given.resolution === 'answered' && reply === null) throw new Refusal('reply_needed')
    const answered = await resolveFlags(db, flag, { resolution: given.resolution, reply, at: ctx.now })
    const broke = given.resolution === 'broken' && (await breakItem(db, campaignId, flag.item_id))
    await recordEvents(ctx, db, [
      ...answered.map((f) => ({
        campaign_id: campaignId,
        kind: 'flag_resolved',
        subject_id: f.id,
        body: { item_id: flag.item_id, account_id: f.account_id, resolution: given.resolution },
      })),
      ...(broke ? [{ campaign_id: campaignId, kind: 'item_broken', subject_id: flag.item_id, body: {} }] : []),
    ])
    return flagAnswer({ ...flag, resolution: given.resolution, reply, resolved_at: ctx.now })
  })
}

/** A flag on the wire, without who raised it. */
export const flagAnswer = (f: FlagRow) => ({
  flag_id: f.id,
  campaign_id: f.campaign_id,
  item_id: f.item_id,
  kind: f.kind,
  message: f.message,
  created_at: f.created_at.toISOString(),
  resolution: f.resolution,
  reply: f.reply,
  resolved_at: f.resolved_at?.toISOString() ?? null,
})
