import type { Ctx } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import type { Job } from '../../platform/jobs/job.ts'
import { nextFactor } from './pay-rules.ts'
import { campaignsToPrice, insertStep } from './price-queries.ts'

const DAY_MS = 86_400_000

/** Prices that follow scarcity move once a day; what is leased keeps the price of its moment. */
export const movePrices: Job = {
  name: 'move_prices',
  every_ms: 60_000,
  async run(ctx: Ctx) {
    for (const c of await campaignsToPrice(ctx.db, ctx.now)) {
      const days = Math.max(1, Math.ceil((c.ends_at.getTime() - ctx.now.getTime()) / DAY_MS))
      const demand = Math.ceil(Math.max(0, c.quota - c.done) / days)
      const factor_ppm = nextFactor(c.factor_ppm, { demand, accepted: c.accepted }, c.most_bps)
      const step = { campaign_id: c.id, starts_at: ctx.now, factor_ppm, demand, accepted: c.accepted }
      await ctx.db.transaction().execute(async (db) => {
        if (!(await insertStep(db, step))) return
        await recordEvents(ctx, db, [
          {
            campaign_id: c.id,
            kind: 'price_moved',
            subject_id: c.id,
            body: { factor_ppm, demand, accepted: c.accepted },
          },
        ])
      })
    }
    return { more: false }
  },
}
