import type { Finding } from './contract.ts'

export type Facts = {
  durable: boolean
  /** How far the database's clock is from ours. */
  skew_ms: number
  connections: number
  max_connections: number
  oldest_transaction_seconds: number
  failing_jobs: number
  /** Seconds since any job ran; null when none ever did. */
  last_job_seconds: number | null
  ledger: { problems: number; age_seconds: number } | undefined
  unsequenced_late: number
  leases_late: number
  decisions_late: number
  failed_releases: number
  failed_reports: number
  operators: number
  operators_with_passkey: number
  restricted_people: number
}

const HOUR = 3600

/** What is well, worth knowing, or wrong, from what was measured. */
export function findingsOf(f: Facts): Finding[] {
  const one = (check: Finding['check'], state: Finding['state'], figures: Finding['figures'] = {}): Finding => ({
    check,
    state,
    figures,
  })
  const late = (check: Finding['check'], count: number) => one(check, count > 0 ? 'warning' : 'ok', { count })
  return [
    one('durable', f.durable ? 'ok' : 'fault'),
    one('clock', f.skew_ms > 2000 ? 'fault' : 'ok', { milliseconds: f.skew_ms }),
    one(
      'connections',
      f.connections >= f.max_connections * 0.9 ? 'fault' : f.connections >= f.max_connections * 0.7 ? 'warning' : 'ok',
      { connections: f.connections, limit: f.max_connections },
    ),
    one('long_transaction', f.oldest_transaction_seconds > HOUR ? 'warning' : 'ok', {
      seconds: f.oldest_transaction_seconds,
    }),
    f.last_job_seconds === null || f.last_job_seconds > 300
      ? one('jobs', 'fault', { count: f.failing_jobs, seconds: f.last_job_seconds ?? -1 })
      : one('jobs', f.failing_jobs > 0 ? 'warning' : 'ok', { count: f.failing_jobs, seconds: f.last_job_seconds }),
    f.ledger === undefined
      ? one('ledger', 'warning', { count: 0, seconds: -1 })
      : one('ledger', f.ledger.problems > 0 ? 'fault' : f.ledger.age_seconds > 2 * 86_400 ? 'warning' : 'ok', {
          count: f.ledger.problems,
          seconds: f.ledger.age_seconds,
        }),
    late('evidence', f.unsequenced_late),
    late('leases', f.leases_late),
    late('decisions', f.decisions_late),
    late('releases', f.failed_releases),
    late('reports', f.failed_reports),
    one('operators', f.operators === 0 ? 'fault' : f.operators_with_passkey === 0 ? 'warning' : 'ok', {
      count: f.operators,
      with_passkey: f.operators_with_passkey,
    }),
    one('restricted_data', 'ok', { count: f.restricted_people }),
  ]
}
