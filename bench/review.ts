import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { CAMPAIGN, layCampaign, laySubmissions, reviewRequest } from './lib/campaign.ts'
import { diskSync, median, openBench, quantile, saveResult, watchMachine } from './lib/harness.ts'
import { load } from './lib/load.ts'
import { serveChild } from './lib/serve.ts'

/**
 * A review that settles, HTTP request in to committed transaction with its four ledger rows, by 64 people; beside it
 * pgbench running the same writes as one function at 8 clients on the same server, interleaved; then both latencies in
 * an open loop at half of capacity, timed from the schedule. `npx tsx bench/review.ts [reviews per round] [rounds]`.
 */
const perRound = Number(process.argv[2] ?? 8000)
const rounds = Number(process.argv[3] ?? 3)
const PEOPLE = 64

const bench = await openBench()
const { db } = bench
await layCampaign(db, { submissions: 1, people: 256 })
let laid = 1
const lay = async (count: number) => {
  await laySubmissions(db, { first: laid + 1, count, people: PEOPLE, before: 2 })
  const first = laid + 1
  laid += count
  return Array.from({ length: count }, (_, i) => first + i)
}
await sql.raw(readFileSync('bench/lib/review.sql', 'utf8')).execute(db)
await sql`create sequence bench_next`.execute(db)

function findPgbench(): string | undefined {
  const dirs = [
    ...(process.env.PATH ?? '').split(':'),
    ...(existsSync('/usr/lib/postgresql')
      ? readdirSync('/usr/lib/postgresql').map((v) => `/usr/lib/postgresql/${v}/bin`)
      : []),
  ]
  return dirs.map((d) => join(d, 'pgbench')).find((f) => existsSync(f))
}
const pgbench = findPgbench()

async function runPgbench(count: number): Promise<number> {
  const ids = await lay(count)
  await sql`select setval('bench_next', ${ids[0]! - 1})`.execute(db)
  const dir = mkdtempSync(join(tmpdir(), 'assay-pgbench-'))
  writeFileSync(join(dir, 'review.sql'), `select bench_settling_review(nextval('bench_next'), ${PEOPLE});\n`)
  const { host, port, user, database } = bench.connection
  const out = execFileSync(
    pgbench!,
    [
      '-h',
      host,
      '-p',
      String(port),
      '-U',
      user,
      '-n',
      '-M',
      'prepared',
      '-c',
      '8',
      '-j',
      '2',
      '-t',
      String(count / 8),
      '-f',
      join(dir, 'review.sql'),
      database,
    ],
    {
      encoding: 'utf8',
      env: { ...process.env, PGOPTIONS: '-c plan_cache_mode=force_generic_plan' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  rmSync(dir, { recursive: true })
  return Number(/tps = ([\d.]+) \(without/.exec(out)![1])
}

const server = await serveChild(bench.connection, { ASSAY_ROLES: 'web' })
const pg: number[] = []
const http: number[] = []
const watch = watchMachine()
for (let round = 0; round <= rounds; round++) {
  const ids = await lay(perRound)
  const r = await load({ port: server.port, connections: PEOPLE, requests: ids.map((g) => reviewRequest(g, PEOPLE)) })
  if (r.by_status['200'] !== perRound)
    throw new Error(`not all reviews were recorded: ${JSON.stringify(r.by_status)} ${r.sample_error}`)
  const rate = perRound / r.seconds
  const pgRate = pgbench ? await runPgbench(perRound) : NaN
  // The first round warms both up.
  if (round > 0) {
    http.push(rate)
    pg.push(pgRate)
  }
  process.stderr.write(`round ${round}: ${Math.round(rate)} reviews/s over HTTP, ${Math.round(pgRate)} by pgbench\n`)
}
const capacity = median(http)

const openRounds = []
for (let i = 0; i < 3; i++) {
  const ids = await lay(Math.ceil(capacity * 4))
  const r = await load({
    port: server.port,
    connections: 256,
    requests: ids.map((g) => reviewRequest(g, PEOPLE)),
    rate: capacity / 2,
    drop_first_ms: 1000,
    seed: i + 1,
  })
  openRounds.push({
    p50_ms: quantile(r.latencies_ms, 0.5),
    p99_ms: quantile(r.latencies_ms, 0.99),
    statuses: r.by_status,
  })
  process.stderr.write(`open loop at ${Math.round(capacity / 2)}/s: ${JSON.stringify(openRounds.at(-1))}\n`)
}

// Memory with 256 requests always in flight.
const ids = await lay(perRound)
await load({ port: server.port, connections: 256, requests: ids.map((g) => reviewRequest(g, PEOPLE)) })
const memory = server.peakMemoryMb()
const others = watch().others_share
const disk = diskSync()

const { rows: check } = await sql<{ decided: number; paid: number }>`select
  (select count(*)::int from decision where campaign_id = ${CAMPAIGN}::bigint) as decided,
  (select count(*)::int from transfer where kind in ('reward', 'review_pay')) as paid`.execute(db)
await server.stop()
await bench.close()
const round = (x: number) => Math.round(x * 100) / 100
saveResult('review', 'npx tsx bench/review.ts', {
  what: 'a review that settles: one review, decision, evidence and four ledger rows in one committed transaction, each of 64 people waiting for its answer',
  reviews_per_second_http: Math.round(capacity),
  pgbench_per_second: pgbench ? Math.round(median(pg)) : null,
  share_of_pgbench: pgbench ? round(median(http.map((h, i) => h / pg[i]!))) : null,
  goal_share: 0.35,
  rounds: http.map((h, i) => ({ http: Math.round(h), pgbench: Math.round(pg[i]!) })),
  open_loop_at_half_capacity: openRounds.map((o) => ({ p50_ms: round(o.p50_ms), p99_ms: round(o.p99_ms) })),
  p99_ms_median: round(median(openRounds.map((o) => o.p99_ms))),
  goal_p99_ms: 10,
  disk_sync: disk,
  server_peak_memory_mb_256_in_flight: memory,
  goal_memory_mb: 250,
  check: { ...check[0], expected_paid: check[0]!.decided * 4 },
  cpu_share_of_other_work: others,
})
