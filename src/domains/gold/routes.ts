import type { Ctx } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { Refusal } from '../../platform/refusal.ts'
import { campaignOf, versionOf } from '../campaigns/queries.ts'
import type { gold } from './contract.ts'
import { disputedSources, goldStanding } from './queries.ts'

const DISPUTED_SHOWN = 50

export const goldRoutes: Handlers<typeof gold, Ctx> = {
  standing: async (ctx, { params }) => {
    const campaign = await campaignOf(ctx.db, params.campaign_id)
    if (!campaign || campaign.status === 'draft') throw new Refusal('campaign_not_found')
    const { settings } = await versionOf(ctx.db, campaign.id, campaign.version)
    const { retired_used, retired_disputed, retired_changed, retired_gone, ...standing } = await goldStanding(
      ctx.db,
      campaign.id,
    )
    const disputed = await disputedSources(ctx.db, campaign.id, DISPUTED_SHOWN)
    return {
      on: settings.gold !== undefined,
      ...standing,
      retired: { used: retired_used, disputed: retired_disputed, changed: retired_changed, gone: retired_gone },
      disputed: disputed.map((d) => ({ ...d, retired_at: d.retired_at.toISOString() })),
    }
  },
}
