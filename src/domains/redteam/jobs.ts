import type { Job } from '../../platform/jobs/job.ts'
import { forgetReplies } from './desk-queries.ts'
import { forgetControls } from './queries.ts'

const BATCH = 1000
const DAY_MS = 86_400_000
const REPLIES_KEPT_MS = 30 * DAY_MS

/** Forgets what targets replied after a month, judged by people or not, and old runs of bare goals. */
export const forgetReplied: Job = {
  name: 'forget_replies',
  every_ms: 3_600_000,
  async run(ctx) {
    const gone = await forgetReplies(ctx.db, new Date(ctx.now.getTime() - REPLIES_KEPT_MS), BATCH)
    await forgetControls(ctx.db, new Date(ctx.now.getTime() - REPLIES_KEPT_MS))
    return { more: gone === BATCH }
  },
}
