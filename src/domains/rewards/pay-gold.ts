import type { Job } from '../../platform/jobs/job.ts'
import { write } from '../../platform/db/queries.ts'
import { versionOf } from '../campaigns/queries.ts'
import { dueGold, markPaid } from '../gold/queries.ts'
import { settle, type Settlement } from './settle.ts'

const AT_ONCE = 500

/** Pays for reviews of gold items when other reviews of their time are paid: nobody can tell them apart by their pay. */
export const payGold: Job = {
  name: 'pay_gold',
  every_ms: 5_000,
  async run(ctx) {
    const n = await ctx.db.transaction().execute(async (db) => {
      const due = await dueGold(db, ctx.now, AT_ONCE)
      const settlements: Settlement[] = []
      for (const g of due) {
        const { settings } = await versionOf(db, g.campaign_id, g.version)
        settlements.push({
          campaign_id: g.campaign_id,
          submission_id: g.id,
          author_id: '0',
          accepted: false,
          settings,
          reviewer_ids: [g.account_id],
        })
      }
      if (settlements.length > 0) await settle(ctx, db, settlements)
      await write(db, markPaid(due, ctx.now))
      return due.length
    })
    return { more: n === AT_ONCE }
  },
}
