import { describe, expect, test } from 'vitest'
import { type Facts, findingsOf } from './rules.ts'

const WELL: Facts = {
  durable: true,
  skew_ms: 3,
  connections: 8,
  max_connections: 100,
  oldest_transaction_seconds: 0,
  failing_jobs: 0,
  last_job_seconds: 1,
  ledger: { problems: 0, age_seconds: 60 },
  unsequenced_late: 0,
  leases_late: 0,
  decisions_late: 0,
  failed_releases: 0,
  failed_reports: 0,
  operators: 1,
  operators_with_passkey: 1,
  restricted_people: 0,
}
const stateOf = (facts: Partial<Facts>, check: string) =>
  findingsOf({ ...WELL, ...facts }).find((f) => f.check === check)?.state

test('a well installation has nothing but good findings', () => {
  expect(findingsOf(WELL).filter((f) => f.state !== 'ok')).toEqual([])
})

describe('each fault is found, and only where it is', () => {
  const cases: [Partial<Facts>, string, string][] = [
    [{ durable: false }, 'durable', 'fault'],
    [{ skew_ms: 2001 }, 'clock', 'fault'],
    [{ connections: 71 }, 'connections', 'warning'],
    [{ connections: 90 }, 'connections', 'fault'],
    [{ oldest_transaction_seconds: 3601 }, 'long_transaction', 'warning'],
    [{ failing_jobs: 1 }, 'jobs', 'warning'],
    [{ last_job_seconds: 301 }, 'jobs', 'fault'],
    [{ last_job_seconds: null }, 'jobs', 'fault'],
    [{ ledger: undefined }, 'ledger', 'warning'],
    [{ ledger: { problems: 1, age_seconds: 0 } }, 'ledger', 'fault'],
    [{ ledger: { problems: 0, age_seconds: 200_000 } }, 'ledger', 'warning'],
    [{ unsequenced_late: 2 }, 'evidence', 'warning'],
    [{ leases_late: 1 }, 'leases', 'warning'],
    [{ decisions_late: 1 }, 'decisions', 'warning'],
    [{ failed_releases: 1 }, 'releases', 'warning'],
    [{ failed_reports: 1 }, 'reports', 'warning'],
    [{ operators: 0, operators_with_passkey: 0 }, 'operators', 'fault'],
    [{ operators_with_passkey: 0 }, 'operators', 'warning'],
  ]
  test.each(cases)('%j', (facts, check, state) => {
    expect(stateOf(facts, check)).toBe(state)
    expect(findingsOf({ ...WELL, ...facts }).filter((f) => f.state !== 'ok')).toHaveLength(1)
  })
})
