import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { Refusal } from '../../platform/refusal.ts'
import { campaignOf, hasRole } from '../campaigns/queries.ts'
import type { models } from './contract.ts'
import { recordsOf } from './queries.ts'
import { BUILTIN } from './rules.ts'

export const modelRoutes: Handlers<typeof models, Ctx> = {
  records: async (ctx, { params }) => {
    const { account_id, roles } = callerOf(ctx)
    if (!(await campaignOf(ctx.db, params.campaign_id))) throw new Refusal('campaign_not_found')
    if (
      !roles.some((r) => r === 'qa' || r === 'operator') &&
      !(await hasRole(ctx.db, params.campaign_id, account_id, 'requester'))
    )
      throw new Refusal('models_not_shown')
    const rows = await recordsOf(ctx.db, params.campaign_id)
    const items = rows.map((r) => ({
      ...r,
      kind: r.model === BUILTIN ? ('builtin' as const) : ('endpoint' as const),
      tokens: Number(r.tokens),
    }))
    return { items, next: null }
  },
}
