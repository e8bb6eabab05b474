import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeBigSeason } from './lib/big-season.ts'
import { saveResult, watchMachine } from './lib/harness.ts'

/**
 * `assay verify` of a season of Season 1's size, and of a tenth of it: time, and the most memory that the process ever had.
 * Each run is a process of its own.
 */
const SIZES = (process.argv[2] ?? '24000,240000').split(',').map(Number)
const RUNS = Number(process.argv[3] ?? 3)

type Run = { seconds: number; cpu_seconds: number; peak_mib: number; findings: number }
const sizes = []
for (const submissions of SIZES) {
  const dir = mkdtempSync(join(tmpdir(), 'assay-bench-verify-'))
  const made = writeBigSeason(dir, submissions)
  process.stderr.write(`${submissions} submissions: ${JSON.stringify(made)}\n`)
  const watch = watchMachine()
  const runs: Run[] = Array.from({ length: RUNS }, () => {
    const text = execFileSync(process.execPath, ['--import', 'tsx', 'bench/lib/verify-child.ts', dir], {
      encoding: 'utf8',
    })
    process.stderr.write(text)
    return JSON.parse(text) as Run
  })
  rmSync(dir, { recursive: true })
  const middle = (of: (r: Run) => number) => runs.map(of).toSorted((a, b) => a - b)[Math.floor(runs.length / 2)]!
  sizes.push({
    submissions,
    ...made,
    mib: Math.round(made.bytes / 2 ** 20),
    seconds: middle((r) => r.seconds),
    cpu_seconds: middle((r) => r.cpu_seconds),
    peak_mib: middle((r) => r.peak_mib),
    findings: middle((r) => r.findings),
    runs,
    machine: watch(),
  })
}
saveResult('verify', `npx tsx bench/verify.ts ${SIZES.join(',')} ${RUNS}`, { sizes })
