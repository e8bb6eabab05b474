import { UndirectedGraph } from 'graphology'
import library from 'graphology-communities-louvain'
import type { Graph } from '../../../engine/graph.ts'
import { createRng } from '../../../platform/rng.ts'

export type LouvainOptions = { seed?: number; resolution?: number }
export type ClusterOptions = LouvainOptions & {
  /** A cluster is divided further while fewer than this share of its pairs are joined. */
  density?: number
  /** Clusters of so few are left whole. */
  least?: number
}

// The package is CommonJS: its types promise a default inside, under Node the import is the function itself.
type Detect = typeof library.default
const detect = (library as { default?: Detect }).default ?? (library as unknown as Detect)

/**
 * Communities by modularity (Blondel et al. 2008): for each node a number from 0, in order of each community's first node.
 * The same graph and seed give the same communities. A node without edges is alone.
 */
export function louvain(g: Graph, { seed = 1, resolution = 1 }: LouvainOptions = {}): Int32Array {
  const graph = new UndirectedGraph()
  for (let u = 0; u < g.nodes; u++) graph.addNode(u)
  for (let u = 0; u < g.nodes; u++)
    for (let i = g.offset[u]!; i < g.offset[u + 1]!; i++)
      if (g.neighbour[i]! > u) graph.addUndirectedEdge(u, g.neighbour[i]!, { weight: g.weight[i]! })
  const found = detect(graph, { resolution, rng: createRng(seed).fraction, getEdgeWeight: 'weight' })
  return renumbered(Int32Array.from({ length: g.nodes }, (_, u) => found[u]!))
}

const COARSE = 3
/**
 * The same graph at two scales, for each of some seeds: communities, and each of them divided within itself, which parts
 * what happened to be joined. What holds in all of them is no accident of one run.
 */
export function partitionsOf(g: Graph, seeds: readonly number[] = [1, 2]): Int32Array[] {
  return seeds.flatMap((seed) => {
    const coarse = louvain(g, { seed, resolution: COARSE })
    const fine = new Int32Array(g.nodes)
    let next = 0
    for (const members of membersOf(coarse).values()) {
      const inner = louvain(within(g, members), { seed })
      let most = 0
      members.forEach((u, i) => {
        fine[u] = next + inner[i]!
        most = Math.max(most, inner[i]! + 1)
      })
      next += most
    }
    return [coarse, fine]
  })
}

/**
 * Clusters for decisions about people: Louvain's communities, each divided again while it is too thin to mean that its
 * members belong together, and kept whole where dividing finds nothing.
 */
export function clustersOf(g: Graph, options: ClusterOptions = {}): Int32Array {
  const { density = 0.2, least = 3 } = options
  const cluster = louvain(g, options)
  let next = cluster.reduce((most, c) => Math.max(most, c + 1), 0)
  const waiting = [...membersOf(cluster).values()]
  for (let members = waiting.pop(); members; members = waiting.pop()) {
    if (members.length <= least) continue
    const part = within(g, members)
    if (densityOf(part) >= density) continue
    const inner = [...membersOf(louvain(part, options)).values()]
    if (inner.length === 1) continue
    for (const group of inner) {
      const nodes = group.map((i) => members![i]!)
      for (const u of nodes) cluster[u] = next
      next++
      waiting.push(nodes)
    }
  }
  return renumbered(cluster)
}

/** The share of a graph's pairs that are joined; 1 for a single node. */
export const densityOf = (g: Graph): number => (g.nodes < 2 ? 1 : g.neighbour.length / (g.nodes * (g.nodes - 1)))

/** The members of each cluster, in order. */
export function membersOf(cluster: ArrayLike<number>): Map<number, number[]> {
  const out = new Map<number, number[]>()
  for (let u = 0; u < cluster.length; u++) {
    const members = out.get(cluster[u]!)
    if (members) members.push(u)
    else out.set(cluster[u]!, [u])
  }
  return out
}

/** The part of a graph on some of its nodes, numbered in the order they are named. */
export function within(g: Graph, members: readonly number[]): Graph {
  const place = new Map(members.map((u, i) => [u, i]))
  const offset = new Int32Array(members.length + 1)
  const degree = new Float64Array(members.length)
  const rows: { v: number; w: number }[] = []
  members.forEach((u, at) => {
    const row: typeof rows = []
    for (let i = g.offset[u]!; i < g.offset[u + 1]!; i++) {
      const v = place.get(g.neighbour[i]!)
      if (v === undefined) continue
      row.push({ v, w: g.weight[i]! })
      degree[at] = degree[at]! + g.weight[i]!
    }
    for (const entry of row.toSorted((a, b) => a.v - b.v)) rows.push(entry)
    offset[at + 1] = rows.length
  })
  return {
    nodes: members.length,
    offset,
    degree,
    neighbour: Int32Array.from(rows, (r) => r.v),
    weight: Float64Array.from(rows, (r) => r.w),
  }
}

function renumbered(cluster: Int32Array): Int32Array {
  const names = new Map<number, number>()
  return cluster.map((c) => {
    if (!names.has(c)) names.set(c, names.size)
    return names.get(c)!
  })
}
