import type { Graph } from './graph.ts'
import { BadInput } from './labels.ts'

/**
 * Trust that flows from nodes known to be honest, by SybilRank (Cao, Sirivianos, Yang & Pregueiro 2012): a random walk that
 * stops after log2(n) steps, when it has mixed among honest people but hardly crossed to those who have few edges to
 * them; divided by degree, so that many edges alone earn nothing. Higher is more trusted; a node that the walk never
 * reaches has 0. Needs no known Sybils, and is as good as the attack edges are few.
 * @throws BadInput without a trusted node.
 */
export function sybilRank(g: Graph, trusted: readonly number[], rounds = Math.ceil(Math.log2(g.nodes))): Float64Array {
  if (trusted.length === 0) throw new BadInput('Trust starts from at least one node.')
  let trust = new Float64Array(g.nodes)
  for (const u of trusted) trust[u] = g.nodes / trusted.length
  for (let round = 0; round < rounds; round++) trust = walked(g, trust)
  for (let u = 0; u < g.nodes; u++) trust[u] = g.degree[u]! > 0 ? trust[u]! / g.degree[u]! : 0
  return trust
}

/** One step of a random walk along edges, by their weights. What stands on a node without edges stays there. */
export function walked(g: Graph, mass: Float64Array): Float64Array<ArrayBuffer> {
  const out = new Float64Array(g.nodes)
  for (let u = 0; u < g.nodes; u++) {
    if (mass[u] === 0) continue
    if (g.degree[u] === 0) {
      out[u] = out[u]! + mass[u]!
      continue
    }
    const each = mass[u]! / g.degree[u]!
    for (let i = g.offset[u]!; i < g.offset[u + 1]!; i++) {
      const v = g.neighbour[i]!
      out[v] = out[v]! + each * g.weight[i]!
    }
  }
  return out
}
