import type { Job } from '../../platform/jobs/job.ts'
import { runWindows } from './windows.ts'

/** Windows of reviewers' pay open, end and settle; a settled one is never settled again. */
export const settleWindows: Job = { name: 'settle_windows', every_ms: 60_000, run: runWindows }
