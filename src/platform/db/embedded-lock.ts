import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A lock someone else holds. */
export type Holder = { pid: number; role: string; since: Date }

/**
 * Names one process for good: a reused pid has another start time, and another boot another boot id.
 * `gone` when nothing runs under that pid (a zombie does not run); ends in `unknown` when its start cannot be read.
 */
export function processToken(pid: number): string {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone'
  }
  try {
    if (process.platform !== 'linux') {
      const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
      return `${pid}-${started.replaceAll(/\W/g, '')}`
    }
    // The command name may hold spaces and brackets, so fields are counted after the last bracket: state is the
    // first of them, start time in clock ticks since boot the twentieth.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return 'gone'
    return `${pid}-${fields[19]}-${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)}`
  } catch {
    return `${pid}-unknown`
  }
}

/** Whether the process that a token was made for still runs; in doubt it does. */
export function isAlive(token: string): boolean {
  const pid = Number.parseInt(token, 10)
  if (!(pid > 0)) return false
  const now = processToken(pid)
  return now === token || (now !== 'gone' && (now.endsWith('unknown') || token.endsWith('unknown')))
}

/** Finds a living holder of a lock, and clears away the claims of dead ones. */
export function lockHolder(dataDir: string, name: string, except?: string): Holder | undefined {
  for (const file of readdirSync(dataDir)) {
    if (!file.startsWith(`${name}.`) || !file.endsWith('.lock') || file === except) continue
    const token = file.slice(name.length + 1, -'.lock'.length)
    const path = join(dataDir, file)
    try {
      if (isAlive(token)) {
        return { pid: Number.parseInt(token, 10), role: readFileSync(path, 'utf8'), since: statSync(path).mtime }
      }
      rmSync(path, { force: true })
    } catch (error) {
      // Released between listing and looking.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return undefined
}

/**
 * Tries once to take a named lock in a directory. Every contender writes a claim under its own token, then looks for
 * others and withdraws if it sees one: of two claims the later always sees the earlier, so two never both stay, and a
 * dead process's claim can be removed by anyone because no other process will ever have its name. (A single lock file
 * cannot be taken over safely: between "its owner is dead" and the removal another may have taken it.)
 */
export function tryLock(dataDir: string, name: string, role: string): { release(): void } | Holder {
  const file = `${name}.${processToken(process.pid)}.lock`
  const path = join(dataDir, file)
  const before = lockHolder(dataDir, name)
  if (before) return before
  try {
    writeFileSync(path, role, { flag: 'wx', mode: 0o644 })
  } catch (error) {
    // Another thread of this process was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return { pid: process.pid, role, since: new Date() }
  }
  const release = (): void => {
    process.removeListener('exit', release)
    rmSync(path, { force: true })
  }
  const other = lockHolder(dataDir, name, file)
  if (other) {
    release()
    return other
  }
  process.once('exit', release)
  return { release }
}

/**
 * Takes the one-server-per-data-directory lock, released on exit; a dead server's lock is taken over. Processes in
 * containers that share the directory but not their process ids do not see each other's lock.
 */
export function takeServerLock(dataDir: string, role: string): { release(): void } {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  for (let tries = 1; ; tries++) {
    const lock = tryLock(dataDir, 'server', role)
    if ('release' in lock) return lock
    if (tries === 5) {
      const since = lock.since.toISOString().replace(/\.\d+Z$/, 'Z')
      throw new Error(
        `An Assay server (${lock.role}) already runs on ${dataDir}: process ${lock.pid}, since ${since}. ` +
          'Stop it first, or give this one a data directory of its own with ASSAY_DATA.',
      )
    }
    // Two that start in the same millisecond both withdraw; an uneven wait lets one of them through.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5 + Math.random() * 40)
  }
}
