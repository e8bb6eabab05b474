import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { auditInstallation } from '../../src/domains/ledger/audit.ts'
import { openDb, type Connection } from '../../src/platform/db/open.ts'
import { createRng } from '../../src/platform/rng.ts'
import { createJournal, lostOf, stuckOf, type Database } from './kill-check.ts'
import { createLoad, type Load } from './kill-load.ts'
import { isEnded, killTree } from './process-tree.ts'

export type KillOptions = { kills: number; seed: number; items: number; fault?: 'hasty'; say?: (line: string) => void }
export type KillResult = {
  kills: number
  processes_killed: number
  acknowledged: { submissions: number; reviews: number; decisions: number; transfers: number }
  unacknowledged: number
  lost: string[]
  retries_refused: string[]
  stuck: string[]
  audit_problems: string[]
  answers_wrong: string[]
  finished: boolean
  restart_ms: number[]
  seconds: number
}
type Ready = { url: string; connection: Connection; key: string; account_id: string }
type Served = Ready & { child: ChildProcess; db: Database; close(): Promise<void> }

async function serve(dir: string, fault: string | undefined): Promise<Served> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'bench/lib/kill-serve.ts', dir, ...(fault ? [fault] : [])],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const ready = await new Promise<Ready>((resolve, reject) => {
    let out = ''
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk
      const line = /^ready (.*)$/m.exec(out)?.[1]
      if (line) resolve(JSON.parse(line) as Ready)
    })
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it was ready`)))
  })
  const { db, pool } = openDb({ connection: ready.connection, poolSize: 2, forceGenericPlan: true })
  // The server that these speak to is about to be killed.
  pool.on('error', () => {})
  return { ...ready, child, db, close: () => db.destroy() }
}

const gone = (child: ChildProcess) => (pid: number) =>
  pid === child.pid ? child.exitCode !== null || child.signalCode !== null || isEnded(pid) : isEnded(pid)

/**
 * Kills server, children and database at random moments of a load, restarts them, and looks each time whether
 * everything that was acknowledged is there, nothing is stuck, and what was not acknowledged can be sent again.
 */
export async function runKills({ kills, seed, items, fault, say = () => {} }: KillOptions): Promise<KillResult> {
  const dir = mkdtempSync(join(tmpdir(), 'assay-kill-'))
  const rng = createRng(seed)
  const began = performance.now()
  const journal = createJournal()
  const result: KillResult = {
    kills: 0,
    processes_killed: 0,
    acknowledged: { submissions: 0, reviews: 0, decisions: 0, transfers: 0 },
    unacknowledged: 0,
    lost: [],
    retries_refused: [],
    stuck: [],
    audit_problems: [],
    answers_wrong: [],
    finished: false,
    restart_ms: [],
    seconds: 0,
  }
  // A planted fault sets in with the first restart: setting up needs a server that keeps its word.
  let served = await serve(dir, undefined)
  try {
    const load: Load = await createLoad({
      url: served.url,
      key: served.key,
      requester_id: served.account_id,
      items,
      seed: seed + 1,
      journal,
    })
    for (let n = 0; n < kills; n++) {
      load.start()
      // A random number of answers from now, and then at any moment within the work on the next ones.
      await load.heard(5 + rng.below(120), 20_000)
      await sleep(rng.below(60))
      result.processes_killed += await killTree(served.child.pid!, gone(served.child))
      result.kills += 1
      const pending = await load.interrupted()
      result.unacknowledged += pending.length
      await served.close()
      const restarted = performance.now()
      served = await serve(dir, fault)
      load.moved(served.url)
      result.restart_ms.push(Math.round(performance.now() - restarted))
      const since = new Date()
      // First what was promised, before anything is sent again.
      const lost = await lostOf(served.db, journal)
      result.lost.push(...lost.map((l) => `kill ${n + 1}: ${l}`))
      result.retries_refused.push(...(await load.retry(pending)).map((r) => `kill ${n + 1}: ${r}`))
      result.stuck.push(...(await stuckOf(served.db, since)).map((s) => `kill ${n + 1}: ${s}`))
      result.audit_problems.push(
        ...(await auditInstallation({ db: served.db })).problems.map(
          (p) => `kill ${n + 1}: ${p.subject}: ${p.message}`,
        ),
      )
      say(
        `kill ${n + 1}: ${journal.submissions.size} submissions, ${journal.reviews.size} reviews, ${journal.decisions.size} decisions, ${journal.transfers.size} transfers acknowledged; ${lost.length} lost; ${pending.length} sent again`,
      )
      if (fault && lost.length > 0) break
    }
    if (!fault) result.finished = await load.finish(served.db)
    result.lost.push(...(fault ? [] : (await lostOf(served.db, journal)).map((l) => `at the end: ${l}`)))
    if (!fault)
      result.audit_problems.push(
        ...(await auditInstallation({ db: served.db })).problems.map((p) => `at the end: ${p.subject}: ${p.message}`),
      )
    result.answers_wrong = load.wrong
  } finally {
    await killTree(served.child.pid!, gone(served.child))
    await served.close().catch(() => {})
    rmSync(dir, { recursive: true, force: true })
  }
  const { submissions, reviews, decisions, transfers } = journal
  result.acknowledged = {
    submissions: submissions.size,
    reviews: reviews.size,
    decisions: decisions.size,
    transfers: transfers.size,
  }
  result.seconds = Math.round((performance.now() - began) / 1000)
  return result
}

/** Whether nothing that matters went wrong. */
export const isSound = (r: KillResult): boolean =>
  [r.lost, r.retries_refused, r.stuck, r.audit_problems, r.answers_wrong].every((found) => found.length === 0) &&
  r.finished
