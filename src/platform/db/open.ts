import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Keyring } from '../seal/keyring.ts'
import type { DB } from './tables.ts'

export type Connection = { host: string; port: number; user: string; database: string; password?: string }

// An int8 stays a decimal string (ids); numeric stays a string (money); only counts are turned into numbers where read.
pg.types.setTypeParser(pg.types.builtins.DATE, (value) => value)

/** A named statement is planned once per connection; naming by text lets every repeated query be one. */
class PreparingClient extends pg.Client {
  static names = new Map<string, string>()
  // @ts-expect-error the driver's overloads are wider than what Kysely calls
  override query(config: unknown, values?: unknown, callback?: unknown) {
    if (typeof config === 'string' && Array.isArray(values) && values.length > 0 && !callback) {
      let name = PreparingClient.names.get(config)
      // Texts that vary without end (long value lists) must not fill the server's memory with plans.
      if (!name && PreparingClient.names.size < 500 && config.length < 16_000)
        PreparingClient.names.set(config, (name = `q${PreparingClient.names.size}`))
      if (name) return super.query({ name, text: config, values })
    }
    return super.query(config as string, values as unknown[], callback as never)
  }
}

export type OpenOptions = {
  connection: Connection | string
  poolSize: number
  forceGenericPlan: boolean
  /** The database's name in the server's activity view. */
  name?: string
  /** Opens sealed JSON as it is read; without it, it stays sealed. */
  seal?: Keyring
}

function parsersWith(seal: Keyring) {
  return (oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.JSONB && format !== 'binary'
      ? (text: string) => seal.parse(text)
      : pg.types.getTypeParser(oid, format as 'text')
}

/** Opens a pool. The caller ends it with `db.destroy()`. */
export function openDb(options: OpenOptions): { db: Kysely<DB>; pool: pg.Pool } {
  const where = typeof options.connection === 'string' ? { connectionString: options.connection } : options.connection
  const pool = new pg.Pool({
    ...where,
    max: options.poolSize,
    application_name: options.name ?? 'assay',
    options: `-c timezone=UTC -c idle_in_transaction_session_timeout=60000${options.forceGenericPlan ? ' -c plan_cache_mode=force_generic_plan' : ''}`,
    Client: PreparingClient,
    ...(options.seal && { types: { getTypeParser: parsersWith(options.seal) } }),
  } as pg.PoolConfig)
  // A connection that dies while idle is replaced at its next use; without a listener it would end the process.
  pool.on('error', () => {})
  return { db: new Kysely<DB>({ dialect: new PostgresDialect({ pool }) }), pool }
}
