import type { Command } from 'commander'
import { existsSync } from 'node:fs'
import { type Client, createClient } from '../client.ts'
import { type Scope, SCOPES } from '../platform/http/endpoint.ts'
import { silent } from '../platform/log.ts'
import { startServer } from '../server/main.ts'
import { attach, attachDatabase, placeOf, type PlaceOptions } from './attach.ts'
import { endOperatorKey, makeOperatorKey } from './local-key.ts'
import { Problem } from './problem.ts'
import { urlOfServer } from './server-file.ts'

export type ApiOptions = PlaceOptions & { url?: string; key?: string }
export type Api = { client: Client; as(key: string): Client; url: string; key: string; close(): Promise<void> }

/** The options by which a command finds a server and may speak to it. */
export const withApiOptions = (command: Command): Command =>
  command
    .option('--url <url>', 'the server to speak to (ASSAY_URL; without it the one on this machine)')
    .option('--key <key>', 'an API key (ASSAY_KEY; on the machine that holds the data one is made for this command)')
    .option('--data <directory>', 'the data directory of the installation')

/**
 * A client of the public API. Without a URL it is the server of this machine's data; without a key the command makes
 * itself one there, which ends with it. `orStart` runs a server for the length of the command when none does.
 */
export async function connectApi(
  options: ApiOptions,
  need: { scopes?: readonly Scope[]; orStart?: boolean } = {},
): Promise<Api> {
  const given = options.url ?? process.env.ASSAY_URL
  const givenKey = options.key ?? process.env.ASSAY_KEY
  if (given && !givenKey)
    throw new Problem(
      'A key is needed to speak to another server: give --key or set ASSAY_KEY. Its account page makes one, or assay key create on its machine.',
    )
  if (given) return apiAt(given, givenKey!, async () => {})

  const where = placeOf(options)
  let url = where.dataDir && existsSync(where.dataDir) ? urlOfServer(where.dataDir) : undefined
  let stop = async () => {}
  if (!url && need.orStart) {
    const database = await attachDatabase(where, { create: true })
    // Nobody but this command knows the port; its own haste need not be held back.
    const running = await startServer(
      database.connection,
      {
        ...where.config,
        port: 0,
        host: '127.0.0.1',
        public_url: undefined,
        rate_per_minute_address: 0,
        rate_per_minute_account: 0,
      },
      silent,
    )
    url = running.url
    stop = async () => {
      await running.stop()
      await database.close()
    }
  }
  if (!url)
    throw new Problem('No server runs on these data. Start it with npm start, or name one with --url and --key.')
  try {
    if (givenKey) return apiAt(url, givenKey, stop)
    const parts = await attach(where)
    const key = await makeOperatorKey(parts, { name: 'command line', scopes: need.scopes ?? SCOPES, hours: 24 })
    return apiAt(url, key.key, async () => {
      await endOperatorKey(parts, key)
      await parts.close()
      await stop()
    })
  } catch (error) {
    await stop()
    throw error
  }
}

function apiAt(url: string, key: string, close: () => Promise<void>): Api {
  const baseUrl = url.replace(/\/+$/, '')
  const as = (someone: string) => createClient({ baseUrl, headers: { authorization: `Bearer ${someone}` } })
  return { client: as(key), as, url: baseUrl, key, close }
}
