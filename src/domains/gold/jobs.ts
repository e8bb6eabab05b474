import { recordEvents } from '../../platform/events/record.ts'
import type { Job } from '../../platform/jobs/job.ts'
import { versionOf } from '../campaigns/queries.ts'
import { gatherSources, goldCampaigns, retireSources, sourcesInUse } from './queries.ts'
import { mostUses, whyRetired } from './rules.ts'

/** Keeps the stock of known work fresh: takes in what audits closed, and out what was used up, contradicted or changed. */
export const keepGold: Job = {
  name: 'keep_gold',
  every_ms: 60_000,
  async run(ctx) {
    for (const c of await goldCampaigns(ctx.db)) {
      const { settings } = await versionOf(ctx.db, c.id, c.version)
      await ctx.db.transaction().execute(async (db) => {
        await gatherSources(db, c, ctx.now)
        const most = mostUses(settings, c.restricted)
        const retired = (await sourcesInUse(db, c.id)).flatMap(({ submission_id, ...facts }) => {
          const why = whyRetired({ ...facts, most })
          return why ? [{ submission_id, why }] : []
        })
        await retireSources(db, c.id, retired, ctx.now)
        await recordEvents(
          ctx,
          db,
          retired.map(({ submission_id, why }) => ({
            campaign_id: c.id,
            kind: 'gold_retired',
            subject_id: submission_id,
            body: { why },
          })),
        )
      })
    }
    return { more: false }
  },
}
