import type { Ctx } from '../../platform/context.ts'
import { canonicalJson, sha256Hex } from '../../platform/canonical.ts'
import { recordEvents } from '../../platform/events/record.ts'
import type { Snapshot } from '../../engine/snapshot.ts'
import type { ReviewPlan } from '../../engine/stopping.ts'
import { campaignOf, type Version } from '../campaigns/queries.ts'
import { insertPlan, planOf } from './queries.ts'
import { planFor } from './plan-rules.ts'
import { currentSnapshot } from './snapshot.ts'

/** What an adaptive decision is made by. Both parts are published, and named by the evidence of each decision. */
export type Basis = { snapshot: Snapshot; plan: ReviewPlan; plan_hash: string }

const PLANS_KEPT = 200
const kept = new WeakMap<object, Map<string, { plan: ReviewPlan; hash: string }>>()

/**
 * The snapshot and the plan that decide a version's work now; nothing where a majority decides. A plan that is missing
 * is made and committed before it is used, so that no decision can rest on one that was never published.
 */
export async function basisFor(ctx: Ctx, version: Version): Promise<Basis | undefined> {
  if (version.settings.policy?.kind !== 'adaptive') return undefined
  const campaign = await campaignOf(ctx.db, version.campaign_id)
  const { id, snapshot } = await currentSnapshot(ctx, campaign!.task_class)
  const key = { campaign_id: version.campaign_id, version: version.version, snapshot_id: id }
  const name = `${key.campaign_id}/${key.version}/${id}`
  const database = ctx.db.getExecutor().adapter
  let known = kept.get(database)
  if (!known) kept.set(database, (known = new Map()))
  let one = known.get(name)
  if (!one) {
    const row = (await planOf(ctx.db, key)) ?? (await makePlan(ctx, key, version, snapshot))
    one = { plan: JSON.parse(row.body) as ReviewPlan, hash: row.hash }
    if (known.size >= PLANS_KEPT) known.clear()
    known.set(name, one)
  }
  return { snapshot, plan: one.plan, plan_hash: one.hash }
}

async function makePlan(
  ctx: Ctx,
  key: { campaign_id: string; version: number; snapshot_id: string },
  version: Version,
  snapshot: Snapshot,
): Promise<{ body: string; hash: string }> {
  const body = canonicalJson(planFor(version.settings, snapshot))
  const plan = { body, hash: sha256Hex(body) }
  return ctx.db.transaction().execute(async (db) => {
    if (!(await insertPlan(db, key, plan, ctx.now))) return (await planOf(db, key))!
    await recordEvents(ctx, db, [
      {
        campaign_id: key.campaign_id,
        kind: 'review_planned',
        subject_id: key.campaign_id,
        body: { version: key.version, snapshot: snapshot.batch, hash: plan.hash },
      },
    ])
    return plan
  })
}
