import type { Job } from '../../platform/jobs/job.ts'
import { transact } from '../../platform/transact.ts'
import { lookIn } from './look.ts'
import { dueAcceptances } from './queries.ts'

const AT_ONCE = 20

/** Looks at open claims whose next piece was graded, and certifies what is proved. */
export const readAudits: Job = {
  name: 'read_audits',
  every_ms: 2000,
  async run(ctx) {
    const due = await dueAcceptances(ctx.db, AT_ONCE)
    const failed: unknown[] = []
    for (const at of due)
      await transact(ctx, at.campaign_id, async (db) => {
        await lookIn(ctx, db, at)
        return {}
      }).catch((error: unknown) => failed.push(error))
    // Each is looked at before the job says that one could not be.
    if (failed.length > 0) throw failed[0]
    return { more: due.length === AT_ONCE }
  },
}
