import type { Ctx, Db } from '../../platform/context.ts'
import { sha256Hex } from '../../platform/canonical.ts'
import { recordEvents, type Event } from '../../platform/events/record.ts'
import { readSnapshot, writeSnapshot, type Snapshot } from '../../engine/snapshot.ts'
import { firstSnapshot } from './plan-rules.ts'
import { insertFirst, newestSnapshot, type SnapshotRow } from './queries.ts'

/** The newest snapshot of a task class; where nobody has reviewed yet, a first one is made. */
export async function firstOrNewest(ctx: Ctx, db: Db, taskClass: string): Promise<{ id: string; snapshot: Snapshot }> {
  const row = (await newestSnapshot(db, taskClass)) ?? (await makeFirst(ctx, db, taskClass))
  return { id: row.id, snapshot: readSnapshot(row.body) }
}

async function makeFirst(ctx: Ctx, db: Db, taskClass: string): Promise<{ id: string; body: string }> {
  const snapshot = firstSnapshot(`${taskClass}-0`)
  const body = writeSnapshot(snapshot)
  const row = {
    id: ctx.newId(),
    task_class: taskClass,
    batch: snapshot.batch,
    at_review_id: '0',
    body,
    hash: sha256Hex(body),
    votes: 0,
    people: 0,
    gold: 0,
  }
  if (await insertFirst(db, row, ctx.now)) await recordEvents(ctx, db, [takenEvent(row)])
  return (await newestSnapshot(db, taskClass))!
}

/** A snapshot's evidence: what it was made from, and its hash. */
export const takenEvent = (row: SnapshotRow): Event => ({
  campaign_id: '0',
  kind: 'snapshot_taken',
  subject_id: row.id,
  body: {
    batch: row.batch,
    task_class: row.task_class,
    at_review_id: row.at_review_id,
    votes: row.votes,
    gold: row.gold,
    hash: row.hash,
  },
})
