import { graphOf } from '../../../engine/graph.ts'
import { sybilBelief } from '../../../engine/sybil-belief.ts'
import { sybilRank } from '../../../engine/sybil-rank.ts'
import { sybilScar } from '../../../engine/sybil-scar.ts'

export const BUCKETS = 10
/** Whose work audits found right so often, for so long, is known to be honest: trust starts from them. */
export const KNOWN_AUDITS = 20
export const KNOWN_DAYS = 30

/** An edge that cost somebody something: an invitation, of which there are few, or money. */
export type Edge = { a: string; b: string }
/** 1: a case was decided against them for more than a warning; -1: known to be honest. */
export type Seeds = ReadonlyMap<string, 1 | -1>
export type Communities = (g: ReturnType<typeof graphOf>) => readonly ArrayLike<number>[]

/**
 * For each person with an edge, a tenth from 0 (least trusted) to 9. With seeds of both kinds it is the mean rank of three
 * methods, of which group belief endures wrong seeds best and the others small graphs; with honest ones only, SybilRank
 * alone. Without honest seeds nobody is ranked. Equal scores share a tenth.
 */
export function trustBuckets(edges: readonly Edge[], seeds: Seeds, communities: Communities): Map<string, number> {
  const ids = [...new Set(edges.flatMap((e) => [e.a, e.b]))]
  const place = new Map(ids.map((id, i) => [id, i]))
  const known = Int8Array.from(ids, (id) => seeds.get(id) ?? 0)
  const trusted = ids.flatMap((_, i) => (known[i] === -1 ? [i] : []))
  if (trusted.length === 0) return new Map()
  const g = graphOf(ids.length, { from: edges.map((e) => place.get(e.a)!), to: edges.map((e) => place.get(e.b)!) })
  const ranks = [ranksOf(sybilRank(g, trusted))]
  if (known.includes(1)) {
    ranks.push(ranksOf(sybilScar(g, known).map((x) => -x)))
    ranks.push(ranksOf(sybilBelief(g, known, communities(g)).belief.map((x) => -x)))
  }
  const share = ids.map((_, i) => ranks.reduce((sum, r) => sum + r[i]!, 0) / ranks.length)
  return new Map(ids.map((id, i) => [id, Math.min(BUCKETS - 1, Math.floor(share[i]! * BUCKETS))]))
}

/** Each score's place among all, from 0 to 1; equal scores stand in the middle of theirs. */
export function ranksOf(scores: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((x, y) => scores[x]! - scores[y]!)
  const out = new Float64Array(scores.length)
  for (let i = 0; i < order.length;) {
    let end = i
    while (end < order.length && scores[order[end]!] === scores[order[i]!]) end++
    for (let k = i; k < end; k++) out[order[k]!] = (i + end) / 2 / order.length
    i = end
  }
  return out
}
