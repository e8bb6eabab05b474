import type { Ctx } from '../../platform/context.ts'
import { write } from '../../platform/db/queries.ts'
import { eventWrites, type Event } from '../../platform/events/record.ts'
import { insertPrints, type Stored } from './print-queries.ts'
import { endRuns, insertRuns, type NewRun } from './queries.ts'

/** Keeps what checks found, with its evidence: that they ran and how, and a commitment to what they said. */
export async function recordRuns(ctx: Ctx, runs: readonly NewRun[], prints: readonly Stored[]): Promise<void> {
  await ctx.db.transaction().execute(async (db) => {
    await write(db, insertRuns(runs, ctx.now), ...insertPrints(prints), ...eventWrites(ctx, runs.flatMap(checkedEvent)))
  })
}

/** The same for runs that waited for an answer from outside. */
export async function recordAnswered(ctx: Ctx, runs: readonly NewRun[]): Promise<void> {
  await ctx.db.transaction().execute(async (db) => {
    await write(db, endRuns(runs, ctx.now), ...eventWrites(ctx, runs.flatMap(checkedEvent)))
  })
}

function checkedEvent(r: NewRun): Event[] {
  if (r.state !== 'done') return []
  const { campaign_id, submission_id, run, coverage_ppm } = r
  const checkers = [...new Set(r.results.map((x) => `${x.kind}@${x.checker}`))].toSorted()
  const said = r.results.map(({ kind, question, verdict, code }) => ({ kind, question, verdict, code: code ?? '' }))
  // What was pointed out of whom is nobody's to read, so only that checks ran is in the open.
  return [
    {
      campaign_id,
      kind: 'checked',
      subject_id: submission_id,
      body: { run, checkers },
      commit: { found: { results: said, coverage_ppm }, ...(coverage_ppm !== null && { added: coverage_ppm }) },
    },
  ]
}
