import type { Graph } from './graph.ts'
import { BadInput } from './labels.ts'
import type { Known } from './sybil-scar.ts'

export type BeliefOptions = {
  /** The share of known nodes that may be known wrongly, before the data say otherwise. */
  wrong?: number
  /** A Sybil's share of edges that is expected to lead to Sybils. */
  inside?: number
  /** A neighbourhood counts as this many independent edges at most: friends of friends are not independent. */
  most?: number
}
export type SybilBelief = {
  /** Natural log-odds that a node is a Sybil: what its groups and its neighbours say. */
  belief: Float64Array
  /** Known nodes that what stands around them contradicts, in order. */
  doubted: number[]
}

const ROUNDS = 5
/** One group's known nodes say this much at most, in log-odds: far above what decides, low enough to rank by. */
const LIMIT = 40

/**
 * Who is a Sybil, from nodes known to be one or not, some of them wrongly. `groups` are partitions of the same graph
 * (communities at several scales: for each node its group's number). Two steps, none of which feeds on itself:
 *
 * 1. Each group is judged as a whole. Sybils and honest people have their own rates of being known as Sybil and as honest,
 *    four Poisson rates fitted by expectation–maximisation over the groups; a group's odds are those of the counts seen in
 *    it, absent ones included. A few wrong names in a large group are outvoted by the right ones, and a wrong name in a
 *    place without others is weighed against how many there should be if that place were full of Sybils.
 * 2. Each node is moved by its neighbours: an edge to a Sybil speaks for one, an edge to an honest node against, an edge to
 *    a node of which nothing is known for nothing; by the degree-corrected block model (Karrer & Newman 2011).
 *
 * Belief propagation to a fixed point over the same model was tried and left: it turns a single wrong name into a
 * community of wrong ones (area under the curve .95 to .98 where this has .998; `bench/social.ts`).
 * Supposes that known nodes are a fair sample of their kind. Time and memory linear in edges and groups.
 * @throws BadInput without known nodes of both kinds or without groups.
 */
export function sybilBelief(
  g: Graph,
  known: Known,
  groups: readonly ArrayLike<number>[],
  options: BeliefOptions = {},
): SybilBelief {
  const { wrong = 0.1, inside = 0.6, most = 12 } = options
  let [sybils, honest] = [0, 0]
  for (let u = 0; u < g.nodes; u++) {
    if (known[u]! > 0) sybils++
    if (known[u]! < 0) honest++
  }
  if (sybils === 0 || honest === 0) throw new BadInput('Known nodes of both kinds are needed.')
  if (groups.length === 0) throw new BadInput('At least one partition into groups is needed.')
  const base = new Float64Array(g.nodes)
  for (const group of groups) {
    const odds = groupOdds(g.nodes, known, group, wrong)
    for (let u = 0; u < g.nodes; u++) base[u] = base[u]! + odds[u]! / groups.length
  }
  const belief = moved(g, base, inside, most)
  const doubted: number[] = []
  for (let u = 0; u < g.nodes; u++) if (known[u]! * belief[u]! < 0) doubted.push(u)
  return { belief, doubted }
}

const share = (odds: number) => 1 / (1 + Math.exp(-odds))
const held = (odds: number) => Math.max(-LIMIT, Math.min(LIMIT, odds))

type Count = { nodes: number; sybil: number; honest: number; odds: number }

/** For each node, the log-odds that its group is one of Sybils. */
export function groupOdds(nodes: number, known: Known, group: ArrayLike<number>, wrong = 0.1): Float64Array {
  const counts = new Map<number, Count>()
  for (let u = 0; u < nodes; u++) {
    let c = counts.get(group[u]!)
    if (!c) counts.set(group[u]!, (c = { nodes: 0, sybil: 0, honest: 0, odds: 0 }))
    c.nodes++
    if (known[u]! > 0) c.sybil++
    if (known[u]! < 0) c.honest++
  }
  // To begin with, each known node speaks by how far it can be believed, against a group being honest as most are.
  const each = Math.log((1 - wrong) / wrong)
  for (const c of counts.values()) c.odds = held(each * (c.sybil - c.honest - 1))
  for (let round = 0; round < ROUNDS; round++) {
    const [s, h] = [newRates(), newRates()]
    for (const c of counts.values()) {
      const b = share(c.odds)
      add(s, c, b)
      add(h, c, 1 - b)
    }
    const [toSybil, toHonest] = [
      Math.log((s.sybil * h.nodes) / (h.sybil * s.nodes)),
      Math.log((s.honest * h.nodes) / (h.honest * s.nodes)),
    ]
    const absent = (s.sybil + s.honest) / s.nodes - (h.sybil + h.honest) / h.nodes
    const prior = Math.log(s.nodes / h.nodes)
    for (const c of counts.values()) c.odds = held(prior + c.sybil * toSybil + c.honest * toHonest - c.nodes * absent)
  }
  return Float64Array.from({ length: nodes }, (_, u) => counts.get(group[u]!)!.odds)
}

type Rates = { nodes: number; sybil: number; honest: number }
/** Half a known node of each kind among one, so that no rate is zero. */
const newRates = (): Rates => ({ nodes: 1, sybil: 0.5, honest: 0.5 })
function add(to: Rates, c: Count, part: number): void {
  to.nodes += part * c.nodes
  to.sybil += part * c.sybil
  to.honest += part * c.honest
}

function moved(g: Graph, base: Float64Array, inside: number, most: number): Float64Array {
  const b = base.map(share)
  let volume = 0
  let ofSybils = 0
  for (let u = 0; u < g.nodes; u++) {
    volume += g.degree[u]!
    ofSybils += b[u]! * g.degree[u]!
  }
  // As many edges lead from Sybils to honest nodes as back.
  const part = Math.min(inside / 2, Math.max(1e-3, ofSybils / Math.max(volume, 1)))
  const across = (part * (1 - inside)) / (1 - part)
  const out = base.slice()
  for (let u = 0; u < g.nodes; u++) {
    let sum = 0
    for (let i = g.offset[u]!; i < g.offset[u + 1]!; i++) {
      const v = b[g.neighbour[i]!]!
      const ifSybil = (v * inside) / part + ((1 - v) * (1 - inside)) / (1 - part)
      const ifHonest = (v * across) / part + ((1 - v) * (1 - across)) / (1 - part)
      sum += g.weight[i]! * Math.log(ifSybil / ifHonest)
    }
    out[u] = out[u]! + sum * Math.min(1, most / Math.max(g.degree[u]!, most))
  }
  return out
}
