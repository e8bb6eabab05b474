import type { Command } from 'commander'
import { type Config, readConfig } from '../platform/config.ts'
import { defaultDataDir, openEmbedded, takeServerLock } from '../platform/db/embedded.ts'
import { stopEmbedded } from '../platform/db/embedded-stop.ts'
import type { Connection } from '../platform/db/open.ts'
import { createLog } from '../platform/log.ts'
import { createSignInLink } from '../domains/identity/links.ts'
import { ensureOperator } from '../domains/identity/ensure-operator.ts'
import { ensureSeason } from '../domains/seasons/ensure.ts'
import { ensureExample } from '../server/example.ts'
import { jobContext } from '../server/worker.ts'
import { forgetServer, noteServer } from './server-file.ts'
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

type Database = { connection: Connection | string; says: string; note(url: string): void; stop(): Promise<void> }

/** The database of this server: elsewhere, or under the data directory, which then belongs to this process alone. */
async function openDatabase(config: Config): Promise<Database> {
  if (config.database_url) {
    const { host, pathname } = new URL(config.database_url)
    return {
      connection: config.database_url,
      says: `PostgreSQL at ${host}${pathname}`,
      note: () => {},
      stop: async () => {},
    }
  }
  const dataDir = config.data_dir ?? defaultDataDir()
  const lock = takeServerLock(dataDir, config.roles.join(' and '))
  try {
    const { connection } = await openEmbedded({ dataDir })
    return {
      connection,
      says: dataDir,
      note: (url) => noteServer(dataDir, url),
      async stop() {
        forgetServer(dataDir)
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
  let running: Running | undefined
  let link: string | undefined
  try {
    running = await startServer(database.connection, config, log)
    if (running.url) link = await welcome(running)
    database.note(running.url)
  } catch (error) {
    await running?.stop()
    await database.stop()
    throw error
  }
  onSignal(async () => {
    await running.stop()
    await database.stop()
  })
  const out = (line: string) => process.stdout.write(`${line}\n`)
  const after = `${((performance.now() - began) / 1000).toFixed(1)} s`
  out(
    running.url
      ? `Assay is listening on ${running.url} (after ${after}).`
      : `Assay works in the background (after ${after}); it serves no pages.`,
  )
  out(`Data: ${database.says}`)
  if (link) out(`Sign in as the operator, once: ${link}`)
  out('Stop it with Ctrl-C.')
}

/** What a newcomer finds: an operator to sign in as, a season, an open example campaign. */
async function welcome(running: Running): Promise<string> {
  const ctx = jobContext(running.parts)
  const { account_id } = await ensureOperator(ctx)
  await ensureSeason(ctx)
  if (running.parts.config.example_campaign) await ensureExample(ctx, account_id)
  return createSignInLink(ctx, account_id, running.url)
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
