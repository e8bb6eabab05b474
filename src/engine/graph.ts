import { BadInput } from './labels.ts'

/**
 * An undirected weighted graph in compressed rows: the neighbours of u are `neighbour[offset[u]] … neighbour[offset[u+1]-1]`,
 * in rising order, each with its `weight`; every edge stands in both rows. `degree[u]` is the sum of u's weights.
 */
export type Graph = {
  nodes: number
  offset: Int32Array
  neighbour: Int32Array
  weight: Float64Array
  degree: Float64Array
}
export type EdgeColumns = { from: ArrayLike<number>; to: ArrayLike<number>; weight?: ArrayLike<number> }

/**
 * Rows from columns of edges, in time and memory linear in both. Edges named twice, in either direction, become one whose
 * weight is their sum (1 each where no weights are given); an edge from a node to itself says nothing and is left out.
 * @throws BadInput for a node outside 0…nodes-1, columns of different lengths, or a weight that is not above 0.
 */
export function graphOf(nodes: number, { from, to, weight }: EdgeColumns): Graph {
  if (from.length !== to.length || (weight && weight.length !== from.length))
    throw new BadInput('The columns of edges differ in length.')
  const isNode = (v: number) => Number.isInteger(v) && v >= 0 && v < nodes
  const ends = new Int32Array(nodes + 1)
  for (let e = 0; e < from.length; e++) {
    const [a, b] = [from[e]!, to[e]!]
    if (!isNode(a) || !isNode(b)) throw new BadInput(`Edge ${e} joins ${a} and ${b}; nodes are 0 to ${nodes - 1}.`)
    if (weight && !(weight[e]! > 0 && weight[e]! < Infinity))
      throw new BadInput(`Edge ${e} weighs ${weight[e]}; weights are above 0.`)
    if (a === b) continue
    ends[a + 1] = ends[a + 1]! + 1
    ends[b + 1] = ends[b + 1]! + 1
  }
  for (let u = 0; u < nodes; u++) ends[u + 1] = ends[u + 1]! + ends[u]!
  const size = ends[nodes]!
  const rows = { neighbour: new Int32Array(size), weight: new Float64Array(size) }
  const at = ends.slice(0, nodes)
  const put = (a: number, b: number, w: number) => {
    rows.neighbour[at[a]!] = b
    rows.weight[at[a]!] = w
    at[a] = at[a]! + 1
  }
  for (let e = 0; e < from.length; e++) {
    const [a, b] = [from[e]!, to[e]!]
    if (a === b) continue
    put(a, b, weight?.[e] ?? 1)
    put(b, a, weight?.[e] ?? 1)
  }
  return merged(nodes, inOrder(nodes, ends, rows))
}

type Rows = { neighbour: Int32Array; weight: Float64Array }

/** Turning rows into columns visits them in order, so the turned rows are sorted; of a symmetric graph they are the same. */
function inOrder(nodes: number, offset: Int32Array, rows: Rows): Rows & { offset: Int32Array } {
  const out = { neighbour: new Int32Array(rows.neighbour.length), weight: new Float64Array(rows.weight.length) }
  const at = offset.slice(0, nodes)
  for (let u = 0; u < nodes; u++)
    for (let i = offset[u]!; i < offset[u + 1]!; i++) {
      const v = rows.neighbour[i]!
      out.neighbour[at[v]!] = u
      out.weight[at[v]!] = rows.weight[i]!
      at[v] = at[v]! + 1
    }
  return { ...out, offset }
}

function merged(nodes: number, rows: Rows & { offset: Int32Array }): Graph {
  const offset = new Int32Array(nodes + 1)
  const degree = new Float64Array(nodes)
  let kept = 0
  for (let u = 0; u < nodes; u++) {
    let last = -1
    for (let i = rows.offset[u]!; i < rows.offset[u + 1]!; i++) {
      const w = rows.weight[i]!
      degree[u] = degree[u]! + w
      if (rows.neighbour[i] === last) rows.weight[kept - 1] = rows.weight[kept - 1]! + w
      else {
        last = rows.neighbour[i]!
        rows.neighbour[kept] = last
        rows.weight[kept] = w
        kept++
      }
    }
    offset[u + 1] = kept
  }
  return { nodes, offset, degree, neighbour: rows.neighbour.slice(0, kept), weight: rows.weight.slice(0, kept) }
}

/** For each node, the least node of its connected part. */
export function partsOf(g: Pick<Graph, 'nodes' | 'offset' | 'neighbour'>): Int32Array {
  const part = new Int32Array(g.nodes).fill(-1)
  const waiting: number[] = []
  for (let start = 0; start < g.nodes; start++) {
    if (part[start] !== -1) continue
    part[start] = start
    waiting.push(start)
    for (let u = waiting.pop(); u !== undefined; u = waiting.pop())
      for (let i = g.offset[u]!; i < g.offset[u + 1]!; i++) {
        const v = g.neighbour[i]!
        if (part[v] !== -1) continue
        part[v] = start
        waiting.push(v)
      }
  }
  return part
}
