import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, readConfig } from '../platform/config.ts'
import { defaultDataDir, openEmbedded } from '../platform/db/embedded.ts'
import { serverOf, stopEmbedded } from '../platform/db/embedded-stop.ts'
import type { Connection } from '../platform/db/open.ts'
import { silent } from '../platform/log.ts'
import type { Parts } from '../server/app.ts'
import { openParts } from '../server/main.ts'
import { Problem } from './problem.ts'

/** Where an installation's data are: a database elsewhere, or the one under a directory. */
export type Where = { config: Config; dataDir: string | undefined }

/** What most commands take to find an installation; the environment says the rest. */
export type PlaceOptions = { data?: string }

export function placeOf(options: PlaceOptions): Where {
  const given = readConfig(process.env)
  const config = { ...given, data_dir: options.data ?? given.data_dir }
  return { config, dataDir: config.database_url ? undefined : (config.data_dir ?? defaultDataDir()) }
}

/**
 * The database of an installation, for commands that work beside a running server or without one. What this call
 * started is stopped at the end, unless a server came to use it meanwhile.
 */
export async function attachDatabase(
  where: Where,
  options: { create?: boolean } = {},
): Promise<{ connection: Connection | string; close(): Promise<void> }> {
  const { config, dataDir } = where
  if (!dataDir) return { connection: config.database_url!, close: async () => {} }
  if (!options.create && !existsSync(join(dataDir, 'pgdata'))) {
    throw new Problem(
      `There is no installation in ${dataDir}. Start one with npm start, or name its directory with --data or ASSAY_DATA.`,
    )
  }
  const embedded = await openEmbedded({ dataDir })
  return {
    connection: embedded.connection,
    async close() {
      if (embedded.started && !serverOf(dataDir)) await stopEmbedded(dataDir)
    },
  }
}

/** The database and what domain functions need, for commands that act as the machine's owner. */
export async function attach(
  where: Where,
): Promise<Parts & { connection: Connection | string; close(): Promise<void> }> {
  const database = await attachDatabase(where)
  const parts = await openParts(database.connection, { ...where.config, pool_size: 4 }, silent)
  return {
    ...parts,
    connection: database.connection,
    async close() {
      await parts.close()
      await database.close()
    },
  }
}
