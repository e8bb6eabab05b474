import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Auto, auto } from '../src/engine/auto.ts'
import { calibrationOf, knownRows } from '../src/engine/calibrate.ts'
import { dawidSkene } from '../src/engine/dawid-skene.ts'
import { ebcc } from '../src/engine/ebcc.ts'
import { ibcc } from '../src/engine/ibcc.ts'
import { knowOrGuess } from '../src/engine/know-or-guess.ts'
import type { Labels } from '../src/engine/labels.ts'
import { majority } from '../src/engine/majority.ts'
import { oneCoin } from '../src/engine/one-coin.ts'
import { createRng } from '../src/platform/rng.ts'
import { type CrowdSet, crowdSets, readCrowdSet } from './lib/crowd-sets.ts'
import { median, saveResult } from './lib/harness.ts'

/**
 * Truth inference on public sets with known truth: accuracy (ties split evenly), F1 of class 1 where there are two,
 * expected calibration error in ten bins, negative log-likelihood and CPU seconds, for every method of ours and, where
 * ASSAY_CROWDKIT_PYTHON names a Python that has crowd-kit, for crowd-kit's on the same votes.
 *   npx tsx bench/infer.ts [folder of sets] [name,name,…]
 * The folder (or ASSAY_DATA_SETS/crowd) holds one folder per set with labels.csv, truth.csv and SOURCE.md.
 */
const shared = process.env['ASSAY_DATA_SETS']
const folder = process.argv[2] || (shared ? join(shared, 'crowd') : '')
if (!folder) throw new Error('Give the folder of sets, or set ASSAY_DATA_SETS to the folder that has crowd/ in it.')
const only = process.argv[3]?.split(',')
const PYTHON = process.env['ASSAY_CROWDKIT_PYTHON']
const THEIRS = ['MajorityVote', 'Wawa', 'DawidSkene']
/** Truth that says little: nobody's mean counts them. */
const ONLY_ROBUSTNESS = ['hitspam_cf', 'vuurens']
const GOLD = { share: 0.1, least: 20, draws: 1 }

const OURS: Record<string, (labels: Labels) => { posterior: ArrayLike<number> }> = {
  majority,
  one_coin: (l) => oneCoin(l),
  dawid_skene: (l) => dawidSkene(l),
  ibcc: (l) => ibcc(l),
  ibcc_estimated: (l) => ibcc(l, { estimate: true }),
  know_or_guess: (l) => knowOrGuess(l),
  // Thirty-seven thousand people with ten subtypes each take minutes; auto leaves it out there, so does the table.
  ebcc: (l) => (l.workers * l.classes ** 2 > 5e5 ? { posterior: [] } : ebcc(l)),
  auto: (l) => auto(l),
}

type Score = { accuracy: number; f1: number | null; ece: number; nll: number; cpu_s: number }

function score(set: CrowdSet, posterior: ArrayLike<number>, cpu_s: number, skip?: ReadonlySet<number>): Score {
  const classes = set.labels.classes
  const tasks = [...set.truth.keys()].filter((t) => set.truth[t]! >= 0 && !skip?.has(t))
  const rows = knownRows(posterior, classes, tasks, set.truth)
  const { accuracy, ece, nll } = calibrationOf(rows)
  return { accuracy, f1: f1(rows.posterior, rows.truth, classes), ece, nll, cpu_s }
}

/** F1 of class 1; a tie is half a yes. */
function f1(posterior: Float64Array, truth: Uint32Array, classes: number): number | null {
  if (classes !== 2) return null
  let [both, said, is] = [0, 0, 0]
  for (let i = 0; i < truth.length; i++) {
    const gap = posterior[2 * i + 1]! - posterior[2 * i]!
    const yes = Math.abs(gap) < 1e-9 ? 0.5 : gap > 0 ? 1 : 0
    said += yes
    is += truth[i]!
    both += yes * truth[i]!
  }
  return said + is === 0 ? 0 : (2 * both) / (said + is)
}

function timed<T>(run: () => T): { value: T; cpu_s: number } {
  const before = process.cpuUsage().user
  const value = run()
  return { value, cpu_s: (process.cpuUsage().user - before) / 1e6 }
}

/** Known answers drawn from the tasks with truth, and `auto` told of them; scored on the others only. */
function withGold(set: CrowdSet): Score {
  const known = [...set.truth.keys()].filter((t) => set.truth[t]! >= 0)
  const scores = Array.from({ length: GOLD.draws }, (_, draw) => {
    const count = Math.min(known.length - 1, Math.max(GOLD.least, Math.round(GOLD.share * known.length)))
    const chosen = new Set(
      createRng(draw + 1)
        .shuffle(known)
        .slice(0, count),
    )
    const gold = new Int32Array(set.labels.tasks).fill(-1)
    for (const t of chosen) gold[t] = set.truth[t]!
    const { value, cpu_s } = timed(() => auto({ ...set.labels, gold }))
    return score(set, value.posterior, cpu_s, chosen)
  })
  const mean = (f: (s: Score) => number) => scores.reduce((sum, s) => sum + f(s), 0) / scores.length
  return {
    accuracy: mean((s) => s.accuracy),
    f1: scores[0]!.f1 === null ? null : mean((s) => s.f1!),
    ece: mean((s) => s.ece),
    nll: mean((s) => s.nll),
    cpu_s: median(scores.map((s) => s.cpu_s)),
  }
}

