import type { Ctx, Db } from '../../platform/context.ts'
import { sha256Hex } from '../../platform/canonical.ts'
import { write } from '../../platform/db/queries.ts'
import { eventWrites, recordEvents, type Event } from '../../platform/events/record.ts'
import { readSnapshot, writeSnapshot, type Snapshot } from '../../engine/snapshot.ts'
import { firstSnapshot } from './plan-rules.ts'
import { versionOf } from '../campaigns/queries.ts'
import { planWrites } from './plan.ts'
import {
  adaptiveVersions,
  insertFirst,
  insertSnapshot,
  newestSnapshot,
  setReliability,
  votesOf,
  type SnapshotRow,
} from './queries.ts'
import { inferReliability } from './rules.ts'

/** Older votes than these say too little of how people judge today. */
const VOTES_READ = 300_000

/** Infers anew whom to believe in a task class, and publishes it for the decisions to come. */
export async function takeSnapshot(ctx: Ctx, taskClass: string, number: number): Promise<void> {
  const votes = await votesOf(ctx.db, taskClass, VOTES_READ)
  const last = votes.at(-1)
  if (!last) return
  const batch = `${taskClass}-${number}`
  const { snapshot, body, people, gold } = inferReliability(votes, { batch, event: last.review_id })
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
  await ctx.db
    .transaction()
    .execute((db) =>
      write(
        db,
        insertSnapshot(row, ctx.now),
        setReliability(taskClass, ctx.now.toISOString().slice(0, 10), people),
        ...eventWrites(ctx, [takenEvent(row)]),
      ),
    )
}

/** The newest snapshot of a task class; where nobody has reviewed yet, a first one is made. */
export async function firstOrNewest(ctx: Ctx, db: Db, taskClass: string): Promise<{ id: string; snapshot: Snapshot }> {
  const row = (await newestSnapshot(db, taskClass)) ?? (await makeFirst(ctx, db, taskClass))
  return { id: row.id, snapshot: readSnapshot(row.body) }
}

async function makeFirst(ctx: Ctx, db: Db, taskClass: string): Promise<{ id: string; body: string }> {
  const snapshot = firstSnapshot(`${taskClass}-0`)
  const body = writeSnapshot(snapshot)
  const row = {
    ...{
      id: ctx.newId(),
      task_class: taskClass,
      batch: snapshot.batch,
      at_review_id: '0',
      body,
      hash: sha256Hex(body),
    },
    ...{ votes: 0, people: 0, gold: 0 },
  }
  if (await insertFirst(db, row, ctx.now)) await recordEvents(ctx, db, [takenEvent(row)])
  return (await newestSnapshot(db, taskClass))!
}

const takenEvent = (row: SnapshotRow): Event => ({
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
