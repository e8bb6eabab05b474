import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { seasonOf } from '../seasons/queries.ts'
import { shownFields } from '../templates/rules.ts'
import { missingOf, tooSmall, worstCaseOf } from './budget.ts'
import type { Changed, VersionDraft } from './contract.ts'
import { changedOf, refusePastDeadline, refuseVersion } from './create.ts'
import { changedEvent, versionedEvent } from './evidence.ts'
import {
  approvalFacts,
  countItems,
  insertVersion,
  itemLacking,
  lockCampaign,
  setCampaign,
  type CampaignRow,
} from './manage-queries.ts'
import { isLive, isOver, isRunning, needsApproval } from './rules.ts'

/** Gives out no new work for now; reviews of what was handed in go on. */
export async function pauseCampaign(ctx: Ctx, campaignId: string): Promise<Changed> {
  return transact(ctx, campaignId, async (db) => pause(ctx, db, await locked(db, campaignId), false))
}

/** The same in the caller's transaction; an operator's pause only an operator lifts. */
export async function pause(ctx: Ctx, db: Db, c: CampaignRow, byOperator: boolean): Promise<Changed> {
  if (!isRunning(c.status)) throw new Refusal('not_running', { status: c.status })
  await setCampaign(db, c.id, {
    status: 'paused',
    paused_from: c.status as 'pilot' | 'open',
    paused_by_operator: byOperator,
  })
  await recordEvents(ctx, db, [changedEvent(c.id, 'campaign_paused', { by_operator: byOperator })])
  return changedOf({ ...c, status: 'paused' })
}

/** Gives out work again, from where the pause came; adversarial work in a version that nobody approved asks first. */
export async function resumeCampaign(ctx: Ctx, campaignId: string): Promise<Changed> {
  return transact(ctx, campaignId, async (db) => {
    const c = await locked(db, campaignId)
    if (c.status !== 'paused' || c.paused_from === null) throw new Refusal('not_paused', { status: c.status })
    if (c.paused_by_operator && !callerOf(ctx).roles.includes('operator')) throw new Refusal('paused_by_operator')
    if (c.deadline !== null && c.deadline <= ctx.now) throw new Refusal('deadline_passed')
    const season = await seasonOf(db, c.season_id)
    if (!season || season.closed_at !== null || season.ends_at <= ctx.now) throw new Refusal('season_over')
    if (needsApproval({ restricted: c.restricted, ...(await approvalFacts(db, c)) })) {
      await setCampaign(db, c.id, { status: 'awaiting_approval', asked_at: ctx.now, paused_by_operator: false })
      return changedOf({ ...c, status: 'awaiting_approval' })
    }
    await setCampaign(db, c.id, { status: c.paused_from, paused_from: null, paused_by_operator: false })
    await recordEvents(ctx, db, [changedEvent(c.id, 'campaign_resumed', { as: c.paused_from })])
    return changedOf({ ...c, status: c.paused_from })
  })
}

/**
 * A new version of instructions, form, prices and consent. Work that is leased or handed in keeps the version it was
 * given out with, so the budget must cover the dearer of the two. Adversarial work waits for the operator again.
 */
export async function reviseCampaign(ctx: Ctx, campaignId: string, draft: VersionDraft): Promise<Changed> {
  return transact(ctx, campaignId, async (db) => {
    const c = await locked(db, campaignId)
    if (isOver(c.status)) throw new Refusal('campaign_over')
    if (c.status === 'awaiting_approval') throw new Refusal('approval_pending')
    await refuseVersion(db, draft, c)
    const lacking =
      isLive(c.status) && !c.open_collection ? await itemLacking(db, c.id, shownFields(draft.form)) : undefined
    if (lacking) throw new Refusal('item_field_missing', { field: lacking.field, item: lacking.id })
    const missing = isLive(c.status)
      ? await missingOf(db, c, await worstCaseOf(db, c, { added: draft.settings }))
      : undefined
    if (missing) throw tooSmall(missing)
    const version = c.version + 1
    await insertVersion(
      db,
      { campaign_id: c.id, version, created_by: callerOf(ctx).account_id, created_at: ctx.now },
      draft,
    )
    if (isLive(c.status)) await recordEvents(ctx, db, [versionedEvent(c.id, version, draft)])
    const after = { ...c, version }
    if (isRunning(c.status) && needsApproval({ restricted: c.restricted, ...(await approvalFacts(db, after)) })) {
      await setCampaign(db, c.id, {
        status: 'awaiting_approval',
        asked_at: ctx.now,
        paused_from: c.status as 'pilot' | 'open',
      })
      return changedOf({ ...after, status: 'awaiting_approval' })
    }
    return changedOf(after)
  })
}

/** Raises the quota or moves the deadline of a live campaign. */
export async function extendCampaign(
  ctx: Ctx,
  campaignId: string,
  more: { quota?: number; deadline?: string | null },
): Promise<Changed> {
  return transact(ctx, campaignId, async (db) => {
    const c = await locked(db, campaignId)
    if (isOver(c.status)) throw new Refusal('campaign_over')
    if (c.status === 'awaiting_approval') throw new Refusal('approval_pending')
    if (c.status === 'draft') throw new Refusal('not_live')
    const quota = more.quota ?? c.quota
    if (quota < c.quota) throw new Refusal('quota_not_higher', { quota: c.quota })
    refusePastDeadline(ctx, more.deadline)
    const inPilot = c.status === 'pilot' || c.paused_from === 'pilot'
    if (quota > c.quota && !inPilot) {
      const items = c.open_collection ? quota : await countItems(db, c.id, quota)
      if (items < quota) throw new Refusal('too_few_items', { quota, items })
      const missing = await missingOf(db, c, await worstCaseOf(db, c, { quota }))
      if (missing) throw tooSmall(missing)
    }
    await setCampaign(db, c.id, {
      quota,
      ...(more.deadline === undefined ? {} : { deadline: more.deadline === null ? null : new Date(more.deadline) }),
    })
    await recordEvents(ctx, db, [
      changedEvent(c.id, 'campaign_extended', {
        quota,
        ...(more.deadline === undefined ? {} : { deadline: more.deadline }),
      }),
    ])
    return changedOf({ ...c, quota })
  })
}

/** Ends it: nothing new is given out; what is leased or handed in is still decided and paid, then the rest returns. */
export async function cancelCampaign(ctx: Ctx, campaignId: string): Promise<Changed> {
  return transact(ctx, campaignId, async (db) => {
    const c = await locked(db, campaignId)
    if (isOver(c.status)) throw new Refusal('campaign_over')
    return startClosing(ctx, db, c, 'cancelled')
  })
}

/** From here a job waits until nothing is pending. */
export async function startClosing(
  ctx: Ctx,
  db: Db,
  c: CampaignRow,
  reason: 'cancelled' | 'deadline' | 'season_over' | 'quota_reached',
): Promise<Changed> {
  await setCampaign(db, c.id, {
    status: 'closing',
    closes_as: reason === 'cancelled' ? 'cancelled' : 'closed',
    close_reason: reason,
  })
  await recordEvents(ctx, db, [changedEvent(c.id, 'campaign_closing', { reason })])
  return changedOf({ ...c, status: 'closing' })
}

async function locked(db: Db, campaignId: string): Promise<CampaignRow> {
  const c = await lockCampaign(db, campaignId)
  if (!c) throw new Refusal('campaign_not_found')
  return c
}
