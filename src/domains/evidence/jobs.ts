import type { Ctx } from '../../platform/context.ts'
import { createStore, type Store } from '../../platform/files/store.ts'
import { logsDir } from '../../platform/files/place.ts'
import type { Job } from '../../platform/jobs/job.ts'
import { appendPlaced, MOST_PLACED, placeNew } from './append.ts'
import { publishLog } from './publish.ts'
import { loggedSeasons, newestCheckpoint } from './queries.ts'
import { isDue } from './rules.ts'

const STRETCH = 2048

/** Once a period: gives what happened its places in the public logs, appends it, and publishes a checkpoint of each. */
export const keepLogs: Job = {
  name: 'keep_logs',
  every_ms: 2000,
  async run(ctx) {
    const store = createStore(logsDir(ctx.config))
    const failed: unknown[] = []
    let more = false
    for (const season of await loggedSeasons(ctx.db)) {
      try {
        more = (await keepLog(ctx, store, season)) || more
      } catch (error) {
        failed.push(error)
      }
    }
    // Each season is kept before the job says that one could not be.
    if (failed.length > 0) throw failed[0]
    return { more }
  },
}

async function keepLog(
  ctx: Ctx,
  store: Store,
  season: Awaited<ReturnType<typeof loggedSeasons>>[number],
): Promise<boolean> {
  const last = await newestCheckpoint(ctx.db, season.season_id)
  // What a stopped program left appended or placed is published first, by itself: a checkpoint adds one stretch.
  const isBehind = season.placed > season.appended || season.appended > (last?.size ?? 0)
  if (!isBehind) {
    const at = { now: ctx.now, period_seconds: ctx.config.log_period_seconds, closed_at: season.closed_at }
    if (!isDue(last, at) && season.sequenced - season.placed < MOST_PLACED) return false
    const placed = await placeNew(ctx, season)
    // All at once: what is in memory would have to be read and made again.
    if (placed) while (await appendPlaced(ctx, store, season.season_id, STRETCH, placed));
  }
  if (await appendPlaced(ctx, store, season.season_id, STRETCH)) return true
  await publishLog(ctx, store, season.season_id)
  return false
}
