import type { Command } from 'commander'
import { type Config, readConfig } from '../platform/config.ts'
import { defaultDataDir, openEmbedded, takeServerLock } from '../platform/db/embedded.ts'
import { stopEmbedded } from '../platform/db/embedded-stop.ts'
import type { Connection } from '../platform/db/open.ts'
import { createLog } from '../platform/log.ts'
import { type Running, startServer } from '../server/main.ts'
import { Problem } from './problem.ts'

type StartOptions = { port?: string; host?: string; data?: string; publicUrl?: string; roles?: string }

export function addStart(program: Command): void {
  program
    .command('start')
    .description('start the platform: database, web and background work in one process')
    .option('--port <number>', 'where to listen (8787)')
    .option('--host <address>', 'which address to listen on (127.0.0.1)')
    .option('--data <directory>', 'where the data live')
    .option('--public-url <url>', 'where people reach this server')
    .option('--roles <names>', 'web, worker or both')
    .action(async (options: StartOptions) => {
      await start(configFrom(options))
    })
}

/** Options stand above the environment, and are checked in the same way. */
function configFrom(options: StartOptions): Config {
  const over = {
    ASSAY_PORT: options.port,
    ASSAY_HOST: options.host,
    ASSAY_DATA: options.data,
    ASSAY_PUBLIC_URL: options.publicUrl,
    ASSAY_ROLES: options.roles,
  }
  try {
    return readConfig({
      ...process.env,
      ...Object.fromEntries(Object.entries(over).filter(([, v]) => v !== undefined)),
    })
  } catch (error) {
    throw new Problem((error as Error).message)
  }
}

type Database = { connection: Connection | string; says: string; stop(): Promise<void> }

/** The database of this server: elsewhere, or under the data directory, which then belongs to this process alone. */
async function openDatabase(config: Config): Promise<Database> {
  if (config.database_url) {
    const { host, pathname } = new URL(config.database_url)
    return { connection: config.database_url, says: `PostgreSQL at ${host}${pathname}`, stop: async () => {} }
  }
  const dataDir = config.data_dir ?? defaultDataDir()
  const lock = takeServerLock(dataDir, config.roles.join(' and '))
  try {
    const { connection } = await openEmbedded({ dataDir })
    return {
      connection,
      says: dataDir,
      async stop() {
        await stopEmbedded(dataDir)
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

async function start(config: Config): Promise<void> {
  const began = performance.now()
  const log = createLog(config.log_level)
  const database = await openDatabase(config)
  let running: Running
  try {
    running = await startServer(database.connection, config, log)
  } catch (error) {
    await database.stop()
    throw error
  }
  onSignal(async () => {
    await running.stop()
    await database.stop()
  })
  const out = (line: string) => process.stdout.write(`${line}\n`)
  if (config.roles.includes('web'))
    out(`Assay is listening on ${running.url} (after ${((performance.now() - began) / 1000).toFixed(1)} s).`)
  else out('Assay works in the background; it serves no pages.')
  out(`Data: ${database.says}`)
  out('Stop it with Ctrl-C.')
}

/** Ends cleanly once; a second signal ends at once. */
function onSignal(stop: () => Promise<void>): void {
  let stopping = false
  const handle = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(130)
    stopping = true
    process.stdout.write(
      `\n${signal === 'SIGINT' ? 'Stopping' : `${signal}: stopping`}; what is under way is finished first. (Once more ends at once.)\n`,
    )
    stop().then(
      () => {
        process.stdout.write('Stopped.\n')
        process.exit(0)
      },
      (error: unknown) => {
        process.stderr.write(`Not everything could be stopped: ${(error as Error).message}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', handle)
  process.on('SIGTERM', handle)
}
