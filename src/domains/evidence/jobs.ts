import { createStore } from '../../platform/files/store.ts'
import { logsDir } from '../../platform/files/place.ts'
import type { Job } from '../../platform/jobs/job.ts'
import { appendSequenced } from './append.ts'
import { publishLog } from './publish.ts'
import { loggedSeasons, newestCheckpoint } from './queries.ts'
import { isDue } from './rules.ts'

const STRETCH = 2048

/** Appends ordered events to the public logs, and publishes a checkpoint of each once a period. */
export const keepLogs: Job = {
  name: 'keep_logs',
  every_ms: 2000,
  async run(ctx) {
    const store = createStore(logsDir(ctx.config))
    const failed: unknown[] = []
    let more = false
    for (const season of await loggedSeasons(ctx.db)) {
      try {
        const isBehind =
          season.appended < season.sequenced && (await appendSequenced(ctx, store, season.season_id, STRETCH))
        more ||= isBehind
        const last = await newestCheckpoint(ctx.db, season.season_id)
        const at = { now: ctx.now, period_seconds: ctx.config.log_period_seconds, closed_at: season.closed_at }
        if (!isBehind && isDue(last, at)) await publishLog(ctx, store, season.season_id)
      } catch (error) {
        failed.push(error)
      }
    }
    // Each season is kept before the job says that one could not be.
    if (failed.length > 0) throw failed[0]
    return { more }
  },
}
