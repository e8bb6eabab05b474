import { CAMPAIGN, keyOf, layCampaign } from './lib/campaign.ts'
import { diskSync, openBench, quantile, median, saveResult, watchMachine } from './lib/harness.ts'
import { load } from './lib/load.ts'
import { fillQueue } from './lib/queue.ts'
import { serveChild } from './lib/serve.ts'
import { sql } from 'kysely'

/**
 * Claims through HTTP, each by a person who holds nothing yet (their key is looked up afresh, too), from 100,000 open
 * submissions: capacity in a closed loop, then latency in an open loop at half of it, timed from the schedule.
 * `npx tsx bench/claim-http.ts [open submissions]`
 */
const entries = Number(process.argv[2] ?? 100_000)
const PEOPLE = 40_000
const bench = await openBench()
const { db } = bench
await layCampaign(db, { submissions: 1, people: PEOPLE })
await fillQueue(db, { campaign: CAMPAIGN, entries, needed: 3, firstTarget: 500_000_000 })
// A claim answers with the work itself, so each target is a submission with an item and an answer.
await sql`insert into item (campaign_id, id, data, state, attempts, queued, created_at) select ${CAMPAIGN}::bigint, 600000000 + g, '{"topic":"x"}', 'done', 1, false, now() from generate_series(1, ${entries}::int) g`.execute(
  db,
)
await sql`insert into submission (campaign_id, id, item_id, author_id, version, status, content_hash, submitted_at, took_seconds)
  select ${CAMPAIGN}::bigint, 500000000 + g, 600000000 + g, 2000, 1, 'in_review', 'h', now(), 30 from generate_series(1, ${entries}::int) g`.execute(
  db,
)
await sql`insert into submission_answer (campaign_id, submission_id, answer) select ${CAMPAIGN}::bigint, 500000000 + g, jsonb_build_object('fact', repeat('word ', 100)) from generate_series(1, ${entries}::int) g`.execute(
  db,
)
await sql`insert into queue_size values (${CAMPAIGN}::bigint, 2, ${entries}::int, now())`.execute(db)
await sql`analyze`.execute(db)

const server = await serveChild(bench.connection, { ASSAY_ROLES: 'web' })
const watch = watchMachine()
let person = 0
const claims = (count: number) =>
  Array.from({ length: count }, () => ({
    method: 'POST',
    path: `/v1/campaigns/${CAMPAIGN}/leases/review`,
    key: keyOf(person++),
    body: '{"count":1}',
  }))
const failed = (statuses: Record<string, number>) => Object.keys(statuses).some((s) => s !== '200')

await load({ port: server.port, connections: 32, requests: claims(2000) })
const closed = await load({ port: server.port, connections: 32, requests: claims(6000) })
if (failed(closed.by_status))
  throw new Error(`not every claim was answered: ${JSON.stringify(closed.by_status)} ${closed.sample_error}`)
const capacity = closed.answered / closed.seconds
process.stderr.write(`capacity ${Math.round(capacity)} claims/s\n`)
const rounds = []
for (let i = 0; i < 3; i++) {
  const r = await load({
    port: server.port,
    connections: 256,
    requests: claims(Math.min(9000, Math.ceil(capacity * 3))),
    rate: capacity / 2,
    drop_first_ms: 1000,
    seed: i + 1,
  })
  if (failed(r.by_status)) throw new Error(JSON.stringify(r.by_status))
  rounds.push({
    p50_ms: Math.round(quantile(r.latencies_ms, 0.5) * 100) / 100,
    p99_ms: Math.round(quantile(r.latencies_ms, 0.99) * 100) / 100,
  })
  process.stderr.write(`${JSON.stringify(rounds.at(-1))}\n`)
}
const others = watch().others_share
const disk = diskSync()
await server.stop()
await bench.close()
saveResult('claim-http', 'npx tsx bench/claim-http.ts', {
  what: 'one claim of a submission to review, HTTP request in to answer with the work, by people who hold nothing yet',
  open_submissions: entries,
  capacity_per_second: Math.round(capacity),
  open_loop_at_half_capacity: rounds,
  p99_ms_median: median(rounds.map((r) => r.p99_ms)),
  goal_p99_ms: 10,
  disk_sync: disk,
  cpu_share_of_other_work: others,
})
