// A sample of the strategy grid's cells through the application: the same votes, audits and pay rule, read from the books.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UNSAFE_AND_FAST } from '../src/cli/unsafe-and-fast.ts'
import { USUAL_SCORE_PPM } from '../src/domains/campaigns/pay-rules.ts'
import { openEmbedded } from '../src/platform/db/embedded.ts'
import { payThroughTheApplication } from '../src/sim/cell.ts'
import { playWorld } from '../src/sim/grid-world.ts'
import { payPlayed } from '../src/sim/grid.ts'
import type { ReviewerStrategy } from '../src/sim/strategies.ts'
import { saveResult } from './lib/harness.ts'

const STRATEGIES: ReviewerStrategy[] = ['always_accept', 'random', 'hash_ring', 'cheap_ring', 'model_80', 'inverter']
const RULE = { base_bps: 2_000, s1_ppm: USUAL_SCORE_PPM }
const WORLD = { people: 30, tasks_each: 60, panel: 5, prior: [0.3, 0.7], audit_share: 1, models: 0, attackers: 9 }
const mean = (xs: ArrayLike<number>) => Array.from(xs).reduce((a, b) => a + b, 0) / xs.length
const round = (x: number) => Math.round(x * 10_000) / 10_000

const dir = mkdtempSync(join(tmpdir(), 'assay-cells-'))
const server = await openEmbedded({ dataDir: dir, settings: UNSAFE_AND_FAST })
const cells = []
try {
  for (const [i, strategy] of STRATEGIES.entries()) {
    const played = playWorld({ ...WORLD, seed: i + 1, strategy })
    const grid = payPlayed(played, RULE)
    const books = await payThroughTheApplication(server.connection, `cell_${i}`, played, RULE)
    cells.push({
      strategy,
      attackers_paid: round(mean(books.slice(0, played.attackers))),
      honest_paid: round(mean(books.slice(played.attackers))),
      on_the_rules_alone: {
        attackers_paid: round(mean(grid.pay.slice(0, played.attackers))),
        honest_paid: round(mean(grid.pay.slice(played.attackers))),
      },
      largest_difference: Math.max(...books.map((pay, p) => Math.abs(pay - grid.pay[p]!))),
    })
    process.stderr.write(`${JSON.stringify(cells.at(-1))}\n`)
  }
} finally {
  await server.stop()
  rmSync(dir, { recursive: true, force: true })
}
saveResult('cells', 'npx tsx bench/cells.ts', {
  what: 'cells of the strategy grid through the application: pay for each task in units of the rate, as the books have it',
  world: WORLD,
  rule: RULE,
  cells,
})
