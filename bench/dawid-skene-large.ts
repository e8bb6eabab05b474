import { rmSync } from 'node:fs'
import type { CrowdSize } from './lib/crowd.ts'
import { dir, fits, round } from './lib/dawid-skene-fit.ts'
import { saveResult } from './lib/harness.ts'

/**
 * Dawid–Skene to convergence on a hundred million votes by a hundred thousand people, in Float32, and what a vote and
 * iteration costs relative to a million votes by ten thousand: as many iterations, measured before and after, since the
 * machine may be busy.
 *   npx tsx bench/dawid-skene-large.ts [tasks]
 */
const LARGE: CrowdSize = {
  tasks: Number(process.argv[2] ?? 10_000_000),
  workers: 100_000,
  classes: 4,
  perTask: 10,
  seed: 1,
}
const SMALL: CrowdSize = { ...LARGE, tasks: 100_000, workers: 10_000 }
const RUNS = 5

const large = fits({ size: LARGE, iterations: 1000, tolerance: 1e-5, precision: 'single' }, 1)
const alike = { iterations: large.iterations, tolerance: -1, precision: 'single' as const }
const before = fits({ size: SMALL, ...alike }, RUNS)
const again = fits({ size: LARGE, ...alike }, 1)
const after = fits({ size: SMALL, ...alike }, RUNS)
const small = (before.cpu_s + after.cpu_s) / 2
rmSync(dir, { recursive: true, force: true })
saveResult('dawid-skene-large', `npx tsx bench/dawid-skene-large.ts ${LARGE.tasks}`, {
  size: LARGE,
  to_convergence: large,
  as_many_iterations: { at_1m_before: before, large: again, at_1m_after: after },
  cost_relative_to_1m: round(again.cpu_s / (LARGE.tasks / SMALL.tasks) / small, 2),
})
