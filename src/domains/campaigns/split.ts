import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import type { Draft } from './contract.ts'
import { changedOf, insertDraft, refuseVersion } from './create.ts'
import { lockCampaign, setCampaign, type CampaignRow } from './manage-queries.ts'
import { versionOf } from './queries.ts'
import type { Segment } from './routing/contract.ts'
import { countSegmentItems, moveItems } from './segment-queries.ts'

const MOST_ITEMS = 100_000

/**
 * Splits a draft into segments: each becomes a draft of its own with the items whose data say its value, its own
 * difficulty, area, language and routing, and the words and pay of the whole. What no segment takes stays.
 */
export async function splitCampaign(ctx: Ctx, campaignId: string, by: string, segments: readonly Segment[]) {
  return transact(ctx, campaignId, async (db) => {
    // Load.
    const c = await lockCampaign(db, campaignId)
    if (!c) throw new Refusal('campaign_not_found')
    if (c.status !== 'draft') throw new Refusal('not_a_draft')
    const version = await versionOf(db, c.id, c.version)
    const counts = await countSegmentItems(db, c.id, by, MOST_ITEMS + 1)
    const all = [...counts.values()].reduce((sum, n) => sum + n, 0)
    // Decide.
    if (all > MOST_ITEMS) throw new Refusal('split_too_large', { most: MOST_ITEMS })
    const seen = new Set<string>()
    for (const { value } of segments) {
      if (seen.has(value)) throw new Refusal('segment_twice', { value })
      seen.add(value)
      if (!counts.get(value)) throw new Refusal('segment_empty', { value })
    }
    const drafts = segments.map((s) => draftOf(c, version, s, counts.get(s.value)!))
    for (const draft of drafts) await refuseVersion(db, draft, draft)
    // Record.
    const items = []
    for (const [i, draft] of drafts.entries()) {
      const { value } = segments[i]!
      const id = await insertDraft(ctx, db, {
        draft,
        requester_id: callerOf(ctx).account_id,
        season_id: c.season_id,
        example: false,
      })
      await moveItems(db, { from: c.id, to: id, by, value })
      items.push({ ...changedOf({ id, status: 'draft', version: 1, quota: draft.quota }), value })
    }
    const left = all - items.reduce((sum, s) => sum + s.quota, 0)
    if (left > 0) await setCampaign(db, c.id, { quota: left })
    return { items, left, next: null }
  })
}

function draftOf(
  c: CampaignRow,
  v: Pick<Draft, 'instructions' | 'form' | 'settings' | 'consent'>,
  s: Segment,
  items: number,
): Draft {
  return {
    title: s.title,
    task_class: c.task_class as Draft['task_class'],
    mode: c.mode,
    difficulty: s.difficulty ?? (c.difficulty as Draft['difficulty']),
    knowledge_area: s.knowledge_area ?? c.knowledge_area,
    language: s.language ?? c.language,
    open_collection: false,
    quota: items,
    pilot_size: Math.min(c.pilot_size, items),
    deadline: c.deadline?.toISOString() ?? null,
    instructions: v.instructions,
    form: v.form,
    settings: s.routing ? { ...v.settings, routing: s.routing } : v.settings,
    consent: v.consent,
  }
}
