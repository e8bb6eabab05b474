import { setTimeout as sleep } from 'node:timers/promises'
import { makeOperatorKey } from '../../src/cli/local-key.ts'
import { ensureSeason } from '../../src/domains/seasons/ensure.ts'
import { readConfig } from '../../src/platform/config.ts'
import { openEmbedded } from '../../src/platform/db/embedded.ts'
import { migrate } from '../../src/platform/db/migrate.ts'
import { createLog } from '../../src/platform/log.ts'
import { SCOPES } from '../../src/platform/http/endpoint.ts'
import { createApp, type Parts } from '../../src/server/app.ts'
import { openParts, startServer } from '../../src/server/main.ts'
import { jobContext, startWorker } from '../../src/server/worker.ts'

// The whole installation in a process tree of its own, to be killed: server, background work, embedded PostgreSQL.
const [dataDir, fault] = process.argv.slice(2) as [string, string | undefined]
const config = {
  ...readConfig({ ...process.env, ASSAY_PORT: '0' }),
  host: '127.0.0.1',
  data_dir: dataDir,
  rate_per_minute_address: 0,
  rate_per_minute_account: 0,
  pool_size: 12,
}
const log = createLog('error')
const { connection } = await openEmbedded({ dataDir })

async function startHasty() {
  await migrate(connection)
  const parts = await openParts(connection, config, log)
  const app = await createApp({ ...parts, db: hasty(parts.db) })
  const url = await app.listen({ host: config.host, port: 0 })
  startWorker(parts, parts.locks)
  return { url, parts: parts as Parts }
}

/** The planted fault: an answer goes out when the work of a transaction is done, a moment before it is committed. */
function hasty(db: Parts['db']): Parts['db'] {
  return new Proxy(db, {
    get(target, name) {
      if (name !== 'transaction') {
        const part = Reflect.get(target, name, target) as unknown
        // Its methods read private members, which only the real object has.
        return typeof part === 'function' ? (part.bind(target) as unknown) : part
      }
      return () => ({
        execute: <T>(work: (trx: unknown) => Promise<T>) =>
          new Promise<T>((resolve, reject) => {
            target
              .transaction()
              .execute(async (trx) => {
                const answer = await work(trx)
                resolve(answer)
                await sleep(400)
              })
              .catch(reject)
          }),
      })
    },
  })
}

const running = fault === 'hasty' ? await startHasty() : await startServer(connection, config, log)
const ctx = jobContext(running.parts)
await ensureSeason(ctx)
const { key, account_id } = await makeOperatorKey(running.parts, {
  name: 'kill',
  scopes: [...SCOPES],
  hours: undefined,
})
process.stdout.write(`ready ${JSON.stringify({ url: running.url, connection, key, account_id })}\n`)
