import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { write } from '../../platform/db/queries.ts'
import { eventWrites } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { search } from '../assignment/claim.ts'
import { closeWork } from '../assignment/open.ts'
import { LANE, LEASE, liveLeases, lockLeases, setLeaseState, type Lease } from '../assignment/queries.ts'
import { campaignOf, versionOf } from '../campaigns/queries.ts'
import { exclusionsOf } from '../integrity/queries.ts'
import { hasAnswered, lockAudits, updateAudits, workOf } from './queries.ts'
import { byId } from './rules.ts'

const AT_ONCE = 10

/** Leases drawn work to a grader. What they hold is given again first. */
export async function claimAudits(ctx: Ctx, campaignId: string, count: number | undefined) {
  const who = callerOf(ctx).account_id
  const held = await liveLeases(ctx.db, campaignId, who, [LANE.audit], ctx.now)
  if (held.length > 0) {
    const shown = await show(ctx, campaignId, held)
    if (shown.length > 0) return { state: 'work' as const, items: shown, next: null }
  }
  const campaign = await campaignOf(ctx.db, campaignId)
  if (!campaign) throw new Refusal('campaign_not_found')
  // An inferred answer is everybody's who gave one, not only the author's by whose answer it is shown.
  if (campaign.mode === 'redundancy' && (await hasAnswered(ctx.db, campaignId, who))) throw new Refusal('answered_here')
  const version = await versionOf(ctx.db, campaignId, campaign.version)
  const excluded = await exclusionsOf(ctx.db, who)
  const claimed = await search(ctx, ctx.db, {
    campaignId,
    lane: 'audit',
    who,
    want: count ?? AT_ONCE,
    version,
    excluded,
  })
  const items = await show(ctx, campaignId, claimed.leases)
  // All of it was taken back meanwhile: there may be more, so it is not the end.
  return {
    state: claimed.state === 'work' && items.length === 0 ? ('searching' as const) : claimed.state,
    items,
    next: null,
  }
}

async function show(ctx: Ctx, campaignId: string, leases: readonly Lease[]) {
  const work = new Map(
    (
      await workOf(
        ctx.db,
        campaignId,
        leases.map((l) => l.target_id),
      )
    ).map((w) => [w.submission_id, w]),
  )
  const gone = leases.filter((l) => !work.has(l.target_id))
  if (gone.length > 0) await dropAudits(ctx, campaignId, gone)
  const inOrder = [...leases].sort((a, b) => byId({ id: a.target_id }, { id: b.target_id }))
  return inOrder.flatMap((l) => {
    const w = work.get(l.target_id)
    return w ? [{ campaign_id: campaignId, ...w, expires_at: l.expires_at.toISOString() }] : []
  })
}

/** Work that was withdrawn or erased after the draw cannot be graded any more; its audit closes with what grades it has. */
async function dropAudits(ctx: Ctx, campaignId: string, leases: readonly Lease[]): Promise<void> {
  await ctx.db.transaction().execute(async (db) => {
    const ids = leases.map((l) => l.target_id)
    await lockLeases(db, leases)
    const open = (await lockAudits(db, campaignId, ids)).filter((a) => a.closed_at === null)
    await write(db, setLeaseState(leases, LEASE.returned))
    await updateAudits(
      db,
      open.map((a) => ({ ...a, closed: true })),
      ctx.now,
    )
    await write(
      db,
      closeWork(ids.map((target_id) => ({ campaign_id: campaignId, lane: 'audit', target_id }))),
      ...eventWrites(
        ctx,
        open.map((a) => ({
          campaign_id: campaignId,
          kind: 'audit_dropped',
          subject_id: a.submission_id,
          body: { plan_id: a.plan_id },
        })),
      ),
    )
  })
}
