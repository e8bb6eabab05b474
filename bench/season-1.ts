// Season 1 through the application: the same people under the original rules and under ours, events a second by part and
// how the time grows with the number of people. Unattended at full size by night; hours on two cores.
// Usage: npx tsx bench/season-1.ts [people]
//        npx tsx bench/season-1.ts collect <directory of assay simulate> …   for runs that are there already
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UNSAFE_AND_FAST } from '../src/cli/unsafe-and-fast.ts'
import { openEmbedded } from '../src/platform/db/embedded.ts'
import { CLASSES } from '../src/sim/crowd.ts'
import { playClass } from '../src/sim/pure-season.ts'
import { runSeason, type RunResult } from '../src/sim/run.ts'
import { RULE_SETS } from '../src/sim/scenario.ts'
import { scaled } from '../src/sim/season-1.ts'
import { comparison, netAnHour } from '../src/sim/summary.ts'
import { growthExponent, saveResult } from './lib/harness.ts'

const round = (x: number, digits = 4) => Math.round(x * 10 ** digits) / 10 ** digits

async function play(people: number): Promise<RunResult[]> {
  const dir = mkdtempSync(join(tmpdir(), 'assay-season-'))
  const server = await openEmbedded({ dataDir: dir, settings: UNSAFE_AND_FAST })
  try {
    const results: RunResult[] = []
    for (const rules of RULE_SETS) {
      const result = await runSeason({
        server: server.connection,
        database: `season_${rules}`,
        population: scaled(people),
        seed: 1,
        rules,
        progress: (day, days, note) => process.stderr.write(`${people} people, ${rules}: ${day}/${days} ${note}\n`),
      })
      results.push(result!)
    }
    return results
  } finally {
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

function read(dirs: readonly string[]): RunResult[] {
  const files = dirs.flatMap((dir) => RULE_SETS.map((rules) => join(dir, `result-${rules}.json`)))
  return files.filter((f) => existsSync(f)).map((f) => JSON.parse(readFileSync(f, 'utf8')) as RunResult)
}

/** Pieces of work a second in requests of each kind, while other requests are in flight beside them. */
const pace = (r: RunResult) =>
  Object.fromEntries(
    Object.entries(r.meter).map(([part, m]) => [
      part,
      {
        requests: m.requests,
        pieces: m.pieces,
        ms_each: round(m.ms / m.requests, 2),
        ...(m.pieces > 0 && { pieces_per_second: Math.round(m.pieces / (m.ms / 1000)) }),
      },
    ]),
  )

/** The same people and rules on the pure functions: what the application must come near. */
function onPureRules(r: RunResult) {
  const all = CLASSES.map((c) => playClass(scaled(r.people, r.days), r.seed, r.rules, c))
  const sum = (key: 'submissions' | 'accepted' | 'good' | 'both' | 'reviews') => all.reduce((n, o) => n + o[key], 0)
  return {
    acceptance: Object.fromEntries(all.map((o, i) => [CLASSES[i]!, round(o.accepted / o.submissions)])),
    bad_among_paid: round(1 - sum('both') / sum('accepted')),
    good_rejected: round(1 - sum('both') / sum('good')),
    reviews_each: round(sum('reviews') / sum('submissions'), 2),
  }
}

const figures = (r: RunResult) => ({
  rules: r.rules,
  people: r.people,
  days: r.days,
  seed: r.seed,
  digest: r.digest,
  seconds: r.seconds,
  submissions_per_second: round(r.figures.total.submissions / r.seconds, 1),
  open_at_the_end: r.open,
  auditor: r.audit,
  classes: r.figures.classes,
  total: r.figures.total,
  on_pure_rules: onPureRules(r),
  spend_minor: r.figures.spend_minor,
  money_minor: r.figures.money_minor,
  net_an_hour: netAnHour(r),
  kinds: r.figures.kinds,
  due_process: r.due_process,
  pace: pace(r),
})

/** How the time of a run grows with its people, where the same rules ran at two sizes or more. */
function growth(results: readonly RunResult[]): Record<string, number> {
  const out: Record<string, number> = {}
  for (const rules of RULE_SETS) {
    const points = results.filter((r) => r.rules === rules).map((r) => ({ x: r.people, y: r.seconds }))
    if (new Set(points.map((p) => p.x)).size > 1) out[rules] = round(growthExponent(points), 2)
  }
  return out
}

const [first = '10000', ...dirs] = process.argv.slice(2)
const isCollecting = first === 'collect'
const results = isCollecting ? read(dirs) : [...(await play(Number(first) / 10)), ...(await play(Number(first)))]
const sizes = [...new Set(results.map((r) => r.people))].toSorted((a, b) => b - a)
const sideBySide = sizes.map((n) => results.filter((r) => r.people === n)).find((rs) => rs.length === RULE_SETS.length)
const command = isCollecting
  ? results.map((r) => `npm run assay -- simulate season-1 --people ${r.people} --days ${r.days} --seed ${r.seed} --rules ${r.rules}`).join('; ') // prettier-ignore
  : `npx tsx bench/season-1.ts ${first}`
saveResult('season-1', command, {
  what: 'Season 1 through the application and its database, audited by code of its own',
  side_by_side: sideBySide ? { people: sideBySide[0]!.people, rows: comparison(sideBySide) } : null,
  growth_exponent_of_seconds: growth(results),
  runs: results.map(figures),
})
