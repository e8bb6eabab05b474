import type { Ctx } from '../../platform/context.ts'
import { sha256Hex } from '../../platform/canonical.ts'
import { write } from '../../platform/db/queries.ts'
import { eventWrites } from '../../platform/events/record.ts'
import { takenEvent } from './first-snapshot.ts'
import { modelVotesIn } from '../models/queries.ts'
import { versionOf } from '../campaigns/queries.ts'
import { planWrites } from './plan.ts'
import { adaptiveVersions, insertSnapshot, setReliability, votesOf, type SnapshotRow } from './queries.ts'
import { inferReliability } from './rules.ts'

/** Older votes than these say too little of how people judge today. */
const VOTES_READ = 300_000

/** Infers anew whom to believe in a task class, and publishes it for the decisions to come. */
export async function takeSnapshot(ctx: Ctx, taskClass: string, number: number): Promise<void> {
  const votes = await votesOf(ctx.db, taskClass, VOTES_READ)
  const last = votes.at(-1)
  if (!last) return
  const batch = `${taskClass}-${number}`
  const { snapshot, body, people, gold } = inferReliability(
    votes,
    { batch, event: last.review_id },
    await modelVotesIn(ctx.db, taskClass, VOTES_READ),
  )
  const row: SnapshotRow = {
    id: ctx.newId(),
    task_class: taskClass,
    batch,
    at_review_id: last.review_id,
    body,
    hash: sha256Hex(body),
    votes: votes.length,
    people: Object.keys(snapshot.people).length,
    gold,
  }
  await ctx.db.transaction().execute(async (db) => {
    await write(
      db,
      insertSnapshot(row, ctx.now),
      setReliability(taskClass, ctx.now.toISOString().slice(0, 10), people),
      ...eventWrites(ctx, [takenEvent(row)]),
    )
    for (const v of await adaptiveVersions(db, taskClass)) {
      const version = await versionOf(db, v.campaign_id, v.version)
      await write(db, ...planWrites(ctx, version, { id: row.id, snapshot }))
    }
  })
}
