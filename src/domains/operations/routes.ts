import type { Ctx } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { LANE } from '../assignment/queries.ts'
import { LANES } from '../assignment/contract.ts'
import type { CampaignState } from '../campaigns/contract.ts'
import { waitingByCurrency } from '../payouts/queries.ts'
import type { operations } from './contract.ts'
import { campaignStates, fullestQueues, jobStates, measure, overviewOf } from './queries.ts'
import { findingsOf } from './rules.ts'

const ON = 'on'

export const operationsRoutes: Handlers<typeof operations, Ctx> = {
  overview: async (ctx) => {
    const o = await overviewOf(ctx.db, ctx.now)
    const payout_people = (await waitingByCurrency(ctx.db)).reduce((sum, w) => sum + Number(w.people), 0)
    return {
      since: o.since.toISOString(),
      attention: {
        approvals: o.approvals,
        reports: o.reports,
        payout_people,
        failing_jobs: o.failing_jobs,
        ledger_problems: o.ledger_problems,
      },
      people: { all: o.people, seen_last_day: o.seen_last_day, suspended: o.suspended },
      campaigns: (await campaignStates(ctx.db)).map((c) => ({
        status: c.status as CampaignState,
        count: Number(c.count),
      })),
      last_day: { submissions: o.submissions, decisions: o.decisions },
    }
  },
  health: async (ctx) => {
    const m = await measure(ctx.db, ctx.now)
    const ageOf = (at: Date) => Math.max(0, Math.round((ctx.now.getTime() - at.getTime()) / 1000))
    return {
      checked_at: ctx.now.toISOString(),
      findings: findingsOf({
        durable: m.fsync === ON && m.full_page_writes === ON && m.synchronous_commit !== 'off',
        skew_ms: Math.abs(m.database_now.getTime() - ctx.now.getTime()),
        connections: m.connections,
        max_connections: m.max_connections,
        oldest_transaction_seconds: m.oldest_seconds,
        failing_jobs: m.failing_jobs,
        last_job_seconds: m.last_job_at ? ageOf(m.last_job_at) : null,
        ledger:
          m.ledger_problems === null || m.ledger_at === null
            ? undefined
            : { problems: m.ledger_problems, age_seconds: ageOf(m.ledger_at) },
        unsequenced_late: m.unsequenced,
        leases_late: m.leases,
        decisions_late: m.decisions,
        failed_releases: m.releases,
        failed_reports: m.reports,
        operators: m.operators,
        operators_with_passkey: m.operators_with_passkey,
        restricted_people: m.restricted_people,
      }),
      database: {
        version: m.version,
        size_bytes: Number(m.size_bytes),
        connections: m.connections,
        max_connections: m.max_connections,
      },
      queues: (await fullestQueues(ctx.db)).map((q) => ({
        ...q,
        lane: LANES.find((l) => LANE[l] === q.lane) ?? 'contribute',
        measured_at: q.measured_at.toISOString(),
      })),
    }
  },
  jobs: async (ctx) => ({
    items: (await jobStates(ctx.db)).map((j) => ({ ...j, ran_at: j.ran_at?.toISOString() ?? null })),
    next: null,
  }),
}
