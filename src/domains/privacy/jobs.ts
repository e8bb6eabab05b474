import type { Job } from '../../platform/jobs/job.ts'
import { finishErasures } from './finish.ts'

/** Ends what an erasure had to leave open: work under review, money that was still frozen. */
export const finishErasuresJob: Job = { name: 'finish_erasures', every_ms: 600_000, run: (ctx) => finishErasures(ctx) }
