import type { Job } from '../../platform/jobs/job.ts'
import { buildReport } from './build.ts'
import { nextBuilding, saveFailed, saveProgress, saveReady } from './queries.ts'

/** Progress is saved after about so many events: often enough to watch, seldom enough to cost nothing. */
const SAVE_EVERY = 20_000

/** Builds the reports that were asked for, the one that has waited longest first. */
export const buildReports: Job = {
  name: 'build_reports',
  every_ms: 2000,
  async run(ctx) {
    const row = await nextBuilding(ctx.db)
    if (!row) return { more: false }
    let saved = 0
    try {
      const made = await buildReport(ctx, row.season_id, row.until_seq, async (done) => {
        if (done - saved < SAVE_EVERY) return
        saved = done
        await saveProgress(ctx.db, row, Math.min(done, row.progress.of))
      })
      await saveReady(ctx.db, row, { ...made, at: ctx.now })
    } catch (error) {
      await saveFailed(ctx.db, row, String(error).slice(0, 500))
      throw error
    }
    return { more: true }
  },
}
