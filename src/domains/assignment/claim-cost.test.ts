import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fillQueue, claimBuffers, probeBuffers } from '../../../bench/lib/queue.ts'
import { createWorld, type World } from '../../../test/world.ts'
import { windowWidth } from './rules.ts'

// Counters, not clocks: the buffers a claim touches are the same on every machine.
let w: World
beforeAll(async () => void (w = await createWorld()))
afterAll(() => w.close())
const CAMPAIGN = '77'
beforeEach(async () => {
  await sql`truncate queue, lease, claim_cursor`.execute(w.db)
})

const median = (xs: number[]) => xs.toSorted((a, b) => a - b)[Math.floor(xs.length / 2)]!

describe('what a claim costs', () => {
  test('stays flat from 1,000 to 100,000 open entries', async () => {
    const cost: number[] = []
    for (const n of [1000, 100_000]) {
      await sql`truncate queue, lease`.execute(w.db)
      await fillQueue(w.db, { campaign: CAMPAIGN, entries: n, needed: 3 })
      cost.push(median(await claimBuffers(w.db, { campaign: CAMPAIGN, claims: 60, width: windowWidth(n) })))
    }
    expect(Math.max(...cost)).toBeLessThanOrEqual(40)
    const exponent = Math.log(cost[1]! / cost[0]!) / Math.log(100)
    expect(exponent).toBeLessThanOrEqual(0.05)
  }, 120_000)

  test('stays bounded when the first level is drained while a snapshot keeps its dead entries', async () => {
    const n = 50_000
    await fillQueue(w.db, { campaign: CAMPAIGN, entries: n, needed: 3 })
    const holder = new pg.Client(w.connection)
    await holder.connect()
    await holder.query('begin isolation level repeatable read')
    await holder.query('select count(*) from queue')
    await sql`update queue set cover = 1 where campaign_id = ${CAMPAIGN}`.execute(w.db)
    const cost = await claimBuffers(w.db, { campaign: CAMPAIGN, claims: 20, width: windowWidth(n) })
    await holder.query('rollback')
    await holder.end()
    expect(Math.max(...cost)).toBeLessThanOrEqual(600)
  }, 120_000)

  test('stays bounded for a person who has had everything, and for one with a long history', async () => {
    const n = 20_000
    await fillQueue(w.db, { campaign: CAMPAIGN, entries: n, needed: 3 })
    await sql`insert into lease (campaign_id, account_id, target_id, lane, state, version, leased_at, expires_at)
      select campaign_id, 5, target_id, 2, 2, 1, now(), now() from queue`.execute(w.db)
    expect(
      Math.max(...(await claimBuffers(w.db, { campaign: CAMPAIGN, claims: 10, width: windowWidth(n), account: '5' }))),
    ).toBeLessThanOrEqual(600)
    expect(
      Math.max(...(await probeBuffers(w.db, { campaign: CAMPAIGN, probes: 20, account: '5' }))),
    ).toBeLessThanOrEqual(600)
    // The same history, now of other targets: a long record elsewhere must cost nothing, statistics stale or not.
    await sql`update lease set target_id = target_id + 1000000`.execute(w.db)
    expect(
      median(await claimBuffers(w.db, { campaign: CAMPAIGN, claims: 30, width: windowWidth(n), account: '5' })),
    ).toBeLessThanOrEqual(60)
  }, 120_000)
})
