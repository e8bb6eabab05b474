import pg from 'pg'
import type { Connection } from '../platform/db/open.ts'

const NODE_LOCKS = 7_216_035

/**
 * A number from 0 to 1023 that no other live process of this database has, so that ids never collide. Held by an
 * advisory lock on a connection of its own: it is free again the moment the process dies.
 */
export async function claimNode(connection: Connection | string): Promise<{ number: number; release(): Promise<void> }> {
  const client = new pg.Client({ ...(typeof connection === 'string' ? { connectionString: connection } : connection), application_name: 'assay node number' })
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query<{ n: number }>(
    `select n from generate_series(0, 1023) n where pg_try_advisory_lock($1, n) limit 1`, [NODE_LOCKS])
  if (!rows[0]) throw new Error('1,024 processes already work on this database.')
  return { number: rows[0].n, release: () => client.end() }
}
