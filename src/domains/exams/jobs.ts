import type { Job } from '../../platform/jobs/job.ts'
import { assignRoles } from '../campaigns/members.ts'
import { versionOf } from '../campaigns/queries.ts'
import { campaignsToBalance, examOf, movable, needOf } from './queries.ts'
import { peopleToMove } from './rules.ts'

/** Moves qualified people between contributing and reviewing, so that work which waits finds people; each is told why. */
export const balanceRoles: Job = {
  name: 'balance_roles',
  every_ms: 30_000,
  async run(ctx) {
    for (const { id, version } of await campaignsToBalance(ctx.db)) {
      const { settings } = await versionOf(ctx.db, id, version)
      if (settings.may_do_both) continue
      const n = peopleToMove(await needOf(ctx.db, id, settings.reviews.max))
      if (n === 0) continue
      const to =
        n > 0
          ? ({ role: 'reviewer', why: 'moved_to_review' } as const)
          : ({ role: 'contributor', why: 'moved_to_contribute' } as const)
      const exam = await examOf(ctx.db, id)
      for (const m of await movable(
        ctx.db,
        id,
        n > 0 ? 'contributor' : 'reviewer',
        exam?.reviewer_bps ?? 0,
        ctx.now,
        Math.abs(n),
      )) {
        await ctx.db.transaction().execute((db) =>
          assignRoles(ctx, db, {
            campaign_id: id,
            account_id: m.account_id,
            roles: [to],
            consent_version: m.consent_version,
          }),
        )
      }
    }
    return { more: false }
  },
}
