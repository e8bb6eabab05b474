import { louvain } from '../../src/domains/integrity/clusters/louvain.ts'
import { type Graph, graphOf, partsOf } from '../../src/engine/graph.ts'
import type { Hop } from './hop-data.ts'

/** What is known of each candidate without any label: one row of numbers each, and the clusters the folds must keep whole. */
export type HopFeatures = { names: string[]; rows: Float64Array[]; unit: Int32Array; louvain: Int32Array; graph: Graph }

const HOUR = 3600
const DAY = 86_400
/** Whoever dealt with more than so many is a service, which links nobody. */
const HUB = 300

/**
 * Candidates (numbered as before) and everybody they can be linked through: whoever dealt with one node alone is left out,
 * again and again.
 */
function prunedGraph(hop: Hop): Graph {
  const g = graphOf(hop.nodes, hop)
  const left = Int32Array.from({ length: g.nodes }, (_, u) => g.offset[u + 1]! - g.offset[u]!)
  const isOut = new Uint8Array(g.nodes)
  const waiting: number[] = []
  const ask = (u: number) => {
    if (u < hop.candidates || isOut[u] || left[u]! > 1) return
    isOut[u] = 1
    waiting.push(u)
  }
  for (let u = 0; u < g.nodes; u++) ask(u)
  for (let u = waiting.pop(); u !== undefined; u = waiting.pop())
    for (let i = g.offset[u]!; i < g.offset[u + 1]!; i++) {
      const v = g.neighbour[i]!
      left[v] = left[v]! - 1
      ask(v)
    }
  const edges = { from: [] as number[], to: [] as number[] }
  hop.from.forEach((a, e) => {
    if (isOut[a] || isOut[hop.to[e]!]) return
    edges.from.push(a)
    edges.to.push(hop.to[e]!)
  })
  let kept = 0
  const number = new Int32Array(hop.nodes)
  for (let u = 0; u < hop.nodes; u++) if (u < hop.candidates || !isOut[u]) number[u] = kept++
  const graph = graphOf(kept, { from: edges.from.map((u) => number[u]!), to: edges.to.map((u) => number[u]!) })
  graph.weight.fill(1)
  for (let u = 0; u < graph.nodes; u++) graph.degree[u] = graph.offset[u + 1]! - graph.offset[u]!
  return graph
}

const log = (x: number) => Math.log1p(x)
const mean = (xs: readonly number[], none = -1) => (xs.length ? xs.reduce((a, b) => a + b, 0) / xs.length : none)
const sd = (xs: readonly number[]) => {
  const m = mean(xs)
  return xs.length > 1 ? Math.sqrt(mean(xs.map((x) => (x - m) ** 2))) : -1
}
const least = (xs: readonly number[], none: number) => xs.reduce((a, b) => Math.min(a, b), none)
const most = (xs: readonly number[]) => xs.reduce((a, b) => Math.max(a, b), 0)

