import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeBigSeason } from './lib/big-season.ts'
import { saveResult, watchMachine } from './lib/harness.ts'

/**
 * `assay verify` of a season of Season 1's size, and of a tenth of it: time, processor time of all threads, and the most
 * memory that the process ever had, with one thread and with two. Each run is a process of its own, of the program as it is
 * built. A third argument names a directory in which seasons are kept for the next time: making one takes longer than
 * checking it.
 */
const SIZES = (process.argv[2] ?? '24000,240000').split(',').map(Number)
const RUNS = Number(process.argv[3] ?? 3)
const KEPT = process.argv[4]

type Run = { seconds: number; cpu_seconds: number; peak_mib: number; entries: number; votes: number; findings: number }
const program = mkdtempSync(join(tmpdir(), 'assay-bench-verify-'))
await build({
  entryPoints: { child: 'bench/lib/verify-child.ts', 'verify-worker': 'src/verify/worker.ts' },
  outdir: program,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  logLevel: 'warning',
})
const bytesIn = (dir: string): number =>
  readdirSync(dir, { withFileTypes: true }).reduce(
    (sum, f) => sum + (f.isDirectory() ? bytesIn(join(dir, f.name)) : statSync(join(dir, f.name)).size),
    0,
  )
const sizes = []
for (const submissions of SIZES) {
  const dir = join(KEPT ?? program, String(submissions))
  mkdirSync(dir, { recursive: true })
  if (!existsSync(join(dir, 'manifest.json'))) writeBigSeason(dir, submissions)
  for (const threads of [1, 2]) {
    const watch = watchMachine()
    const runs: Run[] = Array.from({ length: RUNS }, () => {
      const args = [join(program, 'child.mjs'), dir, String(threads)]
      const text = execFileSync(process.execPath, args, { encoding: 'utf8' })
      process.stderr.write(`${submissions} in ${threads}: ${text}`)
      return JSON.parse(text) as Run
    })
    const middle = (of: (r: Run) => number) => runs.map(of).toSorted((a, b) => a - b)[Math.floor(runs.length / 2)]!
    const { entries, votes } = runs[0]!
    sizes.push({
      submissions,
      threads,
      entries,
      votes,
      mib: Math.round(bytesIn(dir) / 2 ** 20),
      seconds: middle((r) => r.seconds),
      cpu_seconds: middle((r) => r.cpu_seconds),
      cpu_ms_per_submission: Math.round((1e5 * middle((r) => r.cpu_seconds)) / submissions) / 100,
      peak_mib: middle((r) => r.peak_mib),
      findings: middle((r) => r.findings),
      runs: runs.map((r) => ({ seconds: r.seconds, cpu_seconds: r.cpu_seconds, peak_mib: r.peak_mib })),
      machine: watch(),
    })
  }
}
rmSync(program, { recursive: true })
saveResult('verify', `npx tsx bench/verify.ts ${SIZES.join(',')} ${RUNS}`, { goal: { seconds: 60, mib: 1024 }, sizes })
