import type { Graph } from './graph.ts'
import { BadInput } from './labels.ts'

/** What is known of some nodes: 1 a Sybil, -1 honest, 0 not known. */
export type Known = ArrayLike<number>
export type ScarOptions = {
  /** How much an edge of weight 1 makes its ends alike: the residual homophily w of the paper, 0 < w <= 1/2. */
  homophily?: number
  /** How far from 1/2 the belief in a known node starts. */
  certainty?: number
  rounds?: number
}

/**
 * SybilSCAR (Wang, Zhang & Gong 2017): beliefs less one half, p <- q + 2 w A p, held within ±1/2. Higher is more likely a
 * Sybil; 0 knows nothing. Uses known nodes of both kinds and endures many attack edges; but beliefs stand at the limits
 * wherever degrees are high, so a known node that is wrong counts as much as its degree (`sybil-belief.ts` mends that).
 * Without `homophily`, w is one over twice the mean degree.
 * @throws BadInput when nothing is known, or w is not within 0 … 1/2.
 */
export function sybilScar(g: Graph, known: Known, options: ScarOptions = {}): Float64Array {
  const edges = g.degree.reduce((sum, d) => sum + d, 0)
  const { homophily = Math.min(0.5, g.nodes / (2 * Math.max(1, edges))), certainty = 0.4, rounds = 6 } = options
  if (!(homophily > 0 && homophily <= 0.5)) throw new BadInput(`Homophily lies within 0 and 1/2, not at ${homophily}.`)
  const q = new Float64Array(g.nodes)
  for (let u = 0; u < g.nodes; u++) q[u] = Math.sign(known[u]!) * certainty
  if (q.every((x) => x === 0)) throw new BadInput('Beliefs start from at least one known node.')
  let p = q.slice()
  for (let round = 0; round < rounds; round++) {
    const next = q.slice()
    for (let u = 0; u < g.nodes; u++) {
      let sum = 0
      for (let i = g.offset[u]!; i < g.offset[u + 1]!; i++) sum += g.weight[i]! * p[g.neighbour[i]!]!
      next[u] = Math.max(-0.5, Math.min(0.5, q[u]! + 2 * homophily * sum))
    }
    p = next
  }
  return p
}
