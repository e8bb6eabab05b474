import type { Ctx } from '../../platform/context.ts'
import { sha256Hex } from '../../platform/canonical.ts'
import { write } from '../../platform/db/queries.ts'
import { eventWrites, recordEvents, type Event } from '../../platform/events/record.ts'
import { readSnapshot, writeSnapshot, type Snapshot } from '../../engine/snapshot.ts'
import { firstSnapshot } from './plan-rules.ts'
import {
  insertFirst,
  insertSnapshot,
  newestSnapshot,
  newestSnapshotId,
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

const KEPT_MS = 2_000
type Current = { id: string; snapshot: Snapshot }
const kept = new WeakMap<object, Map<string, Current & { at: number }>>()

/**
 * The newest snapshot of a task class, asked for again after two seconds. A decision records which one it used, so two
 * processes that differ for a moment are both right. Where nobody has reviewed yet, a first one is made.
 */
export async function currentSnapshot(ctx: Ctx, taskClass: string): Promise<Current> {
  const database = ctx.db.getExecutor().adapter
  let known = kept.get(database)
  if (!known) kept.set(database, (known = new Map()))
  const one = known.get(taskClass)
  const at = ctx.now.getTime()
  if (one && Math.abs(at - one.at) < KEPT_MS) return one
  const id = await newestSnapshotId(ctx.db, taskClass)
  if (one && one.id === id) {
    one.at = at
    return one
  }
  if (id === undefined) await makeFirst(ctx, taskClass)
  const row = (await newestSnapshot(ctx.db, taskClass))!
  const current = { at, id: row.id, snapshot: readSnapshot(row.body) }
  known.set(taskClass, current)
  return current
}

async function makeFirst(ctx: Ctx, taskClass: string): Promise<void> {
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
  await ctx.db.transaction().execute(async (db) => {
    if (await insertFirst(db, row, ctx.now)) await recordEvents(ctx, db, [takenEvent(row)])
  })
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
