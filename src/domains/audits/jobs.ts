import type { Job } from '../../platform/jobs/job.ts'
import { drawWindows } from './draw-window.ts'

/** Draws what experts grade of windows of reviewers' pay that are over. */
export const drawWindowAudits: Job = { name: 'draw_window_audits', every_ms: 60_000, run: drawWindows }
