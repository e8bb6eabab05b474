import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accuracyOf, generateCrowd, type Crowd, type CrowdSize } from './lib/crowd.ts'
import type { Fit } from './lib/dawid-skene-child.ts'
import { dir, fit, fits, round, say } from './lib/dawid-skene-fit.ts'
import { median, saveResult } from './lib/harness.ts'

/**
 * Dawid–Skene on a synthetic crowd: CPU seconds and peak memory of a process that does nothing else, beside crowd-kit's
 * on the same votes.
 *   npx tsx bench/dawid-skene.ts [runs]
 * ASSAY_CROWDKIT_PYTHON names a Python that has crowd-kit (python3 -m venv, pip install crowd-kit).
 */
const RUNS = Number(process.argv[2] ?? 5)
const PYTHON = process.env['ASSAY_CROWDKIT_PYTHON']
const SIZE: CrowdSize = { tasks: 100_000, workers: 10_000, classes: 4, perTask: 10, seed: 1 }
const NEVER = -1e9

function writeColumns({ labels }: Crowd, path: string): void {
  const { tasks, classes, start, vote } = labels
  const out = new Int32Array(3 * vote.length)
  for (let t = 0; t < tasks; t++)
    for (let i = start[t]!; i < start[t + 1]!; i++) {
      out[i] = t
      out[vote.length + i] = Math.floor(vote[i]! / classes)
      out[2 * vote.length + i] = vote[i]! % classes
    }
  writeFileSync(path, out)
}

const read = (path: string) => new Float64Array(new Uint8Array(readFileSync(path)).buffer)
/** How far two sets of posteriors are apart, and on how many tasks answers differ; crowd-kit leaves out tasks without votes. */
function compare(a: Float64Array, b: Float64Array, classes: number) {
  const best = (p: Float64Array, row: number) => {
    let k = 0
    for (let c = 1; c < classes; c++) if (p[row + c]! > p[row + k]!) k = c
    return k
  }
  let apart = 0
  let sum = 0
  let differ = 0
  let tasks = 0
  for (let row = 0; row < a.length; row += classes) {
    if (b.subarray(row, row + classes).every((x) => x === 0)) continue
    tasks++
    if (best(a, row) !== best(b, row)) differ++
    for (let i = row; i < row + classes; i++) {
      const d = Math.abs(a[i]! - b[i]!)
      apart = Math.max(apart, d)
      sum += d
    }
  }
  const short = (x: number) => Number(x.toExponential(1))
  return {
    tasks,
    answers_that_differ: differ,
    mean_difference: short(sum / tasks / classes),
    largest_difference: short(apart),
  }
}

const crowd = generateCrowd(SIZE)
const columns = join(dir, 'columns.bin')
writeColumns(crowd, columns)
const [oursAt, theirsAt] = [join(dir, 'ours.bin'), join(dir, 'theirs.bin')]
const hundred = { size: SIZE, columns, iterations: 100, tolerance: -1 }
const ours = fits({ ...hundred, precision: 'double', posterior: oursAt }, RUNS)
const accuracy = accuracyOf(read(oursAt), crowd.truth, SIZE.classes)
const single = fits({ ...hundred, precision: 'single' }, RUNS)
const converged = fits({ ...hundred, iterations: 1000, tolerance: 1e-5, precision: 'double' }, RUNS)

function crowdKit(iterations: number, tolerance: number): Fit & { versions: object } {
  const script = ['bench/lib/crowdkit_dawid_skene.py', columns, String(iterations), String(tolerance), '4', theirsAt]
  const out = JSON.parse(execFileSync(PYTHON!, script, { encoding: 'utf8' }))
  say(`crowd-kit: ${out.iterations} iterations, ${round(out.cpu_s)} CPU-s, ${round(out.peak_mb, 0)} MB`)
  return out
}
function besideCrowdKit() {
  if (!PYTHON) return { skipped: 'ASSAY_CROWDKIT_PYTHON names no Python with crowd-kit, so that nothing runs beside.' }
  const runs = Array.from({ length: Math.min(RUNS, 3) }, () => crowdKit(100, NEVER))
  const cpu_s = median(runs.map((r) => r.cpu_s))
  const peak_mb = median(runs.map((r) => r.peak_mb))
  const same = compare(read(oursAt), read(theirsAt), SIZE.classes)
  const stopped = crowdKit(100, 1e-5)
  fit({ ...hundred, iterations: stopped.iterations, precision: 'double', posterior: oursAt })
  return {
    versions: runs[0]!.versions,
    runs: runs.length,
    iterations: 100,
    cpu_s: round(cpu_s),
    peak_mb: round(peak_mb, 1),
    same_answers_after_100: same,
    cpu_ratio: round(cpu_s / ours.cpu_s, 1),
    cpu_ratio_with_start_of_node: round(cpu_s / ours.process_cpu_s, 1),
    memory_ratio: round(peak_mb / ours.peak_mb, 1),
    its_own_stop: {
      iterations: stopped.iterations,
      cpu_s: round(stopped.cpu_s),
      same_answers: compare(read(oursAt), read(theirsAt), SIZE.classes),
      cpu_ratio_of_ours_to_its_own_stop: round(stopped.cpu_s / converged.cpu_s, 1),
    },
  }
}
const crowd_kit = besideCrowdKit()

const result = {
  size: SIZE,
  accuracy: round(accuracy, 5),
  assay: ours,
  assay_single: single,
  assay_to_convergence: converged,
  crowd_kit,
}
rmSync(dir, { recursive: true, force: true })
saveResult('dawid-skene', `ASSAY_CROWDKIT_PYTHON=… npx tsx bench/dawid-skene.ts ${RUNS}`, result)
