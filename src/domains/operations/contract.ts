import Type, { type Static } from 'typebox'
import { At, endpoint, Id, nullable, obj, oneOf, text } from '../../platform/http/endpoint.ts'
import { LANES } from '../assignment/contract.ts'
import { CAMPAIGN_STATES } from '../campaigns/contract.ts'

/** What is looked at; the sentences are in the web catalogue under `health.<check>`. */
export const HEALTH_CHECKS = [
  'durable',
  'clock',
  'connections',
  'long_transaction',
  'jobs',
  'ledger',
  'evidence',
  'leases',
  'decisions',
  'releases',
  'reports',
  'operators',
  'restricted_data',
] as const
export const HEALTH_STATES = ['ok', 'warning', 'fault'] as const
export const Finding = obj({
  check: oneOf(HEALTH_CHECKS),
  state: oneOf(HEALTH_STATES),
  figures: Type.Record(text(40), Type.Union([Type.Integer(), text(200)])),
})
export type Finding = Static<typeof Finding>

const Count = Type.Integer()

/** The installation, as its operators look after it. */
export const operations = {
  overview: endpoint({
    method: 'GET',
    path: '/v1/operations',
    role: 'operator',
    scope: 'operate',
    summary: "What needs an operator's attention, and how large this installation is",
    result: obj({
      since: At,
      attention: obj({
        approvals: Count,
        reports: Count,
        payout_people: Count,
        failing_jobs: Count,
        ledger_problems: Count,
      }),
      people: obj({ all: Count, seen_last_day: Count, suspended: Count }),
      campaigns: Type.Array(obj({ status: oneOf(CAMPAIGN_STATES), count: Count })),
      last_day: obj({ submissions: Count, decisions: Count }),
    }),
    refusals: [],
  }),
  health: endpoint({
    method: 'GET',
    path: '/v1/operations/health',
    role: 'operator',
    scope: 'operate',
    summary: 'The database, its queues and what waits too long, looked at now',
    result: obj({
      checked_at: At,
      findings: Type.Array(Finding),
      database: obj({ version: text(100), size_bytes: Count, connections: Count, max_connections: Count }),
      /** The fullest lanes, as last measured. */
      queues: Type.Array(
        obj({ campaign_id: Id, title: text(200), lane: oneOf(LANES), entries: Count, measured_at: At }),
      ),
    }),
    refusals: [],
  }),
  jobs: endpoint({
    method: 'GET',
    path: '/v1/operations/jobs',
    role: 'operator',
    scope: 'operate',
    summary: 'Background jobs: when each last ran, how long it took, and what failed',
    result: obj({
      items: Type.Array(
        obj({
          name: text(60),
          ran_at: nullable(At),
          took_ms: nullable(Count),
          failures: Count,
          error: nullable(text(500)),
        }),
      ),
      next: Type.Null(),
    }),
    refusals: [],
  }),
}
