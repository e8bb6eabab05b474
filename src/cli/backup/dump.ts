import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import pg from 'pg'
import type { Connection } from '../../platform/db/open.ts'
import { Problem } from '../problem.ts'
import { FORMAT, type Header, writeArchive } from './archive.ts'
import { countRows, migrationsOf, positionsOf, readRows, serverVersion, type Table, tablesOf } from './queries.ts'

export const PROGRAM = 'assay 0.1.0'

export type DumpOptions = {
  connection: Connection | string
  /** Where releases keep their files; each file's name is relative to it. */
  filesDir: string | undefined
  to: string
  now: Date
  onStart?: (rows: number) => void
  onRows?: (rows: number) => void
}

/** Writes a consistent copy of everything, as of one moment, while others go on working. */
export async function dump(options: DumpOptions): Promise<Header> {
  const client = connect(options.connection)
  await client.connect()
  const unfinished = `${options.to}.unfinished`
  try {
    await client.query('begin isolation level repeatable read read only')
    await client.query('set local idle_in_transaction_session_timeout = 0')
    const tables = inOrder(await tablesOf(client))
    const migrations = await migrationsOf(client)
    if (migrations.length === 0)
      throw new Problem('This database holds no Assay installation, so there is nothing to back up.')
    const positions = await positionsOf(client)
    const counted: Header['tables'] = []
    for (const { table } of tables) counted.push({ table, rows: await countRows(client, table) })
    const header: Header = {
      format: FORMAT,
      program: PROGRAM,
      made_at: options.now.toISOString(),
      server_version: await serverVersion(client),
      migrations,
      tables: counted,
      files: filesUnder(options.filesDir),
    }
    options.onStart?.(counted.reduce((sum, t) => sum + t.rows, 0))
    const byName = new Map(tables.map((t) => [t.table, t]))
    const pieces = writeArchive(
      {
        header,
        rows: (table) => ({
          columns: byName.get(table)!.columns,
          stream: readRows(client, byName.get(table)!, positions),
        }),
        file: (name) => createReadStream(join(options.filesDir!, name)) as AsyncIterable<Buffer>,
      },
      options.onRows ?? (() => {}),
    )
    // Secrets are in it: for its owner alone.
    const file = await open(unfinished, 'w', 0o600)
    await pipeline(Readable.from(pieces), createGzip({ level: 6 }), file.createWriteStream({ flush: true }))
    await rename(unfinished, options.to)
    await syncDirectory(dirname(options.to))
    await client.query('commit')
    return header
  } finally {
    await rm(unfinished, { force: true })
    await client.end().catch(() => {})
  }
}

export const connect = (connection: Connection | string): pg.Client => {
  const client = new pg.Client({
    ...(typeof connection === 'string' ? { connectionString: connection } : connection),
    application_name: 'backup of assay',
  })
  client.on('error', () => {})
  return client
}

/** Tables in an order in which each comes after those it refers to. */
export function inOrder(tables: readonly Table[]): Table[] {
  const out: Table[] = []
  const waiting = new Map(tables.map((t) => [t.table, t]))
  while (waiting.size > 0) {
    const free = [...waiting.values()].filter((t) => t.needs.every((n) => !waiting.has(n)))
    if (free.length === 0)
      throw new Error(`assumption broken: tables refer to each other in a circle: ${[...waiting.keys()].join(', ')}`)
    for (const t of free) {
      out.push(t)
      waiting.delete(t.table)
    }
  }
  return out
}

function filesUnder(dir: string | undefined): Header['files'] {
  if (!dir || !existsSync(dir)) return []
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ name, stat: statSync(join(dir, name)) }))
    .filter(({ stat }) => stat.isFile())
    .map(({ name, stat }) => ({ name, bytes: stat.size }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** The renamed name itself survives a power cut only once its directory is synced. */
async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r')
  await handle.sync().catch(() => {})
  await handle.close()
}
