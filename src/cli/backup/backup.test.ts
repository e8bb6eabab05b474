import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorld, type World } from '../../../test/world.ts'
import { openDb, type Connection } from '../../platform/db/open.ts'
import { eventsPast } from '../../platform/events/queries.ts'
import { connect, dump, inOrder } from './dump.ts'
import { load } from './load.ts'
import { digestOf, tablesOf, TX_COLUMNS } from './queries.ts'

let world: World
let folder: string
let archive: string
let untouched: Connection | undefined
const empties: string[] = []

const admin = async (statement: string): Promise<void> => {
  const client = new pg.Client({ ...world.connection, database: 'postgres' })
  await client.connect()
  await client.query(statement)
  await client.end()
}
async function emptyDatabase(): Promise<Connection> {
  const database = `${world.connection.database}_r${empties.length}`
  await admin(`create database ${database}`)
  empties.push(database)
  return { ...world.connection, database }
}
async function digests(connection: Connection): Promise<Record<string, string>> {
  const client = connect(connection)
  await client.connect()
  try {
    const out: Record<string, string> = {}
    for (const table of await tablesOf(client)) out[table.table] = await digestOf(client, table)
    return out
  } finally {
    await client.end()
  }
}
async function run<T>(connection: Connection, statement: string): Promise<T[]> {
  const client = connect(connection)
  await client.connect()
  try {
    return (await client.query(statement)).rows as T[]
  } finally {
    await client.end()
  }
}
const unread = async (connection: Connection, job: string): Promise<string[]> => {
  const { db } = openDb({ connection, poolSize: 1, forceGenericPlan: false, name: 'test of backup' })
  try {
    const row = await db.selectFrom('job_state').select('watermark').where('name', '=', job).executeTakeFirst()
    const { tx, id } = (row?.watermark ?? { tx: '0', id: '0' }) as { tx: string; id: string }
    return (await eventsPast(db, { tx, id }, 1000)).map((e) => e.id).toSorted((a, b) => Number(a) - Number(b))
  } finally {
    await db.destroy()
  }
}

const AWKWARD = ['tab\tline\nback\\slash', '\\.', '\\N', 'ﷺ 👩‍👩‍👧 e\u0301', '"quoted", {"json": 1}', '']

beforeAll(async () => {
  world = await createWorld()
  folder = mkdtempSync(join(tmpdir(), 'assay-backup-'))
  archive = join(folder, 'whole.gz')
  const db = connect(world.connection)
  await db.connect()
  for (const [i, value] of AWKWARD.entries()) {
    const person = await world.person(`person_${i}`)
    await db.query('update account set handle = $1 where id = $2', [value, person.account_id])
  }
  // Many transactions, some with several events, so that positions fall between and within them.
  let id = 1
  for (let tx = 0; tx < 40; tx++) {
    await db.query('begin')
    for (let n = 0; n <= tx % 4; n++)
      await db.query(
        `insert into event (campaign_id, id, kind, subject_id, at, body) values (1, $1, 'submitted', 1, now(), $2)`,
        [id++, { text: AWKWARD[tx % 6] }],
      )
    await db.query('commit')
  }
  const { rows } = await db.query<{ tx: string; id: string }>('select tx::text as tx, id from event order by tx, id')
  const positions = {
    none: { tx: '0', id: '0' },
    early: rows[3]!,
    within: rows[29]!,
    twin: rows[29]!,
    end: rows.at(-1)!,
  }
  for (const [name, watermark] of Object.entries(positions))
    await db.query('insert into job_state (name, watermark) values ($1, $2)', [name, watermark])
  await db.query(`insert into job_state (name, watermark) values ('no_position', '{"after": 7}')`)
  await db.end()
  mkdirSync(join(folder, 'files/1'), { recursive: true })
  writeFileSync(
    join(folder, 'files/1/data.parquet'),
    Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 256)),
  )
  writeFileSync(join(folder, 'files/empty'), '')
  await dump({ connection: world.connection, filesDir: join(folder, 'files'), to: archive, now: world.clock.now() })
})

