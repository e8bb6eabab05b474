import type { Ctx, Db } from '../../platform/context.ts'
import { canonicalJson, sha256Hex } from '../../platform/canonical.ts'
import { write, type Write } from '../../platform/db/queries.ts'
import { eventWrites } from '../../platform/events/record.ts'
import { readSnapshot, type Snapshot } from '../../engine/snapshot.ts'
import { shownSnapshot } from '../../engine/snapshot-shown.ts'
import type { ReviewPlan } from '../../engine/stopping.ts'
import { campaignOf, type Version } from '../campaigns/queries.ts'
import { insertPlan, newestPlan, snapshotBody, type PlanKey } from './queries.ts'
import { crowdOf, planFor } from './plan-rules.ts'
import { firstOrNewest } from './first-snapshot.ts'

/** What an adaptive decision is made by. Both parts are published, and named by the evidence of each decision. */
export type Basis = { snapshot: Snapshot; plan: ReviewPlan; plan_hash: string }

const KEPT_MS = 2_000
const KEPT_MOST = 500
type Kept = { plans: Map<string, Basis & { at: number; snapshot_id: string }>; snapshots: Map<string, Snapshot> }
const kept = new WeakMap<object, Kept>()

/**
 * The snapshot and the plan that decide a version's work now, asked for again after two seconds; nothing where a
 * majority decides. A decision names what it used, so two processes that differ for a moment are both right. Before the
 * job has made a plan for a version, the first decision does, in its own transaction.
 */
export async function basisFor(ctx: Ctx, db: Db, version: Version): Promise<Basis | undefined> {
  if (version.settings.policy?.kind !== 'adaptive') return undefined
  const database = db.getExecutor().adapter
  let memory = kept.get(database)
  if (!memory) kept.set(database, (memory = { plans: new Map(), snapshots: new Map() }))
  const name = `${version.campaign_id}/${version.version}`
  const known = memory.plans.get(name)
  const at = ctx.now.getTime()
  if (known && Math.abs(at - known.at) < KEPT_MS) return known
  const row = await newestPlan(db, version.campaign_id, version.version)
  if (!row) return firstPlan(ctx, db, version)
  if (known?.snapshot_id === row.snapshot_id) {
    known.at = at
    return known
  }
  let snapshot = memory.snapshots.get(row.snapshot_id)
  if (!snapshot) {
    snapshot = readSnapshot(await snapshotBody(db, row.snapshot_id))
    if (memory.snapshots.size >= KEPT_MOST) memory.snapshots.clear()
    memory.snapshots.set(row.snapshot_id, snapshot)
  }
  const basis = {
    at,
    snapshot_id: row.snapshot_id,
    snapshot,
    plan: JSON.parse(row.body) as ReviewPlan,
    plan_hash: row.hash,
  }
  if (memory.plans.size >= KEPT_MOST) memory.plans.clear()
  memory.plans.set(name, basis)
  return basis
}

async function firstPlan(ctx: Ctx, db: Db, version: Version): Promise<Basis> {
  const campaign = await campaignOf(db, version.campaign_id)
  const { id, snapshot } = await firstOrNewest(ctx, db, campaign!.task_class)
  const { body, hash } = planText(version, snapshot)
  await write(db, ...planWrites(ctx, version, { id, snapshot }))
  return { snapshot, plan: JSON.parse(body) as ReviewPlan, plan_hash: hash }
}

function planText(version: Version, snapshot: Snapshot): { body: string; hash: string } {
  const body = canonicalJson(planFor(version.settings, snapshot))
  return { body, hash: sha256Hex(body) }
}

/** Publishes the plan of a version under a snapshot. */
export function planWrites(ctx: Ctx, version: Version, under: { id: string; snapshot: Snapshot }): Write[] {
  const key: PlanKey = { campaign_id: version.campaign_id, version: version.version, snapshot_id: under.id }
  const plan = planText(version, under.snapshot)
  return [
    insertPlan(key, plan, ctx.now),
    ...eventWrites(ctx, [
      {
        campaign_id: key.campaign_id,
        kind: 'review_planned',
        subject_id: key.campaign_id,
        body: {
          version: key.version,
          snapshot: under.snapshot.batch,
          // Of the form that is published when the season is over: it names nobody.
          snapshot_hash: sha256Hex(canonicalJson(shownSnapshot(under.snapshot))),
          hash: plan.hash,
          crowd: crowdOf(under.snapshot),
        },
      },
    ]),
  ]
}