const dir = mkdtempSync(join(tmpdir(), 'assay-infer-'))
let versions: unknown = null

function beside(set: CrowdSet): { scores: Record<string, Score>; failed: Record<string, string> } {
  const { task, worker, label } = set.columns
  const columns = join(dir, 'columns')
  writeFileSync(columns, Buffer.concat([task, worker, label].map((c) => Buffer.from(c.buffer))))
  const args = ['bench/lib/crowdkit_infer.py', columns, String(set.labels.classes), join(dir, 'out'), ...THEIRS]
  const told = JSON.parse(execFileSync(PYTHON!, args, { encoding: 'utf8' }))
  versions = told.versions
  const scores: Record<string, Score> = {}
  for (const method of Object.keys(told.cpu_s)) {
    const bytes = readFileSync(join(dir, `out.${method}`))
    const posterior = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
    scores[`crowdkit_${method}`] = score(set, posterior, told.cpu_s[method])
  }
  return { scores, failed: told.failed }
}

const round = (x: number | null, places = 4) => (x === null ? null : Math.round(x * 10 ** places) / 10 ** places)
const rounded = (s: Score) => ({
  accuracy: round(s.accuracy),
  f1: round(s.f1),
  ece: round(s.ece),
  nll: round(s.nll),
  cpu_s: round(s.cpu_s, 2),
})
const say = (line: string) => void process.stderr.write(`${line}\n`)

const sets: Record<string, unknown> = {}
const all: { set: string; scores: Record<string, Score> }[] = []
const skipped: string[] = []
for (const name of crowdSets(folder).filter((n) => !only || only.includes(n))) {
  const set = readCrowdSet(folder, name)
  if (!set) {
    skipped.push(`${name}: its labels are numbers.`)
    continue
  }
  const scores: Record<string, Score> = {}
  let blend: Auto | null = null
  for (const [method, run] of Object.entries(OURS)) {
    const { value, cpu_s } = timed(() => run(set.labels))
    if (method === 'auto') blend = value as Auto
    if (value.posterior.length > 0) scores[method] = score(set, value.posterior, cpu_s)
  }
  scores['auto_with_gold'] = withGold(set)
  const theirs = PYTHON ? beside(set) : { scores: {}, failed: {} }
  Object.assign(scores, theirs.scores)
  all.push({ set: name, scores })
  const { tasks, workers, classes, vote } = set.labels
  sets[name] = {
    origin: set.origin,
    size: { tasks, workers, classes, votes: vote.length, duplicate_rows: set.duplicate_rows },
    truths: set.truth.filter((t) => t >= 0).length,
    auto: {
      weights: Object.fromEntries(blend!.members.map((m) => [m.method, round(m.weight, 3)])),
      left_out: blend!.left_out.map((l) => l.method),
    },
    methods: Object.fromEntries(Object.entries(scores).map(([m, s]) => [m, rounded(s)])),
    ...(Object.keys(theirs.failed).length > 0 ? { failed: theirs.failed } : {}),
  }
  say(
    `${name}: ${Object.entries(scores)
      .map(([m, s]) => `${m} ${s.accuracy.toFixed(4)}`)
      .join(', ')}`,
  )
}
rmSync(dir, { recursive: true, force: true })

const counted = all.filter((a) => !ONLY_ROBUSTNESS.includes(a.set))
const methods = [...new Set(counted.flatMap((a) => Object.keys(a.scores)))]
const means = Object.fromEntries(
  methods.map((m) => {
    const those = counted.map((a) => a.scores[m]).filter((s) => s !== undefined)
    const mean = (f: (s: Score) => number) => round(those.reduce((sum, s) => sum + f(s), 0) / those.length)
    return [
      m,
      { sets: those.length, accuracy: mean((s) => s.accuracy), ece: mean((s) => s.ece), nll: mean((s) => s.nll) },
    ]
  }),
)
const under = counted
  .map(({ set, scores }) => ({ set, difference: round(scores['auto']!.accuracy - scores['majority']!.accuracy) }))
  .toSorted((a, b) => a.difference! - b.difference!)
saveResult('infer', 'ASSAY_DATA_SETS=… ASSAY_CROWDKIT_PYTHON=… npx tsx bench/infer.ts', {
  means,
  lowest_against_majority: under.slice(0, 3),
  gold: `${GOLD.share * 100} % of the known answers, at least ${GOLD.least}, mean of ${GOLD.draws} seeded draw(s), scored on the others`,
  crowd_kit: PYTHON ? versions : 'ASSAY_CROWDKIT_PYTHON names no Python with crowd-kit, so that nothing runs beside.',
  not_in_means: ONLY_ROBUSTNESS,
  skipped,
  sets,
})
