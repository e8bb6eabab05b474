import type { DrawnLink, DrawnNode } from '../cases/link-graph.tsx'
import type { OneCluster } from './cluster-page.tsx'

const LN10 = Math.log(10)
const ORDER = { weak: 0, fair: 1, strong: 2 } as const

/** A cluster as it is drawn: its accounts numbered in their order, and one line for each pair that is linked. */
export function drawingOf(cluster: Pick<OneCluster, 'accounts' | 'links'>): { nodes: DrawnNode[]; links: DrawnLink[] } {
  const numberOf = new Map(cluster.accounts.map((a, i) => [a.account_id, i + 1]))
  const pairs = new Map<string, DrawnLink & { families: Map<string, number> }>()
  for (const l of cluster.links) {
    const [x, y] = [numberOf.get(l.account_id), numberOf.get(l.other_id)]
    if (x === undefined || y === undefined) continue
    const [a, b] = x < y ? [x, y] : [y, x]
    const pair = pairs.get(`${a}-${b}`) ?? {
      a,
      b,
      strength: 'weak' as const,
      odds_log10_hundredths: 0,
      kinds: [],
      families: new Map<string, number>(),
    }
    pairs.set(`${a}-${b}`, pair)
    const odds = Math.round(l.nats_hundredths / LN10)
    pair.kinds.push({ ...l, odds_log10_hundredths: odds })
    if (ORDER[l.strength] > ORDER[pair.strength]) pair.strength = l.strength
    // Kinds of one family say much the same: the strongest of each counts, as a least.
    pair.families.set(l.family, Math.max(pair.families.get(l.family) ?? 0, odds))
  }
  return {
    nodes: cluster.accounts.map((a, i) => ({ number: i + 1, is_subject: false, in_cluster: true, handle: a.handle })),
    links: [...pairs.values()].map(({ families, ...pair }) => ({
      ...pair,
      odds_log10_hundredths: [...families.values()].reduce((sum, o) => sum + o, 0),
    })),
  }
}
