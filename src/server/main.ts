import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { refuseForks } from '../domains/evidence/publish.ts'
import type { Config } from '../platform/config.ts'
import { openDb, type Connection } from '../platform/db/open.ts'
import { sealKeyFile } from '../platform/files/place.ts'
import { installationOf } from '../platform/db/queries.ts'
import { migrate } from '../platform/db/migrate.ts'
import { createIds } from '../platform/ids.ts'
import type { JobLocks } from '../platform/jobs/job.ts'
import type { Log } from '../platform/log.ts'
import { createRng } from '../platform/rng.ts'
import { keyring, keysIn } from '../platform/seal/keyring.ts'
import { createApp, type Parts } from './app.ts'
import { withLocalChain } from './local-chain.ts'
import { claimNode } from './node-number.ts'
import { startWorker } from './worker.ts'

export type Running = { url: string; parts: Parts; stop(): Promise<void> }

/** Everything a process needs to work on a database: pool, clock, ids, chance. The caller closes it. */
export async function openParts(
  connection: Connection | string,
  config: Config,
  log: Log,
): Promise<Parts & { locks: JobLocks; close(): Promise<void> }> {
  const seal = keyring(() => keysIn(sealKeyFile(config)))
  const { db } = openDb({
    connection,
    poolSize: config.pool_size,
    forceGenericPlan: config.force_generic_plan,
    seal,
  })
  const node = await claimNode(connection)
  const clock = { now: () => new Date() }
  const parts: Parts = {
    db,
    clock,
    newId: createIds({ node: node.number, nowMs: () => Date.now(), below: (n) => randomInt(n) }),
    rng: createRng(randomInt(2 ** 31)),
    randomBytes: (n) => randomBytes(n),
    config,
    seal,
    log,
  }
  await installationOf(db, { id: randomUUID(), secret: randomBytes(32), created_at: clock.now() })
  return {
    ...parts,
    locks: node.locks,
    async close() {
      await db.destroy()
      await node.release()
    },
  }
}

/** Migrates, then starts what the configured roles ask for. */
export async function startServer(connection: Connection | string, asked: Config, log: Log): Promise<Running> {
  await migrate(connection)
  const chain = await withLocalChain(asked, log)
  const { config } = chain
  const parts = await openParts(connection, config, log)
  await refuseForks(parts).catch(async (error: unknown) => {
    await parts.close()
    throw error
  })
  const app = config.roles.includes('web') ? await createApp(parts) : undefined
  const url = app ? await app.listen({ host: config.host, port: config.port }) : ''
  const worker = config.roles.includes('worker') ? startWorker(parts, parts.locks) : undefined
  return {
    url: config.public_url ?? url.replace('127.0.0.1', 'localhost'),
    parts,
    async stop() {
      // First no new requests, then the work under way, then the connections.
      await app?.close()
      await worker?.stop()
      await chain.stop()
      await parts.close()
    },
  }
}
