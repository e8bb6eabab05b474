import { createHash } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** The user PostgreSQL runs as; empty when that is the user we are. */
export type RunAs = { uid?: number; gid?: number }

/** Where a data directory keeps its parts, and as whom its PostgreSQL runs. */
export type Place = { dataDir: string; pgdata: string; logFile: string; socketDir: string; runAs: RunAs }

/** The name PostgreSQL gives its socket; only the directory around it tells two servers apart. */
export const port = 5432

const isRoot = (): boolean => process.geteuid?.() === 0

/** `$ASSAY_DATA`, else a system directory for root (who may not keep it under /root), else the user's own. */
export function defaultDataDir(): string {
  if (process.env.ASSAY_DATA) return resolve(process.env.ASSAY_DATA)
  if (isRoot()) return '/var/lib/assay'
  return join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'assay')
}

/** Whom PostgreSQL, which refuses to be root, runs as: whoever owns the data already, else a user made for it. */
export function chooseUser(pgdata: string): RunAs {
  if (!isRoot()) return {}
  const owner = statSync(pgdata, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['assay', 'postgres']) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) }
  }
  return { uid: 65534, gid: 65534 }
}

/** The first directory on the way to `dir` that keeps the user out. */
export function closedDirectory(dir: string, user: RunAs): string | undefined {
  if (user.uid === undefined) return undefined
  const above = dirname(dir)
  const closed = above === dir ? undefined : closedDirectory(above, user)
  if (closed) return closed
  const { uid, gid, mode } = statSync(dir)
  const mayEnter = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
  return mode & mayEnter ? undefined : dir
}

/** Where the parts of a data directory are. The directory must exist. */
export function locate(dataDir: string): Place {
  const real = realpathSync(dataDir)
  const pgdata = join(real, 'pgdata')
  return {
    dataDir: real,
    pgdata,
    logFile: join(real, 'postgres.log'),
    socketDir: socketDir(real),
    runAs: chooseUser(pgdata),
  }
}

/** A socket's path must fit in 103 bytes on macOS and 107 on Linux, so a deep data directory gets a short one elsewhere. */
function socketDir(dataDir: string): string {
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
  const choices = [join(dataDir, 'socket'), join(tmpdir(), `assay-${hash}`), join('/tmp', `assay-${hash}`)]
  return choices.find((dir) => Buffer.byteLength(`${dir}/.s.PGSQL.${port}`) <= 103) ?? choices[2]!
}

/** What stops us from using a place, as a sentence and a way forward. */
export function troubleWith(place: Place): { message: string; fix: string } | undefined {
  const { dataDir, pgdata, runAs } = place
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch {
    const message = `${dataDir} belongs to user ${statSync(dataDir).uid} and cannot be written by user ${process.geteuid?.()}.`
    return { message, fix: 'Run as that user, or set ASSAY_DATA to a directory of your own.' }
  }
  const owner = statSync(pgdata, { throwIfNoEntry: false })?.uid
  if (owner !== undefined && owner !== (runAs.uid ?? process.geteuid?.())) {
    const message = `The database in ${pgdata} belongs to user ${owner}, but PostgreSQL would run as user ${runAs.uid ?? process.geteuid?.()}.`
    return { message, fix: isRoot() ? `chown -R ${runAs.uid}:${runAs.gid} ${pgdata}` : 'Run as that user, or as root.' }
  }
  const closed = closedDirectory(dirname(dataDir), runAs)
  if (!closed) return undefined
  const message = `PostgreSQL may not run as root, and its user ${runAs.uid} cannot enter ${closed} on the way to ${dataDir}.`
  return { message, fix: 'Set ASSAY_DATA to a directory that other users can reach, such as /var/lib/assay.' }
}

/** Makes the data directory and its socket directory ready for both us and PostgreSQL's user. */
export function prepare(dataDir: string): Place {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const place = locate(dataDir)
  const trouble = troubleWith(place)
  if (trouble) throw new Error(`${trouble.message} ${trouble.fix}`)
  const { uid, gid } = place.runAs
  if (uid !== undefined && gid !== undefined && closedDirectory(place.dataDir, place.runAs)) {
    // The directory stays root's, so that PostgreSQL's user cannot plant links in it; that user may pass through.
    chownSync(place.dataDir, -1, gid)
    chmodSync(place.dataDir, (statSync(place.dataDir).mode & 0o7777) | 0o010)
  }
  ownDirectory(place.socketDir, place.runAs)
  return place
}

/** Makes a directory that PostgreSQL's user alone may enter; one that someone else planted is refused. */
export function ownDirectory(dir: string, { uid, gid }: RunAs): void {
  try {
    mkdirSync(dir, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const found = lstatSync(dir)
  const us = process.geteuid?.()
  if (!found.isDirectory() || (found.uid !== us && found.uid !== uid)) {
    throw new Error(`${dir} should be a directory of PostgreSQL's own, but belongs to user ${found.uid}. Remove it.`)
  }
  if (found.mode & 0o077) chmodSync(dir, 0o700)
  if (uid !== undefined && gid !== undefined && found.uid !== uid) chownSync(dir, uid, gid)
}
