import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { type Place, port } from './embedded-place.ts'
import type { Connection } from './open.ts'

/**
 * `absent`: nobody answers. `busy`: starting up, recovering or shutting down. `empty`: up, without our database yet.
 * `ready`: our database answers.
 */
export type Probe = { state: 'absent' | 'busy' | 'empty' | 'ready'; pid: number; connection: Connection }

/** Name of both the database and its owner. */
export const databaseName = 'assay'

/** What PostgreSQL writes about itself while it runs, and leaves behind when it is killed. */
export function readPidFile(pgdata: string): { pid: number; pgdata: string; socketDir: string } | undefined {
  try {
    const lines = readFileSync(join(pgdata, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), pgdata: lines[1] ?? '', socketDir: lines[4] ?? '' }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Asks whether the PostgreSQL of this place runs. */
export async function probe(place: Place): Promise<Probe> {
  const file = readPidFile(place.pgdata)
  // A process with another TMPDIR may have put the socket elsewhere; the file says where. A copied data directory
  // has the original's file in it, which names the original's socket and must not be followed.
  const elsewhere = file?.pgdata === place.pgdata && file.socketDir ? [file.socketDir] : []
  let answer: Probe = { state: 'absent', pid: 0, connection: connectionTo(place.socketDir) }
  for (const socketDir of new Set([place.socketDir, ...elsewhere])) {
    const connection = connectionTo(socketDir)
    const state = await ask(connection)
    answer = { state, pid: readPidFile(place.pgdata)?.pid ?? 0, connection }
    if (state !== 'absent') break
  }
  return answer
}

const connectionTo = (host: string): Connection => ({ host, port, user: databaseName, database: databaseName })

async function ask(connection: Connection): Promise<Probe['state']> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.end()
    return 'ready'
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (code === '3D000') return 'empty'
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'absent'
    // 57P0x: starting, stopping or recovering; 53300: no connection free; the rest: cut off while it goes down.
    if (code?.startsWith('57P0') || code === '53300' || code === 'ECONNRESET' || code === 'EPIPE') return 'busy'
    if (/timeout|terminated unexpectedly/.test(message)) return 'busy'
    throw new Error(`PostgreSQL in ${connection.host} cannot be used: ${message}`, { cause: error })
  }
}
