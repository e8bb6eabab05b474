import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { readConfig } from '../../src/platform/config.ts'
import { openEmbedded } from '../../src/platform/db/embedded.ts'
import { migrate } from '../../src/platform/db/migrate.ts'
import { openDb, type Connection } from '../../src/platform/db/open.ts'
import type { DB } from '../../src/platform/db/tables.ts'
import { treeOf } from './process-tree.ts'

export type Bench = {
  db: Kysely<DB>
  connection: Connection
  config: ReturnType<typeof readConfig>
  close(): Promise<void>
}

/** A real, durable server of its own in a temporary directory, migrated; the same one that `npm start` uses. */
export async function openBench(settings: Record<string, string> = {}): Promise<Bench> {
  const dir = mkdtempSync(join(tmpdir(), 'assay-bench-'))
  const server = await openEmbedded({
    dataDir: dir,
    settings: { max_connections: '300', shared_buffers: '1GB', max_wal_size: '8GB', ...settings },
  })
  await migrate(server.connection)
  const { db } = openDb({ connection: server.connection, poolSize: 10, forceGenericPlan: true })
  return {
    db,
    connection: server.connection,
    config: { ...readConfig({}), rate_per_minute_address: 0, rate_per_minute_account: 0, log_level: 'silent' },
    async close() {
      await db.destroy()
      await server.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

type CpuTimes = { busy: number; total: number }
const cpuTimes = (): CpuTimes => {
  const line = readFileSync('/proc/stat', 'utf8').split('\n')[0]!.split(/\s+/).slice(1, 9).map(Number)
  const total = line.reduce((a, b) => a + b, 0)
  return { busy: total - line[3]! - line[4]!, total }
}
/** CPU ticks of this process, of all below it, and of their children that ended. */
export const ownTicks = (): number =>
  treeOf(process.pid).reduce((sum, pid) => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
      return sum + [11, 12, 13, 14].reduce((ticks, i) => ticks + Number(fields[i]), 0)
    } catch {
      return sum
    }
  }, 0)

/**
 * Watches the machine while something is measured: the share of its CPU that went to work other than the harness's own
 * (which the database, the servers and the load generators that it starts are part of).
 */
export function watchMachine(): () => { others_share: number } {
  const before = { cpu: cpuTimes(), own: ownTicks() }
  return () => {
    const after = cpuTimes()
    const others = after.busy - before.cpu.busy - (ownTicks() - before.own)
    return { others_share: Math.max(0, Math.round((others / (after.total - before.cpu.total)) * 1000) / 1000) }
  }
}

/** How long this disk takes to make 8 kB safe, in ms: what no commit can be faster than, whatever else is done. */
export function diskSync(times = 300): { p50_ms: number; p99_ms: number } {
  const dir = mkdtempSync(join(tmpdir(), 'assay-disk-'))
  const file = openSync(join(dir, 'page'), 'w')
  const page = Buffer.alloc(8192, 1)
  const took = Array.from({ length: times }, (_, i) => {
    writeSync(file, page, 0, page.length, (i % 256) * page.length)
    const at = performance.now()
    fdatasyncSync(file)
    return performance.now() - at
  })
  closeSync(file)
  rmSync(dir, { recursive: true })
  const round = (x: number) => Math.round(x * 100) / 100
  return { p50_ms: round(quantile(took, 0.5)), p99_ms: round(quantile(took, 0.99)) }
}

export const median = (xs: readonly number[]): number => xs.toSorted((a, b) => a - b)[Math.floor(xs.length / 2)]!
export const quantile = (xs: readonly number[], q: number): number =>
  xs.toSorted((a, b) => a - b)[Math.min(xs.length - 1, Math.floor(xs.length * q))]!
/** Slope of log(y) over log(x): how a cost grows with size. */
export function growthExponent(points: readonly { x: number; y: number }[]): number {
  const lx = points.map((p) => Math.log(p.x))
  const ly = points.map((p) => Math.log(p.y))
  const mx = lx.reduce((a, b) => a + b) / lx.length
  const my = ly.reduce((a, b) => a + b) / ly.length
  return lx.reduce((sum, x, i) => sum + (x - mx) * (ly[i]! - my), 0) / lx.reduce((sum, x) => sum + (x - mx) ** 2, 0)
}

/** Writes a result with the command that made it and the machine it ran on. */
export function saveResult(name: string, command: string, result: object): void {
  const cpu = cpus()
  const machine = {
    cpu: cpu[0]?.model ?? 'unknown',
    cores: cpu.length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    load_average: loadavg()[0],
  }
  mkdirSync('bench/results', { recursive: true })
  writeFileSync(
    `bench/results/${name}.json`,
    `${JSON.stringify({ command, measured_on: new Date().toISOString().slice(0, 10), machine, ...result }, null, 2)}\n`,
  )
  process.stdout.write(`${JSON.stringify(result, null, 2)}\nsaved to bench/results/${name}.json\n`)
}
