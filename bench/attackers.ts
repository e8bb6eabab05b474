// What attackers pay for each point that they steal, on the real application: five kinds of them among honest people, and
// frauds on a campaign for adversarial prompts, over seeds.
// Usage: npx tsx bench/attackers.ts [people] [days] [seeds] [first seed] [who, by commas, or all]
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UNSAFE_AND_FAST } from '../src/cli/unsafe-and-fast.ts'
import { openEmbedded } from '../src/platform/db/embedded.ts'
import { ATTACKS, type Attack } from '../src/sim/attack/attackers.ts'
import { honestCrowd } from '../src/sim/attack/crowds.ts'
import { fraudLines, playFraud, type FraudResult } from '../src/sim/attack/fraud.ts'
import { runAttack, type AttackResult } from '../src/sim/attack/run.ts'
import { promises, rowsOf, tableLines } from '../src/sim/attack/table.ts'
import { saveResult } from './lib/harness.ts'

const [people = 40, days = 5, seeds = 3, first = 1] = process.argv.slice(2, 6).map(Number)
const who = process.argv[6] ?? 'all'
const attacks = who === 'all' ? ATTACKS : ATTACKS.filter((a) => who.split(',').includes(a))
/** In a small crowd not every second account is an attacker's. */
const ACCOUNTS: Partial<Record<Attack, number>> = Object.fromEntries(
  ([['farm', 0.33], ['invite-farm', 0.24], ['puppeteer', 0.13], ['cartel', 0.15], ['duster', 0.1]] as const).map(([attack, share]) => [attack, Math.max(5, Math.round(people * share))]),
) // prettier-ignore
type Kept = Omit<AttackResult, 'due_process' | 'meter'>
const FRAUD = { people: 12, days: 2 }

const dir = mkdtempSync(join(tmpdir(), 'assay-attackers-'))
const server = await openEmbedded({ dataDir: dir, settings: UNSAFE_AND_FAST })
const name = who === 'all' ? 'attackers' : `attackers-${attacks.join('-')}`
/** Seeds that were played before stand beside those of this run, where the worlds are of one size. */
const kept = earlier()
const results: Kept[] = kept.results
const frauds: FraudResult[] = kept.frauds
try {
  for (let seed = first; seed < first + seeds; seed++) {
    const started = Date.now()
    const world = { server: server.connection, database: `attack_${seed}`, crowd: honestCrowd(people, days), seed }
    const {
      due_process: _,
      meter: __,
      ...played
    } = await runAttack({ ...world, attacks, accounts: ACCOUNTS, progress: note(seed, started) })
    results.push(played)
    save()
    if (who === 'all')
      frauds.push(await playFraud({ server: server.connection, database: `fraud_${seed}`, seed, ...FRAUD }))
    save()
  }
} finally {
  await server.stop()
  rmSync(dir, { recursive: true, force: true })
}
for (const line of [...tableLines(results), ...fraudLines(frauds)]) console.log(line)

function note(seed: number, started: number) {
  return (done: number, total: number, text: string) => {
    if (done % 5 === 0)
      console.error(`seed ${seed}: day ${done} of ${total}, ${text}, ${Math.round((Date.now() - started) / 1000)} s`)
  }
}

function earlier(): { results: Kept[]; frauds: FraudResult[] } {
  const file = `bench/results/${name}.json`
  if (!existsSync(file)) return { results: [], frauds: [] }
  const found = JSON.parse(readFileSync(file, 'utf8')) as { worlds?: Kept[]; red_team?: FraudResult[] }
  const isOther = ({ seed }: { seed: number }) => seed < first || seed >= first + seeds
  const worlds = (found.worlds ?? []).filter((w) => w.crowd === people && w.days === days && isOther(w))
  return { results: worlds, frauds: worlds.length > 0 ? (found.red_team ?? []).filter(isOther) : [] }
}

/** After every seed, so that a run that is stopped leaves what it found. */
function save(): void {
  const command = `npx tsx bench/attackers.ts ${people} ${days} ${results.length} ${Math.min(...results.map((r) => r.seed))} ${who}`
  saveResult(name, command, {
    what: 'Points that an attack cost beyond one honest account for each of its people, for each point that it took and nobody was entitled to',
    rows: rowsOf(results),
    promises: promises(results),
    red_team: frauds,
    worlds: results,
  }) // prettier-ignore
}
