import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

// The built program starts in a third of a second, its sources in two; a built one that is out of date is not used.
const { stale } = (await import('../bin/build.mjs' as string)) as { stale(): string[] }
const PROGRAM = stale().includes('program') ? ['--import', 'tsx', 'src/cli/main.ts'] : ['dist/assay.mjs']

const environment = (more: Record<string, string>) => {
  const env: Record<string, string | undefined> = {
    ...process.env,
    ASSAY_LOG_LEVEL: 'error',
    ASSAY_RATE_ADDRESS: '0',
    ASSAY_RATE_ACCOUNT: '0',
    ...more,
  }
  for (const name of ['DATABASE_URL', 'ASSAY_PUBLIC_URL', 'ASSAY_URL', 'ASSAY_KEY', 'NODE_OPTIONS'])
    if (!(name in more)) delete env[name]
  return env
}

/** Runs one command of the program to its end. */
export function runCommand(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...PROGRAM, ...args], { env: environment(env) })
    let [out, err] = ['', '']
    child.stdout.on('data', (d) => (out += d))
    child.stderr.on('data', (d) => (err += d))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, out, err }))
  })
}

export type Started = { child: ChildProcess; output(): string; ended: Promise<number | null> }

/** Starts a server in a process group of its own and waits until it listens. */
export async function startProcess(args: readonly string[], env: Record<string, string> = {}): Promise<Started> {
  const child = spawn(process.execPath, [...PROGRAM, 'start', ...args], {
    env: environment(env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  await new Promise<void>((resolve, reject) => {
    const read = (d: Buffer) => {
      output += String(d)
      if (output.includes('Stop it with Ctrl-C')) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('error', reject)
    child.once('close', (code) => reject(new Error(`the server ended with ${code} before it listened:\n${output}`)))
  })
  return { child, output: () => output, ended }
}

/** Kills the server, its PostgreSQL and every child of either at once, as a power cut would; none may clean up. */
export async function killTree(started: Started, dataDir: string): Promise<void> {
  const postmaster = Number(readFileSync(join(dataDir, 'pgdata/postmaster.pid'), 'utf8').split('\n')[0])
  const doomed = new Set([started.child.pid!, postmaster])
  const parents = readdirSync('/proc')
    .filter((n) => /^\d+$/.test(n))
    .flatMap((n) => {
      try {
        const stat = readFileSync(`/proc/${n}/stat`, 'utf8')
        return [{ pid: Number(n), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }]
      } catch {
        return []
      }
    })
  for (let grew = true; grew;) {
    grew = false
    for (const { pid, parent } of parents) {
      if (!doomed.has(parent) || doomed.has(pid)) continue
      doomed.add(pid)
      grew = true
    }
  }
  for (const pid of doomed) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Gone with another of them.
    }
  }
  await started.ended
}

export const isRunning = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2)[0]!)
  } catch {
    return false
  }
}

/** A port that was free a moment ago, for servers that must come back at the same address. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
