import { countScores, freezeSeasons } from '../domains/seasons/jobs.ts'
import { forgetOldAnswers, sequencer } from '../platform/events/jobs.ts'
import type { Job } from '../platform/jobs/job.ts'

/** Every background job of the program. */
export const jobs: readonly Job[] = [sequencer, forgetOldAnswers, freezeSeasons, countScores]
