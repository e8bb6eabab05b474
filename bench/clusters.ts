import { clustersOf, louvain, membersOf } from '../src/domains/integrity/clusters/louvain.ts'
import { graphOf } from '../src/engine/graph.ts'
import { sybilBelief } from '../src/engine/sybil-belief.ts'
import { sybilRank } from '../src/engine/sybil-rank.ts'
import { sybilScar } from '../src/engine/sybil-scar.ts'
import { createRng } from '../src/platform/rng.ts'
import { saveResult } from './lib/harness.ts'

/**
 * Time and memory of everything that a night's run over all people does, on a made-up graph of communities of forty: nine
 * tenths of edges within them.
 *   npx tsx bench/clusters.ts [people] [edges]
 */
const PEOPLE = Number(process.argv[2] ?? 100_000)
const EDGES = Number(process.argv[3] ?? 1_000_000)
const rng = createRng(1)
const from = new Int32Array(EDGES)
const to = new Int32Array(EDGES)
for (let e = 0; e < EDGES; e++) {
  const a = (from[e] = rng.below(PEOPLE))
  to[e] = rng.fraction() < 0.9 ? Math.min(PEOPLE - 1, a - (a % 40) + rng.below(40)) : rng.below(PEOPLE)
}
const known = Int8Array.from({ length: PEOPLE }, (_, u) =>
  u % 50 === 0 ? (Math.floor(u / 40) % 10 === 0 ? 1 : -1) : 0,
)
const trusted = [...known.keys()].filter((u) => known[u] === -1)

const steps: { step: string; cpu_s: number; wall_s: number }[] = []
function timed<T>(step: string, run: () => T): T {
  const [cpu, wall] = [process.cpuUsage(), performance.now()]
  const value = run()
  const used = process.cpuUsage(cpu)
  const round = (x: number) => Number(x.toFixed(2))
  steps.push({ step, cpu_s: round((used.user + used.system) / 1e6), wall_s: round((performance.now() - wall) / 1000) })
  process.stderr.write(`${JSON.stringify(steps.at(-1))}\n`)
  return value
}
const graph = timed('graph in rows', () => graphOf(PEOPLE, { from, to }))
timed('SybilRank', () => sybilRank(graph, trusted))
timed('SybilSCAR', () => sybilScar(graph, known))
const groups = timed('Louvain', () => louvain(graph))
timed('belief', () => sybilBelief(graph, known, [groups]))
const clusters = timed('clusters, divided until dense', () => clustersOf(graph))
saveResult('clusters', `npx tsx bench/clusters.ts ${PEOPLE} ${EDGES}`, {
  people: PEOPLE,
  edges: EDGES,
  steps,
  clusters: membersOf(clusters).size,
  peak_memory_mib: Math.round(process.resourceUsage().maxRSS / 1024),
})
