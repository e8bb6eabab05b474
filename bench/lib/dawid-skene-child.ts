import { closeSync, openSync, readSync, writeFileSync } from 'node:fs'
import { dawidSkene } from '../../src/engine/dawid-skene.ts'
import { buildLabels, type Labels } from '../../src/engine/labels.ts'
import { accuracyOf, generateCrowd, type CrowdSize } from './crowd.ts'

/** One fit in a process of its own, so that its CPU time and its peak memory are its own. Prints one line of JSON. */
export type FitOrder = {
  size: CrowdSize
  /** Columns of task, worker and label as Int32; without it the crowd is drawn here, outside the time measured. */
  columns?: string
  /** Where to leave the posteriors, as Float64. */
  posterior?: string
  iterations: number
  tolerance: number
  precision: 'double' | 'single'
}
export type Fit = {
  cpu_s: number
  process_cpu_s: number
  peak_mb: number
  iterations: number
  converged: boolean
  accuracy: number | null
}

const seconds = (from?: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1e6
}

function readColumns(path: string, { tasks, workers, classes, perTask }: CrowdSize): Labels {
  const n = tasks * perTask
  const file = openSync(path, 'r')
  const column = (at: number) => {
    const out = new Int32Array(n)
    readSync(file, out, 0, 4 * n, 4 * n * at)
    return out
  }
  const labels = buildLabels({ tasks, workers, classes, task: column(0), worker: column(1), label: column(2) })
  closeSync(file)
  return labels
}

const order = JSON.parse(process.argv[2]!) as FitOrder
const crowd = order.columns === undefined ? generateCrowd(order.size) : null
const from = process.cpuUsage()
const labels = crowd?.labels ?? readColumns(order.columns!, order.size)
const { posterior, iterations, converged } = dawidSkene(labels, {
  maxIterations: order.iterations,
  tolerance: order.tolerance,
  precision: order.precision,
})
const cpu_s = seconds(from)
if (order.posterior !== undefined) writeFileSync(order.posterior, Float64Array.from(posterior))
const fit: Fit = {
  cpu_s,
  process_cpu_s: seconds(),
  peak_mb: process.resourceUsage().maxRSS / 1000,
  iterations,
  converged,
  accuracy: crowd && accuracyOf(posterior, crowd.truth, order.size.classes),
}
process.stdout.write(`${JSON.stringify(fit)}\n`)
