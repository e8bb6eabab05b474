import type { Job } from '../../platform/jobs/job.ts'
import { endWhatIsOver } from './cases/lapse.ts'
import { settleReports } from './reports/settle.ts'
import { gatherLinks, type Gathered } from './signals/gather.ts'
import { watchWork, type WatchMarks } from './watch/watch.ts'

/** Finds people whose reviews or whose accepted work changed, and says so in a case; it decides nothing. */
export const watchReviewers: Job = {
  name: 'watch_reviewers',
  every_ms: 10_000,
  run: (ctx, watermark) => watchWork(ctx, watermark as WatchMarks),
}

/** Ends sanctions, cases and appeals whose time is over: nothing holds longer than it said it would. */
export const endSanctions: Job = {
  name: 'end_sanctions',
  every_ms: 10_000,
  run: (ctx) => endWhatIsOver(ctx),
}

/** Finds what speaks for accounts being one person's, and forgets what is over; it decides nothing. */
export const gatherEvidence: Job = {
  name: 'gather_links',
  every_ms: 600_000,
  run: (ctx, watermark) => gatherLinks(ctx, watermark as Gathered),
}

/** Answers reports of accounts whose cases are decided for good, and pays drives that are over. */
export const settleReportsJob: Job = {
  name: 'settle_reports',
  every_ms: 60_000,
  run: (ctx) => settleReports(ctx),
}
