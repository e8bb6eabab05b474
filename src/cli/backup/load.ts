import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type pg from 'pg'
import { applyMigration, migrationsDir } from '../../platform/db/migrate.ts'
import type { Connection } from '../../platform/db/open.ts'
import { Problem } from '../problem.ts'
import { type Header, readArchive } from './archive.ts'
import { connect } from './dump.ts'
import { countRows, dropEverything, emptyTables, loadRows, migrationsOf, othersAtWork, tablesOf } from './queries.ts'

export type LoadOptions = {
  connection: Connection | string
  filesDir: string | undefined
  from: string
  /** Replace what is there. */
  force: boolean
  onStart?: (header: Header, rows: number) => void
  onRows?: (rows: number) => void
}

/**
 * Brings everything back in one transaction: schema, rows and references. Whatever stops it, the database stays as it
 * was. A backup of an older program is loaded into its own schema and then migrated.
 */
export async function load(options: LoadOptions): Promise<Header> {
  const client = connect(options.connection)
  await client.connect()
  const newFiles = options.filesDir ? `${options.filesDir}.restoring` : undefined
  try {
    await client.query('begin')
    await client.query('set local idle_in_transaction_session_timeout = 0')
    let header: Header | undefined
    const archive = createGunzip()
    const raw = createReadStream(options.from)
    raw.on('error', (error) => archive.destroy(error))
    raw.pipe(archive)
    if (newFiles) rmSync(newFiles, { recursive: true, force: true })
    for await (const part of readArchive(archive as AsyncIterable<Buffer>)) {
      if (part.kind === 'header') {
        header = part.header
        await prepare(client, header, options.force)
        options.onStart?.(
          header,
          header.tables.reduce((sum, t) => sum + t.rows, 0),
        )
      } else if (part.kind === 'table') {
        await loadRows(client, part.statement, part.rows, (chunk) => options.onRows?.(linesIn(chunk)))
      } else {
        if (!newFiles)
          throw new Problem(
            'This backup holds release files, but DATABASE_URL says nothing of where they go. Name a directory with --data.',
          )
        const to = join(newFiles, part.name)
        if (!to.startsWith(normalize(newFiles)) || normalize(to) !== to)
          throw new Problem(`The backup names a file outside its folder: ${part.name}.`)
        mkdirSync(dirname(to), { recursive: true })
        await pipeline(Readable.from(part.bytes), createWriteStream(to, { flush: true }))
      }
    }
    await migrateOn(client, header!.migrations)
    // Files first: without rows that name them they do nobody harm, rows without files would.
    if (newFiles && existsSync(newFiles)) {
      rmSync(`${options.filesDir}.before-restore`, { recursive: true, force: true })
      if (existsSync(options.filesDir!)) renameSync(options.filesDir!, `${options.filesDir}.before-restore`)
      renameSync(newFiles, options.filesDir!)
    }
    await client.query('commit')
    await client.query('analyze')
    return header!
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    if (newFiles) rmSync(newFiles, { recursive: true, force: true })
    await client.end().catch(() => {})
  }
}

async function prepare(client: pg.Client, header: Header, force: boolean): Promise<void> {
  if ((await othersAtWork(client)) > 0)
    throw new Problem('An Assay server works on this database. Stop it first, then restore.')
  const files = migrationFiles()
  const newer = header.migrations.filter((m) => !files.includes(m))
  if (newer.length > 0)
    throw new Problem(
      `This backup was made by a newer Assay (it has ${newer.join(', ')}). Update the program, then restore.`,
    )
  const known = new Set((await tablesOf(client)).map((t) => t.table))
  if (known.size > 0 && !force) {
    const people = known.has('account') ? await countRows(client, 'account') : -1
    if (people !== 0)
      throw new Problem(
        `The database is not empty${people > 0 ? ` (it holds ${people} accounts)` : ''}. Restore into an empty one, or replace what is there with --force.`,
      )
  }
  const ours = new Set((await migrationsOf(client)).length > 0 ? known : [])
  const foreign = [...known].filter((t) => !ours.has(t))
  if (foreign.length > 0)
    throw new Problem(
      `The database holds tables of another program (${foreign.slice(0, 5).join(', ')}). Restore into a database of its own.`,
    )
  if (known.size > 0) await dropEverything(client)
  for (const name of header.migrations) await applyMigration(client, name)
  const made = (await tablesOf(client)).map((t) => t.table)
  const lost = header.tables.filter((t) => !made.includes(t.table)).map((t) => t.table)
  if (lost.length > 0) throw new Problem(`The backup holds tables that its schema does not make: ${lost.join(', ')}.`)
  await emptyTables(client, made)
}

const migrationFiles = () =>
  readdirSync(migrationsDir())
    .filter((f) => f.endsWith('.sql'))
    .toSorted()

async function migrateOn(client: pg.Client, done: readonly string[]): Promise<void> {
  for (const name of migrationFiles()) if (!done.includes(name)) await applyMigration(client, name)
}

function linesIn(chunk: Buffer): number {
  let n = 0
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) n += 1
  return n
}