export function featuresOf(hop: Hop): HopFeatures {
  const N = hop.candidates
  const g = prunedGraph(hop)
  const isCandidate = (u: number) => u < N
  const near = (u: number) => Array.from(g.neighbour.subarray(g.offset[u]!, g.offset[u + 1]!))
  const logVolume = hop.volume.map((v) => Math.log(Math.max(1, v)))
  const direct = directGraph(hop)
  const columns: Record<string, Float64Array> = {}
  const column = (name: string, f: (i: number) => number) =>
    (columns[name] = Float64Array.from({ length: N }, (_, i) => f(i)))

  // What a candidate did alone.
  column('volume', (i) => logVolume[i]!)
  column('first_use', (i) => hop.first_use[i]! / DAY)
  column('hour', (i) => (hop.first_use[i]! % DAY) / HOUR)
  const [outs, ins] = [lists(hop, hop.from, hop.to), lists(hop, hop.to, hop.from)]
  for (const [name, list] of [
    ['out', outs],
    ['in', ins],
  ] as const) {
    column(`${name}_candidates`, (i) => log(list[i]!.filter((e) => isCandidate(e.node)).length))
    column(`${name}_others`, (i) => log(list[i]!.filter((e) => !isCandidate(e.node)).length))
    column(`${name}_transfers`, (i) => log(list[i]!.reduce((s, e) => s + e.transfers, 0)))
    column(`${name}_most_transfers`, (i) => log(most(list[i]!.map((e) => e.transfers))))
  }
  // When others began, and with how much.
  const order = Array.from({ length: N }, (_, i) => i).sort((a, b) => hop.first_use[a]! - hop.first_use[b]! || a - b)
  const place = new Int32Array(N)
  order.forEach((i, at) => (place[i] = at))
  const times = Float64Array.from(order, (i) => hop.first_use[i]!)
  /** The first place in time at or after a moment. */
  const from = (moment: number) => {
    let [low, high] = [0, N]
    while (low < high) {
      const middle = (low + high) >> 1
      if (times[middle]! < moment) low = middle + 1
      else high = middle
    }
    return low
  }
  const began = (i: number, seconds: number) =>
    from(hop.first_use[i]! + seconds + 1e-9) - from(hop.first_use[i]! - seconds)
  const week = column('began_week', (i) => log(began(i, 3.5 * DAY)))
  column('began_day', (i) => log(began(i, DAY / 2)) - week[i]!)
  column('began_hour', (i) => log(began(i, HOUR / 2)) - week[i]!)
  column('began_5_minutes', (i) => log(began(i, 300)) - week[i]!)
  const around = (i: number, seconds: number, differs: number) => {
    const end = from(hop.first_use[i]! + seconds + 1e-9)
    let n = 0
    for (let at = from(hop.first_use[i]! - seconds); at < end; at++)
      if (Math.abs(logVolume[order[at]!]! - logVolume[i]!) < differs) n++
    return log(n)
  }
  column('alike_day_1', (i) => around(i, DAY, 0.01))
  column('alike_day_10', (i) => around(i, DAY, 0.1))
  column('alike_hour_20', (i) => around(i, HOUR, 0.2))
  column('next_in_time', (i) => {
    const close = [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5].map((k) => order[place[i]! + k]).filter((j) => j !== undefined)
    return mean(close.map((j) => Math.abs(logVolume[j]! - logVolume[i]!)))
  })
  // Whom they dealt with, directly and through others.
  const candidatesNear = Array.from({ length: g.nodes }, (_, u) => near(u).filter(isCandidate).length)
  const gap = (i: number, j: number) => Math.abs(hop.first_use[i]! - hop.first_use[j]!)
  const differ = (i: number, j: number) => Math.abs(logVolume[i]! - logVolume[j]!)
  const linked = Array.from({ length: N }, (_, i) => {
    const weight = new Map<number, number>()
    const shared = new Map<number, number>()
    for (const v of near(i)) {
      if (isCandidate(v)) weight.set(v, (weight.get(v) ?? 0) + 1)
      if (g.degree[v]! > HUB) continue
      for (const j of near(v))
        if (isCandidate(j) && j !== i) {
          weight.set(j, (weight.get(j) ?? 0) + 1 / Math.log(1 + g.degree[v]!))
          shared.set(j, (shared.get(j) ?? 0) + 1)
        }
    }
    return { weight, shared }
  })
  const directOf = (i: number) => near(i).filter(isCandidate)
  const links = (name: string, of: (i: number) => number[]) => {
    column(`${name}_count`, (i) => log(of(i).length))
    column(`${name}_least_gap`, (i) =>
      log(
        least(
          of(i).map((j) => gap(i, j)),
          400 * DAY,
        ),
      ),
    )
    column(`${name}_mean_gap`, (i) =>
      log(
        mean(
          of(i).map((j) => gap(i, j)),
          400 * DAY,
        ),
      ),
    )
    column(`${name}_in_hour`, (i) => log(of(i).filter((j) => gap(i, j) < HOUR).length))
    column(`${name}_in_day`, (i) => log(of(i).filter((j) => gap(i, j) < DAY).length))
    column(`${name}_volume_differs`, (i) => mean(of(i).map((j) => differ(i, j))))
    column(`${name}_volume`, (i) => mean(of(i).map((j) => logVolume[j]!)))
    column(`${name}_alike`, (i) => log(of(i).filter((j) => gap(i, j) < 7 * DAY && differ(i, j) < 0.3).length))
  }
  links('direct', directOf)
  links('linked', (i) => [...linked[i]!.weight.keys()])
  column('link_strength', (i) => log([...linked[i]!.weight.values()].reduce((a, b) => a + b, 0)))
  column('strongest_link', (i) => most([...linked[i]!.weight.values()]))
  column('most_shared', (i) => log(most([...linked[i]!.shared.values()])))
  column('most_alike', (i) => most([...linked[i]!.shared].map(([j, n]) => n / (g.degree[i]! + g.degree[j]! - n))))
  column('degree', (i) => log(g.degree[i]!))
  column('top_counterparty', (i) => log(most(near(i).map((v) => candidatesNear[v]!))))
  column('top_candidate_share', (i) =>
    most(
      near(i)
        .filter((v) => g.degree[v]! > 2)
        .map((v) => candidatesNear[v]! / g.degree[v]!),
    ),
  )
  // How many candidates one counterparty paid, or was paid by; a service is no star.
  const starOf = (list: { node: number }[]) => (list.length > HUB ? 0 : list.filter((x) => isCandidate(x.node)).length)
  column('funder_star', (i) => log(most(ins[i]!.map((e) => starOf(outs[e.node]!)))))
  column('sweep_star', (i) => log(most(outs[i]!.map((e) => starOf(ins[e.node]!)))))
  column('both_ways', (i) => log(outs[i]!.filter((e) => ins[i]!.some((x) => x.node === e.node)).length))
  column('triangles', (i) => {
    const mine = new Set(near(i))
    if (mine.size > HUB) return 0
    let n = 0
    for (const v of mine) if (g.degree[v]! <= HUB) for (const w of near(v)) if (mine.has(w)) n++
    return log(n / 2)
  })
  const core = coreOf(g)
  column('core', (i) => core[i]!)
  // Parts and communities, and how alike their members are.
  const of = (part: ArrayLike<number>) => {
    const out = new Map<number, number[]>()
    for (let i = 0; i < N; i++) {
      const members = out.get(part[i]!)
      if (members) members.push(i)
      else out.set(part[i]!, [i])
    }
    return out
  }
  const communities = [0.3, 1, 6].map((resolution) => louvain(g, { resolution }))
  const partitions: [string, ArrayLike<number>, Graph][] = [
    ['part', partsOf(g), g],
    ['direct_part', partsOf(direct), direct],
    ['coarse', communities[0]!, g],
    ['community', communities[1]!, g],
    ['fine', communities[2]!, g],
  ]
  for (const [name, part, within] of partitions) {
    const everybody = new Map<number, number>()
    for (let u = 0; u < within.nodes; u++)
      if (within.degree[u]! > 0) everybody.set(part[u]!, (everybody.get(part[u]!) ?? 0) + 1)
    const edgesIn = new Map<number, number>()
    for (let u = 0; u < within.nodes; u++)
      for (let k = within.offset[u]!; k < within.offset[u + 1]!; k++)
        if (part[within.neighbour[k]!] === part[u]) edgesIn.set(part[u]!, (edgesIn.get(part[u]!) ?? 0) + 0.5)
    const directIn = new Map<number, number>()
    for (let i = 0; i < N; i++)
      for (const j of directOf(i)) if (part[j] === part[i]) directIn.set(part[i]!, (directIn.get(part[i]!) ?? 0) + 0.5)
    const members = of(part)
    const figures = new Map<number, number[]>()
    for (const [p, m] of members) {
      const begun = m.map((i) => hop.first_use[i]!).sort((a, b) => a - b)
      const gaps = begun
        .slice(1)
        .map((t, k) => t - begun[k]!)
        .sort((a, b) => a - b)
      const n = everybody.get(p) ?? 1
      figures.set(p, [
        log(m.length), log(n), m.length / n, (edgesIn.get(p) ?? 0) / n, n > 1 ? (2 * (edgesIn.get(p) ?? 0)) / (n * (n - 1)) : 0,
        (directIn.get(p) ?? 0) / m.length, m.length > 1 ? (2 * (directIn.get(p) ?? 0)) / (m.length * (m.length - 1)) : 0,
        log(sd(begun) + 1), log(gaps[gaps.length >> 1] ?? 400 * DAY), gaps.length ? gaps.filter((x) => x < HOUR).length / gaps.length : 0,
        sd(m.map((i) => logVolume[i]!)), mean(m.map((i) => logVolume[i]!)),
        mean(m.map((i) => columns['began_hour']![i]!)), mean(m.map((i) => columns['linked_count']![i]!)), mean(m.map((i) => columns['alike_day_10']![i]!)),
        mean(m.map((i) => columns['most_alike']![i]!)), mean(m.map((i) => columns['out_transfers']![i]!)),
      ]) // prettier-ignore
    }
    ;['candidates', 'size', 'share', 'edges_each', 'density', 'direct_each', 'direct_density', 'time_sd', 'median_gap', 'within_hour', 'volume_sd', 'volume', 'began_hour', 'linked', 'alike', 'most_alike', 'out_transfers'].forEach(
      (what, k) => column(`${name}_${what}`, (i) => figures.get(part[i]!)![k]!),
    ) // prettier-ignore
    column(`${name}_time_off`, (i) => {
      const m = members.get(part[i]!)!
      if (m.length > 200) return 0
      return log(
        least(
          m.filter((j) => j !== i).map((j) => gap(i, j)),
          400 * DAY,
        ),
      )
    })
    column(`${name}_volume_off`, (i) => logVolume[i]! - figures.get(part[i]!)![11]!)
  }
  const names = Object.keys(columns)
  const rows = Array.from({ length: N }, (_, i) => Float64Array.from(names, (name) => columns[name]![i]!))
  return { names, rows, unit: unitsOf(hop, communities[1]!), louvain: communities[1]!, graph: g }
}

