import { canonicalJson, sha256Hex } from '../../platform/canonical.ts'
import type { Event } from '../../platform/events/record.ts'
import type { CampaignRow } from './manage-queries.ts'
import type { VersionDraft } from './contract.ts'
import { questionsOf } from '../templates/rules.ts'

const hashOf = (value: unknown): string => sha256Hex(canonicalJson(value))

/** What later reckoning needs of a version: its policy and prices in full, its texts by hash. */
export function versionedEvent(campaignId: string, version: number, v: VersionDraft): Event {
  return {
    campaign_id: campaignId,
    kind: 'campaign_versioned',
    subject_id: campaignId,
    body: {
      version,
      settings: v.settings,
      licence: v.consent.licence,
      required: questionsOf(v.form)
        .filter((q) => q.required)
        .map((q) => q.key),
      form_hash: hashOf(v.form),
      instructions_hash: hashOf(v.instructions),
      consent_hash: hashOf(v.consent),
    },
  }
}

/**
 * What a campaign is, as it was when it first opened. What it was funded with while it was a draft in another season's
 * time stands in that season's log; said again here, this log's books add up by themselves.
 */
export function openedEvent(c: CampaignRow, as: string, carried: ReadonlyMap<string, bigint> = new Map()): Event {
  const funded = [...carried]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, amount]) => ({ currency, amount_minor: `${amount}` }))
  return {
    campaign_id: c.id,
    kind: 'campaign_opened',
    subject_id: c.id,
    body: {
      title: c.title,
      task_class: c.task_class,
      mode: c.mode,
      difficulty: c.difficulty,
      knowledge_area: c.knowledge_area,
      language: c.language,
      restricted: c.restricted,
      open_collection: c.open_collection,
      quota: c.quota,
      version: c.version,
      as,
      requester_id: c.requester_id,
      ...(funded.length > 0 && { funded }),
    },
  }
}

/** A change of state that people may ask about later. */
export const changedEvent = (campaignId: string, kind: string, body: Record<string, unknown> = {}): Event => ({
  campaign_id: campaignId,
  kind,
  subject_id: campaignId,
  body,
})
