/** What the rules of access need to know of a campaign. */
export type Kind = { restricted: boolean; task_class: string }
/** Who is asking, as far as releases care. */
export type Standing = { is_requester: boolean; is_operator: boolean; may_see_restricted: boolean }

/** Adversarial data is restricted whatever the campaign's own flag says. */
export const isRestricted = (campaign: Kind): boolean => campaign.restricted || campaign.task_class === 'adversarial'

/** Asking for a release: the requester and operators; of restricted data only with that right. */
export function refuseCreate(campaign: Kind, who: Standing): string | undefined {
  return isRestricted(campaign) && !who.may_see_restricted ? 'restricted_data_needed' : undefined
}

/** Looking at numbers, hashes and progress, which hold no data. */
export function refuseLook(campaign: Kind, who: Standing): string | undefined {
  if (who.is_requester || who.is_operator) return undefined
  return isRestricted(campaign) && who.may_see_restricted ? undefined : 'release_not_yours'
}

/** Downloading the data itself. Published releases are for everyone; restricted ones are never published. */
export function refuseDownload(
  campaign: Kind,
  who: Standing | undefined,
  release: { is_published: boolean },
): string | undefined {
  if (release.is_published && !isRestricted(campaign)) return undefined
  if (!who) return 'release_not_found'
  return (
    refuseLook(campaign, who) ??
    (isRestricted(campaign) && !who.may_see_restricted ? 'restricted_data_needed' : undefined)
  )
}

/** Prompts that work are handed out when the makers of the models had time to act; the manifest, which holds none, at once. */
export function refuseUnnoticed(
  notice: { days: number; hands_out_at: Date | null },
  now: Date,
  file: string,
): 'notice_needed' | 'notice_running' | undefined {
  if (notice.days === 0 || file === 'manifest.json') return undefined
  if (!notice.hands_out_at) return 'notice_needed'
  return now < notice.hands_out_at ? 'notice_running' : undefined
}

/** What contributors of a version agreed to, as far as publishing asks. */
export type Agreed = { version: number; licence: string; asks_personal_data: boolean }

/** Why a finished release may not be opened to everyone. */
export function refusePublish(
  campaign: Kind,
  state: string,
  agreed: readonly Agreed[],
  hold: 'acceptance_open' | 'acceptance_failed' | null = null,
): { code: string; licence?: string } | undefined {
  if (state !== 'ready') return { code: 'release_not_ready' }
  if (isRestricted(campaign)) return { code: 'restricted_not_public' }
  if (agreed.some((a) => a.asks_personal_data)) return { code: 'personal_data_not_public' }
  if (hold) return { code: hold }
  const closed = agreed.find((a) => !licenceId(a.licence))
  return closed ? { code: 'licence_not_open', licence: closed.licence } : undefined
}

/** Licences that let anyone pass the data on, by the names people write; the value is the Hugging Face identifier. */
const OPEN_LICENCES: Readonly<Record<string, string>> = {
  cc0: 'cc0-1.0',
  'cc0-1-0': 'cc0-1.0',
  'cc-0': 'cc0-1.0',
  'cc-zero': 'cc0-1.0',
  'public-domain': 'cc0-1.0',
  'creative-commons-zero': 'cc0-1.0',
  'cc-by-4-0': 'cc-by-4.0',
  'creative-commons-attribution-4-0': 'cc-by-4.0',
  'cc-by-sa-4-0': 'cc-by-sa-4.0',
  'creative-commons-attribution-sharealike-4-0': 'cc-by-sa-4.0',
  'creative-commons-attribution-share-alike-4-0': 'cc-by-sa-4.0',
  'cc-by-nc-4-0': 'cc-by-nc-4.0',
  'cc-by-nc-sa-4-0': 'cc-by-nc-sa-4.0',
  'cc-by-nd-4-0': 'cc-by-nd-4.0',
  'cc-by-nc-nd-4-0': 'cc-by-nc-nd-4.0',
  'odc-by': 'odc-by',
  'odc-by-1-0': 'odc-by',
  odbl: 'odbl',
  'odbl-1-0': 'odbl',
  pddl: 'pddl',
  'pddl-1-0': 'pddl',
  'cdla-permissive-1-0': 'cdla-permissive-1.0',
  'cdla-permissive-2-0': 'cdla-permissive-2.0',
  'cdla-sharing-1-0': 'cdla-sharing-1.0',
  mit: 'mit',
  'apache-2-0': 'apache-2.0',
}

/** The identifier of an open licence; nothing for one that is not known to be open, so doubt never publishes. */
export function licenceId(name: string): string | undefined {
  const plain = name
    .toLowerCase()
    .replace(/https?:\/\/\S+/g, ' ')
    .replace(/\([^)]*\)/g, ' ')
    .replace(/\b(?:licen[cs]e|international|version|the)\b|\bv(?=\d)/g, ' ')
  return OPEN_LICENCES[plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')]
}

/** A day in UTC: fine enough to follow a collection, too coarse to follow a person's hours. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10)
