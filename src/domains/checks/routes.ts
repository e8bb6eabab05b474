import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { Refusal } from '../../platform/refusal.ts'
import { type Campaign, campaignOf, hasRole } from '../campaigns/queries.ts'
import { checkAgain } from './again.ts'
import type { checks } from './contract.ts'
import { campaignDiversity } from './diversity/view.ts'
import { recordsOf, stateOf } from './view-queries.ts'
import { recordView } from './view.ts'

async function mayLook(ctx: Ctx, campaignId: string): Promise<Campaign> {
  const { account_id, roles } = callerOf(ctx)
  const campaign = await campaignOf(ctx.db, campaignId)
  if (!campaign) throw new Refusal('campaign_not_found')
  if (roles.some((r) => r === 'qa' || r === 'operator')) return campaign
  if (!(await hasRole(ctx.db, campaignId, account_id, 'requester'))) throw new Refusal('checks_not_shown')
  return campaign
}

export const checkRoutes: Handlers<typeof checks, Ctx> = {
  records: async (ctx, { params }) => {
    await mayLook(ctx, params.campaign_id)
    return { items: (await recordsOf(ctx.db, params.campaign_id)).map(recordView), next: null }
  },
  waiting: async (ctx, { params }) => {
    await mayLook(ctx, params.campaign_id)
    const { again, ...rest } = await stateOf(ctx.db, params.campaign_id)
    return {
      ...rest,
      again: again
        ? { run: again.run, asked_at: again.asked_at.toISOString(), done_at: again.done_at?.toISOString() ?? null }
        : null,
    }
  },
  diversity: async (ctx, { params }) => campaignDiversity(ctx, await mayLook(ctx, params.campaign_id)),
  again: (ctx, { params, body }) => checkAgain(ctx, params.campaign_id, body.outside ?? false),
}
