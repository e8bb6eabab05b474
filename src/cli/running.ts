import { existsSync } from 'node:fs'
import { locate } from '../platform/db/embedded-place.ts'
import { probe } from '../platform/db/embedded-probe.ts'
import type { Connection } from '../platform/db/open.ts'
import type { Where } from './attach.ts'

/** The database of an installation if it runs already; starts nothing. */
export async function runningDatabase({ config, dataDir }: Where): Promise<Connection | string | undefined> {
  if (!dataDir) return config.database_url
  if (!existsSync(dataDir)) return undefined
  const { state, connection } = await probe(locate(dataDir))
  return state === 'ready' ? connection : undefined
}
