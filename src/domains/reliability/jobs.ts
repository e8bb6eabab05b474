import type { Job } from '../../platform/jobs/job.ts'
import { classesToInfer } from './queries.ts'
import { takeAnswerSnapshots } from './redundancy.ts'
import { isDue } from './schedule-rules.ts'
import { takeSnapshot } from './snapshot.ts'

/** Infers whom to believe as votes come in. */
export const takeSnapshots: Job = {
  name: 'take_snapshots',
  every_ms: 15_000,
  async run(ctx) {
    for (const c of await classesToInfer(ctx.db))
      if (isDue(c, ctx.now)) await takeSnapshot(ctx, c.task_class, c.batches + 1)
    await takeAnswerSnapshots(ctx)
    return { more: false }
  },
}
