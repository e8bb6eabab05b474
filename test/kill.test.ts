import { expect, test } from 'vitest'
import { isSound, runKills } from '../bench/lib/kill.ts'

// The small version of `bench/kill.ts`: a process tree of its own, in a directory of its own.
test('kill -9 of server and database loses nothing that was acknowledged', async () => {
  const r = await runKills({ kills: 4, seed: 3, items: 25 })
  expect(r).toMatchObject({
    kills: 4,
    lost: [],
    retries_refused: [],
    stuck: [],
    audit_problems: [],
    answers_wrong: [],
    finished: true,
  })
  expect(isSound(r)).toBe(true)
  expect(r.processes_killed, 'server, postmaster and backends each time').toBeGreaterThan(4 * 5)
  expect(r.acknowledged.submissions).toBeGreaterThan(20)
  expect(r.acknowledged.reviews).toBeGreaterThan(20)
  expect(r.acknowledged.transfers).toBeGreaterThan(4)
}, 400_000)

test('planted fault: answering before the commit is caught', async () => {
  const r = await runKills({ kills: 3, seed: 5, items: 25, fault: 'hasty' })
  expect(r.lost.join('\n')).toMatch(/is gone/)
}, 300_000)
