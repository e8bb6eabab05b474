import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { search } from '../assignment/claim.ts'
import { blindWork, LANE, liveLeases } from '../assignment/queries.ts'
import { campaignOf, versionOf } from '../campaigns/queries.ts'
import { exclusionsOf } from '../integrity/queries.ts'
import type { reviews } from './contract.ts'
import { expertWork } from './expert-queries.ts'
import { recordReviews } from './record.ts'
import { appeal, revise } from './revise.ts'
import { statusOf } from './status.ts'

export const reviewRoutes: Handlers<typeof reviews, Ctx> = {
  record: (ctx, { params, body }) => recordReviews(ctx, params.campaign_id, body.reviews),
  status: (ctx, { params }) => statusOf(ctx, params.campaign_id, params.submission_id),
  revise: (ctx, { params, body }) => revise(ctx, params.campaign_id, params.submission_id, body.answer),
  appeal: (ctx, { params, body }) => appeal(ctx, params.campaign_id, params.submission_id, body.reason),
  expert_desk: async (ctx) => ({
    items: (await expertWork(ctx.db)).map((w) => ({ ...w, oldest_at: w.oldest_at.toISOString() })),
    next: null,
  }),
  expert_claim: async (ctx, { params }) => {
    const who = callerOf(ctx).account_id
    const campaign = await campaignOf(ctx.db, params.campaign_id)
    if (!campaign) return { state: 'none', items: [], next: null }
    let leases = await liveLeases(ctx.db, campaign.id, who, [LANE.expert], ctx.now)
    if (leases.length === 0) {
      const version = await versionOf(ctx.db, campaign.id, campaign.version)
      const excluded = await exclusionsOf(ctx.db, who)
      leases = (await search(ctx, ctx.db, { campaignId: campaign.id, lane: 'expert', who, want: 1, version, excluded }))
        .leases
    }
    const work = await blindWork(
      ctx.db,
      campaign.id,
      leases.map((l) => l.target_id),
    )
    const items = leases.flatMap((l) => {
      const w = work.get(l.target_id)
      return w ? [{ submission_id: l.target_id, ...w, expires_at: l.expires_at.toISOString() }] : []
    })
    return { state: items.length > 0 ? 'work' : 'none', items, next: null }
  },
}
