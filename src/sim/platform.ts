import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Kysely } from 'kysely'
import { createClient, type Client } from '../client.ts'
import { readConfig, type Config } from '../platform/config.ts'
import { openDb, type Connection } from '../platform/db/open.ts'
import type { DB } from '../platform/db/tables.ts'
import { createIds } from '../platform/ids.ts'
import { silent } from '../platform/log.ts'
import { keyring } from '../platform/seal/keyring.ts'
import type { Rng } from '../platform/rng.ts'
import { createApp, type Parts } from '../server/app.ts'
import { jobs } from '../server/jobs.ts'
import { settleJobs } from '../server/worker.ts'
import { watchReviewers } from '../domains/integrity/jobs.ts'
import { watchWork, type WatchMarks } from '../domains/integrity/watch/watch.ts'
import type { Job } from '../platform/jobs/job.ts'
import { isLogBehind } from './database-queries.ts'
import { rngOf } from './chance.ts'

/**
 * One logical thread of the season: an application of its own on the common database, with its own virtual clock, ids
 * and chance. What happens in one lane follows from the seed alone, so lanes may run side by side and a run is still one
 * exact run. They share no campaign, and background work runs while all of them rest.
 */
export type Lane = {
  name: string
  db: Kysely<DB>
  parts: Parts
  /** Moves the lane's clock. */
  wait(ms: number): void
  /** Moves it to a time that has not passed yet. */
  waitUntil(at: Date): void
  now(): Date
  client(key: string): Client
  stranger: Client
  /** A browser of its own, which keeps the session that it begins in its jar, or goes on with the one there. */
  browser(jar: Jar, gear?: Gear): Client
  /** Begins a virtual day: clock, ids and chance start from the seed and the day, whatever went before. */
  startDay(day: number, at: Date): void
  jobs(names?: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** What a browser keeps. */
export type Jar = { cookie: string }
/** What a server sees of where a browser is and what it is. */
export type Gear = { address: string; agent: string }

export type LaneOptions = { connection: Connection; seed: number; name: string; node: number; config?: Partial<Config> }

export async function openLane(options: LaneOptions): Promise<Lane> {
  const { connection, seed, name, node } = options
  let day = 0
  // Chance of its own: what is sealed must not move what else is drawn.
  let sealed = 0
  const seal = keyring(
    () => [Buffer.alloc(32, 1)],
    (n) => createHash('shake256', { outputLength: n }).update(`${seed}/${name}/seal/${day}/${sealed++}`).digest(),
  )
  const { db } = openDb({ connection, poolSize: 4, forceGenericPlan: true, name: `simulator ${name}`, seal })
  let nowMs = 0
  let rng: Rng = rngOf(seed, name, -1)
  let newId: () => string = () => ''
  let secrets = 0
  const config: Config = {
    ...readConfig({}),
    rate_per_minute_address: 0,
    rate_per_minute_account: 0,
    log_level: 'silent',
    example_campaign: false,
    ...options.config,
  }
  const parts: Parts = {
    db,
    clock: { now: () => new Date(nowMs) },
    rng: {
      seed,
      below: (n) => rng.below(n),
      fraction: () => rng.fraction(),
      shuffle: (xs) => rng.shuffle(xs),
    },
    config,
    seal,
    log: silent,
    newId: () => newId(),
    randomBytes: (n) =>
      createHash('shake256', { outputLength: n }).update(`${seed}/${name}/${day}/${secrets++}`).digest(),
  }
  const app = await createApp(parts)
  const send = fetchInto(app)
  const clientOf = (key?: string) =>
    createClient({
      baseUrl: 'http://simulator',
      fetch: send,
      ...(key ? { headers: { authorization: `Bearer ${key}` } } : {}),
    })
  const clients = new Map<string, Client>()
  return {
    name,
    db,
    parts,
    // No clock of the application shows parts of milliseconds.
    wait: (ms) => void (nowMs += Math.round(ms)),
    waitUntil: (at) => void (nowMs = Math.max(nowMs, Math.round(at.getTime()))),
    now: () => new Date(nowMs),
    client(key) {
      let client = clients.get(key)
      if (!client) clients.set(key, (client = clientOf(key)))
      return client
    },
    stranger: clientOf(),
    browser: (jar, gear) => createClient({ baseUrl: 'http://simulator', fetch: fetchInto(app, jar, gear) }),
    startDay(next, at) {
      day = next
      nowMs = at.getTime()
      secrets = 0
      rng = rngOf(seed, name, day)
      newId = createIds({ node, nowMs: () => nowMs, below: (n) => rng.below(n) })
    },
    async jobs(names) {
      if (names?.includes(watchReviewers.name)) await quietLog(db)
      await settleJobs(parts, names, KNOWN)
    },
    async close() {
      await app.close()
      await db.destroy()
    },
  }
}

/**
 * Lanes commit side by side, so where a reading of the log ends within a day is not the seed's to say. Whoever watches
 * reads whole days.
 */
const A_DAY = 10_000_000
const KNOWN: readonly Job[] = jobs.map((job) =>
  job === watchReviewers ? { ...job, run: (ctx, marks) => watchWork(ctx, marks as WatchMarks, A_DAY) } : job,
)

/** Waits until everything that was committed can be read in its order: a server may have other databases at work. */
async function quietLog(db: Kysely<DB>): Promise<void> {
  for (let tries = 0; tries < 4000 && (await isLogBehind(db)); tries++) await sleep(5)
}

/** The application's own front door, without a network; `jar` keeps a browser's session. */
function fetchInto(app: FastifyInstance, jar?: Jar, gear?: Gear): typeof fetch {
  const call = async (input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> => {
    const response = await app.inject({
      method: (init?.method ?? 'GET') as 'GET',
      url: String(input).replace('http://simulator', ''),
      headers: {
        ...(init?.headers as Record<string, string>),
        ...(jar?.cookie && { cookie: jar.cookie }),
        ...(gear && { 'user-agent': gear.agent }),
      },
      ...(gear && { remoteAddress: gear.address }),
      ...(init?.body === undefined || init.body === null ? {} : { payload: init.body as string }),
    })
    if (process.env.SIM_LOG && response.statusCode >= 500) console.error(response.payload)
    const [given] = [response.headers['set-cookie'] ?? []].flat()
    if (jar && given) jar.cookie = given.split(';')[0]!
    return new Response(response.rawPayload.length ? new Uint8Array(response.rawPayload) : null, {
      status: response.statusCode,
      headers: Object.entries(response.headers).map(([k, v]) => [k, String(v)]) as [string, string][],
    })
  }
  return call as typeof fetch
}
