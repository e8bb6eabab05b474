import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { binned, boost, type Binned } from './lib/boost.ts'
import { saveResult } from './lib/harness.ts'
import { readHop } from './lib/hop-data.ts'
import { featuresOf } from './lib/hop-features.ts'
import { logistic } from './lib/logistic.ts'
import { auc, meanOf } from './lib/ranking.ts'

/**
 * Wallets of one airdrop: who was caught as a Sybil, from transfers, first use and volume. Everything is fitted and judged in
 * five folds that share no community and no official cluster; a fold's threshold comes from a third of the units of the other four, scored by a model of the rest, so
 * no label of a fold, nor of anybody its people are linked with, has a part in its scores or in where they are cut.
 * Features are made without labels. Blank labels are neither learned from nor counted; they are written with the scores of a model of
 * all labels, and every other wallet with that of the fold that it was kept out of.
 *   npx tsx bench/hop.ts [folder with nodes.csv.gz and edges.csv.gz]
 * The folder may also be given by ASSAY_DATA_SETS, which has integrity/hop in it.
 */
const shared = process.env['ASSAY_DATA_SETS']
const folder = process.argv[2] || (shared ? join(shared, 'integrity', 'hop') : '')
if (!folder) throw new Error('Give the folder of the data, or set ASSAY_DATA_SETS.')
const OUTER = 5
const INNER = 3
const RATES = [0.005, 0.0075, 0.01, 0.05]
const PLAIN = [
  'community_candidates', 'community_size', 'community_density', 'community_direct_density', 'community_time_sd', 'community_median_gap',
  'degree', 'out_candidates', 'in_candidates', 'direct_part_candidates', 'began_hour', 'volume',
] // prettier-ignore

const say = (line: string) => void process.stderr.write(`${line} (${Math.round(process.cpuUsage().user / 1e6)} s)\n`)
const hop = readHop(folder)
const features = featuresOf(hop)
say(`${features.names.length} features`)
const N = hop.candidates
const labelled = Array.from({ length: N }, (_, i) => i).filter((i) => hop.sybil[i]! >= 0)
const label = Float64Array.from(hop.sybil, (s) => (s === 1 ? 1 : 0))
const isSybil = (i: number) => hop.sybil[i] === 1

/** Spreads whole units over folds by a hash of the unit's number and a salt. */
function foldOf(folds: number, salt: number): Int32Array {
  return features.unit.map((u) => {
    let x = Math.imul((u + 1) ^ salt, 0x45d9f3b)
    x = Math.imul(x ^ (x >>> 16), 0x45d9f3b)
    return ((x ^ (x >>> 16)) >>> 0) % folds
  })
}

/** The score above which `rate` of the honest among these stand. */
function thresholdAt(rate: number, score: ArrayLike<number>, among: readonly number[]): number {
  const honest = among.filter((i) => !isSybil(i)).map((i) => score[i]!)
  return honest.toSorted((a, b) => b - a)[Math.floor(rate * honest.length)]!
}

type Model = (train: readonly number[]) => Float64Array
const all: Binned = binned(features.rows)
const plain = PLAIN.map((name) => {
  const at = features.names.indexOf(name)
  if (at < 0) throw new Error(`There is no feature ${name}.`)
  return at
})
const plainRows = features.rows.map((r) => Float64Array.from(plain, (f) => r[f]!))
const importance = new Float64Array(features.names.length)
const MODELS: Record<string, Model> = {
  logistic: (train) => logistic(plainRows, train, label),
  boosted: (train) => {
    const fitted = boost(all, train, label)
    fitted.gain.forEach((g, f) => (importance[f] = importance[f]! + g))
    return fitted.score
  },
}

type Cut = { precision: number; recall: number; recall_reported: number; false_positives: number }
function cutAt(chosen: (i: number) => boolean, among: readonly number[]): Cut {
  const [hit, sybils, reported] = [
    among.filter(chosen),
    among.filter(isSybil),
    among.filter((i) => hop.reported[i] === 1),
  ]
  const right = hit.filter(isSybil).length
  return {
    precision: hit.length ? right / hit.length : 1,
    recall: right / sybils.length,
    recall_reported: hit.filter((i) => hop.reported[i] === 1).length / reported.length,
    false_positives: (hit.length - right) / (among.length - sybils.length),
  }
}
const round = (c: Cut) => Object.fromEntries(Object.entries(c).map(([k, v]) => [k, Number(v.toFixed(4))]))
const byFold = (cuts: readonly Cut[]) =>
  Object.fromEntries((Object.keys(cuts[0]!) as (keyof Cut)[]).map((k) => [k, meanOf(cuts.map((c) => c[k]))]))

