import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import type { TASK_CLASSES } from '../campaigns/contract.ts'
import type { reliability } from './contract.ts'
import { campaignDoubts, campaignReliability, listReviewed } from './qa.ts'
import { historyOf } from './queries.ts'

const DAYS_SHOWN = 366

export const reliabilityRoutes: Handlers<typeof reliability, Ctx> = {
  mine: async (ctx) => {
    const rows = await historyOf(ctx.db, callerOf(ctx).account_id, DAYS_SHOWN)
    const byPlace = new Map<string, typeof rows>()
    for (const r of rows) {
      const place = `${r.task_class}/${r.role}`
      byPlace.set(place, [...(byPlace.get(place) ?? []), r])
    }
    const items = [...byPlace.values()].map((history) => {
      const { task_class, role } = history[0]!
      return {
        task_class: task_class as (typeof TASK_CLASSES)[number],
        role: role as 'reviewer' | 'contributor',
        ...figureOf(history[0]!),
        history: history
          .slice(0, DAYS_SHOWN)
          .toReversed()
          .map((h) => ({ day: String(h.day), ...figureOf(h) })),
      }
    })
    return { items, next: null }
  },
  campaigns: (ctx) => listReviewed(ctx),
  campaign: (ctx, { params }) => campaignReliability(ctx, params.campaign_id),
  doubts: (ctx, { params }) => campaignDoubts(ctx, params.campaign_id),
}

type Row = Awaited<ReturnType<typeof historyOf>>[number]
const figureOf = ({ mean_bps, low_bps, high_bps, judged, confirmed, audited, audited_right }: Row) => ({
  mean_bps,
  low_bps,
  high_bps,
  judged,
  confirmed,
  audited,
  audited_right,
})
