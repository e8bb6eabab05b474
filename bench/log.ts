import { createHash, createPrivateKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSHA256 } from 'hash-wasm'
import { sql } from 'kysely'
import { eventCommitment } from '../src/domains/evidence/promise-rules.ts'
import { isIncluded } from '../src/engine/merkle-verify.ts'
import { MerkleLog, type Hash } from '../src/engine/merkle-log.ts'
import { LogEdge } from '../src/engine/merkle-tiles.ts'
import { CAMPAIGN, layCampaign, laySubmissions, reviewRequest } from './lib/campaign.ts'
import { median, openBench, ownTicks, saveResult, watchMachine } from './lib/harness.ts'
import { load } from './lib/load.ts'
import { PlainLog } from './lib/plain-log.ts'
import { serveChild } from './lib/serve.ts'

/**
 * The public log: appending and proving in memory beside the plainest log, in the same run; what a receipt costs; and a
 * settling review over HTTP with receipts and the log kept beside it, against the same without, interleaved.
 * `npx tsx bench/log.ts [leaves] [reviews per round] [rounds]`.
 */
const leaves = Number(process.argv[2] ?? 1_000_000)
const perRound = Number(process.argv[3] ?? 6000)
const rounds = Number(process.argv[4] ?? 5)
const PEOPLE = 64
const round = (x: number, digits = 2) => Math.round(x * 10 ** digits) / 10 ** digits

const watch = watchMachine()
const wasm = await createSHA256()
const hash: Hash = (data) => wasm.init().update(data).digest('binary')

/** Time of this process on a CPU, so that what else the machine does counts as little as can be. */
function cpuSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}

function entriesPerSecond(append: (entry: Uint8Array) => void): number {
  const entry = Buffer.alloc(32)
  const at = process.cpuUsage()
  for (let i = 0; i < leaves; i++) {
    entry.writeUInt32LE(i)
    append(entry)
  }
  return leaves / cpuSeconds(at)
}
function microseconds(times: number, run: (i: number) => void): number {
  const at = process.cpuUsage()
  for (let i = 0; i < times; i++) run(i)
  return (cpuSeconds(at) / times) * 1e6
}

