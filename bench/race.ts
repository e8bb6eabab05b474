import { randomBytes } from 'node:crypto'
import { createIds } from '../src/platform/ids.ts'
import { silent } from '../src/platform/log.ts'
import { openDb } from '../src/platform/db/open.ts'
import { createRng } from '../src/platform/rng.ts'
import { keyring } from '../src/platform/seal/keyring.ts'
import type { Parts } from '../src/server/app.ts'
import { settleJobs } from '../src/server/worker.ts'
import { sql } from 'kysely'
import { openBench, saveResult, watchMachine } from './lib/harness.ts'
import { race } from './lib/race.ts'

/** 64 clients, mixed transactions, forced lease expiries: nothing may ever break. `npx tsx bench/race.ts [transactions] [seed]`. */
const transactions = Number(process.argv[2] ?? 500_000)
const seed = Number(process.argv[3] ?? 1)
const ITEMS = Math.max(200, Math.ceil(transactions / 12))
const bench = await openBench({ synchronous_commit: 'off' })
const { db } = openDb({ connection: bench.connection, poolSize: 16, forceGenericPlan: true })
let nowMs = Date.UTC(2026, 0, 5)
const rng = createRng(seed)
const parts: Parts = {
  db,
  rng,
  config: bench.config,
  seal: keyring(() => [Buffer.alloc(32, 1)]),
  log: silent,
  clock: { now: () => new Date(nowMs) },
  newId: createIds({ node: 1, nowMs: () => nowMs, below: (n) => rng.below(n) }),
  randomBytes: (n) => randomBytes(n),
}
const people = Array.from({ length: 400 }, (_, i) => String(10_000 + i))
const settings = {
  prices: [{ currency: 'POINT', contribute_minor: '20', review_minor: '5', bonus_bps: 0 }],
  bonus_benchmark: null,
  reviews: { min: 3, max: 5 },
  redundancy: { min: 1, max: 1 },
  attempts_per_item: 20,
  lease_seconds: 60,
  revision_seconds: 30,
  decision_deadline_seconds: 86_400,
  min_seconds_contribute: 0,
  min_seconds_review: 0,
  batch_size: 5,
  caps: { contribute_total: null, contribute_daily: null, review_total: null, review_daily: null },
}
const form = {
  schema: { type: 'object', properties: { fact: { type: 'string' } }, required: ['fact'] },
  ui: { order: ['fact'], questions: { fact: { widget: 'short_text', title: 'One fact' } } },
}
await sql`insert into account (id, handle, created_at) select p::bigint, 'p' || p, now() from unnest(${people}::text[]) p`.execute(
  db,
)
await sql`insert into season (id, name, starts_at, ends_at, rules) values (1, 'race', '2025-01-01', '2036-01-01', '{}')`.execute(
  db,
)
await sql`insert into campaign (id, season_id, requester_id, title, task_class, mode, difficulty, knowledge_area, language, restricted, open_collection, quota, status, version, created_at)
  values (1000, 1, 10000, 'race', 'labelling', 'review', 'beginner', 'general', 'en', false, false, ${ITEMS}::int, 'open', 1, now())`.execute(
  db,
)
await sql`insert into campaign_version (campaign_id, version, instructions, form, settings, consent, created_by, created_at)
  values (1000, 1, '{"body":"x","good_examples":[],"bad_examples":[]}', ${JSON.stringify(form)}::jsonb, ${JSON.stringify(settings)}::jsonb, '{}', 10000, now())`.execute(
  db,
)
await sql`insert into transfer (campaign_id, id, kind, subject_id, debit, credit, currency, amount_minor, at) values (1000, 'race', 'fund', 1, 'outside', 'campaign:1000', 'POINT', 1000000000000, now())`.execute(
  db,
)
await sql`insert into item (campaign_id, id, data, state, created_at) select 1000, 100000000 + g, '{"topic":"x"}', 'open', now() from generate_series(1, ${ITEMS}::int) g`.execute(
  db,
)
await settleJobs(parts, ['queue_items', 'measure_lanes'])

const watch = watchMachine()
const started = performance.now()
const result = await race(parts, {
  campaign: '1000',
  people,
  clients: 64,
  transactions,
  seed,
  clock: { advance: (ms) => void (nowMs += ms) },
  onProgress: (done) => {
    if (done % 10_000 === 0)
      process.stderr.write(
        `${done} of ${transactions} (${Math.round(done / ((performance.now() - started) / 1000))}/s)\n`,
      )
  },
})
const seconds = (performance.now() - started) / 1000
await db.destroy()
await bench.close()
saveResult('race', `npx tsx bench/race.ts ${transactions} ${seed}`, {
  what: 'mixed transactions by 64 clients with forced lease expiries, then an independent auditor over the tables',
  ...result,
  seconds: Math.round(seconds),
  cpu_share_of_other_work: watch().others_share,
})
if (result.faults.length || result.violations.length || result.deadlocks) process.exitCode = 1
