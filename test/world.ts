import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Kysely } from 'kysely'
import pg from 'pg'
import { inject } from 'vitest'
import { createClient, type Client } from '../src/client.ts'
import { readConfig, type Config } from '../src/platform/config.ts'
import type { Ctx } from '../src/platform/context.ts'
import type { DB } from '../src/platform/db/tables.ts'
import { openDb, type Connection } from '../src/platform/db/open.ts'
import { SCOPES, type Scope } from '../src/platform/http/endpoint.ts'
import { createIds } from '../src/platform/ids.ts'
import { silent } from '../src/platform/log.ts'
import { createRng } from '../src/platform/rng.ts'
import { keyring } from '../src/platform/seal/keyring.ts'
import { createApp, type Parts } from '../src/server/app.ts'
import { jobContext, settleJobs } from '../src/server/worker.ts'

export type Person = { account_id: string; key: string; client: Client }
export type World = {
  db: Kysely<DB>
  pool: pg.Pool
  connection: Connection
  app: FastifyInstance
  parts: Parts
  /** The virtual clock; move it with `advance`. */
  clock: { now(): Date; set(at: Date): void; advance(ms: number): void }
  /** A context as jobs have it, or as this account would. */
  ctx(accountId?: string): Ctx
  person(handle: string, options?: { roles?: string[]; scopes?: Scope[] }): Promise<Person>
  /** The client of nobody. */
  stranger: Client
  /** A raw request, for bytes on the wire. */
  raw(
    as: Person | undefined,
    options: InjectOptions,
  ): Promise<{ status: number; body: string; headers: Record<string, unknown> }>
  jobs(only?: readonly string[]): Promise<void>
  close(): Promise<void>
}

let made = 0
const LOG_READERS = new Set(['sequence_events', 'deliver_messages', 'decide_items', 'count_scores'])

/** A real application on a real database of its own, with a virtual clock and seeded chance. */
export async function createWorld(
  options: { at?: string; seed?: number; config?: Partial<Config>; poolSize?: number } = {},
): Promise<World> {
  const server = inject('server') as { host: string; port: number; user: string; template: string }
  const name = `test_${server.template.split('_')[1]}_${process.hrtime.bigint()}_${made++}`
  const admin = new pg.Client({ host: server.host, port: server.port, user: server.user, database: 'postgres' })
  await admin.connect()
  await admin.query(`create database ${name} template ${server.template} strategy wal_log`)
  await admin.end()
  const connection: Connection = { host: server.host, port: server.port, user: server.user, database: name }
  const seal = keyring(() => [Buffer.alloc(32, 7)])
  const { db, pool } = openDb({ connection, poolSize: options.poolSize ?? 8, forceGenericPlan: true, seal })

  let nowMs = Date.parse(options.at ?? '2026-01-05T12:00:00Z')
  const clock = {
    now: () => new Date(nowMs),
    set: (at: Date) => void (nowMs = at.getTime()),
    advance: (ms: number) => void (nowMs += ms),
  }
  const rng = createRng(options.seed ?? 1)
  let secrets = 0
  const config: Config = {
    ...readConfig({}),
    rate_per_minute_address: 0,
    rate_per_minute_account: 0,
    log_level: 'silent',
    // What jobs write to the disk is this world's own.
    data_dir: join(tmpdir(), 'assay-worlds', name),
    ...options.config,
  }
  const parts: Parts = {
    db,
    clock,
    rng,
    config,
    seal,
    log: silent,
    newId: createIds({ node: 1, nowMs: () => nowMs, below: (n) => rng.below(n) }),
    randomBytes: (n) =>
      createHash('shake256', { outputLength: n })
        .update(`${options.seed ?? 1}:${secrets++}`)
        .digest(),
  }
  const app = await createApp(parts)
  const fetchInto = async (input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> => {
    const response = await app.inject({
      method: (init?.method ?? 'GET') as 'GET',
      url: String(input).replace('http://world', ''),
      headers: { ...(init?.headers as Record<string, string>) },
      ...(init?.body === undefined || init.body === null ? {} : { payload: init.body as string }),
    })
    return new Response(response.rawPayload.length ? new Uint8Array(response.rawPayload) : null, {
      status: response.statusCode,
      headers: Object.entries(response.headers).map(([k, v]) => [k, String(v)]) as [string, string][],
    })
  }
  const clientFor = (key?: string) =>
    createClient({
      baseUrl: 'http://world',
      fetch: fetchInto as typeof fetch,
      ...(key ? { headers: { authorization: `Bearer ${key}` } } : {}),
    })

  const person: World['person'] = async (handle, { roles = [], scopes = [...SCOPES] } = {}) => {
    const account_id = parts.newId()
    const key = `ak_test${made++}_${Buffer.from(parts.randomBytes(24)).toString('base64url')}`
    await db.insertInto('account').values({ id: account_id, handle, roles, created_at: clock.now() }).execute()
    await db
      .insertInto('api_key')
      .values({
        id: parts.newId(),
        account_id,
        name: 'test',
        prefix: key.slice(0, 12),
        secret_hash: createHash('sha256').update(key).digest('hex'),
        scopes,
        created_at: clock.now(),
      })
      .execute()
    return { account_id, key, client: clientFor(key) }
  }

  return {
    db,
    pool,
    connection,
    app,
    parts,
    clock,
    person,
    stranger: clientFor(),
    ctx: (accountId) => ({
      ...jobContext(parts),
      ...(accountId
        ? { caller: { account_id: accountId, roles: [], via: 'key' as const, scopes: [...SCOPES], session_id: '1' } }
        : {}),
    }),
    async raw(as, request) {
      const r = await app.inject({
        ...request,
        headers: { ...request.headers, ...(as ? { authorization: `Bearer ${as.key}` } : {}) },
      })
      return { status: r.statusCode, body: r.body, headers: r.headers }
    },
    async jobs(only) {
      // Other databases of the same server have transactions too, and readers of the log wait for the oldest of all.
      const isReadingLog = !only || only.some((name) => LOG_READERS.has(name))
      for (let tries = 0; isReadingLog && tries < 2_000; tries++) {
        const { rows } = await pool.query<{ behind: boolean }>(
          'select exists (select 1 from event where tx >= pg_snapshot_xmin(pg_current_snapshot())) as behind',
        )
        if (!rows[0]!.behind) break
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      await settleJobs(parts, only)
    },
    async close() {
      await app.close()
      await db.destroy()
      await rm(join(tmpdir(), 'assay-worlds', name), { recursive: true, force: true })
      const end = new pg.Client({ host: server.host, port: server.port, user: server.user, database: 'postgres' })
      await end.connect()
      await end.query(`drop database if exists ${name} with (force)`)
      await end.end()
    },
  }
}
