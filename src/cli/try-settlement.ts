import type { Command } from 'commander'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findLocalChain } from '../platform/chain/local.ts'
import { openEmbedded } from '../platform/db/embedded.ts'
import { stopEmbedded } from '../platform/db/embedded-stop.ts'
import { createDatabase } from '../sim/database-queries.ts'
import { migrate } from '../platform/db/migrate.ts'
import { Problem } from './problem.ts'
import { UNSAFE_AND_FAST } from './unsafe-and-fast.ts'
import { playAndSettle } from './try/settle.ts'

type Options = { people: string; seed: string; out: string; keep?: boolean }

export function addTrySettlement(program: Command): void {
  program
    .command('try-settlement')
    .description(
      'play a small season and pay it on a chain of this machine: from a budget in an escrow to claims by people who hold no ETH',
    )
    .option('--people <number>', 'how many people play', '12')
    .option('--seed <number>', 'the same seed gives the same season', '1')
    .option('--out <directory>', 'where claims files, keys and the running database are', 'try-settlement')
    .option('--keep', 'keep the database when it is done')
    .action(async (options: Options) => {
      await trySettlement(options)
    })
}

const whole = (name: string, text: string, low: number, high: number): number => {
  const n = Number(text)
  if (!Number.isInteger(n) || n < low || n > high)
    throw new Problem(`${name} must be a whole number from ${low} to ${high}, not "${text}".`)
  return n
}

async function trySettlement(options: Options): Promise<void> {
  const people = whole('--people', options.people, 5, 200)
  const seed = whole('--seed', options.seed, 0, 2 ** 31)
  const found = findLocalChain()
  if ('missing' in found) throw new Problem(`${found.missing} Everything but paying on a chain works without it.`)
  const out = resolve(options.out)
  const dataDir = join(out, 'data')
  if (existsSync(out)) throw new Problem(`${out} is there already. Remove it, or name another --out.`)
  mkdirSync(out, { recursive: true })
  const server = await openEmbedded({ dataDir, settings: UNSAFE_AND_FAST })
  // The database is a process of its own, which must not outlive a run that is stopped.
  const interrupted = () => void stopEmbedded(dataDir).finally(() => process.exit(130))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  let isRight = false
  try {
    const connection = { ...server.connection, database: 'season' }
    await createDatabase(server.connection, 'season')
    await migrate(connection)
    isRight = await playAndSettle({
      connection,
      people,
      seed,
      out,
      say: (text) => void process.stdout.write(`${text}\n`),
    })
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    await stopEmbedded(dataDir)
  }
  if (!options.keep) rmSync(dataDir, { recursive: true, force: true })
  if (!isRight) process.exitCode = 1
}