/** Transfers between candidates alone. */
function directGraph(hop: Hop): Graph {
  const from: number[] = []
  const to: number[] = []
  hop.from.forEach((a, e) => {
    if (a >= hop.candidates || hop.to[e]! >= hop.candidates) return
    from.push(a)
    to.push(hop.to[e]!)
  })
  return graphOf(hop.candidates, { from, to })
}

/** What folds keep whole: communities and official clusters, and whatever these join. */
function unitsOf(hop: Hop, community: Int32Array): Int32Array {
  const root = Int32Array.from({ length: hop.candidates }, (_, i) => i)
  const find = (x: number): number => {
    while (root[x] !== x) x = root[x] = root[root[x]!]!
    return x
  }
  for (const part of [community, hop.group]) {
    const first = new Map<number, number>()
    for (let i = 0; i < hop.candidates; i++) {
      if (part[i]! < 0) continue
      const other = first.get(part[i]!)
      if (other === undefined) first.set(part[i]!, i)
      else root[find(i)] = find(other)
    }
  }
  return Int32Array.from({ length: hop.candidates }, (_, i) => find(i))
}

function lists(hop: Hop, from: Int32Array, to: Int32Array): { node: number; transfers: number }[][] {
  const out: { node: number; transfers: number }[][] = Array.from({ length: hop.nodes }, () => [])
  from.forEach((a, e) => out[a]!.push({ node: to[e]!, transfers: hop.transfers[e]! }))
  return out
}

/** For each node the largest k such that it stands in a part where everybody has k neighbours (Batagelj & Zaversnik 2003). */
function coreOf(g: Graph): Int32Array {
  const degree = Int32Array.from({ length: g.nodes }, (_, u) => g.offset[u + 1]! - g.offset[u]!)
  const core = new Int32Array(g.nodes)
  const buckets: number[][] = []
  degree.forEach((d, u) => (buckets[d] ??= []).push(u))
  const done = new Uint8Array(g.nodes)
  let k = 0
  for (let d = 0; d < buckets.length; d++)
    for (let u = buckets[d]?.pop(); u !== undefined; u = buckets[d]?.pop()) {
      if (done[u]) continue
      if (degree[u]! > d) continue
      done[u] = 1
      k = Math.max(k, d)
      core[u] = k
      for (let i = g.offset[u]!; i < g.offset[u + 1]!; i++) {
        const v = g.neighbour[i]!
        if (done[v] || degree[v]! <= d) continue
        degree[v] = degree[v]! - 1
        ;(buckets[degree[v]!] ??= []).push(v)
      }
    }
  return core
}
