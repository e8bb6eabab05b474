import { spawn } from 'node:child_process'
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Binaries } from './embedded-binaries.ts'
import { ownDirectory, type Place, type RunAs } from './embedded-place.ts'
import { databaseName } from './embedded-probe.ts'

/** What PostgreSQL's programs see of our environment: nothing that could change their answers, no secrets. */
export const toolEnv = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' })

/** Runs one of PostgreSQL's programs to its end. */
export async function runTool(file: string, args: string[], runAs: RunAs): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { ...runAs, cwd: '/', env: toolEnv(), stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (text) => (output += text))
    child.stderr.on('data', (text) => (output += text))
    child.once('error', (error) => resolve({ code: -1, output: error.message }))
    child.once('close', (code) => resolve({ code: code ?? -1, output }))
  })
}

/** What a cluster directory holds. Which programs can read it is its major version's question. */
export function clusterState(pgdata: string): { state: 'none' | 'unfinished' | 'damaged' | 'whole'; major: number } {
  if (!existsSync(pgdata)) return { state: 'none', major: 0 }
  const versionFile = join(pgdata, 'PG_VERSION')
  const major = existsSync(versionFile) ? Number.parseInt(readFileSync(versionFile, 'utf8'), 10) : 0
  if (major && existsSync(join(pgdata, 'global', 'pg_control'))) return { state: 'whole', major }
  // Before it writes pg_control, initdb has made one empty database directory, and nothing of anyone's is lost.
  const base = join(pgdata, 'base')
  const databases = existsSync(base) ? readdirSync(base).filter((name) => name !== '1') : []
  const lost = databases.length > 0 || existsSync(join(pgdata, 'global', 'pg_control'))
  return { state: lost ? 'damaged' : 'unfinished', major }
}

/** Why these programs cannot use this cluster, as a sentence with a way forward. */
export function clusterTrouble(pgdata: string, binaries: Binaries): { message: string; fix: string } | undefined {
  const { state, major } = clusterState(pgdata)
  if (state === 'damaged') {
    const fix = `Move ${pgdata} aside and run \`assay restore\` with your latest backup.`
    return { message: `The database in ${pgdata} is damaged: parts that PostgreSQL needs are missing.`, fix }
  }
  if (!major || major === binaries.major) return undefined
  return {
    message: `The database in ${pgdata} was made by PostgreSQL ${major}, but PostgreSQL ${binaries.major} is installed now.`,
    fix: `Run \`assay backup\` with the installation that made it, move ${pgdata} aside, then run \`assay restore\` with this one.`,
  }
}

/**
 * Makes the cluster unless it is there. The caller holds the start lock. It is made, synced, under another name and
 * then renamed, so a `pgdata` that exists is complete whenever and however its maker is killed.
 */
export async function ensureCluster(place: Place, binaries: Binaries, log: (line: string) => void): Promise<void> {
  const { dataDir, pgdata, runAs } = place
  const trouble = clusterTrouble(pgdata, binaries)
  if (trouble) throw new Error(`${trouble.message} ${trouble.fix}`)
  const { state } = clusterState(pgdata)
  if (state === 'whole') return
  if (state === 'unfinished') {
    const aside = `${pgdata}.unfinished-${Date.now()}`
    log(`${pgdata} was never finished; moving it to ${aside}`)
    renameSync(pgdata, aside)
  }
  for (const name of readdirSync(dataDir).filter((entry) => entry.startsWith(`${basename(pgdata)}.new-`))) {
    rmSync(join(dataDir, name), { recursive: true, force: true, maxRetries: 5 })
  }
  const fresh = `${pgdata}.new-${process.pid}-${Date.now()}`
  ownDirectory(fresh, runAs)
  log(`creating the database cluster in ${pgdata}`)
  const args = [
    '-D',
    fresh,
    '-U',
    databaseName,
    '-A',
    'trust',
    '--locale=C',
    '-E',
    'UTF8',
    '--data-checksums',
    '--no-instructions',
  ]
  const { code, output } = await runTool(binaries.initdb, args, runAs)
  if (code !== 0) {
    rmSync(fresh, { recursive: true, force: true })
    throw new Error(`PostgreSQL could not create its files in ${dataDir}:\n${output.trim()}`)
  }
  renameSync(fresh, pgdata)
  const directory = openSync(dataDir, 'r')
  fsyncSync(directory)
  closeSync(directory)
}
