import type { Ctx } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { type groups, TRAITS } from './contract.ts'
import { acceptedByGroup } from './queries.ts'
import { shownGroups } from './rules.ts'
import { mine, setTraits } from './set.ts'

export const groupRoutes: Handlers<typeof groups, Ctx> = {
  mine: (ctx) => mine(ctx),
  set: (ctx, { body }) => setTraits(ctx, body),
  counts: async (ctx, { params }) => {
    const rows = await acceptedByGroup(ctx.db, params.campaign_id)
    return {
      traits: TRAITS.map((trait) => ({
        trait,
        groups: shownGroups(rows.filter((r) => r.trait === trait)),
      })),
    }
  },
}