const outer = foldOf(OUTER, 0x2c1b)
const parts = Array.from({ length: OUTER }, (_, k) => labelled.filter((i) => outer[i] === k))

function judged(model: Model) {
  const score = new Float64Array(N)
  const limit = RATES.map(() => new Float64Array(OUTER))
  for (let k = 0; k < OUTER; k++) {
    const train = labelled.filter((i) => outer[i] !== k)
    // A third of the training units, scored by a model of the other two thirds, says where to cut.
    const inner = foldOf(INNER, 0x51ed + k)
    const held = train.filter((i) => inner[i] === 0)
    const apart = model(train.filter((i) => inner[i] !== 0))
    RATES.forEach((rate, r) => (limit[r]![k] = thresholdAt(rate, apart, held)))
    const fitted = model(train)
    for (const i of parts[k]!) score[i] = fitted[i]!
    say(`fold ${k + 1} of ${OUTER}`)
  }
  const cuts = RATES.map((rate, r) => {
    const chosen = (i: number) => score[i]! > limit[r]![outer[i]!]!
    return { rate, ...round(cutAt(chosen, labelled)), by_fold: byFold(parts.map((part) => cutAt(chosen, part))) }
  })
  const reported = labelled.filter((i) => !isSybil(i) || hop.reported[i] === 1)
  const out = {
    auc: Number(auc(score, isSybil, labelled).toFixed(4)),
    auc_by_fold: meanOf(parts.map((part) => auc(score, isSybil, part))),
    auc_reported: Number(auc(score, isSybil, reported).toFixed(4)),
    at_false_positive_rate: cuts,
  }
  say(JSON.stringify(out))
  return { out, score }
}

/** Every member of a community of ten candidates or more, so many of whose members are candidates. */
function louvainRule(share: number) {
  const [size, part] = ['fine_candidates', 'fine_share'].map((name) => features.names.indexOf(name)) as [number, number]
  const chosen = (i: number) => features.rows[i]![size]! >= Math.log1p(10) && features.rows[i]![part]! >= share
  return { share, ...round(cutAt(chosen, labelled)), by_fold: byFold(parts.map((p) => cutAt(chosen, p))) }
}

const rules = [0.2, 0.4].map(louvainRule)
say(JSON.stringify(rules))
const found = Object.fromEntries(Object.entries(MODELS).map(([name, model]) => [name, judged(model)]))
const results = Object.fromEntries(Object.entries(found).map(([name, { out }]) => [name, out]))
importance.fill(0)
const final = MODELS['boosted']!(labelled)
// Whoever has a label keeps the score of the fold that did not learn from it; only the blank ones have that of the whole.
const written = Float64Array.from(final)
for (const i of labelled) written[i] = found['boosted']!.score[i]!
writeFileSync(
  'bench/results/hop-predictions.csv',
  `id,score\n${Array.from(written, (s, i) => `${i},${(1 / (1 + Math.exp(-s))).toFixed(6)}`).join('\n')}\n`,
)
const sizes = new Map<number, number>()
for (const u of features.unit) sizes.set(u, (sizes.get(u) ?? 0) + 1)
saveResult('hop', 'ASSAY_DATA_SETS=… npx tsx bench/hop.ts', {
  what: 'Wallets caught as Sybils: precision, recall and recall among those whom people reported, at thresholds chosen on training folds for each rate of false positives; intervals by Student’s t over five folds that share no community or official cluster. Labels are lower bounds: not caught is not honest.',
  candidates: N,
  labelled: labelled.length,
  sybils: labelled.filter(isSybil).length,
  reported: labelled.filter((i) => hop.reported[i] === 1).length,
  units: sizes.size,
  largest_units: [...sizes.values()].toSorted((a, b) => b - a).slice(0, 5),
  louvain_rule: rules,
  ...results,
  weightiest_features: Array.from(importance, (g, f) => ({ feature: features.names[f]!, gain: Math.round(g) }))
    .toSorted((a, b) => b.gain - a.gain)
    .slice(0, 20),
})
