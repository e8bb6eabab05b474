import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** Candidates of an airdrop with what is known of them, and transfers among them and everybody they dealt with. */
export type Hop = {
  candidates: number
  nodes: number
  /** 1 a Sybil, 0 not caught, -1 blank. */
  sybil: Int8Array
  reported: Uint8Array
  /** The official cluster's number, or -1. */
  group: Int32Array
  first_use: Float64Array
  volume: Float64Array
  from: Int32Array
  to: Int32Array
  transfers: Int32Array
}

const linesOf = (file: string) => gunzipSync(readFileSync(file)).toString().trim().split('\n').slice(1)

export function readHop(folder: string): Hop {
  const rows = linesOf(join(folder, 'nodes.csv.gz')).map((l) => l.split(','))
  const edges = linesOf(join(folder, 'edges.csv.gz')).map((l) => l.split(',').map(Number))
  const names = new Map<string, number>()
  const group = Int32Array.from(rows, (r) => {
    if (!r[3]) return -1
    if (!names.has(r[3])) names.set(r[3], names.size)
    return names.get(r[3])!
  })
  rows.forEach((r, i) => {
    if (Number(r[0]) !== i) throw new Error(`Candidate ${r[0]} stands in row ${i}.`)
  })
  return {
    candidates: rows.length,
    nodes: edges.reduce((most, [a, b]) => Math.max(most, a! + 1, b! + 1), rows.length),
    sybil: Int8Array.from(rows, (r) => (r[1] === '' ? -1 : Number(r[1]))),
    reported: Uint8Array.from(rows, (r) => (r[2] === 'community_report' ? 1 : 0)),
    group,
    first_use: Float64Array.from(rows, (r) => Number(r[4])),
    volume: Float64Array.from(rows, (r) => Number(r[5])),
    from: Int32Array.from(edges, (e) => e[0]!),
    to: Int32Array.from(edges, (e) => e[1]!),
    transfers: Int32Array.from(edges, (e) => e[2]!),
  }
}
