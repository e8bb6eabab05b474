import { afterAll, expect, inject, test } from 'vitest'
import type { Connection } from '../platform/db/open.ts'
import { payThroughTheApplication } from './cell.ts'
import { dropDatabase } from './database-queries.ts'
import { playWorld } from './grid-world.ts'
import { payPlayed } from './grid.ts'
import { USUAL_SCORE_PPM } from '../domains/campaigns/pay-rules.ts'

const lent = inject('server') as Connection & { template: string }
const server: Connection = { host: lent.host, port: lent.port, user: lent.user, database: 'postgres' }
const database = `test_${lent.template.split('_')[1]}_cell`
afterAll(() => dropDatabase(server, database))

const RULE = { base_bps: 2_000, s1_ppm: USUAL_SCORE_PPM }

test('a cell of the strategy grid pays the same through the application as on the rules alone', async () => {
  const played = playWorld({
    seed: 3,
    people: 15,
    tasks_each: 40,
    panel: 5,
    prior: [0.3, 0.7],
    audit_share: 1,
    models: 0,
    strategy: 'always_accept',
    attackers: 4,
  })
  const grid = payPlayed(played, RULE)
  const books = await payThroughTheApplication(server, database, played, RULE)
  expect(books).toHaveLength(played.people)
  // Pay is rounded down to whole units, of which the rate has a million.
  books.forEach((pay, i) => expect(Math.abs(pay - grid.pay[i]!), `person ${i}`).toBeLessThan(1e-5))
  const mean = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0) / xs.length
  expect(mean(books.slice(0, played.attackers))).toBeCloseTo(RULE.base_bps / 10_000, 5)
  expect(mean(books.slice(played.attackers))).toBeGreaterThan(2 * mean(books.slice(0, played.attackers)))
})
