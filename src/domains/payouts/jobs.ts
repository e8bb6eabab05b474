import type { Job } from '../../platform/jobs/job.ts'
import { thaw, type ThawMarks } from './thaw.ts'

/** Frozen money becomes claimable. The auditor reads this job's watermark under its name. */
export const thawRewards: Job = {
  name: 'thaw',
  every_ms: 60_000,
  run: (ctx, watermark) => thaw(ctx, watermark as ThawMarks),
}
