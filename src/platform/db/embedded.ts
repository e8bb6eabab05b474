import { spawn, type ChildProcess } from 'node:child_process'
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Binaries, findBinaries } from './embedded-binaries.ts'
import { ensureCluster, runTool, toolEnv } from './embedded-cluster.ts'
import { isAlive, processToken, tryLock } from './embedded-lock.ts'
import { type Place, port, prepare } from './embedded-place.ts'
import { databaseName, probe, readPidFile } from './embedded-probe.ts'
import type { Connection } from './open.ts'

export { inspectEmbedded } from './embedded-inspect.ts'
export { takeServerLock } from './embedded-lock.ts'
export { defaultDataDir } from './embedded-place.ts'
export type { Connection } from './open.ts'

/** A running PostgreSQL. `started` tells whether this call started it; only then does `stop` stop it. */
export type EmbeddedServer = { connection: Connection; started: boolean; pid: number; stop(): Promise<void> }

export type EmbeddedOptions = {
  dataDir: string
  /** Server settings in place of or beside the defaults; they count for the call that starts the server. */
  settings?: Record<string, string>
  log?: (line: string) => void
}

const defaults = {
  shared_buffers: '128MB',
  max_connections: '100',
  autovacuum_vacuum_scale_factor: '0.02',
  // New tables are measured soon, because statements planned while they were empty keep their plans until then.
  autovacuum_naptime: '10s',
  jit: 'off',
  idle_in_transaction_session_timeout: '60s',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

/** Recovery replays at most the log since the last checkpoint; when it takes longer than this a person should look. */
const patienceMs = 5 * 60_000

/** Starts or attaches to the PostgreSQL that lives in dataDir. Any number of processes may call this at once. */
export async function openEmbedded({ dataDir, settings = {}, log }: EmbeddedOptions): Promise<EmbeddedServer> {
  if (process.platform === 'win32') throw new Error('Assay brings no PostgreSQL for Windows: set DATABASE_URL.')
  const place = prepare(dataDir)
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(15 + Math.random() * 30)) {
    const running = await attach(place)
    if (running) return running
    const lock = tryLock(place.dataDir, 'start', 'start')
    if (!('release' in lock)) continue
    try {
      // Look again: whoever held the lock before us may have started it meanwhile.
      const { state, connection } = await probe(place)
      if (state === 'absent') return await start(place, settings, log ?? (() => {}))
      // Its starter died between starting the server and creating the database.
      if (state === 'empty') await createDatabase(connection)
    } finally {
      lock.release()
    }
  }
  throw new Error(
    `PostgreSQL in ${place.dataDir} is still not ready after ${patienceMs / 60_000} minutes. See ${place.logFile}.`,
  )
}

async function attach(place: Place): Promise<EmbeddedServer | undefined> {
  const { state, pid, connection } = await probe(place)
  return state === 'ready' ? { connection, pid, started: false, stop: async () => {} } : undefined
}

async function start(
  place: Place,
  settings: Record<string, string>,
  log: (line: string) => void,
): Promise<EmbeddedServer> {
  const binaries = await findBinaries(place)
  await ensureCluster(place, binaries, log)
  const fixed = {
    listen_addresses: '',
    port: String(port),
    unix_socket_directories: place.socketDir,
    unix_socket_permissions: '0700',
  }
  const all = { wal_compression: await bestCompression(place, binaries), ...defaults, ...settings, ...fixed }
  const args = ['-D', place.pgdata, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  log(`starting PostgreSQL ${binaries.version} in ${place.pgdata}`)
  for (const deadline = Date.now() + 30_000; ; await sleep(200)) {
    forgetReusedPid(place)
    const { child, complaint } = launch(binaries.postgres, args, place)
    const connection = await untilReady(place, child)
    if (connection) return ours(place, child.pid!, connection)
    // Children of a killed server hold its memory until they notice, and one that is stopping holds its pid file.
    const passes = /pre-existing shared memory block|lock file ".*(?:postmaster\.pid|\.lock)" already exists/.test(
      complaint(),
    )
    if (!passes || Date.now() > deadline) {
      throw new Error(`PostgreSQL did not start. It wrote to ${place.logFile}:\n${complaint()}`)
    }
    const other = await attach(place)
    if (other) return other
  }
}

/** Starts the server in a session of its own: Ctrl-C, or the end of our process group, does not reach it. */
function launch(
  postgres: string,
  args: string[],
  { logFile, runAs }: Place,
): { child: ChildProcess; complaint(): string } {
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > 10_000_000) renameSync(logFile, `${logFile}.1`)
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW } = constants
  const fd = openSync(logFile, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600)
  try {
    if (runAs.uid !== undefined && runAs.gid !== undefined) fchownSync(fd, runAs.uid, runAs.gid)
    const before = fstatSync(fd).size
    const child = spawn(postgres, args, {
      ...runAs,
      cwd: '/',
      env: toolEnv(),
      detached: true,
      stdio: ['ignore', fd, fd],
    })
    child.unref()
    let failure = ''
    child.once('error', (error) => (failure = error.message))
    return { child, complaint: () => failure + readFileSync(logFile).subarray(before).toString('utf8').trim() }
  } finally {
    closeSync(fd)
  }
}

