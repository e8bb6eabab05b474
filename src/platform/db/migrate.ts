import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { assert } from '../refusal.ts'
import type { Connection } from './open.ts'

const MIGRATION_LOCK = 7_216_033

/** Beside this file in the sources, beside the bundle when shipped. */
export function migrationsDir(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const dir = [join(here, 'migrations'), join(here, '../src/platform/db/migrations')].find((d) => existsSync(d))
  assert(dir, 'the migrations are shipped with the program')
  return dir
}

/**
 * Brings the database to this program's schema: plain SQL files in order, all in one transaction, one process at a time.
 * A database that is newer than the program is refused rather than damaged. Returns the names it applied.
 */
export async function migrate(connection: Connection | string, dir = migrationsDir()): Promise<string[]> {
  const files = readdirSync(dir)
    .filter((f) => f.endsWith('.sql'))
    .sort()
  const client = new pg.Client(typeof connection === 'string' ? { connectionString: connection } : connection)
  await client.connect()
  try {
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    const { rows: version } = await client.query<{ v: string }>(`select current_setting('server_version_num') as v`)
    if (Number(version[0]!.v) < 150000) throw new Error('Assay needs PostgreSQL 15 or newer.')
    await noteTable(client)
    const { rows } = await client.query<{ name: string }>('select name from migration order by name')
    const applied = new Set(rows.map((r) => r.name))
    const unknown = [...applied].filter((name) => !files.includes(name))
    if (unknown.length > 0)
      throw new Error(`This database was made by a newer Assay (it has ${unknown.join(', ')}). Update the program.`)
    const due = files.filter((f) => !applied.has(f))
    for (const name of due) await applyMigration(client, name, dir)
    await client.query('commit')
    return due
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    await client.end()
  }
}

const noteTable = (client: pg.Client) =>
  client.query(
    'create table if not exists migration (name text primary key, applied_at timestamptz not null default now())',
  )

/** Runs one migration in the caller's transaction and notes it. */
export async function applyMigration(client: pg.Client, name: string, dir = migrationsDir()): Promise<void> {
  await noteTable(client)
  await client.query(readFileSync(join(dir, name), 'utf8'))
  await client.query('insert into migration (name) values ($1)', [name])
}
