import type { Ctx } from '../../platform/context.ts'
import { readJobState } from '../../platform/db/queries.ts'
import type { Job } from '../../platform/jobs/job.ts'
import { buildReport } from './build.ts'
import {
  isLogBehind,
  lastSeq,
  nextBuilding,
  saveFailed,
  saveProgress,
  saveReady,
  saveUntil,
  type ReportRow,
} from './queries.ts'

/** Progress is saved after about so many events: often enough to watch, seldom enough to cost nothing. */
const SAVE_EVERY = 20_000

/** The log's order is given about once a second; a report waits no longer than this for it. */
const PATIENCE_MS = 60_000

/** Everything that had happened when the report was asked for belongs in it. False while some of it has no place yet. */
async function moveUpToNow(ctx: Ctx, row: ReportRow): Promise<boolean> {
  const { tx = '0', id = '0' } = (await readJobState(ctx.db, 'sequence_events')) as { tx?: string; id?: string }
  const isPatient = ctx.now.getTime() - row.created_at.getTime() < PATIENCE_MS
  if (isPatient && (await isLogBehind(ctx.db, { tx, id }, row.created_at))) return false
  row.until_seq = (await lastSeq(ctx.db, row.season_id)) ?? row.until_seq
  row.progress = { done: 0, of: Number(row.until_seq) + 1 }
  await saveUntil(ctx.db, row)
  return true
}

/** Builds the reports that were asked for, the one that has waited longest first. */
export const buildReports: Job = {
  name: 'build_reports',
  every_ms: 2000,
  async run(ctx) {
    const row = await nextBuilding(ctx.db)
    if (!row) return { more: false }
    if (row.up_to_now && !(await moveUpToNow(ctx, row))) return { more: false }
    let saved = 0
    try {
      const made = await buildReport(ctx, row.season_id, row.until_seq, async (done) => {
        if (done - saved < SAVE_EVERY) return
        saved = done
        await saveProgress(ctx.db, row, Math.min(done, row.progress.of))
      })
      await saveReady(ctx.db, row, { ...made, at: ctx.now })
    } catch (error) {
      await saveFailed(ctx.db, row, String(error).slice(0, 500))
      throw error
    }
    return { more: true }
  },
}
