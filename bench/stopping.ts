import { crowdSets, readCrowdSet, type CrowdSet } from './lib/crowd-sets.ts'
import { saveResult } from './lib/harness.ts'
import { realReplay } from './lib/product-replay.ts'
import { adaptive, costAt, fixedOverlap, type Policy } from './lib/replay.ts'

/**
 * Labels per task at equal accuracy: tasks' labels in seeded random orders, a policy that takes the next label of any
 * open task, and the cost at which it reaches the best accuracy of fixed overlap with Dawid–Skene less one point.
 * `npx tsx bench/stopping.ts [data folder] [seeds] [sets, comma-separated]`
 */
const data = process.argv[2] ?? process.env['ASSAY_DATA_SETS']
if (!data) throw new Error('Give the data folder or set ASSAY_DATA_SETS.')
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
  .toSorted((a, b) => a.labels.tasks * a.labels.workers - b.labels.tasks * b.labels.workers)

const round = (x: number, places = 3) => Math.round(x * 10 ** places) / 10 ** places
const policies: Policy[] = ['arrival', 'choose', 'plain']
/** The plain rule is there to compare with, and slow: a full fit between batches. */
const seedsOf = (p: Policy) => (p === 'plain' ? Math.min(SEEDS, 5) : SEEDS)

/** Where a policy reaches the target. Three orders say how far all of them need to be followed; if too short, to the end. */
function reach(set: CrowdSet, policy: Policy, target: number, base: number): number | null {
  const pilots = Math.min(3, SEEDS)
  const pilot =
    costAt(adaptive(set, pilots, policy, base / 2), target) ?? costAt(adaptive(set, pilots, policy, base), target)
  const near = pilot === null ? base : Math.min(base, 1.15 * pilot + 0.1)
  const found = costAt(adaptive(set, seedsOf(policy), policy, near), target)
  return found ?? (near < base ? costAt(adaptive(set, seedsOf(policy), policy, base), target) : null)
}

type Row = {
  set: string
  target: number
  fixed: number
  labels: Partial<Record<Policy, number | null>>
  ratio: Partial<Record<Policy, number | null>>
}
const rows: Row[] = []

function measure(set: CrowdSet): Row {
  const fixed = fixedOverlap(set, SEEDS)
  const target = Math.max(...fixed.accuracy) - 0.01
  const base = costAt(fixed, target)!
  const row: Row = { set: set.name, target: round(target, 4), fixed: round(base, 2), labels: {}, ratio: {} }
  for (const p of policies) {
    const cost = reach(set, p, target, base)
    row.labels[p] = cost === null ? null : round(cost, 2)
    row.ratio[p] = cost === null ? null : round(cost / base)
  }
  return row
}

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
const replayed = product ? realReplay(product, SEEDS) : null

const command = ['npx tsx bench/stopping.ts', ...(process.argv[2] ? ['DATA', ...process.argv.slice(3)] : [])].join(' ')
const save = () =>
  saveResult(chosen ? `stopping-${chosen.join('-')}` : 'stopping', command, {
    what: 'labels per task at the best accuracy of fixed overlap with Dawid-Skene (maximum likelihood) less one point',
    seeds: Object.fromEntries(policies.map((p) => [p, seedsOf(p)])),
    anchor: { toloka_dynamic_overlap: 0.74, plain_posterior: 0.61 },
    reach: { ratio: 0.55, reached: 'every set' },
    policies: {
      arrival: 'people come in random order; the policy says which task is worth the next label',
      choose: 'it also says who of those that labelled a task is asked next',
      plain: 'Dawid-Skene with a prior; the task in most doubt is next',
    },
    measured: `${rows.length} of ${sets.length} sets`,
    summary: Object.fromEntries(policies.map((p) => [p, summary(p)])),
    sets: rows,
    ...(replayed ? { real_replay: replayed } : {}),
  })
// After each set, so that a run that is cut short keeps what it has.
for (const set of sets) {
  rows.push(measure(set))
  save()
}
if (sets.length === 0) save()
