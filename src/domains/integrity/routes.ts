import type { Ctx } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { integrity } from './contract.ts'
import { allow, exclude } from './exclude.ts'
import { exclusionPage } from './queries.ts'

export const integrityRoutes: Handlers<typeof integrity, Ctx> = {
  exclusions: async (ctx, { query }) => {
    const limit = query.limit ?? 50
    // Pages go on from the pair that was last.
    const after = /^(\d{1,18})-(\d{1,18})$/.exec(query.after ?? '0-0')
    if (!after)
      throw new Refusal('invalid_request', {}, [
        { field: '/query/after', code: 'invalid', message: 'Go on from the "next" of an earlier page.' },
      ])
    const rows = await exclusionPage(ctx.db, [after[1]!, after[2]!], limit + 1)
    const items = rows.slice(0, limit).map((r) => ({ ...r, created_at: r.created_at.toISOString() }))
    const last = items.at(-1)
    return { items, next: rows.length > limit && last ? `${last.account_id}-${last.other_id}` : null }
  },
  exclude: (ctx, { body }) => exclude(ctx, body),
  allow: (ctx, { params }) => allow(ctx, params),
}
