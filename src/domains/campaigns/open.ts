import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { assert, Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { seasonAt, seasonOf, type SeasonRow } from '../seasons/queries.ts'
import { shownFields } from '../templates/rules.ts'
import { missingOf, tooSmall, worstCaseOf } from './budget.ts'
import type { Changed } from './contract.ts'
import { changedOf } from './create.ts'
import { changedEvent, openedEvent, versionedEvent } from './evidence.ts'
import {
  type CampaignRow,
  approvalFacts,
  countItems,
  examSize,
  fundedOf,
  insertApproval,
  itemLacking,
  lockCampaign,
  setCampaign,
} from './manage-queries.ts'
import { versionOf } from './queries.ts'
import { itemsToCover, needsApproval, openedAs, refuseOpen } from './rules.ts'

/** Opens a draft or what comes after its pilot, or asks the operator first. */
export async function openCampaign(ctx: Ctx, campaignId: string): Promise<Changed> {
  return transact(ctx, campaignId, async (db) => {
    const c = await lockCampaign(db, campaignId)
    if (!c) throw new Refusal('campaign_not_found')
    const to = c.status === 'pilot' ? 'open' : openedAs({ ...c, opened: c.opened_at !== null })
    const season = await refuseToOpen(ctx, db, c, to)
    if (needsApproval({ restricted: c.restricted, ...(await approvalFacts(db, c)) })) {
      await setCampaign(db, c.id, { status: 'awaiting_approval', asked_at: ctx.now })
      await recordEvents(ctx, db, [changedEvent(c.id, 'approval_asked', { version: c.version })])
      return changedOf({ ...c, status: 'awaiting_approval' })
    }
    return markOpened(ctx, db, c, to, season)
  })
}

/** Everything that must be in place before work is given out, looked at in the order of `refuseOpen`. */
async function refuseToOpen(ctx: Ctx, db: Db, c: CampaignRow, to: 'pilot' | 'open'): Promise<SeasonRow> {
  const season = await seasonFor(ctx, db, c)
  const { form } = await versionOf(db, c.id, c.version)
  const needed = itemsToCover({ ...c, status: to, paused_from: null })
  const items = c.open_collection ? 0 : await countItems(db, c.id, needed)
  const lacking = c.open_collection ? undefined : await itemLacking(db, c.id, shownFields(form))
  const exam = await examSize(db, c.id)
  const missing = await missingOf(db, c, await worstCaseOf(db, c, { target: to }))
  const refusal = refuseOpen({
    status: c.status,
    season_over: isOverSeason(ctx, season),
    deadline_passed: c.deadline !== null && c.deadline <= ctx.now,
    open_collection: c.open_collection,
    items,
    items_needed: needed,
    field_missing: lacking !== undefined,
    exam,
    missing,
  })
  if (refusal === 'budget_too_small') throw tooSmall(missing!)
  if (refusal) {
    throw new Refusal(refusal, {
      status: c.status,
      quota: needed,
      items,
      ...(lacking ? { field: lacking.field, item: lacking.id } : {}),
      ...exam,
    })
  }
  return season
}

/** A draft goes into the season that runs when it opens; what opened stays in its own. */
async function seasonFor(ctx: Ctx, db: Db, c: CampaignRow): Promise<SeasonRow> {
  const season = c.opened_at ? await seasonOf(db, c.season_id) : await seasonAt(db, ctx.now)
  if (!season) throw new Refusal('no_season')
  return season
}
const isOverSeason = (ctx: Ctx, season: SeasonRow): boolean => season.closed_at !== null || season.ends_at <= ctx.now

/** Gives the campaign out for work. The first time, what it is enters the evidence. */
export async function markOpened(
  ctx: Ctx,
  db: Db,
  c: CampaignRow,
  to: 'pilot' | 'open',
  season: SeasonRow,
): Promise<Changed> {
  const first = c.opened_at === null
  const version = await versionOf(db, c.id, c.version)
  await setCampaign(db, c.id, {
    status: to,
    paused_from: null,
    season_id: season.id,
    ...(first ? { opened_at: ctx.now, first_version: c.version } : {}),
  })
  await recordEvents(
    ctx,
    db,
    first
      ? [
          openedEvent(c, to, season.id === c.season_id ? undefined : await fundedOf(db, c.id)),
          versionedEvent(c.id, c.version, version),
        ]
      : [changedEvent(c.id, 'campaign_resumed', { as: to })],
  )
  return changedOf({ ...c, status: to })
}

/** The operator says yes or no, and why; the requester reads it. */
export async function decideApproval(
  ctx: Ctx,
  campaignId: string,
  given: { approved: boolean; reason: string; version: number },
): Promise<Changed> {
  return transact(ctx, campaignId, async (db) => {
    const c = await lockCampaign(db, campaignId)
    if (!c) throw new Refusal('campaign_not_found')
    if (c.status !== 'awaiting_approval') throw new Refusal('not_awaiting_approval')
    if (given.version !== c.version) throw new Refusal('version_changed', { version: c.version })
    const decided_by = callerOf(ctx).account_id
    await insertApproval(db, {
      campaign_id: c.id,
      id: ctx.newId(),
      version: c.version,
      decided_by,
      approved: given.approved,
      reason: given.reason,
      decided_at: ctx.now,
    })
    await recordEvents(ctx, db, [
      changedEvent(c.id, 'approval_decided', { approved: given.approved, version: c.version, by: decided_by }),
    ])
    if (!given.approved) return backFromApproval(db, c)
    const season = await seasonFor(ctx, db, c)
    if (isOverSeason(ctx, season)) throw new Refusal('season_over')
    if (c.deadline !== null && c.deadline <= ctx.now) throw new Refusal('deadline_passed')
    const to = openedAs({ ...c, opened: c.opened_at !== null })
    const missing = await missingOf(db, c, await worstCaseOf(db, c, { target: to }))
    if (missing) throw tooSmall(missing)
    return markOpened(ctx, db, c, to, season)
  })
}

/** Takes back a request for approval, so that the draft can be changed. */
export async function recallRequest(ctx: Ctx, campaignId: string): Promise<Changed> {
  return transact(ctx, campaignId, async (db) => {
    const c = await lockCampaign(db, campaignId)
    if (!c) throw new Refusal('campaign_not_found')
    if (c.status !== 'awaiting_approval') throw new Refusal('not_awaiting_approval')
    await recordEvents(ctx, db, [changedEvent(c.id, 'approval_recalled', { version: c.version })])
    return backFromApproval(db, c)
  })
}

/** What never opened is a draft again; what had opened waits, paused. */
async function backFromApproval(db: Db, c: CampaignRow): Promise<Changed> {
  const status = c.opened_at === null ? 'draft' : 'paused'
  assert(status === 'draft' || c.paused_from !== null, 'a campaign that had opened knows what it was')
  await setCampaign(db, c.id, { status, asked_at: null })
  return changedOf({ ...c, status })
}
