import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Connection } from '../../platform/db/open.ts'
import { schemaText } from './schema-queries.ts'

/** Files that are made from a migrated database: its whole schema as text, and its tables as types. */
export async function databaseFiles(connection: Connection): Promise<Record<string, string>> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    return {
      'src/platform/db/schema.sql': await schemaText(client),
      'src/platform/db/tables.ts': tableTypes(connection),
    }
  } finally {
    await client.end()
  }
}

function tableTypes({ host, port, user, database }: Connection): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-tables-'))
  try {
    const out = join(folder, 'tables.ts')
    const url = host.startsWith('/')
      ? `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
      : `postgres://${user}@${host}:${port}/${database}`
    const { status, stderr } = spawnSync(
      join('node_modules/.bin/kysely-codegen'),
      [
        '--dialect',
        'postgres',
        '--url',
        url,
        '--out-file',
        out,
        '--exclude-pattern',
        'migration',
        '--exclude-pattern',
        'migration',
        '--log-level',
        'error',
      ],
      { encoding: 'utf8' },
    )
    if (status !== 0) throw new Error(`kysely-codegen failed: ${stderr}`)
    return readFileSync(out, 'utf8')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
