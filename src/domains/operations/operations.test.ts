import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiError } from '../../client.ts'
import { createWorld, type Person, type World } from '../../../test/world.ts'

let world: World
let operator: Person
beforeAll(async () => {
  world = await createWorld()
  operator = await world.person('op', { roles: ['operator'] })
})
afterAll(() => world.close())

test('the overview counts what is there', async () => {
  await world.person('somebody')
  const overview = await operator.client.operations.overview()
  expect(overview.people).toEqual({ all: 2, seen_last_day: 0, suspended: 0 })
  expect(overview.attention).toEqual({
    approvals: 0,
    reports: 0,
    payout_people: 0,
    failing_jobs: 0,
    ledger_problems: 0,
  })
  expect(overview.last_day).toEqual({ submissions: 0, decisions: 0 })
})

test('a failing job shows in the list, in the overview and in the findings', async () => {
  await world.db
    .insertInto('job_state')
    .values({ name: 'broken_job', ran_at: world.clock.now(), took_ms: 7, failures: 3, error: 'no such thing' })
    .execute()
  expect((await operator.client.operations.jobs()).items).toContainEqual({
    name: 'broken_job',
    ran_at: world.clock.now().toISOString(),
    took_ms: 7,
    failures: 3,
    error: 'no such thing',
  })
  expect((await operator.client.operations.overview()).attention.failing_jobs).toBe(1)
  const { findings, database } = await operator.client.operations.health()
  expect(findings.find((f) => f.check === 'jobs')).toMatchObject({ state: 'warning', figures: { count: 1 } })
  expect(findings.find((f) => f.check === 'operators')).toMatchObject({
    state: 'warning',
    figures: { count: 1, with_passkey: 0 },
  })
  expect(database.size_bytes).toBeGreaterThan(0)
})

test('only operators look', async () => {
  const other = await world.person('other')
  for (const ask of [other.client.operations.overview, other.client.operations.health, other.client.operations.jobs]) {
    await expect(ask()).rejects.toMatchObject({ status: 403 } satisfies Partial<ApiError>)
  }
})
