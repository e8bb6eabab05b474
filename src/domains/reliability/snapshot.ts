import type { Ctx, Db } from '../../platform/context.ts'
import { sha256Hex } from '../../platform/canonical.ts'
import { write } from '../../platform/db/queries.ts'
import { eventWrites } from '../../platform/events/record.ts'
import { readSnapshot, type Snapshot } from '../../engine/snapshot.ts'
import { insertSnapshot, newestSnapshot, newestSnapshotId, setReliability, votesOf } from './queries.ts'
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
  const hash = sha256Hex(body)
  const id = ctx.newId()
  const row = {
    id,
    task_class: taskClass,
    batch,
    at_review_id: last.review_id,
    body,
    hash,
    votes: votes.length,
    people: Object.keys(snapshot.people).length,
    gold,
  }
  await ctx.db.transaction().execute((db) =>
    write(
      db,
      insertSnapshot(row, ctx.now),
      setReliability(taskClass, ctx.now.toISOString().slice(0, 10), people),
      ...eventWrites(ctx, [
        {
          campaign_id: '0',
          kind: 'snapshot_taken',
          subject_id: id,
          body: { batch, task_class: taskClass, at_review_id: last.review_id, votes: votes.length, gold, hash },
        },
      ]),
    ),
  )
}

const KEPT_MS = 2_000
const kept = new WeakMap<object, Map<string, { at: number; id: string | undefined; snapshot: Snapshot | undefined }>>()

/**
 * The newest snapshot of a task class, asked for again after two seconds. A decision records which one it used, so two
 * processes that differ for a moment are both right.
 */
export async function snapshotFor(db: Db, taskClass: string, now: Date): Promise<Snapshot | undefined> {
  const database = db.getExecutor().adapter
  let known = kept.get(database)
  if (!known) kept.set(database, (known = new Map()))
  const one = known.get(taskClass)
  const at = now.getTime()
  if (one && Math.abs(at - one.at) < KEPT_MS) return one.snapshot
  const id = await newestSnapshotId(db, taskClass)
  if (one && one.id === id) {
    one.at = at
    return one.snapshot
  }
  const row = id === undefined ? undefined : await newestSnapshot(db, taskClass)
  const snapshot = row && readSnapshot(row.body)
  known.set(taskClass, { at, id: row?.id, snapshot })
  return snapshot
}
