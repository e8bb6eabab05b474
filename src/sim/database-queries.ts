import { sql, type Kysely } from 'kysely'
import pg from 'pg'
import type { DB } from '../platform/db/tables.ts'
import type { Connection } from '../platform/db/open.ts'

async function asAdmin<T>(server: Connection, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...server, database: 'postgres' })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const named = (name: string): string => {
  if (!/^[a-z][a-z0-9_]{0,50}$/.test(name)) throw new Error(`assumption broken: ${name} names a database`)
  return name
}

/** Makes a database, empty or as a copy of another that nobody is connected to. */
export const createDatabase = (server: Connection, name: string, from?: string): Promise<void> =>
  asAdmin(server, async (client) => {
    await client.query(`drop database if exists ${named(name)} with (force)`)
    await client.query(`create database ${named(name)}${from ? ` template ${named(from)} strategy file_copy` : ''}`)
  })

export const dropDatabase = (server: Connection, name: string): Promise<void> =>
  asAdmin(server, async (client) => void (await client.query(`drop database if exists ${named(name)} with (force)`)))

export const databaseExists = (server: Connection, name: string): Promise<boolean> =>
  asAdmin(
    server,
    async (client) => ((await client.query('select 1 from pg_database where datname = $1', [name])).rowCount ?? 0) > 0,
  )

const BUSY = ['queue', 'lease', 'submission', 'review', 'transfer', 'event', 'item', 'decision']

/** Tidies up between days instead of whenever the server sees fit, so that the same run does the same work. */
export async function vacuum(connection: Connection, tables: readonly string[] = BUSY): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    for (const table of tables) await client.query(`vacuum (analyze) ${named(table)}`)
  } finally {
    await client.end()
  }
}

/** Whether an event was committed that readers of the log must not see yet, because something older is still open. */
export async function isLogBehind(db: Kysely<DB>): Promise<boolean> {
  const { rows } = await sql<{ behind: boolean }>`
    select exists (select from event where tx >= pg_snapshot_xmin(pg_current_snapshot())) as behind`.execute(db)
  return rows[0]!.behind
}
