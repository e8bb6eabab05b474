import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Fit, FitOrder } from './dawid-skene-child.ts'
import { median } from './harness.ts'

/** A folder for what fits read and leave; whoever measures removes it. */
export const dir = mkdtempSync(join(tmpdir(), 'assay-dawid-skene-'))
const child = join(dir, 'child.mjs')
await build({
  entryPoints: ['bench/lib/dawid-skene-child.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: child,
  logLevel: 'error',
})
/** Progress, on standard error. */
export const say = (text: string) => process.stderr.write(`${text}\n`)
/** To so many places, as results are kept. */
export const round = (x: number, places = 3) => Number(x.toFixed(places))

/** One fit in a process of its own. */
export function fit(order: FitOrder): Fit {
  const out = JSON.parse(execFileSync(process.execPath, [child, JSON.stringify(order)], { encoding: 'utf8' })) as Fit
  const votes = order.size.tasks * order.size.perTask
  say(
    `assay ${votes} votes, ${order.precision}: ${out.iterations} iterations, ${round(out.cpu_s)} CPU-s, ${round(out.peak_mb, 0)} MB`,
  )
  return out
}
/** Medians over several. */
export function fits(order: FitOrder, runs: number) {
  const all = Array.from({ length: runs }, () => fit(order))
  const votes = order.size.tasks * order.size.perTask
  const cpu_s = median(all.map((f) => f.cpu_s))
  return {
    precision: order.precision,
    runs,
    iterations: all[0]!.iterations,
    cpu_s: round(cpu_s),
    cpu_s_least: round(Math.min(...all.map((f) => f.cpu_s))),
    process_cpu_s: round(median(all.map((f) => f.process_cpu_s))),
    peak_mb: round(median(all.map((f) => f.peak_mb)), 1),
    ns_per_vote_and_iteration: round((cpu_s * 1e9) / votes / all[0]!.iterations, 1),
    ...(all[0]!.accuracy !== null && { accuracy: round(all[0]!.accuracy, 5) }),
  }
}
