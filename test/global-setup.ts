import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { openEmbedded } from '../src/platform/db/embedded.ts'
import { migrate } from '../src/platform/db/migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    server: { host: string; port: number; user: string }
  }
}

/** One PostgreSQL server for the whole run, with one migrated database that every test file's own is cloned from. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // A server that runs already may be lent to save its start: ASSAY_TEST_SERVER=host:port:user.
  const lent = process.env.ASSAY_TEST_SERVER?.split(':')
  const dir = lent ? undefined : mkdtempSync(join(tmpdir(), 'assay-test-'))
  const embedded = dir ? await openEmbedded({ dataDir: dir, settings: { max_connections: '300' } }) : undefined
  const server = embedded
    ? { host: embedded.connection.host, port: embedded.connection.port, user: embedded.connection.user }
    : { host: lent![0]!, port: Number(lent![1]), user: lent![2]! }
  const template = `template_${process.pid}`
  const admin = new pg.Client({ ...server, database: 'postgres' })
  await admin.connect()
  await admin.query(`create database ${template}`)
  await migrate({ ...server, database: template })
  project.provide('server', { ...server, template } as never)
  return async () => {
    const { rows } = await admin.query<{ datname: string }>(
      `select datname from pg_database where datname = $1 or datname like $2`,
      [template, `test_${process.pid}_%`],
    )
    for (const { datname } of rows) await admin.query(`drop database if exists ${datname} with (force)`)
    await admin.end()
    await embedded?.stop()
    if (dir) rmSync(dir, { recursive: true, force: true })
  }
}
