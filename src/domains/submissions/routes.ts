import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { ID_PART, limitOf, pageOf, readCursor } from '../ledger/pages.ts'
import type { submissions } from './contract.ts'
import { submissionsOf } from './queries.ts'
import { submit } from './submit.ts'
import { withdraw } from './withdraw.ts'

export const submissionRoutes: Handlers<typeof submissions, Ctx> = {
  submit: (ctx, { params, body }) => submit(ctx, params.campaign_id, body.submissions),
  mine: async (ctx, { query }) => {
    const limit = limitOf(query)
    const before = readCursor(query.after, [ID_PART])?.[0]
    const rows = await submissionsOf(ctx.db, callerOf(ctx).account_id, {
      campaign_id: query.campaign_id,
      before,
      limit: limit + 1,
    })
    return pageOf(
      rows,
      limit,
      (r) => [r.id],
      ({ id, ...r }) => ({
        ...r,
        submission_id: id,
        status: r.status as 'in_review',
        submitted_at: r.submitted_at.toISOString(),
        decision_due_at: r.decision_due_at?.toISOString() ?? null,
        decided_at: r.decided_at?.toISOString() ?? null,
        settles_at: r.settles_at?.toISOString() ?? null,
      }),
    )
  },
  withdraw: (ctx, { params }) => withdraw(ctx, params.campaign_id, params.submission_id),
}
