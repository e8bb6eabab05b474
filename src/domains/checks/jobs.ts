import type { Job } from '../../platform/jobs/job.ts'
import { write } from '../../platform/db/queries.ts'
import { askOutside } from './ask.ts'
import { checkLocally } from './local.ts'
import { recordRuns } from './record.ts'
import { checkedWork, forgetJudgements, moveAgain, openAgain, uncheckedWork } from './queries.ts'

const BATCH = 50
const KEPT_MS = 30 * 86_400_000

/** Checks what was handed in, as far as the server can by itself; then checks again what somebody asked to have checked again. */
export const runChecks: Job = {
  name: 'run_checks',
  every_ms: 1000,
  async run(ctx) {
    const work = await uncheckedWork(ctx.db, BATCH)
    const { runs, prints } = await checkLocally(ctx, work, { no: 1, outside: true })
    await recordRuns(ctx, runs, prints)
    if (work.length === BATCH) return { more: true }
    const again = await openAgain(ctx.db)
    if (!again) return { more: false }
    const next = await checkedWork(ctx.db, again.campaign_id, again.after_id, BATCH)
    const repeated = await checkLocally(ctx, next, { no: again.run, outside: again.outside })
    await recordRuns(ctx, repeated.runs, repeated.prints)
    const isOver = next.length < BATCH
    await write(
      ctx.db,
      moveAgain(again.campaign_id, again.run, next.at(-1)?.id ?? again.after_id, isOver ? ctx.now : null),
    )
    return { more: true }
  },
}

/** Opens links and asks judges about work whose other checks are over. What gives no answer is left to people. */
export const askChecks: Job = {
  name: 'ask_checks',
  every_ms: 2000,
  async run(ctx) {
    const more = await askOutside(ctx)
    await forgetJudgements(ctx.db, new Date(ctx.now.getTime() - KEPT_MS))
    return { more }
  },
}
