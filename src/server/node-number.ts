import pg from 'pg'
import type { Connection } from '../platform/db/open.ts'
import type { JobLocks } from '../platform/jobs/job.ts'

const NODE_LOCKS = 7_216_035
const JOB_LOCKS = 7_216_034

/**
 * A number from 0 to 1023 that no other live process of this database has, so that ids never collide. Held by an
 * advisory lock on a connection of its own: it is free again the moment the process dies. The same connection holds
 * the locks of the jobs that this process runs.
 */
export async function claimNode(
  connection: Connection | string,
): Promise<{ number: number; locks: JobLocks; release(): Promise<void> }> {
  const client = new pg.Client({
    ...(typeof connection === 'string' ? { connectionString: connection } : connection),
    application_name: 'assay node number',
  })
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query<{ n: number }>(
    `select n from generate_series(0, 1023) n where pg_try_advisory_lock($1, n) limit 1`,
    [NODE_LOCKS],
  )
  if (!rows[0]) throw new Error('1,024 processes already work on this database.')
  // One statement at a time on this connection.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }
  const locks: JobLocks = {
    take: (name) =>
      inTurn(
        async () =>
          (
            await client.query<{ got: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as got', [
              JOB_LOCKS,
              name,
            ])
          ).rows[0]!.got,
      ),
    drop: (name) =>
      inTurn(async () => void (await client.query('select pg_advisory_unlock($1, hashtext($2))', [JOB_LOCKS, name]))),
  }
  return { number: rows[0].n, locks, release: () => client.end() }
}
