import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { ensureSeason } from '../seasons/ensure.ts'
import { shownFields } from '../templates/rules.ts'
import type { Changed, Draft, VersionDraft } from './contract.ts'
import {
  countItems,
  insertCampaign,
  insertVersion,
  knownCurrencies,
  lockCampaign,
  putMember,
  replaceDraft,
  type CampaignRow,
} from './manage-queries.ts'
import { versionProblems } from './rules.ts'

export const changedOf = (c: Pick<CampaignRow, 'id' | 'status' | 'version' | 'quota'>): Changed => ({
  campaign_id: c.id,
  status: c.status,
  version: c.version,
  quota: c.quota,
})

/** Drafts a campaign; whoever does becomes its requester. */
export async function createCampaign(ctx: Ctx, draft: Draft): Promise<Changed> {
  const season = await ensureSeason(ctx)
  return transact(ctx, '0', async (db) => {
    await refuseDraft(ctx, db, draft)
    const id = await insertDraft(ctx, db, {
      draft,
      requester_id: callerOf(ctx).account_id,
      season_id: season.id,
      example: false,
    })
    return { campaign_id: id, status: 'draft', version: 1, quota: draft.quota }
  })
}

/** Records a draft that was found to be in order. */
export async function insertDraft(
  ctx: Ctx,
  db: Db,
  d: { draft: Draft; requester_id: string; season_id: string; example: boolean },
): Promise<string> {
  const id = ctx.newId()
  await insertCampaign(
    db,
    { id, season_id: d.season_id, requester_id: d.requester_id, created_at: ctx.now, example: d.example },
    d.draft,
  )
  await insertVersion(db, { campaign_id: id, version: 1, created_by: d.requester_id, created_at: ctx.now }, d.draft)
  await putMember(db, {
    campaign_id: id,
    account_id: d.requester_id,
    role: 'requester',
    why: 'created',
    consent_version: null,
    joined_at: ctx.now,
  })
  return id
}

/** Replaces a draft. Its versions count up all the same, because a version never changes once it is read. */
export async function editCampaign(ctx: Ctx, campaignId: string, draft: Draft): Promise<Changed> {
  return transact(ctx, campaignId, async (db) => {
    const c = await lockCampaign(db, campaignId)
    if (!c) throw new Refusal('campaign_not_found')
    if (c.status !== 'draft') throw new Refusal('not_a_draft')
    await refuseDraft(ctx, db, draft)
    if (draft.open_collection && !c.open_collection) {
      const items = await countItems(db, c.id, 1_000_000)
      if (items > 0) throw new Refusal('collection_has_items', { items })
    }
    await replaceDraft(db, c.id, draft)
    await insertVersion(
      db,
      { campaign_id: c.id, version: c.version + 1, created_by: callerOf(ctx).account_id, created_at: ctx.now },
      draft,
    )
    return changedOf({ ...c, version: c.version + 1, quota: draft.quota })
  })
}

async function refuseDraft(ctx: Ctx, db: Db, draft: Draft): Promise<void> {
  await refuseVersion(db, draft, draft)
  if (draft.pilot_size > draft.quota) {
    throw new Refusal('settings_invalid', {}, [
      { field: '/pilot_size', code: 'too_large', message: 'A pilot is not larger than the quota.' },
    ])
  }
  refusePastDeadline(ctx, draft.deadline)
}

/** Refuses a version that cannot be used: its form, its settings, or both together with what the campaign is. */
export async function refuseVersion(
  db: Db,
  draft: VersionDraft,
  c: { mode: 'review' | 'redundancy'; task_class: string; open_collection: boolean },
): Promise<void> {
  const wrong = versionProblems(draft, c, await knownCurrencies(db))
  if (wrong) throw new Refusal(wrong.code, {}, wrong.fields)
  if (c.open_collection && shownFields(draft.form).length > 0) {
    throw new Refusal('form_invalid', {}, [
      {
        field: '/form/ui/item',
        code: 'nothing_to_show',
        message: 'An open collection has no data of its own to show or compare.',
      },
    ])
  }
}

export function refusePastDeadline(ctx: Ctx, deadline: string | null | undefined): void {
  if (deadline === null || deadline === undefined) return
  const at = Date.parse(deadline)
  if (!(at > ctx.now.getTime())) throw new Refusal('deadline_passed')
}
