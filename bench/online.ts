import { dawidSkene } from '../src/engine/dawid-skene.ts'
import { OnlineDawidSkene } from '../src/engine/online.ts'
import { createRng } from '../src/platform/rng.ts'
import { accuracyOf, generateCrowd, type CrowdSize } from './lib/crowd.ts'
import { median, saveResult } from './lib/harness.ts'

/**
 * Votes one by one: votes per CPU second on one thread, full runs included, and how far the posteriors end from those
 * of the batch run. Votes come in a random order over all tasks, or task after task.
 *   npx tsx bench/online.ts [tasks] [runs]
 */
const TASKS = Number(process.argv[2] ?? 100_000)
const RUNS = Number(process.argv[3] ?? 3)
const SIZE: CrowdSize = { tasks: TASKS, workers: TASKS / 10, classes: 4, perTask: 10, seed: 1 }
const PRIOR = { diagonal: 2, other: 1 }
const round = (x: number, places = 3) => Number(x.toFixed(places))

const { labels, truth } = generateCrowd(SIZE)
const { classes, start, vote } = labels
const taskOf = new Int32Array(vote.length)
for (let t = 0; t < labels.tasks; t++) taskOf.fill(t, start[t], start[t + 1])
const batch = dawidSkene(labels, { prior: PRIOR, classPrior: 1 })

const meanApart = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!)
  return sum / a.length
}
const orders = {
  at_random: (seed: number) => {
    const { below } = createRng(seed)
    const order = Int32Array.from({ length: vote.length }, (_, i) => i)
    for (let i = order.length - 1; i > 0; i--) {
      const j = below(i + 1)
      const x = order[i]!
      order[i] = order[j]!
      order[j] = x
    }
    return order
  },
  task_after_task: () => Int32Array.from({ length: vote.length }, (_, i) => i),
}

function stream(order: Int32Array, refitGrowth: number) {
  const online = new OnlineDawidSkene({ classes, prior: PRIOR, refitGrowth })
  const from = process.cpuUsage()
  for (const i of order) {
    const code = vote[i]!
    const worker = Math.floor(code / classes)
    online.add(taskOf[i]!, worker, code - worker * classes)
  }
  const { user, system } = process.cpuUsage(from)
  const before = online.posteriors()
  const votes_at_last_full_run = online.refitted
  online.refit()
  return {
    votes_per_cpu_s: (vote.length * 1e6) / (user + system),
    votes_at_last_full_run,
    mean_apart: meanApart(before, batch.posterior),
    accuracy: accuracyOf(before, truth, classes),
    mean_apart_after_a_full_run: meanApart(online.posteriors(), batch.posterior),
  }
}

const results = Object.entries(orders).flatMap(([order, draw]) =>
  [1.5, Infinity].map((refitGrowth) => {
    const runs = Array.from({ length: RUNS }, (_, r) => stream(draw(r + 1), refitGrowth))
    return {
      order,
      full_runs_at_growth: Number.isFinite(refitGrowth) ? refitGrowth : 'never',
      votes_per_cpu_s: round(median(runs.map((r) => r.votes_per_cpu_s)), 0),
      votes_at_last_full_run: runs[0]!.votes_at_last_full_run,
      mean_apart_from_batch: round(Math.max(...runs.map((r) => r.mean_apart)), 5),
      accuracy: round(median(runs.map((r) => r.accuracy)), 5),
      mean_apart_after_a_full_run: Number(Math.max(...runs.map((r) => r.mean_apart_after_a_full_run)).toExponential(1)),
    }
  }),
)
const accuracy = round(accuracyOf(batch.posterior, truth, classes), 5)
saveResult('online', `npx tsx bench/online.ts ${TASKS} ${RUNS}`, {
  size: SIZE,
  runs: RUNS,
  batch: { iterations: batch.iterations, accuracy },
  online: results,
})
