import { once } from 'node:events'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'

export type Table = { table: string; columns: string[]; needs: string[] }

/** Every table of ours with its columns, and the tables it refers to. Generated columns make themselves. */
export async function tablesOf(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    select c.relname as table,
           (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
           (select coalesce(array_agg(distinct f.relname::text), '{}') from pg_constraint k join pg_class f on f.oid = k.confrelid
             where k.conrelid = c.oid and k.contype = 'f' and f.oid <> c.oid) as needs
      from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'migration'
     order by c.relname`)
  return rows
}

export async function migrationsOf(client: pg.Client): Promise<string[]> {
  const { rows: there } = await client.query<{ there: boolean }>(
    `select to_regclass('public.migration') is not null as there`,
  )
  if (!there[0]!.there) return []
  const { rows } = await client.query<{ name: string }>('select name from migration order by name')
  return rows.map((r) => r.name)
}

export async function serverVersion(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ v: string }>(`select current_setting('server_version') as v`)
  return rows[0]!.v
}

export async function countRows(client: pg.Client, table: string): Promise<number> {
  const { rows } = await client.query<{ n: string }>(`select count(*) as n from ${name(table)}`)
  return Number(rows[0]!.n)
}

/** Where each reader of the event log stands. */
export async function positionsOf(client: pg.Client): Promise<{ tx: string; id: string }[]> {
  const { rows } = await client.query<{ tx: string; id: string }>(
    `select distinct watermark ->> 'tx' as tx, watermark ->> 'id' as id from job_state where watermark ? 'tx'`,
  )
  return rows.toSorted((a, b) => compare(BigInt(a.tx), BigInt(b.tx)) || compare(BigInt(a.id), BigInt(b.id)))
}

const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0)

// The smallest transaction numbers that a row can bear: older than any transaction of a server that runs.
const FIRST_TX = 3
const LAST_ID = '9223372036854775807'

/** Columns that hold the transaction number of an event, each with the column of that event's id. */
export const TX_COLUMNS: Readonly<Record<string, { tx: string; id: string }>> = {
  event: { tx: 'tx', id: 'id' },
  watch: { tx: 'seen_tx', id: 'seen_id' },
}

/**
 * Transaction numbers mean nothing in another database. What they say, which events each reader has read, is kept: an
 * event's number becomes how many of the readers' positions it lies beyond, and each position follows its events.
 */
function columnAs(table: string, column: string, positions: readonly { tx: string; id: string }[]): string {
  const place = (tx: string, id: string) =>
    `(3 + ${positions.map((p) => `((${tx}, ${id}) > ('${BigInt(p.tx)}'::xid8, ${BigInt(p.id)}))::int`).join(' + ') || '0'})`
  const at = TX_COLUMNS[table]
  if (at?.tx === column) return `${place(at.tx, at.id)}::text::xid8 as ${at.tx}`
  if (table === 'job_state' && column === 'watermark') {
    const cases = positions.map(
      (p, i) =>
        `when watermark ->> 'tx' = '${BigInt(p.tx)}' and watermark ->> 'id' = '${BigInt(p.id)}' then watermark || '{"tx": "${FIRST_TX + i}", "id": "${LAST_ID}"}'`,
    )
    return cases.length > 0 ? `(case ${cases.join(' ')} else watermark end) as watermark` : column
  }
  return name(column)
}

/** A table's rows in COPY text format, as its snapshot has them. */
export function readRows(
  client: pg.Client,
  { table, columns }: Table,
  positions: readonly { tx: string; id: string }[],
): AsyncIterable<Buffer> {
  const statement = `copy (select ${columns.map((c) => columnAs(table, c, positions)).join(', ')} from ${name(table)}) to stdout`
  return client.query(copyTo(statement))
}

/** Loads rows in COPY text format; what the other end refuses is thrown here. */
export async function loadRows(
  client: pg.Client,
  statement: string,
  rows: AsyncIterable<Buffer>,
  onBytes: (chunk: Buffer) => void,
): Promise<void> {
  const stream = client.query(copyFrom(statement))
  let failure: unknown
  stream.on('error', (error) => (failure ??= error))
  const finished = once(stream, 'finish').catch((error: unknown) => (failure ??= error))
  try {
    for await (const chunk of rows) {
      if (failure) break
      onBytes(chunk)
      if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), finished])
    }
  } catch (error) {
    // Tells the server to give the table up; without it both sides would wait for the other.
    stream.destroy(error as Error)
    await once(stream, 'close').catch(() => {})
    throw error
  }
  stream.end()
  await finished
  if (failure) throw failure
}

/** Takes everything of ours out of a database, in the caller's transaction. */
export async function dropEverything(client: pg.Client): Promise<void> {
  await client.query('drop schema public cascade')
  await client.query('create schema public')
}

/** Rows that migrations put in come with the backup. */
export async function emptyTables(client: pg.Client, tables: readonly string[]): Promise<void> {
  if (tables.length > 0) await client.query(`truncate ${tables.map(name).join(', ')}`)
}

/** Other programs of ours that work on this database now. */
export async function othersAtWork(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ n: string }>(
    `select count(*) as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and application_name like 'assay%'`,
  )
  return Number(rows[0]!.n)
}

/** One digest for everything a table holds, whatever the order of its rows and the numbers of transactions. */
export async function digestOf(client: pg.Client, { table, columns }: Table): Promise<string> {
  const shown = columns.map((c) =>
    TX_COLUMNS[table]?.tx === c
      ? `''::text as tx`
      : table === 'job_state' && c === 'watermark'
        ? `(watermark - 'tx' - 'id') as watermark`
        : name(c),
  )
  const { rows } = await client.query<{ digest: string }>(
    `select count(*)::text || ':' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as digest from (select ${shown.join(', ')} from ${name(table)}) t`,
  )
  return rows[0]!.digest
}

const name = (identifier: string) => `"${identifier.replaceAll('"', '""')}"`
