import type { Ctx } from '../../platform/context.ts'
import { write } from '../../platform/db/queries.ts'
import type { Job } from '../../platform/jobs/job.ts'
import { finishedChecks } from '../checks/queries.ts'
import { rejectedQuestions } from '../checks/rules.ts'
import { versionOf } from '../campaigns/queries.ts'
import { endChecks, lockSubmissions } from '../submissions/queries.ts'
import { openReview } from '../submissions/submit.ts'
import { judgedQuestions } from '../templates/rules.ts'
import { rejectChecked } from './conclude.ts'

const BATCH = 100

/** What follows from checks that are over: work that failed one is rejected, all other work goes before its peers. */
export const concludeChecked: Job = {
  name: 'conclude_checked',
  every_ms: 1000,
  run: (ctx) => conclude(ctx),
}

async function conclude(ctx: Ctx): Promise<{ more: boolean }> {
  return ctx.db.transaction().execute(async (db) => {
    // Load. An expert may have decided overdue work in the meantime: its checks change nothing any more.
    const finished = new Map((await finishedChecks(db, BATCH)).map((f) => [f.submission_id, f]))
    const locked = (await lockSubmissions(db, [...finished.values()])).filter((s) => s.awaits_checks)
    const waiting = locked.filter((s) => s.status === 'in_review')
    // Decide.
    const failed = []
    for (const submission of waiting) {
      const { outcome, results } = finished.get(submission.id)!
      if (outcome !== 'reject') continue
      const { questions } = await versionOf(db, submission.campaign_id, submission.version)
      failed.push({ submission, questions: rejectedQuestions(results, judgedQuestions(questions)) })
    }
    const rejected = new Set(failed.map((f) => f.submission.id))
    // Record.
    await write(
      db,
      endChecks(locked.filter((s) => !rejected.has(s.id))),
      await openReview(
        ctx,
        db,
        waiting.flatMap((s) => (rejected.has(s.id) ? [] : [{ ...s, awaits_checks: false }])),
      ),
    )
    // Two writes of one row may not share a statement.
    await rejectChecked(ctx, db, failed)
    await write(db, endChecks(failed.map((f) => f.submission)))
    return { more: finished.size === BATCH }
  })
}
