import type { Ctx, Db } from '../../platform/context.ts'
import { assert, Refusal, refuseIf } from '../../platform/refusal.ts'
import { isMember } from '../campaigns/members.ts'
import { campaignOf, type Campaign } from '../campaigns/queries.ts'
import type { PublicRelease, Release } from './contract.ts'
import {
  latestPublished,
  noticesOf,
  numbersOf,
  publishedReleases,
  type ReleaseRow,
  releaseOf,
  releasesOf,
} from './queries.ts'
import { refuseDownload, refuseLook, refusePublish, type Standing } from './rules.ts'

/** What the caller is to a campaign's releases. Nobody in particular when not signed in. */
export async function standingOf(ctx: Ctx, campaign: Campaign): Promise<Standing> {
  const { caller } = ctx
  if (!caller) return { is_requester: false, is_operator: false, may_see_restricted: false }
  return {
    is_requester:
      campaign.requester_id === caller.account_id ||
      (await isMember(ctx.db, ctx.now, campaign.id, caller.account_id, 'requester')),
    is_operator: caller.roles.includes('operator'),
    may_see_restricted: caller.roles.includes('restricted_data'),
  }
}

/** A release as its requester, an operator, or someone with the right to restricted data sees it. */
export async function viewOf(db: Db, campaign: Campaign, who: Standing, row: ReleaseRow): Promise<Release> {
  const [one] = await viewsOf(db, campaign, who, [row])
  return one!
}

async function viewsOf(db: Db, campaign: Campaign, who: Standing, rows: readonly ReleaseRow[]): Promise<Release[]> {
  const numbers = await numbersOf(
    db,
    campaign.id,
    rows.flatMap((r) => r.predecessor_id ?? []),
  )
  const notices = await noticesOf(
    db,
    campaign.id,
    rows.map((r) => r.id),
  )
  return rows.map((r) => {
    const { step, done, total } = r.progress
    const notice = notices.of(r.id)
    return {
      campaign_id: r.campaign_id,
      release_id: r.id,
      number: r.number,
      state: r.state,
      note: r.note,
      predecessor_number: r.predecessor_id ? (numbers.get(r.predecessor_id)?.number ?? null) : null,
      cut_at: r.cut_at.toISOString(),
      created_at: r.created_at.toISOString(),
      ready_at: r.ready_at?.toISOString() ?? null,
      published_at: r.published_at?.toISOString() ?? null,
      progress: { step, done, total },
      error: r.error,
      content_hash: r.content_hash,
      counts: r.manifest?.counts ?? null,
      files: r.manifest?.files ?? [],
      may_download: r.state === 'ready' && !refuseDownload(campaign, who, { is_published: r.published_at !== null }),
      notice:
        notices.days === 0
          ? null
          : {
              days: notice.days,
              told_at: notice.told_at?.toISOString() ?? null,
              hands_out_at: notice.hands_out_at?.toISOString() ?? null,
            },
      publish_refusal: r.published_at
        ? null
        : (refusePublish(campaign, r.state, r.manifest?.agreed ?? [], r.hold)?.code ?? null),
    }
  })
}

/** A campaign's releases, newest first. */
export async function listReleases(ctx: Ctx, campaignId: string, page: { after?: string; limit?: number }) {
  const campaign = await campaignOf(ctx.db, campaignId)
  if (!campaign) throw new Refusal('campaign_not_found')
  const who = await standingOf(ctx, campaign)
  refuseIf(refuseLook(campaign, who))
  const limit = page.limit ?? 50
  const rows = await releasesOf(ctx.db, campaignId, idOf(page.after), limit + 1)
  const items = await viewsOf(ctx.db, campaign, who, rows.slice(0, limit))
  return { items, next: rows.length > limit ? items.at(-1)!.release_id : null }
}

export async function getRelease(ctx: Ctx, campaignId: string, releaseId: string): Promise<Release> {
  const campaign = await campaignOf(ctx.db, campaignId)
  const row = campaign && (await releaseOf(ctx.db, campaignId, releaseId))
  if (!row) throw new Refusal('release_not_found')
  const who = await standingOf(ctx, campaign)
  refuseIf(refuseLook(campaign, who))
  return viewOf(ctx.db, campaign, who, row)
}

/** Published releases of every campaign, or of one season's, newest first. */
export async function listPublished(ctx: Ctx, page: { after?: string; limit?: number; season_id?: string }) {
  const limit = page.limit ?? 50
  const rows = await publishedReleases(ctx.db, idOf(page.after), limit + 1, page.season_id)
  const shown = rows.slice(0, limit)
  const latest = await latestPublished(ctx.db, [...new Set(shown.map((r) => r.campaign_id))])
  return {
    items: shown.map((r) => publicView(r, latest.get(r.campaign_id))),
    next: rows.length > limit ? shown.at(-1)!.id : null,
  }
}

/** A published release as anyone sees it. */
export function publicView(r: ReleaseRow, latest: number | undefined): PublicRelease {
  assert(r.manifest && r.content_hash && r.published_at, 'a published release is finished')
  const { campaign, counts, agreed } = r.manifest
  return {
    campaign_id: r.campaign_id,
    release_id: r.id,
    number: r.number,
    title: campaign.title,
    task_class: campaign.task_class as PublicRelease['task_class'],
    mode: campaign.mode as PublicRelease['mode'],
    language: campaign.language,
    licences: [...new Set(agreed.map((a) => a.licence))],
    published_at: r.published_at.toISOString(),
    content_hash: r.content_hash,
    counts,
    latest: r.number === latest,
  }
}

/** A page's place is an id; anything else starts at the beginning. */
const idOf = (after: string | undefined): string | undefined =>
  after !== undefined && /^[1-9][0-9]{0,17}$/.test(after) ? after : undefined
