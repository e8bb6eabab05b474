import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { partitionsOf } from '../src/domains/integrity/clusters/louvain.ts'
import { graphOf, type Graph } from '../src/engine/graph.ts'
import { sybilBelief } from '../src/engine/sybil-belief.ts'
import { sybilRank } from '../src/engine/sybil-rank.ts'
import { sybilScar } from '../src/engine/sybil-scar.ts'
import { createRng, type Rng } from '../src/platform/rng.ts'
import { saveResult } from './lib/harness.ts'
import { auc, meanOf, recallAt } from './lib/ranking.ts'

/**
 * Sybils in a friendship graph: Facebook's ego networks (4,039 people) with 400 Sybils injected, by how many edges to honest
 * people each Sybil has obtained, with right seeds and with a tenth of the seeds named wrongly.
 *   npx tsx bench/social.ts [folder with edges.csv.gz] [seeds] [region: preferential, uniform or both]
 * What is done is saved after each cell.
 * The folder may also be given by ASSAY_DATA_SETS, which has integrity/facebook in it.
 */
const shared = process.env['ASSAY_DATA_SETS']
const folder = process.argv[2] || (shared ? join(shared, 'integrity', 'facebook') : '')
if (!folder) throw new Error('Give the folder of the graph, or set ASSAY_DATA_SETS.')
const RUNS = Number(process.argv[3] || 10)
const WANTED = process.argv[4]
const HONEST = 4039
const SYBILS = 400
const SEEDS = { honest: 100, sybil: 40 }
const EACH = 5
const ATTACKS = [0.05, 0.25, 1, 2.5, 10]

const [from, to]: [number[], number[]] = [[], []]
for (const line of gunzipSync(readFileSync(join(folder, 'edges.csv.gz')))
  .toString()
  .split('\n')
  .slice(1)) {
  const [a, b] = line.split(',').map(Number)
  if (a! < HONEST && b! < HONEST && line) {
    from.push(a!)
    to.push(b!)
  }
}

type Region = (rng: Rng, add: (a: number, b: number) => void) => void
/** Ways in which Sybils befriend each other: about ten friends each. */
const REGIONS: Record<string, Region> = {
  // Each new Sybil befriends earlier ones in proportion to the friends they have (Barabási & Albert 1999).
  preferential(rng, add) {
    const ends: number[] = []
    for (let s = 0; s < SYBILS; s++) {
      const chosen = new Set<number>()
      while (chosen.size < Math.min(s, EACH)) {
        // Once in a while anybody, so that the first few can be found at all.
        const byFriends = ends.length > 0 && rng.fraction() < 0.98
        chosen.add(byFriends ? ends[rng.below(ends.length)]! : rng.below(s))
      }
      for (const other of chosen) {
        add(HONEST + s, HONEST + other)
        ends.push(s, other)
      }
    }
  },
  uniform(rng, add) {
    for (let e = 0; e < SYBILS * EACH; e++) add(HONEST + rng.below(SYBILS), HONEST + rng.below(SYBILS))
  },
}

type World = { graph: Graph; known: Int8Array; asked: number[] }
function world(region: Region, attack: number, wrong: number, seed: number): World {
  const rng = createRng(seed)
  const edges = { from: [...from], to: [...to] }
  const add = (a: number, b: number) => void (edges.from.push(a), edges.to.push(b))
  region(rng, add)
  for (let e = 0; e < Math.round(attack * SYBILS); e++) add(HONEST + rng.below(SYBILS), rng.below(HONEST))
  const nodes = HONEST + SYBILS
  const honest = rng.shuffle(Array.from({ length: HONEST }, (_, i) => i)).slice(0, SEEDS.honest)
  const sybil = rng.shuffle(Array.from({ length: SYBILS }, (_, i) => HONEST + i)).slice(0, SEEDS.sybil)
  const known = new Int8Array(nodes)
  honest.forEach((u, i) => (known[u] = i < wrong * honest.length ? 1 : -1))
  sybil.forEach((u, i) => (known[u] = i < wrong * sybil.length ? -1 : 1))
  const graph = graphOf(nodes, edges)
  // Multiple edges by chance are one friendship.
  graph.weight.fill(1)
  for (let u = 0; u < nodes; u++) graph.degree[u] = graph.offset[u + 1]! - graph.offset[u]!
  const asked = Array.from({ length: nodes }, (_, i) => i).filter((u) => known[u] === 0)
  return { graph, known, asked }
}

const METHODS: Record<string, (w: World) => Float64Array> = {
  sybil_rank: ({ graph, known }) =>
    sybilRank(
      graph,
      [...known.keys()].filter((u) => known[u] === -1),
    ).map((trust) => -trust),
  sybil_scar: ({ graph, known }) => sybilScar(graph, known),
  ours: ({ graph, known }) => sybilBelief(graph, known, partitionsOf(graph)).belief,
}

const isSybil = (u: number) => u >= HONEST
const cells: object[] = []
for (const [region, build] of Object.entries(REGIONS).filter(([name]) => !WANTED || name === WANTED))
  for (const wrong of [0, 0.1])
    for (const attack of ATTACKS) {
      const runs = Array.from({ length: RUNS }, (_, i) => world(build, attack, wrong, 1000 + i))
      const cell: Record<string, unknown> = { region, wrong_seeds: wrong, attack_edges_per_sybil: attack }
      for (const [method, run] of Object.entries(METHODS)) {
        const scores = runs.map(run)
        cell[method] = {
          auc: meanOf(runs.map((w, i) => auc(scores[i]!, isSybil, w.asked))),
          recall_at_1_percent: meanOf(runs.map((w, i) => recallAt(0.01, scores[i]!, isSybil, w.asked))),
        }
      }
      cells.push(cell)
      save()
    }

function save(): void {
  saveResult('social', `ASSAY_DATA_SETS=… npx tsx bench/social.ts '' ${RUNS}${WANTED ? ` ${WANTED}` : ''}`, {
    what: `Area under the curve among people who are not seeds: ${HONEST} of Facebook's ego networks and ${SYBILS} injected Sybils; ${SEEDS.honest} honest and ${SEEDS.sybil} Sybil seeds; means of ${RUNS} seeds with 95 % intervals by Student's t.`,
    cells,
  })
}
