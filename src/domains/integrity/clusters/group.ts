import { graphOf, type Graph } from '../../../engine/graph.ts'
import { NAT } from '../signals/rules.ts'
import { clustersOf, membersOf } from './louvain.ts'
import { explain, joinedPairs, meanWeight, partsOf, type Apart, type Found, type Pair } from './rules.ts'

/** Clusters are divided while fewer than this share of their pairs are joined. */
const DENSITY = 0.2

/**
 * The clusters among these pairs. Each connected part is clustered by itself, its accounts in order of number, so what is
 * found in one depends on nothing outside it: looking again at the touched parts alone finds what looking at all would.
 */
export function findClusters(pairs: readonly Pair[], apart: Apart = new Map()): Found[] {
  const joined = joinedPairs(pairs, apart)
  const ofPart = new Map<string, Pair[]>()
  const parts = partsOf(joined)
  const partOf = new Map(parts.flatMap((members) => members.map((m) => [m, members[0]!] as const)))
  for (const p of joined) {
    const part = partOf.get(p.a)!
    const list = ofPart.get(part)
    if (list) list.push(p)
    else ofPart.set(part, [p])
  }
  return parts.flatMap((members) => clustersIn(members, ofPart.get(members[0]!)!))
}

function clustersIn(members: readonly string[], joined: readonly Pair[]): Found[] {
  const place = new Map(members.map((m, i) => [m, i]))
  const graph = graphOf(members.length, {
    from: joined.map((p) => place.get(p.a)!),
    to: joined.map((p) => place.get(p.b)!),
    weight: joined.map((p) => p.weight / NAT),
  })
  const groups = together([...membersOf(clustersOf(graph, { density: DENSITY })).values()], graph)
  return groups.flatMap((nodes): Found[] => {
    const ids = nodes.map((u) => members[u]!)
    const inside = new Set(ids)
    const own = joined.filter((p) => inside.has(p.a) && inside.has(p.b))
    if (own.length === 0) return []
    return [{ members: ids, strength: meanWeight(own), explained: explain(ids.length, own) }]
  })
}

/**
 * Modularity divides whatever it is given, a single dense farm too: groups of which a fifth of the pairs across are joined
 * become one again, the densest first. Two farms that one pair joins stay two.
 */
function together(groups: number[][], g: Graph): number[][] {
  const of = new Int32Array(g.nodes)
  const left = new Map(groups.map((nodes, i) => [i, nodes]))
  groups.forEach((nodes, i) => nodes.forEach((u) => void (of[u] = i)))
  for (;;) {
    const across = new Map<string, { a: number; b: number; n: number }>()
    for (let u = 0; u < g.nodes; u++)
      for (let i = g.offset[u]!; i < g.offset[u + 1]!; i++) {
        const [a, b] = [of[u]!, of[g.neighbour[i]!]!]
        if (a >= b) continue
        const seen = across.get(`${a} ${b}`)
        if (seen) seen.n++
        else across.set(`${a} ${b}`, { a, b, n: 1 })
      }
    let best: { a: number; b: number; share: number } | undefined
    for (const { a, b, n } of across.values()) {
      const share = n / (left.get(a)!.length * left.get(b)!.length)
      if (share >= DENSITY && (!best || share > best.share)) best = { a, b, share }
    }
    if (!best) return [...left.values()].map((nodes) => nodes.toSorted((x, y) => x - y))
    const { a, b } = best
    for (const u of left.get(b)!) of[u] = a
    left.set(a, [...left.get(a)!, ...left.get(b)!])
    left.delete(b)
  }
}