const memory = { plain: [] as number[], engine: [] as number[], tiles: [] as number[] }
const proofs = { plain: [] as number[], engine: [] as number[], verify: [] as number[] }
let proofLength = 0
for (let r = 0; r <= 3; r++) {
  const plain = new PlainLog(wasm, leaves)
  const plainRate = entriesPerSecond((e) => plain.append(e))
  const log = new MerkleLog(hash, leaves)
  const rate = entriesPerSecond((e) => log.append(e))
  const edge = new LogEdge(hash)
  const tileRate = entriesPerSecond((e) => edge.append(e))
  const root = log.root()
  if (Buffer.compare(root, edge.root()) !== 0) throw new Error('assumption broken: both are one log')
  const index = (i: number) => (i * 7919) % leaves
  const provePlain = microseconds(5000, (i) => plain.inclusion(index(i)))
  const prove = microseconds(5000, (i) => log.inclusion(index(i)))
  const proof = log.inclusion(123_456 % leaves)
  proofLength = proof.length
  const claim = { leaf: log.node(0, 123_456 % leaves), index: 123_456 % leaves, size: leaves, root }
  const check = microseconds(5000, () => {
    if (!isIncluded(claim, proof, hash)) throw new Error('assumption broken: the proof holds')
  })
  // The first round warms up.
  if (r > 0) {
    memory.plain.push(plainRate)
    memory.engine.push(rate)
    memory.tiles.push(tileRate)
    proofs.plain.push(provePlain)
    proofs.engine.push(prove)
    proofs.verify.push(check)
  }
  process.stderr.write(
    `${Math.round(plainRate)} plain, ${Math.round(rate)} engine, ${Math.round(tileRate)} tiles /s; proof ${round(provePlain)} and ${round(prove)} us\n`,
  )
}

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const kept = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))
const keys = { entry_key: createHash('sha256').update('bench').digest() }
const event = {
  campaign_id: '101',
  id: '7301234567890123456',
  kind: 'reviewed',
  subject_id: '7301234567890123457',
  at: '2026-01-05T12:00:00.000Z',
  body: {
    review_id: '1',
    reviewer_id: '2',
    round: 1,
    expert: false,
    took_seconds: 20,
    approvals_commitment: 'a'.repeat(64),
  },
}
const text = Buffer.alloc(150, 'x')
const signature = sign(null, text, kept)
const receipt = {
  commit_us: round(
    microseconds(20_000, () => void eventCommitment(keys, event)),
    1,
  ),
  sign_us: round(
    microseconds(5000, () => void sign(null, text, kept)),
    1,
  ),
  verify_us: round(
    microseconds(2000, () => void verify(null, text, publicKey, signature)),
    1,
  ),
}

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
const dataDir = mkdtempSync(join(tmpdir(), 'assay-bench-log-'))
const without = await serveChild(bench.connection, { ASSAY_ROLES: 'web', BENCH_RECEIPTS: 'off' })
const withLog = await serveChild(bench.connection, { ASSAY_ROLES: 'web' })
const worker = spawn('npx', ['tsx', 'bench/lib/log-child.ts', JSON.stringify(bench.connection)], {
  stdio: ['pipe', 'inherit', 'inherit'],
  env: { ...process.env, ASSAY_DATA: dataDir, ASSAY_LOG_PERIOD: '1' },
})
const results = { without: [] as number[], with_log: [] as number[], ratio: [] as number[] }
const work = { without: [] as number[], with_log: [] as number[], ratio: [] as number[] }
for (let r = 0; r <= rounds; r++) {
  const rates: Record<string, number> = {}
  const cpu: Record<string, number> = {}
  // In turn first and second, so that neither always finds the machine warm.
  for (const which of r % 2 === 0 ? ['without', 'with_log'] : ['with_log', 'without']) {
    const server = which === 'without' ? without : withLog
    const ids = await lay(perRound)
    const ticks = ownTicks()
    if (which === 'with_log') worker.stdin.write('go\n')
    const answer = await load({
      port: server.port,
      connections: PEOPLE,
      requests: ids.map((g) => reviewRequest(g, PEOPLE)),
    })
    if (answer.by_status['200'] !== perRound) throw new Error(`not all reviews were recorded: ${answer.sample_error}`)
    rates[which] = perRound / answer.seconds
    if (which !== 'with_log') {
      cpu[which] = ((ownTicks() - ticks) * 10) / perRound
      continue
    }
    // What is left over is appended before the other's turn, so that it does not pay for it.
    for (;;) {
      const { rows } = await sql<{ left: number }>`select
        (select count(*) from event e join campaign c on c.id = e.campaign_id where c.season_id is not null)::int
        - coalesce((select sum(size) from log), 0)::int as left`.execute(db)
      if (rows[0]!.left <= 0) break
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    worker.stdin.write('stop\n')
    cpu[which] = ((ownTicks() - ticks) * 10) / perRound
    await new Promise((resolve) => setTimeout(resolve, 1500))
  }
  if (r > 0) {
    results.without.push(rates.without!)
    results.with_log.push(rates.with_log!)
    results.ratio.push(rates.with_log! / rates.without!)
    work.without.push(cpu.without!)
    work.with_log.push(cpu.with_log!)
    work.ratio.push(cpu.without! / cpu.with_log!)
  }
  process.stderr.write(
    `round ${r}: ${Math.round(rates.without!)} without, ${Math.round(rates.with_log!)} with the log, /s; CPU ${round(cpu.without!)} and ${round(cpu.with_log!)} ms a review\n`,
  )
}
const { rows: log } = await sql<{ size: string; checkpoints: number; events: number }>`select
  (select size::text from log limit 1) as size, (select count(*)::int from log_checkpoint) as checkpoints,
  (select count(*)::int from event where campaign_id = ${CAMPAIGN}::bigint) as events`.execute(db)
worker.stdin.end()
await without.stop()
await withLog.stop()
await bench.close()
rmSync(dataDir, { recursive: true, force: true })

saveResult('log', 'npx tsx bench/log.ts', {
  what: 'the public log in memory, against the plainest log in the same run; what a receipt costs; and settling reviews over HTTP with receipts and the log kept durably beside them, against the same without',
  leaves,
  append_per_second: {
    plain: Math.round(median(memory.plain)),
    engine: Math.round(median(memory.engine)),
    tiles: Math.round(median(memory.tiles)),
    engine_to_plain: round(median(memory.engine.map((e, i) => e / memory.plain[i]!))),
    goal: 0.8,
  },
  inclusion_proof_us: {
    plain: round(median(proofs.plain)),
    engine: round(median(proofs.engine)),
    engine_to_plain: round(median(proofs.engine.map((e, i) => e / proofs.plain[i]!))),
    goal: 1.2,
    hashes: proofLength,
    verify: round(median(proofs.verify)),
  },
  receipt,
  settling_reviews_per_second: {
    without: Math.round(median(results.without)),
    with_receipts_and_log: Math.round(median(results.with_log)),
    share: round(median(results.ratio)),
    goal_share: 0.9,
    rounds: results.ratio.map((x) => round(x)),
  },
  // All processes together: database, server, load and, with the log, the worker until everything is appended. On a machine
  // that is busy, throughput is what CPU is left to it; this is what it costs.
  cpu_ms_per_settling_review: {
    without: round(median(work.without)),
    with_receipts_and_log: round(median(work.with_log)),
    share: round(median(work.ratio)),
    goal_share: 0.9,
    rounds: work.ratio.map((x) => round(x)),
  },
  log: log[0],
  cpu_share_of_other_work: watch().others_share,
})
