import type { Ctx } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import type { Job } from '../../platform/jobs/job.ts'
import { returnRest } from './budget.ts'
import { startClosing } from './change.ts'
import { changedEvent } from './evidence.ts'
import {
  addOpened,
  campaignsToOpen,
  campaignsToWatch,
  closingCampaigns,
  hasPending,
  hasPlaces,
  insertSlots,
  measureCampaigns,
  openWaiting,
  withdrawItems,
} from './job-queries.ts'
import { lockCampaign, setCampaign } from './manage-queries.ts'
import { itemsToOpen, reasonToClose } from './rules.ts'

const CHUNK = 5_000

/** Gives out items of running campaigns, up to the pilot or the quota, a chunk at a time. */
export const openItems: Job = {
  name: 'open_items',
  every_ms: 1_000,
  async run(ctx) {
    let more = false
    for (const id of await campaignsToOpen(ctx.db)) if ((await openChunk(ctx, id)) === CHUNK) more = true
    return { more }
  },
}

async function openChunk(ctx: Ctx, campaignId: string): Promise<number> {
  return ctx.db.transaction().execute(async (db) => {
    const c = await lockCampaign(db, campaignId)
    const wanted = c ? Math.min(CHUNK, itemsToOpen(c)) : 0
    if (!c || wanted === 0) return 0
    const pilot = c.status === 'pilot'
    if (c.open_collection)
      await insertSlots(
        db,
        c.id,
        Array.from({ length: wanted }, () => ctx.newId()),
        pilot,
        ctx.now,
      )
    const opened = c.open_collection ? wanted : await openWaiting(db, c.id, wanted, pilot)
    await addOpened(db, c.id, opened)
    return opened
  })
}

/** Ends campaigns whose quota is reached or time is over; when nothing is pending any more, the rest of the budget returns. */
export const closeCampaigns: Job = {
  name: 'close_campaigns',
  every_ms: 5_000,
  async run(ctx) {
    for (const seen of await campaignsToWatch(ctx.db)) {
      if (!reasonToClose({ ...seen, now: ctx.now })) continue
      await ctx.db.transaction().execute(async (db) => {
        const c = await lockCampaign(db, seen.id)
        // Somebody may have moved the deadline or ended it meanwhile.
        const reason =
          c &&
          reasonToClose({
            ...c,
            now: ctx.now,
            season_ends_at: seen.season_ends_at,
            has_open_items: seen.has_open_items,
          })
        if (reason) await startClosing(ctx, db, c, reason)
      })
    }
    let more = false
    for (const id of await closingCampaigns(ctx.db)) {
      if (await hasPending(ctx.db, id)) continue
      // Only when the queue has let go of every place can no late hand-in follow the money out.
      if ((await withdrawItems(ctx.db, id, CHUNK)) === CHUNK) more = true
      else if (!(await hasPlaces(ctx.db, id))) await finish(ctx, id)
    }
    return { more }
  },
}

async function finish(ctx: Ctx, campaignId: string): Promise<void> {
  await ctx.db.transaction().execute(async (db) => {
    const c = await lockCampaign(db, campaignId)
    if (c?.status !== 'closing' || !c.closes_as || (await hasPending(db, c.id)) || (await hasPlaces(db, c.id))) return
    const returned = await returnRest(ctx, db, c)
    await setCampaign(db, c.id, { status: c.closes_as, closed_at: ctx.now })
    await recordEvents(ctx, db, [
      changedEvent(c.id, 'campaign_closed', {
        as: c.closes_as,
        reason: c.close_reason,
        returned: returned.map((m) => ({ currency: m.currency, amount_minor: m.amount_minor.toString() })),
      }),
    ])
  })
}

/** Measures what the public list shows. */
export const measureOpenCampaigns: Job = {
  name: 'measure_campaigns',
  every_ms: 10_000,
  async run(ctx) {
    await measureCampaigns(ctx.db, ctx.now)
    return { more: false }
  },
}
