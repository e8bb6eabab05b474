import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { numbers } from '../src/engine/numbers.ts'
import { saveResult } from './lib/harness.ts'

/** `emotion`: 700 feelings in texts, rated 0 to 100 by ten people each, against the truth that came with them. */
const data = process.argv[2] ?? process.env['ASSAY_DATA_SETS']
if (!data || !existsSync(join(data, 'crowd/emotion/labels.csv')))
  throw new Error('Give the data folder (with crowd/emotion/labels.csv and truth.csv) or set ASSAY_DATA_SETS.')
const read = (name: string) =>
  readFileSync(join(data, 'crowd/emotion', name), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(','))

const tasks = new Map<string, number>()
const workers = new Map<string, number>()
const idOf = (map: Map<string, number>, key: string) => {
  if (!map.has(key)) map.set(key, map.size)
  return map.get(key)!
}
const rows = read('labels.csv').map(([t, w, x]) => [idOf(tasks, t!), idOf(workers, w!), Number(x)] as const)
const truth = new Map(read('truth.csv').map(([t, x]) => [tasks.get(t!)!, Number(x)]))

const errors = (answer: (t: number) => number) => {
  const all = [...truth].map(([t, x]) => answer(t) - x)
  return {
    mae: all.reduce((s, e) => s + Math.abs(e), 0) / all.length,
    rmse: Math.sqrt(all.reduce((s, e) => s + e * e, 0) / all.length),
  }
}
const valuesOf = (t: number) => rows.filter((r) => r[0] === t).map((r) => r[2])
const columns = {
  tasks: tasks.size,
  workers: workers.size,
  task: rows.map((r) => r[0]),
  worker: rows.map((r) => r[1]),
  value: rows.map((r) => r[2]),
}
const run = (options: Parameters<typeof numbers>[1]) => {
  const found = numbers(columns, options)
  const inside = [...truth].filter(([t, x]) => found.low[t]! <= x && x <= found.high[t]!).length / truth.size
  return { ...errors((t) => found.answer[t]!), truth_in_interval: inside, iterations: found.iterations }
}

saveResult('numbers', `ASSAY_DATA_SETS=... npx tsx bench/numbers.ts`, {
  what: 'emotion (Snow et al. 2008, as distributed with zhydhkcws/crowd_truth_infer): 7,000 ratings by 38 people; lower is better',
  reach: { mae: 11.8 },
  assay: run({}),
  mean: errors((t) => valuesOf(t).reduce((a, b) => a + b, 0) / valuesOf(t).length),
  median: errors((t) => {
    const v = valuesOf(t).sort((a, b) => a - b)
    return (v[(v.length - 1) >> 1]! + v[v.length >> 1]!) / 2
  }),
  tried: {
    variances_not_shrunk: run({ shrink: 0 }),
    no_clipping: run({ clip: Infinity }),
    clipped_at_two: run({ clip: 2 }),
    shifts_learned: run({ shift_shrink: 50 }),
  },
})
