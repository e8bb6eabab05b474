import type { Ctx } from '../../platform/context.ts'
import { eventsPast } from '../../platform/events/queries.ts'
import type { Job } from '../../platform/jobs/job.ts'
import { decideItems, isReady } from './decide.ts'
import { leftOver, waitingItems, type ItemKey } from './queries.ts'

const EVENTS = 5_000
const ITEMS = 50

/** Looks at items as answers come in, following the log; whoever commits last is read last, so no full item is missed. */
export const decideRedundancy: Job = {
  name: 'decide_items',
  every_ms: 1_000,
  async run(ctx, watermark) {
    const after = { tx: (watermark.tx as string | undefined) ?? '0', id: (watermark.id as string | undefined) ?? '0' }
    const events = await eventsPast(ctx.db, after, EVENTS)
    const touched = events.flatMap((e): ItemKey[] => {
      if (e.kind === 'submitted') return [{ campaign_id: e.campaign_id, item_id: String(e.body.item_id) }]
      return e.kind === 'item_broken' ? [{ campaign_id: e.campaign_id, item_id: e.subject_id }] : []
    })
    await decideSome(ctx, touched)
    const last = events.at(-1)
    return last ? { more: events.length === EVENTS, watermark: { tx: last.tx, id: last.id } } : { more: false }
  },
}

/** Decides what an ending campaign still has, when nobody holds the item any more. */
export const decideLeftOver: Job = {
  name: 'decide_left_over_items',
  every_ms: 5_000,
  async run(ctx) {
    const items = await leftOver(ctx.db, 20 * ITEMS)
    const decided = await decideSome(ctx, items)
    return { more: items.length === 20 * ITEMS && decided > 0 }
  },
}

async function decideSome(ctx: Ctx, items: readonly ItemKey[]): Promise<number> {
  // Most answers leave their item waiting for the next one: seen without a lock, and left.
  const ready = (await waitingItems(ctx.db, items)).filter(isReady)
  let decided = 0
  for (let i = 0; i < ready.length; i += ITEMS) decided += await decideItems(ctx, ready.slice(i, i + ITEMS))
  return decided
}
