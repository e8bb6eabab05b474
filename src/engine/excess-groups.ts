import type { Excess } from './excess-agreement.ts'

/**
 * For each person, how strongly they stand in one group that agrees too much: excess z as a matrix, centred by rows and
 * columns, so that who agrees with everybody (the accurate) stands out by nothing; then its leading eigenvector, by the
 * power method. Higher is more suspicious; only the order means anything. Sees a ring once its eigenvalue leaves those of
 * chance, at about twice the root of the number of people.
 */
export function spectralScores(x: Excess, rounds = 200): Float64Array {
  const n = x.people
  const row = new Float64Array(n)
  let all = 0
  for (let e = 0; e < x.a.length; e++) {
    row[x.a[e]!] = row[x.a[e]!]! + x.z[e]! / n
    row[x.b[e]!] = row[x.b[e]!]! + x.z[e]! / n
    all += (2 * x.z[e]!) / (n * n)
  }
  // (M - r 1' - 1 r' + m) v, without the matrix. Shifted so that the largest eigenvalue is the largest in size too.
  const times = (v: Float64Array) => {
    const sum = v.reduce((s, y) => s + y, 0)
    const along = v.reduce((s, y, u) => s + y * row[u]!, 0)
    const out = v.map((_, u) => -row[u]! * sum - along + all * sum)
    for (let e = 0; e < x.a.length; e++) {
      const [a, b, z] = [x.a[e]!, x.b[e]!, x.z[e]!]
      out[a] = out[a]! + z * v[b]!
      out[b] = out[b]! + z * v[a]!
    }
    return out
  }
  const size = (v: Float64Array) => Math.sqrt(v.reduce((s, y) => s + y * y, 0)) || 1
  const shift = 2 * Math.sqrt(n)
  let v = Float64Array.from({ length: n }, (_, u) => 1 + ((u * 0.618_033_988_749_895) % 1))
  for (let round = 0; round < rounds; round++) {
    const next = times(v).map((y, u) => y + shift * v[u]!)
    const length = size(next)
    v = next.map((y) => y / length)
  }
  // The side with the heavier tail is the group; the other is everybody else.
  const heavy = v.reduce((s, y) => s + y ** 3, 0)
  return heavy < 0 ? v.map((y) => -y) : v
}

export type Ring = { members: number[]; value: number }
export type Rings = {
  /** The best group found for each start, without repeats, strongest first. */
  rings: Ring[]
  /** For each person, the log-likelihood of the best group that they stand in; else, below 0, what they would add to one. */
  score: Float64Array
}

/** The most suspicious so many by the spectral scores are starts too: a ring whose pairs share too little to begin with. */
const PREFIXES = [5, 10, 20, 40]
/** Whoever starts alone takes others in at this share of the price first: two members alone seldom pay for a third. */
const EASY = 0.25

/**
 * Groups in which everybody seems to have copied from everybody: from each person, and from the heads of the spectral
 * order, whoever adds most log-likelihood is taken in while that is more than `price`, and whoever does not pay for their
 * place leaves. `price` is what each member must bring: the logarithm of the number of people to choose from, unless
 * told otherwise, so that a crowd without a ring hardly shows one. Time: people x members x pairs of a member.
 */
export function ringsOf(x: Excess, price = Math.log(x.people)): Rings {
  const n = x.people
  const near: Map<number, number>[] = Array.from({ length: n }, () => new Map())
  for (let e = 0; e < x.a.length; e++) {
    near[x.a[e]!]!.set(x.b[e]!, x.copy[e]!)
    near[x.b[e]!]!.set(x.a[e]!, x.copy[e]!)
  }
  const score = new Float64Array(n).fill(-Infinity)
  const found = new Map<string, Ring>()
  const spectral = spectralScores(x)
  const order = Array.from({ length: n }, (_, u) => u).toSorted((a, b) => spectral[b]! - spectral[a]! || a - b)
  const starts = [...order.map((u) => [u]), ...PREFIXES.filter((size) => size < n).map((size) => order.slice(0, size))]
  for (const start of starts) {
    const { members, gain } = grown(near, start, price)
    let together = 0
    for (const u of members) together += gain[u]! / 2
    const ring = { members: members.toSorted((a, b) => a - b), value: together - price * (members.length - 1) }
    if (members.length > 1) found.set(ring.members.join(' '), ring)
    const inside = new Set(members)
    // Members have what speaks for their whole group; whoever stands outside, at most nothing, what they would add to it.
    for (let u = 0; u < n; u++) score[u] = Math.max(score[u]!, inside.has(u) ? together : Math.min(0, gain[u]! - price))
  }
  return { rings: [...found.values()].toSorted((a, b) => b.value - a.value), score }
}

type Grown = { members: number[]; gain: Float64Array }

function grown(near: Map<number, number>[], start: readonly number[], price: number): Grown {
  const gain = new Float64Array(near.length)
  const members = new Set<number>()
  const change = (u: number, sign: number) => {
    if (sign > 0) members.add(u)
    else members.delete(u)
    for (const [v, l] of near[u]!) gain[v] = gain[v]! + sign * l
  }
  for (const u of start) change(u, 1)
  let asked = start.length === 1 ? price * EASY : price
  for (let step = 0; step < 4 * near.length; step++) {
    let [best, worst] = [-1, -1]
    for (let v = 0; v < near.length; v++)
      if (members.has(v)) {
        if (worst < 0 || gain[v]! < gain[worst]!) worst = v
      } else if (best < 0 || gain[v]! > gain[best]!) best = v
    if (members.size > 1 && gain[worst]! < asked) change(worst, -1)
    else if (best >= 0 && gain[best]! > asked) change(best, 1)
    else if (asked < price) asked = price
    else break
  }
  return { members: [...members], gain }
}
