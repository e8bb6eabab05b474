import type { Kysely, Transaction } from 'kysely'
import type { Config } from './config.ts'
import type { DB } from './db/tables.ts'
import type { RecordedEvent } from './events/record.ts'
import type { Scope } from './http/endpoint.ts'
import type { Id } from './ids.ts'
import type { Log } from './log.ts'
import type { Rng } from './rng.ts'
import type { Keyring } from './seal/keyring.ts'
import type { Idempotency } from './transact.ts'

/** A connection pool or an open transaction; queries take either. */
export type Db = Kysely<DB> | Transaction<DB>

/** Who is asking. Absent for the public and for jobs. */
export type Caller = {
  account_id: Id
  roles: readonly string[]
  /** `session` when a person sits at a browser; `key` for programs. */
  via: 'session' | 'key'
  scopes: readonly Scope[]
  session_id: Id
  /** Why the account is suspended; such a person may use only what is theirs. */
  suspended?: string
}

/** Everything an operation may depend on besides its arguments: time, ids and chance are handed in. */
export type Ctx = {
  db: Kysely<DB>
  now: Date
  newId: () => Id
  /** For outcomes; seeded, so its seed can be recorded. */
  rng: Rng
  /** For secrets: tokens, salts, challenges. */
  randomBytes: (n: number) => Uint8Array
  caller: Caller | undefined
  idempotency: Idempotency | undefined
  /** The request's surroundings; absent in jobs and the command line. */
  http: HttpSide | undefined
  /** The events that this request has written so far; emptied when its transaction is tried again. */
  recorded?: RecordedEvent[]
  config: Config
  /** Seals content that must not lie about in the clear; reading it from the database opens it. */
  seal: Keyring
  log: Log
}

/** What only sign-in, downloads and rate limits need to know of HTTP. */
export type HttpSide = {
  address: string
  user_agent: string
  /** Where people reach this server, e.g. `https://assay.example`. */
  origin: string
  /** Starts (or with null ends) the browser's session. */
  setSession(token: string | null, expires: Date | null): void
}

/** The caller of an endpoint whose role is not `public`; the server has already checked it. */
export function callerOf(ctx: Ctx): Caller {
  if (!ctx.caller) throw new Error('assumption broken: this endpoint needs a caller')
  return ctx.caller
}
