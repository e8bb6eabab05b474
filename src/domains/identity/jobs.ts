import type { Job } from '../../platform/jobs/job.ts'
import { forgetEnded } from './queries.ts'
import { forgetNonces } from './wallets/queries.ts'

const KEPT_AFTER_END_MS = 30 * 86_400_000
const BATCH = 1000

/** Deletes one-time values and texts for wallets that are over, and sessions a month after they ended. */
export const forgetEndedSessions: Job = {
  name: 'forget_ended_sessions',
  every_ms: 600_000,
  async run(ctx) {
    const gone = await forgetEnded(ctx.db, ctx.now, new Date(ctx.now.getTime() - KEPT_AFTER_END_MS), BATCH)
    const texts = await forgetNonces(ctx.db, ctx.now, BATCH)
    return { more: gone >= BATCH || texts >= BATCH }
  },
}
