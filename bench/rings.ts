import { excessAgreement } from '../src/engine/excess-agreement.ts'
import { ringsOf, spectralScores } from '../src/engine/excess-groups.ts'
import { createRng, type Rng } from '../src/platform/rng.ts'
import { saveResult } from './lib/harness.ts'
import { auc, meanOf } from './lib/ranking.ts'

/**
 * Rings among reviewers, in a made-up crowd: 200 people right in .80 to .96 of tasks (.08 less on the fifth of tasks that the
 * platform's model gets wrong), panels of five at random, two classes at 30 and 70 %. A `hash` ring answers by a signal that says
 * nothing of the task; a `copy` ring answers as its first member on the panel honestly does.
 *   npx tsx bench/rings.ts [seeds of the three cells of the table] [seeds of the others]
 */
const SEEDS = { table: Number(process.argv[2] ?? 50), other: Number(process.argv[3] ?? 20) }
const PEOPLE = 200
const PANEL = 5
type Kind = 'hash' | 'copy' | 'none'
type Crowd = {
  rng: Rng
  accuracy: number[]
  columns: { task: number[]; person: number[]; answer: number[] }
  tasks: number
}

const newCrowd = (seed: number): Crowd => {
  const rng = createRng(seed)
  const accuracy = Array.from({ length: PEOPLE }, () => 0.8 + 0.16 * rng.fraction())
  return { rng, accuracy, columns: { task: [], person: [], answer: [] }, tasks: 0 }
}

/** One task's answers; `ringOf` names the ring that a person answers with, or -1. */
function answered(c: Crowd, panel: readonly number[], kind: Kind, ringOf: (u: number) => number): void {
  const { rng, columns } = c
  const truth = rng.fraction() < 0.3 ? 0 : 1
  const hard = rng.fraction() < 0.2
  const hash = rng.below(2)
  const keys = new Map<number, number>()
  const say = (person: number, answer: number) => {
    columns.task.push(c.tasks)
    columns.person.push(person)
    columns.answer.push(answer)
  }
  // The platform's own model, which no pair is made with.
  say(PEOPLE, hard ? 1 - truth : truth)
  for (const u of panel) {
    const honest = rng.fraction() < c.accuracy[u]! - (hard ? 0.08 : 0) ? truth : 1 - truth
    const ring = ringOf(u)
    if (ring >= 0 && !keys.has(ring)) keys.set(ring, kind === 'hash' ? hash : honest)
    say(u, ring >= 0 && kind !== 'none' ? keys.get(ring)! : honest)
  }
  c.tasks++
}

/** Everybody answers `each` tasks on panels drawn at random. */
function season(c: Crowd, each: number, kind: Kind, ringOf: (u: number) => number): void {
  let deck: number[] = []
  for (let t = 0; t < (PEOPLE * each) / PANEL; t++) {
    const panel = new Set<number>()
    while (panel.size < PANEL) {
      if (deck.length === 0) deck = c.rng.shuffle(Array.from({ length: PEOPLE }, (_, u) => u))
      const u = deck.pop()!
      if (panel.has(u)) deck.unshift(u)
      else panel.add(u)
    }
    answered(c, [...panel], kind, ringOf)
  }
}
const excessOf = (c: Crowd) =>
  excessAgreement({ tasks: c.tasks, people: PEOPLE + 1, models: 1, classes: 2, ...c.columns })

function cell(kind: Kind, ring: number, each: number, seeds: number) {
  const runs = Array.from({ length: seeds }, (_, seed) => {
    const c = newCrowd(seed + 1)
    season(c, each, kind, (u) => (u < ring ? 0 : -1))
    const x = excessOf(c)
    const rings = ringsOf(x)
    const first = rings.rings[0]
    return {
      spectral: auc(spectralScores(x), (u) => u < ring),
      groups: auc(rings.score, (u) => u < ring),
      strongest: first && first.value > 0 ? first.value : 0,
      honest_in_strongest: first && first.value > 0 ? first.members.filter((u) => u >= ring).length : 0,
    }
  })
  const of = (pick: (r: (typeof runs)[number]) => number) => meanOf(runs.map(pick))
  const out = {
    kind,
    ring,
    tasks_each: each,
    shared_per_pair: Number(((each * (PANEL - 1)) / (PEOPLE - 1)).toFixed(1)),
    seeds,
    ...(kind === 'none' ? {} : { auc_spectral: of((r) => r.spectral), auc_groups: of((r) => r.groups) }),
    strongest_group: of((r) => r.strongest),
    honest_in_strongest_group: of((r) => r.honest_in_strongest),
  }
  process.stderr.write(`${JSON.stringify(out)}\n`)
  return out
}

/** How many tasks must be put before two people on purpose until their answers tell copying pairs from honest ones. */
function routed(extra: number, seeds: number) {
  const found: number[] = []
  for (let seed = 0; seed < seeds; seed++) {
    const c = newCrowd(1000 + seed)
    const ringOf = (u: number) => (u < 40 ? u >> 1 : -1)
    season(c, 100, 'copy', ringOf)
    // Twenty pairs who copy and twenty who do not, each with three others drawn at random.
    for (let pair = 0; pair < 40; pair++)
      for (let k = 0; k < extra; k++) {
        const others = new Set<number>()
        while (others.size < 3) others.add(80 + c.rng.below(PEOPLE - 80))
        answered(c, [2 * pair, 2 * pair + 1, ...others], 'copy', ringOf)
      }
    const x = excessOf(c)
    const told = new Float64Array(40)
    for (let e = 0; e < x.a.length; e++)
      if (x.a[e]! < 80 && x.a[e]! % 2 === 0 && x.b[e] === x.a[e]! + 1) told[x.a[e]! / 2] = x.copy[e]!
    found.push(auc(told, (pair) => pair < 20))
  }
  const out = { routed_tasks: extra, seeds, auc_of_pairs: meanOf(found) }
  process.stderr.write(`${JSON.stringify(out)}\n`)
  return out
}

const table = [
  cell('hash', 10, 100, SEEDS.table),
  cell('copy', 20, 300, SEEDS.table),
  cell('copy', 10, 600, SEEDS.table),
]
const limits = [
  cell('none', 0, 300, SEEDS.other),
  cell('copy', 20, 100, SEEDS.other),
  cell('copy', 10, 300, SEEDS.other),
  cell('copy', 5, 300, SEEDS.other),
  cell('copy', 5, 600, SEEDS.other),
]
const routing = [0, 5, 10, 20, 40].map((extra) => routed(extra, SEEDS.other))
saveResult('rings', `npx tsx bench/rings.ts ${SEEDS.table} ${SEEDS.other}`, {
  what: 'Area under the curve of members of a ring among 200 reviewers, means over seeds with 95 % intervals by Student’s t; the strongest group is in log-likelihood above its price, 0 where none pays for itself.',
  table,
  limits,
  routing,
})
