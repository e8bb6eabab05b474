import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { Refusal } from '../../platform/refusal.ts'
import { campaignOf, rolesIn, versionOf } from '../campaigns/queries.ts'
import { sourcesOf } from '../gold/queries.ts'
import { itemsData } from '../campaigns/item-queries.ts'
import { shownData } from '../templates/rules.ts'
import { claim } from './claim.ts'
import type { assignments, Lane } from './contract.ts'
import { directLeases } from './direct.ts'
import { allLiveLeases, blindWork, LANE } from './queries.ts'
import { giveBack, renewLease } from './renew.ts'
import { mayReadWorkPage } from './rules.ts'

const laneName = (lane: number): Lane => (Object.keys(LANE) as Lane[]).find((name) => LANE[name] === lane)!

export const assignmentRoutes: Handlers<typeof assignments, Ctx> = {
  work_page: async (ctx, { params, query }) => {
    const campaign = await campaignOf(ctx.db, params.campaign_id)
    const roles = campaign ? await rolesIn(ctx.db, campaign.id, callerOf(ctx).account_id) : []
    if (
      !campaign ||
      !mayReadWorkPage({ status: campaign.status, is_member: roles.length > 0, platform_roles: callerOf(ctx).roles })
    )
      throw new Refusal('campaign_not_found')
    if ((query.version ?? 1) > campaign.version) throw new Refusal('campaign_not_found')
    const v = await versionOf(ctx.db, campaign.id, query.version ?? campaign.version)
    return {
      campaign_id: campaign.id,
      title: campaign.title,
      task_class: campaign.task_class,
      restricted: campaign.restricted,
      language: campaign.language,
      version: v.version,
      instructions: v.instructions,
      form: v.form,
      min_seconds: v.settings.min_seconds_contribute,
      review_min_seconds: v.settings.min_seconds_review,
      batch_size: v.settings.batch_size,
      lease_seconds: v.settings.lease_seconds,
      roles,
    }
  },
  claim_items: async (ctx, { params, body }) => {
    const { leases, ...rest } = await claim(ctx, params.campaign_id, 'contribute', body.count)
    const data = await itemsData(
      ctx.db,
      params.campaign_id,
      leases.map((l) => l.target_id),
    )
    const items = []
    for (const l of leases) {
      const { form } = await versionOf(ctx.db, params.campaign_id, l.version)
      items.push({
        item_id: l.target_id,
        data: shownData(form, data.get(l.target_id) ?? null),
        version: l.version,
        leased_at: l.leased_at.toISOString(),
        expires_at: l.expires_at.toISOString(),
      })
    }
    return { ...rest, items, next: null, server_time: ctx.now.toISOString() }
  },
  claim_reviews: async (ctx, { params, body }) => {
    const { leases, ...rest } = await claim(ctx, params.campaign_id, 'review', body.count)
    const ids = leases.map((l) => l.target_id)
    const sources = await sourcesOf(ctx.db, params.campaign_id, ids)
    const work = await blindWork(
      ctx.db,
      params.campaign_id,
      ids.map((id) => sources.get(id) ?? id),
    )
    const items = leases.flatMap((l) => {
      const w = work.get(sources.get(l.target_id) ?? l.target_id)
      return w
        ? [
            {
              submission_id: l.target_id,
              ...w,
              leased_at: l.leased_at.toISOString(),
              expires_at: l.expires_at.toISOString(),
            },
          ]
        : []
    })
    return { ...rest, items, next: null, server_time: ctx.now.toISOString() }
  },
  renew: (ctx, { params }) => renewLease(ctx, params.campaign_id, params.target_id),
  give_back: (ctx, { params }) => giveBack(ctx, params.campaign_id, params.target_id),
  my_leases: async (ctx) => {
    const leases = await allLiveLeases(ctx.db, callerOf(ctx).account_id, ctx.now)
    return {
      items: leases.map((l) => ({
        ...l,
        lane: laneName(l.lane),
        leased_at: l.leased_at.toISOString(),
        expires_at: l.expires_at.toISOString(),
      })),
      next: null,
    }
  },
  direct: (ctx, { params, body }) => directLeases(ctx, params.campaign_id, body.lane, body.reason, body.leases),
}
