import { graphOf } from '../../../engine/graph.ts'
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
  const cluster = clustersOf(graph, { density: DENSITY })
  return [...membersOf(cluster).values()].flatMap((nodes): Found[] => {
    const ids = nodes.map((u) => members[u]!)
    const inside = new Set(ids)
    const own = joined.filter((p) => inside.has(p.a) && inside.has(p.b))
    if (own.length === 0) return []
    return [{ members: ids, strength: meanWeight(own), explained: explain(ids.length, own) }]
  })
}
