import { sql } from 'kysely'
import pg from 'pg'
import { windowWidth } from '../src/domains/assignment/rules.ts'
import { growthExponent, median, openBench, quantile, saveResult } from './lib/harness.ts'
import { claimBuffers, fillQueue, plainClaim, probeBuffers } from './lib/queue.ts'

/** What a claim touches as the queue grows and under every stress we know: `npx tsx bench/claim.ts [largest]`. */
const largest = Number(process.argv[2] ?? 1_000_000)
const CAMPAIGN = '77'
const bench = await openBench()
const { db } = bench
const spread = (xs: number[]) => ({ median: median(xs), p95: quantile(xs, 0.95), max: Math.max(...xs) })
const clean = () => sql`truncate queue, lease, claim_cursor, judged`.execute(db)

const sizes = [1000, 10_000, 100_000, 1_000_000].filter((n) => n <= largest)
const plain = await plainClaim(db)
const flat = []
for (const n of sizes) {
  await clean()
  await fillQueue(db, { campaign: CAMPAIGN, entries: n, needed: 3 })
  flat.push({
    open_items: n,
    buffers: spread(await claimBuffers(db, { campaign: CAMPAIGN, claims: 400, width: windowWidth(n) })),
  })
  await clean()
  await fillQueue(db, { campaign: CAMPAIGN, entries: n, needed: 3 })
  const before = spread(await claimBuffers(db, { campaign: CAMPAIGN, claims: 400, width: windowWidth(n), by: plain }))
  Object.assign(flat.at(-1)!, { without_apart: before, ratio: flat.at(-1)!.buffers.median / before.median })
  process.stderr.write(`${n} entries: ${JSON.stringify(flat.at(-1))}\n`)
}
const exponent = growthExponent(flat.map((f) => ({ x: f.open_items, y: f.buffers.median })))

const n = Math.min(largest, 100_000)
const stress: Record<string, object> = {}

async function held<T>(work: () => Promise<T>): Promise<T> {
  const holder = new pg.Client(bench.connection)
  await holder.connect()
  await holder.query('set idle_in_transaction_session_timeout = 0')
  await holder.query('begin isolation level repeatable read')
  await holder.query('select count(*) from queue')
  try {
    return await work()
  } finally {
    await holder.query('rollback')
    await holder.end()
  }
}

await clean()
await fillQueue(db, { campaign: CAMPAIGN, entries: n, needed: 3 })
stress.held_snapshot_after_20k_claims = await held(async () => {
  await claimBuffers(db, { campaign: CAMPAIGN, claims: 20_000, width: windowWidth(n) })
  return spread(
    await claimBuffers(db, { campaign: CAMPAIGN, claims: 300, width: windowWidth(n), account: '999999999' }),
  )
})
for (const [name, share] of [
  ['drained_level_99', 0.99],
  ['drained_level_999', 0.999],
  ['drained_level_100', 1],
] as const) {
  await clean()
  await fillQueue(db, { campaign: CAMPAIGN, entries: n, needed: 3 })
  stress[`${name}_held_snapshot`] = await held(async () => {
    await sql`update queue set cover = 1 where campaign_id = ${CAMPAIGN} and target_id % 1000 < ${Math.round(share * 1000)}`.execute(
      db,
    )
    return spread(await claimBuffers(db, { campaign: CAMPAIGN, claims: 200, width: windowWidth(n) }))
  })
}
await clean()
await fillQueue(db, { campaign: CAMPAIGN, entries: n, needed: 3 })
await sql`insert into lease (campaign_id, account_id, target_id, lane, state, version, leased_at, expires_at) select campaign_id, 5, target_id, 2, 2, 1, now(), now() from queue`.execute(
  db,
)
stress.exhausted_reviewer_windows = spread(
  await claimBuffers(db, { campaign: CAMPAIGN, claims: 200, width: windowWidth(n), account: '5' }),
)
stress.exhausted_reviewer_search_step = spread(
  await probeBuffers(db, { campaign: CAMPAIGN, probes: 200, account: '5' }),
)
await sql`update lease set target_id = target_id + 10000000`.execute(db)
stress.very_active_reviewer_stale_statistics = spread(
  await claimBuffers(db, { campaign: CAMPAIGN, claims: 200, width: windowWidth(n), account: '5' }),
)

await bench.close()
saveResult('claim', 'npx tsx bench/claim.ts', {
  unit: 'shared buffers touched by one claim, everything inside it included',
  flat,
  growth_exponent: Math.round(exponent * 1000) / 1000,
  goal: { buffers: 40, growth_exponent: 0.05, stress: 600 },
  stress_open_items: n,
  stress,
})
