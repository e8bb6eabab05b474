import type { Command } from 'commander'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openEmbedded } from '../platform/db/embedded.ts'
import { stopEmbedded } from '../platform/db/embedded-stop.ts'
import { RULE_SETS, type RuleSet } from '../sim/scenario.ts'
import { runSeason, type RunResult } from '../sim/run.ts'
import { reportPage } from '../sim/report-page.ts'
import { scaled, underRules } from '../sim/season-1.ts'
import { summaryLines } from '../sim/summary.ts'
import { accountsAmong, ATTACKS } from '../sim/attack/attackers.ts'
import { Problem } from './problem.ts'
import { showProgress } from './progress.ts'
import { addSimulateAttack, playAttack } from './simulate-attack.ts'
import { UNSAFE_AND_FAST } from './unsafe-and-fast.ts'
import { whole } from './whole.ts'

type Options = {
  people: string
  days: string
  seed: string
  rules: string
  out: string
  resume?: boolean
  keep?: boolean
  withAttackers?: boolean
}

const CHECKPOINT_SECONDS = 300

export function addSimulate(program: Command): void {
  const simulate = program.command('simulate').description('play a season with made-up people on the real application')
  simulate
    .command('season-1')
    .description(
      'play the first season with its named attackers, under its original rules and under ours, and say what came of it',
    )
    .option('--people <number>', 'how many people; 10000 is the published size', '1000')
    .option('--days <number>', 'over how many days their work is spread', '30')
    .option('--seed <number>', 'the same seed gives the same digest', '1')
    .option('--rules <name>', 'original, ours or both', 'both')
    .option('--out <directory>', 'where results, report and the running database are', 'season-1')
    .option('--resume', 'go on from the last checkpoint in that directory')
    .option('--keep', 'keep the database when it is done')
    .option('--with-attackers', 'under our rules, with farms, puppeteers, cartels and framing among the people')
    .action(async (options: Options) => {
      await seasonOne(options)
    })
  addSimulateAttack(simulate)
}

async function seasonOne(options: Options): Promise<void> {
  const people = whole('--people', options.people, 30, 200_000)
  const days = whole('--days', options.days, 1, 60)
  const seed = whole('--seed', options.seed, 0, 2 ** 31)
  if (options.withAttackers) {
    if (options.resume || options.keep) throw new Problem('--with-attackers takes neither --resume nor --keep.')
    const crowd = underRules(scaled(people, days), 'ours')
    await playAttack(resolve(options.out), 'Season 1 with attackers', {
      crowd,
      seed,
      attacks: ATTACKS,
      accounts: accountsAmong(people),
    })
    return
  }
  const wanted: readonly RuleSet[] =
    options.rules === 'both' ? RULE_SETS : RULE_SETS.filter((rules) => rules === options.rules)
  if (wanted.length === 0) throw new Problem(`--rules is original, ours or both, not "${options.rules}".`)
  const out = resolve(options.out)
  const dataDir = join(out, 'data')
  const fileOf = (rules: RuleSet, what: string) => join(out, `${what}-${rules}.json`)
  if (!options.resume) {
    if (existsSync(dataDir))
      throw new Problem(`${dataDir} holds a run that was not finished. Go on with --resume, or name another --out.`)
  } else if (!existsSync(dataDir)) throw new Problem(`${out} holds no run to go on with. Leave --resume away.`)
  mkdirSync(out, { recursive: true })
  const server = await openEmbedded({ dataDir, settings: UNSAFE_AND_FAST })
  // The database is a process of its own, which must not outlive a run that is stopped.
  const interrupted = () => void stopEmbedded(dataDir).finally(() => process.exit(130))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  const results: RunResult[] = []
  try {
    for (const rules of wanted) {
      const before = options.resume ? finished(fileOf(rules, 'result'), { people, days, seed }) : undefined
      if (before) {
        results.push(before)
        continue
      }
      const progress = showProgress(`Season 1, ${rules} rules`, days)
      const result = await runSeason({
        server: server.connection,
        database: `season_${rules}`,
        population: scaled(people, days),
        seed,
        rules,
        progress: (done, total, note) => progress.set(done, note, total),
        checkpoint: { file: fileOf(rules, 'checkpoint'), every_seconds: CHECKPOINT_SECONDS },
      })
      if (!result) throw new Error('assumption broken: a run that nobody stops ends')
      progress.end()
      results.push(result)
      writeFileSync(fileOf(rules, 'result'), `${JSON.stringify(result, null, 2)}\n`)
    }
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    await stopEmbedded(dataDir)
  }
  const page = join(out, 'report.html')
  writeFileSync(page, reportPage(results))
  for (const line of summaryLines(results)) process.stdout.write(`${line}\n`)
  process.stdout.write(`Report: ${page}\n`)
  for (const rules of wanted) rmSync(fileOf(rules, 'checkpoint'), { force: true })
  if (!options.keep) rmSync(dataDir, { recursive: true, force: true })
  if (results.some((r) => r.audit.problems.length > 0)) process.exitCode = 1
}

/** The result of a season that was finished before the run was stopped. */
function finished(file: string, asked: { people: number; days: number; seed: number }): RunResult | undefined {
  if (!existsSync(file)) return undefined
  const result = JSON.parse(readFileSync(file, 'utf8')) as RunResult
  const isSame = result.people === asked.people && result.days === asked.days && result.seed === asked.seed
  return isSame ? result : undefined
}
