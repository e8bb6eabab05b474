import { crowdSets, readCrowdSet, type CrowdSet } from './lib/crowd-sets.ts'
import { saveResult } from './lib/harness.ts'
import { realReplay } from './lib/product-replay.ts'
import { adaptive, costAt, fixedOverlap, type Policy } from './lib/replay.ts'

/**
 * Labels per task at equal accuracy: tasks' labels in seeded random orders, a policy that takes the next label of any
 * open task, and the cost at which it reaches the best accuracy of fixed overlap with Dawid–Skene less one point.
 * `npx tsx bench/stopping.ts [data folder] [seeds] [sets, comma-separated]`
 */
const data = process.argv[2] ?? process.env['ASSAY_SHARED_DATA']
if (!data) throw new Error('Give the data folder or set ASSAY_SHARED_DATA.')
const SEEDS = Number(process.argv[3] ?? 20)
const chosen = process.argv[4]?.split(',')
/** As §"labels per task" of the anchors: sets whose tasks have about nine labels or more. */
const LEAST_LABELS = 8.9

const sets = crowdSets(`${data}/crowd`)
  .filter((name) => !chosen || chosen.includes(name))
  .flatMap((name): CrowdSet[] => {
    const set = readCrowdSet(`${data}/crowd`, name)
    if (!set || set.labels.vote.length / set.labels.tasks < LEAST_LABELS) return []
    return set.truth.every((t) => t >= 0) ? [set] : []
  })

const round = (x: number, places = 3) => Math.round(x * 10 ** places) / 10 ** places
const policies: Policy[] = ['arrival', 'choose', 'plain']
/** The plain rule is there to compare with, and slow: a full fit between batches. */
const seedsOf = (p: Policy) => (p === 'plain' ? Math.min(SEEDS, 5) : SEEDS)

const rows = sets.map((set) => {
  const fixed = fixedOverlap(set, SEEDS)
  const target = Math.max(...fixed.accuracy) - 0.01
  const base = costAt(fixed, target)!
  const costs = Object.fromEntries(policies.map((p) => [p, costAt(adaptive(set, seedsOf(p), p, base), target)]))
  const row = {
    set: set.name,
    target: round(target, 4),
    fixed: round(base, 2),
    labels: Object.fromEntries(policies.map((p) => [p, costs[p] == null ? null : round(costs[p], 2)])),
    ratio: Object.fromEntries(policies.map((p) => [p, costs[p] == null ? null : round(costs[p] / base)])),
  }
  process.stderr.write(`${JSON.stringify(row)}\n`)
  return row
})

const summary = (p: Policy) => {
  const ratios = rows.map((r) => r.ratio[p] ?? null)
  const reached = ratios.filter((r) => r !== null)
  const mean = (xs: readonly number[]) => Math.exp(xs.reduce((s, r) => s + Math.log(r), 0) / xs.length)
  return {
    reached: `${reached.length} of ${rows.length}`,
    ratio_where_reached: round(mean(reached)),
    ratio_not_reached_counted_as_one: round(mean(ratios.map((r) => r ?? 1))),
  }
}

const product = !chosen || chosen.includes('product') ? readCrowdSet(`${data}/crowd`, 'product') : null
saveResult(chosen ? 'stopping-part' : 'stopping', 'ASSAY_SHARED_DATA=... npx tsx bench/stopping.ts', {
  what: 'labels per task at the best accuracy of fixed overlap with Dawid-Skene (maximum likelihood) less one point',
  seeds: Object.fromEntries(policies.map((p) => [p, seedsOf(p)])),
  anchor: { toloka_dynamic_overlap: 0.74, plain_posterior: 0.61 },
  reach: { ratio: 0.55, reached: 'every set' },
  policies: {
    arrival: 'people come in random order; the policy says which task is worth the next label',
    choose: 'it also says who of those that labelled a task is asked next',
    plain: 'Dawid-Skene with a prior; the task in most doubt is next',
  },
  summary: Object.fromEntries(policies.map((p) => [p, summary(p)])),
  sets: rows,
  ...(product ? { real_replay: realReplay(product, SEEDS) } : {}),
})
