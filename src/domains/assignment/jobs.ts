import { write } from '../../platform/db/queries.ts'
import type { Job } from '../../platform/jobs/job.ts'
import { itemsToQueue, markQueued } from '../campaigns/item-queries.ts'
import { closeWork, openWork } from './open.ts'
import { forgetJudged, seatedTogether } from './apart-queries.ts'
import {
  addCover,
  addTaken,
  LEASE,
  lockEntries,
  lockExpired,
  lockLeases,
  measureQueues,
  setLeaseState,
} from './queries.ts'
import { coveredBy, dayOf } from './rules.ts'

const BATCH = 1000

/** Leases past their time give their places back; their holders may still hand in while a place is free. */
export const sweepLeases: Job = {
  name: 'sweep_leases',
  every_ms: 1000,
  async run(ctx) {
    return ctx.db.transaction().execute(async (db) => {
      const due = await lockExpired(db, ctx.now, BATCH)
      if (due.length === 0) return { more: false }
      await write(db, setLeaseState(due, LEASE.expired))
      await addCover(db, coveredBy(due, await lockEntries(db, due)), -1)
      return { more: due.length === BATCH }
    })
  },
}

const DAY_MS = 86_400_000
/** A week, and a day for clocks. */
const JUDGED_KEPT_MS = 8 * DAY_MS

/**
 * Takes back leases that people hold beside a member of their own cluster, or on its work, because it was found after they
 * were given. They read what anybody reads whose place is taken.
 */
export const keepApart: Job = {
  name: 'keep_apart',
  every_ms: 5000,
  async run(ctx, watermark) {
    const day = dayOf(ctx.now)
    if (watermark.forgot !== day) await forgetJudged(ctx.db, new Date(ctx.now.getTime() - JUDGED_KEPT_MS))
    return ctx.db.transaction().execute(async (db) => {
      const seated = await seatedTogether(db, BATCH)
      const held = (await lockLeases(db, seated)).filter((l) => l.state === LEASE.leased)
      await write(db, setLeaseState(held, LEASE.returned))
      await addCover(db, coveredBy(held, await lockEntries(db, held)), -1)
      await addTaken(
        db,
        held.map((l) => ({
          campaign_id: l.campaign_id,
          account_id: l.account_id,
          lane: l.lane,
          day: dayOf(l.leased_at),
          by: -1,
        })),
      )
      return { more: seated.length === BATCH, watermark: { forgot: day } }
    })
  },
}

/** Brings the queue in line with the items: opened ones come in, ended ones leave. */
export const queueItems: Job = {
  name: 'queue_items',
  every_ms: 1000,
  async run(ctx) {
    return ctx.db.transaction().execute(async (db) => {
      const items = await itemsToQueue(db, 5 * BATCH)
      const opened = items.filter((i) => i.open)
      const ended = items.filter((i) => !i.open)
      await write(
        db,
        openWork(
          ctx,
          opened.map((i) => ({
            campaign_id: i.campaign_id,
            lane: 'contribute',
            target_id: i.id,
            author_id: '0',
            needed: i.needed,
          })),
        ),
        markQueued(opened, true),
        closeWork(ended.map((i) => ({ campaign_id: i.campaign_id, lane: 'contribute', target_id: i.id }))),
        markQueued(ended, false),
      )
      return { more: items.length === 5 * BATCH }
    })
  },
}

/** Measures the lanes, which sets how wide claims look. */
export const measureLanes: Job = {
  name: 'measure_lanes',
  every_ms: 10_000,
  async run(ctx) {
    await measureQueues(ctx.db, ctx.now)
    return { more: false }
  },
}
