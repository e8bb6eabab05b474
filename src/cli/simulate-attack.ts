import type { Command } from 'commander'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openEmbedded } from '../platform/db/embedded.ts'
import { stopEmbedded } from '../platform/db/embedded-stop.ts'
import { ATTACKS, type Attack } from '../sim/attack/attackers.ts'
import { honestCrowd } from '../sim/attack/crowds.ts'
import { fraudLines, playFraud, type FraudResult } from '../sim/attack/fraud.ts'
import { attackPage } from '../sim/attack/report.ts'
import { runAttack, type AttackOptions, type AttackResult } from '../sim/attack/run.ts'
import { tableLines } from '../sim/attack/table.ts'
import type { Connection } from '../platform/db/open.ts'
import { Problem } from './problem.ts'
import { showProgress } from './progress.ts'
import { UNSAFE_AND_FAST } from './unsafe-and-fast.ts'
import { whole } from './whole.ts'

type Options = { people: string; days: string; seed: string; accounts?: string; out: string }

const NAMES = [...ATTACKS, 'red-team', 'all'] as const

export function addSimulateAttack(simulate: Command): void {
  simulate
    .command('attack')
    .description('play one attacker among honest people, and set what the attack cost against what it took')
    .argument('<name>', `who attacks: ${NAMES.slice(0, -1).join(', ')}, or all of the first five at once`)
    .option('--people <number>', 'how many honest people', '120')
    .option('--days <number>', 'days of work; people come for their money for 34 more', '14')
    .option('--accounts <number>', 'how many accounts the attacker has')
    .option('--seed <number>', 'the same seed gives the same digest', '1')
    .option('--out <directory>', 'where result, report and the running database are', 'attack')
    .action(async (name: string, options: Options) => {
      await attack(name, options)
    })
}

async function attack(name: string, options: Options): Promise<void> {
  const people = whole('--people', options.people, 20, 10_000)
  const days = whole('--days', options.days, 2, 60)
  const seed = whole('--seed', options.seed, 0, 2 ** 31)
  const accounts = options.accounts === undefined ? undefined : whole('--accounts', options.accounts, 2, 1000)
  if (!NAMES.some((n) => n === name))
    throw new Problem(`There is no attacker "${name}". There are ${NAMES.join(', ')}.`)
  const out = resolve(options.out)
  if (name === 'red-team') return redTeam(out, people, days, seed)
  const attacks = name === 'all' ? ATTACKS : [name as Attack]
  const crowd = honestCrowd(people, days)
  await playAttack(out, `Attack by ${name}`, { crowd, seed, attacks, ...(accounts !== undefined && { accounts }) })
}

/** Plays attackers among a crowd in a database of its own, and writes what came of it. */
export async function playAttack(
  out: string,
  title: string,
  world: Omit<AttackOptions, 'server' | 'database' | 'progress'>,
): Promise<AttackResult> {
  const progress = showProgress(title, world.crowd.days)
  const result = await onServer(out, (server) =>
    runAttack({
      ...world,
      server,
      database: 'attack',
      progress: (done, total, note) => progress.set(done, note, total),
    }),
  )
  progress.end()
  const page = join(out, 'report-attack.html')
  writeFileSync(join(out, 'result-attack.json'), `${JSON.stringify(result, null, 2)}\n`)
  writeFileSync(page, attackPage([result]))
  for (const line of tableLines([result])) process.stdout.write(`${line}\n`)
  process.stdout.write(`Report: ${page}\n`)
  if (result.audit.problems.length > 0) process.exitCode = 1
  return result
}

async function redTeam(out: string, people: number, days: number, seed: number): Promise<void> {
  const progress = showProgress('Red-team fraud', days)
  const result: FraudResult = await onServer(out, (server) =>
    playFraud({ server, database: 'fraud', seed, people, days, progress: (done) => progress.set(done) }),
  )
  progress.end()
  writeFileSync(join(out, 'result-attack.json'), `${JSON.stringify(result, null, 2)}\n`)
  for (const line of fraudLines([result])) process.stdout.write(`${line}\n`)
}

/** A database for as long as the work takes; nothing in it that the seed does not bring back. */
async function onServer<T>(out: string, work: (server: Connection) => Promise<T>): Promise<T> {
  const dataDir = join(out, 'data')
  if (existsSync(dataDir)) throw new Problem(`${dataDir} holds a run that was not finished. Remove it, or name another --out.`) // prettier-ignore
  mkdirSync(out, { recursive: true })
  const server = await openEmbedded({ dataDir, settings: UNSAFE_AND_FAST })
  // The database is a process of its own, which must not outlive a run that is stopped.
  const interrupted = () => void stopEmbedded(dataDir).finally(() => process.exit(130))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    return await work(server.connection)
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    await stopEmbedded(dataDir)
    rmSync(dataDir, { recursive: true, force: true })
  }
}
