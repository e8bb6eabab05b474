import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildReleases } from '../src/domains/datasets/jobs.ts'
import { insertRelease, releaseOf } from '../src/domains/datasets/queries.ts'
import { readConfig } from '../src/platform/config.ts'
import type { Ctx } from '../src/platform/context.ts'
import { openDb, type Connection } from '../src/platform/db/open.ts'
import { createStore } from '../src/platform/files/store.ts'
import { createIds } from '../src/platform/ids.ts'
import { silent } from '../src/platform/log.ts'
import { createRng } from '../src/platform/rng.ts'
import { keyring } from '../src/platform/seal/keyring.ts'
import { openBench, saveResult, watchMachine } from './lib/harness.ts'
import { fillCollection } from './lib/collection.ts'

/** Memory and time of building a release: `npx tsx bench/release.ts [datapoints …]`. Each size builds in a process of its own. */
const MIB = 2 ** 20
const mib = (bytes: number) => Math.round(bytes / MIB)
type Measured = {
  datapoints: number
  rss_at_start_mib: number
  rss_peak_mib: number
  rss_mib_by_tenth_written: number[]
  seconds: number
  cpu_seconds: number
  steps: number
  cpu_ms_per_step: number
  control_longest_block_ms: number
  longest_block_ms: number
  p99_block_ms: number
  bytes_mib: number
  content_hash: string
}

/** Builds one release in this process, watching its own memory and how long it keeps its event loop from others. */
async function build(connection: Connection, campaign: string): Promise<Measured> {
  const dir = mkdtempSync(join(tmpdir(), 'assay-release-'))
  const { db } = openDb({ connection, poolSize: 4, forceGenericPlan: true })
  const now = new Date()
  const ids = createIds({ node: 9, nowMs: () => Date.now(), below: () => 0 })
  const ctx: Ctx = {
    db,
    now,
    newId: ids,
    rng: createRng(1),
    randomBytes: (n) => randomBytes(n),
    caller: undefined,
    idempotency: undefined,
    http: undefined,
    config: { ...readConfig({}), data_dir: dir },
    seal: keyring(() => [Buffer.alloc(32, 1)]),
    log: silent,
  }
  const id = ids()
  const key = createHash('sha256').update('bench').digest()
  await insertRelease(db, {
    campaign_id: campaign,
    id,
    number: Number(id.slice(-6)) + 1,
    predecessor_id: null,
    note: '',
    cut_at: now,
    created_at: now,
    created_by: '1',
    pseudonym_key: key,
    datapoint_key: key,
    progress: { step: 'select', done: 0, total: 0, restarts: 0, tries: 0 },
  })
  globalThis.gc?.()
  const start = process.memoryUsage.rss()
  let peak = start
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5)
  // What a process that does nothing sees on this machine meanwhile.
  const control = monitorEventLoopDelay({ resolution: 1 })
  control.enable()
  await sleep(5000)
  control.disable()
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  const cpu = process.cpuUsage()
  const began = performance.now()
  const byTenth: number[] = []
  let steps = 0
  for (; (await releaseOf(db, campaign, id))!.state === 'building'; steps++) {
    await buildReleases.run(ctx, {})
    peak = Math.max(peak, process.memoryUsage.rss())
    const { step, done, total } = (await releaseOf(db, campaign, id))!.progress
    if (step === 'write' && total > 0)
      byTenth[Math.min(9, Math.floor((done / total) * 10))] = mib(process.memoryUsage.rss())
  }
  const seconds = (performance.now() - began) / 1000
  clearInterval(watch)
  loop.disable()
  const used = process.cpuUsage(cpu)
  const row = (await releaseOf(db, campaign, id))!
  if (!row.manifest || !row.content_hash) throw new Error(`the release failed: ${row.error}`)
  // What is on disk is what the manifest says.
  const store = createStore(join(dir, 'releases'))
  for (const f of row.manifest.files)
    if ((await store.hash(`${campaign}/${row.number}/${f.name}`)).sha256 !== f.sha256)
      throw new Error(`${f.name} differs from its hash`)
  await db.destroy()
  rmSync(dir, { recursive: true, force: true })
  return {
    datapoints: row.manifest.counts.datapoints,
    rss_at_start_mib: mib(start),
    rss_peak_mib: mib(peak),
    rss_mib_by_tenth_written: byTenth.filter((x) => x !== undefined),
    seconds: Math.round(seconds * 10) / 10,
    cpu_seconds: Math.round((used.user + used.system) / 1e5) / 10,
    steps,
    cpu_ms_per_step: Math.round((used.user + used.system) / 1000 / steps),
    control_longest_block_ms: Math.round(control.max / 1e6),
    longest_block_ms: Math.round(loop.max / 1e6),
    p99_block_ms: Math.round(loop.percentile(99) / 1e6),
    bytes_mib: mib(row.manifest.files.reduce((n, f) => n + f.bytes, 0)),
    content_hash: row.content_hash,
  }
}

const [first, ...more] = process.argv.slice(2)
if (first === '--build') {
  process.stdout.write(JSON.stringify(await build(JSON.parse(more[0]!) as Connection, more[1]!)))
} else {
  const sizes = [first, ...more].filter((x) => x !== undefined).map(Number)
  const bench = await openBench()
  const results: (Measured & { asked: number; others_share: number })[] = []
  for (const [i, asked] of (sizes.length > 0 ? sizes : [10_000, 100_000]).entries()) {
    const campaign = String(1000 + i)
    await fillCollection(bench.db, campaign, asked)
    const watched = watchMachine()
    const child = spawnSync(
      process.execPath,
      ['--expose-gc', '--import', 'tsx', 'bench/release.ts', '--build', JSON.stringify(bench.connection), campaign],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    )
    if (child.status !== 0) throw new Error(`building ${asked} failed`)
    results.push({ asked, ...(JSON.parse(child.stdout) as Measured), ...watched() })
    process.stderr.write(`${asked}: ${JSON.stringify(results.at(-1))}\n`)
  }
  await bench.close()
  const [small, large] = [results[0]!, results.at(-1)!]
  saveResult('release', `npx tsx bench/release.ts ${results.map((r) => r.asked).join(' ')}`, {
    what: 'one release built by the background job: nine record files, three votes on two questions for each submission, one in ten rejected',
    sizes: results,
    peak_growth_mib: large.rss_peak_mib - small.rss_peak_mib,
    reached: large.rss_peak_mib <= small.rss_peak_mib + 64,
  })
}