afterAll(async () => {
  for (const name of empties) await admin(`drop database if exists ${name} with (force)`)
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('backup and restore', () => {
  test('bring back every row of every table, and every file', async () => {
    const to = await emptyDatabase()
    const filesDir = join(folder, 'restored')
    const seen: number[] = []
    const header = await load({ connection: to, filesDir, from: archive, force: false, onRows: (n) => seen.push(n) })
    const before = await digests(world.connection)
    expect(Object.keys(before).length).toBeGreaterThan(40)
    expect(await digests(to)).toEqual(before)
    expect(seen.reduce((a, b) => a + b, 0)).toBe(header.tables.reduce((sum, t) => sum + t.rows, 0))
    for (const name of ['1/data.parquet', 'empty'])
      expect(readFileSync(join(filesDir, name))).toEqual(readFileSync(join(folder, 'files', name)))
  })

  test('keep what each reader of the events has read: nothing skipped, nothing repeated', async () => {
    const to = await emptyDatabase()
    await load({ connection: to, filesDir: undefined, from: await withoutFiles(), force: false })
    const unreadBefore: Record<string, string[]> = {}
    for (const job of ['none', 'early', 'within', 'twin', 'end', 'sequence_events']) {
      unreadBefore[job] = await unread(world.connection, job)
      expect([job, await unread(to, job)]).toEqual([job, unreadBefore[job]])
    }
    expect(unreadBefore.none!.length).toBeGreaterThan(90)
    expect(unreadBefore.within!.length).toBeGreaterThan(0)
    expect(unreadBefore.end).toEqual([])
    // What happens from now on is read after all of it.
    await run(
      to,
      `insert into event (campaign_id, id, kind, subject_id, at, body) values (1, 5, 'late', 1, now(), '{}') on conflict (campaign_id, id) do nothing`,
    )
    await run(
      to,
      `insert into event (campaign_id, id, kind, subject_id, at, body) values (2, 5, 'late', 1, now(), '{}')`,
    )
    expect(await unread(to, 'end')).toEqual(['5'])
    expect(await run(to, `select watermark from job_state where name = 'no_position'`)).toEqual([
      { watermark: { after: 7 } },
    ])
  })

  test('no other column holds a transaction number', async () => {
    const found = await run(
      world.connection,
      `select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public' and udt_name in ('xid', 'xid8')`,
    )
    const known = Object.entries(TX_COLUMNS).map(([table, at]) => ({ name: `${table}.${at.tx}` }))
    expect(found).toHaveLength(known.length)
    expect(found).toEqual(expect.arrayContaining(known))
  })

  test('a database that is not empty is left alone, and replaced when told to', async () => {
    const to = await emptyDatabase()
    const from = await withoutFiles()
    await load({ connection: to, filesDir: undefined, from, force: false })
    await expect(load({ connection: to, filesDir: undefined, from, force: false })).rejects.toThrow(
      /not empty \(it holds 6 accounts\)/,
    )
    await run(to, `update account set language = 'ar'`)
    await load({ connection: to, filesDir: undefined, from, force: true })
    expect(await digests(to)).toEqual(await digests(world.connection))
  })

  test('a database of another program is never touched', async () => {
    const to = await emptyDatabase()
    await run(to, 'create table theirs (a int)')
    for (const force of [false, true])
      await expect(load({ connection: to, filesDir: undefined, from: archive, force })).rejects.toThrow(
        /not empty|another program/,
      )
    expect(await run(to, 'select * from theirs')).toEqual([])
  })

  // Cut anywhere, changed anywhere: refused, and the database stays as it was.
  test.each([
    ['cut in the header', (text: string) => text.slice(0, 100)],
    ['cut within a table', (text: string) => text.slice(0, text.indexOf('copy "event"') + 400)],
    ['cut before its last line', (text: string) => text.slice(0, text.lastIndexOf('-- complete'))],
    ['cut within a file', (text: string) => text.slice(0, text.indexOf('-- file {"name":"1/data') + 3000)],
    ['a changed row', (text: string) => text.replace('\tsubmitted\t', '\tSubmitted\t')],
    ['a lost row', (text: string) => text.replace(/(copy "event" [^\n]*\n)[^\n]*\n/, '$1')],
    ['a changed file', (text: string) => text.replace(/(-- file [^\n]*\n-- )..../, '$1AAAA')],
    ['a lost table', (text: string) => text.replace(/copy "salt"[^]*?-- end [^\n]*\n/, '')],
    ['not a backup', () => 'select 1;\n'],
  ])('refuses %s', async (_, damage) => {
    const to = (untouched ??= await emptyDatabase())
    const from = join(folder, 'damaged.gz')
    const text = gunzipSync(readFileSync(archive)).toString('utf8')
    const damaged = damage(text)
    expect(damaged).not.toBe(text)
    writeFileSync(from, gzipSync(damaged))
    await expect(load({ connection: to, filesDir: join(folder, 'none'), from, force: false })).rejects.toThrow(
      /damaged|not an Assay backup/,
    )
    expect(await run(to, `select relname from pg_class where relnamespace = 'public'::regnamespace`)).toEqual([])
  })

  test('refuses a compressed stream that ends early, and one from a newer program', async () => {
    const to = await emptyDatabase()
    const from = join(folder, 'short.gz')
    writeFileSync(from, readFileSync(archive).subarray(0, 5000))
    await expect(load({ connection: to, filesDir: undefined, from, force: false })).rejects.toThrow(
      /damaged|unexpected end/,
    )
    const text = gunzipSync(readFileSync(archive)).toString('utf8')
    writeFileSync(from, gzipSync(text.replace('"0001_platform.sql"', '"0001_platform.sql","9999_future.sql"')))
    await expect(load({ connection: to, filesDir: undefined, from, force: false })).rejects.toThrow(/newer Assay/)
  })

  test('a table comes after those it refers to', () => {
    const order = inOrder([{ table: 'c', columns: [], needs: ['b'] }, { table: 'b', columns: [], needs: ['a'] }, { table: 'a', columns: [], needs: [] }]) // prettier-ignore
    expect(order.map((t) => t.table)).toEqual(['a', 'b', 'c'])
    expect(() => inOrder([{ table: 'a', columns: [], needs: ['b'] }, { table: 'b', columns: [], needs: ['a'] }])).toThrow(/circle/) // prettier-ignore
  })
})

async function withoutFiles(): Promise<string> {
  const to = join(folder, 'tables.gz')
  await dump({ connection: world.connection, filesDir: undefined, to, now: world.clock.now() })
  return to
}