/** Waits until our child, and not a server that someone else started, answers with our database; nothing if it ends. */
async function untilReady(place: Place, child: ChildProcess): Promise<Connection | undefined> {
  let ended = false
  child.once('exit', () => (ended = true))
  child.once('error', () => (ended = true))
  for (const deadline = Date.now() + patienceMs; !ended; await sleep(10)) {
    const { state, pid, connection } = await probe(place)
    if (pid === child.pid && state === 'ready') return connection
    if (pid === child.pid && state === 'empty') await createDatabase(connection)
    if (Date.now() > deadline)
      throw new Error(`PostgreSQL (process ${child.pid}) is still recovering. See ${place.logFile}.`)
  }
  return undefined
}

function ours(place: Place, pid: number, connection: Connection): EmbeddedServer {
  const token = processToken(pid)
  const stop = async (): Promise<void> => {
    // A pid is only a number: it is signalled if the pid file still names it and it is still the process we started.
    if (readPidFile(place.pgdata)?.pid !== pid || processToken(pid) !== token) return
    process.kill(pid, 'SIGINT')
    for (const deadline = Date.now() + 60_000; isAlive(token); await sleep(10)) {
      if (Date.now() > deadline) throw new Error(`PostgreSQL (process ${pid}) does not stop. See ${place.logFile}.`)
    }
  }
  return { connection, started: true, pid, stop }
}

async function createDatabase(connection: Connection): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' })
  await client.connect()
  try {
    await client.query(`create database ${databaseName}`)
  } catch (error) {
    if ((error as { code?: string }).code !== '42P04') throw error
  } finally {
    await client.end()
  }
}

/** Not every build knows lz4; asking costs one run of the program, 7 ms. */
async function bestCompression({ pgdata, runAs }: Place, { postgres }: Binaries): Promise<string> {
  const { code } = await runTool(postgres, ['-D', pgdata, '-c', 'wal_compression=lz4', '-C', 'wal_compression'], runAs)
  return code === 0 ? 'lz4' : 'on'
}

/**
 * After `kill -9` the pid file stays, and so does the socket's lock file. PostgreSQL removes them if that pid is dead,
 * but neither if it is a zombie that nobody reaps nor if, in a restarted container, the same small number belongs to
 * another process of the same user.
 */
function forgetReusedPid({ pgdata, socketDir }: Place): void {
  for (const file of [join(pgdata, 'postmaster.pid'), join(socketDir, `.s.PGSQL.${port}.lock`)]) {
    const pid = firstNumber(file)
    if (pid === undefined) continue
    let foreign = !(pid > 0) || processToken(pid) === 'gone'
    try {
      // A server's working directory is its data. Compared by inode, because a mount gives one directory two names.
      const [own, cwd] = [statSync(pgdata), statSync(`/proc/${pid}/cwd`)]
      foreign ||= cwd.ino !== own.ino || cwd.dev !== own.dev
    } catch {
      // No /proc, or a process of another user: what is not known for sure stays as it is.
    }
    if (foreign) rmSync(file, { force: true })
  }
}

function firstNumber(file: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
