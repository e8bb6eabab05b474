import { join, resolve } from 'node:path'
import type { Config } from '../config.ts'
import { defaultDataDir } from '../db/embedded-place.ts'

/**
 * Where files that belong to the data live: beside the embedded database, or with a database elsewhere under `.data`.
 * Processes that share a database share this directory too.
 */
export function filesDir(config: Pick<Config, 'data_dir' | 'database_url'>): string {
  return resolve(config.data_dir ?? (config.database_url ? '.data' : defaultDataDir()))
}

/** The keys of sealed content: apart from the database, so that neither its dumps nor backups hold them. */
export const sealKeyFile = (config: Pick<Config, 'data_dir' | 'database_url' | 'seal_key_file'>): string =>
  config.seal_key_file ?? join(filesDir(config), 'seal.key')

/** The directory of a campaign's releases; ids and numbers are digits, so no path can leave it. */
export const releasesDir = (config: Pick<Config, 'data_dir' | 'database_url'>): string =>
  join(filesDir(config), 'releases')

/** The directory of the seasons' public logs: tiles and checkpoints as they are served. */
export const logsDir = (config: Pick<Config, 'data_dir' | 'database_url'>): string => join(filesDir(config), 'logs')

/** The directory of closed seasons' public folders, as they are served. */
export const seasonsDir = (config: Pick<Config, 'data_dir' | 'database_url'>): string =>
  join(filesDir(config), 'seasons')
