import type { Plan } from './contract.ts'
import type { PlanRow } from './queries.ts'

/** A plan as QA sees it. */
export const planView = (plan: PlanRow, counts: { drawn: number; closed: number }): Plan => ({
  plan_id: plan.id,
  season_id: plan.season_id,
  campaign_id: plan.campaign_id,
  seed: plan.seed,
  accepted_wanted: plan.accepted_wanted ?? 'all',
  rejected_wanted: plan.rejected_wanted ?? 'all',
  double_bps: plan.double_bps,
  drawn_until: plan.drawn_until.toISOString(),
  created_at: plan.created_at.toISOString(),
  drawn: counts.drawn,
  closed: counts.closed,
  drawn_hash: plan.drawn_hash,
})
