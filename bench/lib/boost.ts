import { createRng } from '../../src/platform/rng.ts'

/** Features in bins of about equal counts: for each feature, each row's bin. Made without any label. */
export type Binned = { rows: number; bins: Uint8Array[]; cuts: Int32Array }
export type BoostOptions = {
  trees?: number
  rate?: number
  depth?: number
  least?: number
  ridge?: number
  rows?: number
  columns?: number
  seed?: number
}
/** Log-odds of every row, those learned from included. */
export type Boosted = { score: Float64Array; gain: Float64Array }

const BINS = 64

export function binned(rows: readonly ArrayLike<number>[]): Binned {
  const features = rows[0]!.length
  const cuts = new Int32Array(features)
  const bins = Array.from({ length: features }, (_, f) => {
    const values = Float64Array.from(rows, (r) => r[f]!).toSorted()
    const at = new Set<number>()
    for (let b = 1; b < BINS; b++) {
      const cut = values[Math.floor((b * values.length) / BINS)]!
      if (cut > values[0]!) at.add(cut)
    }
    const places = Float64Array.from(at)
    cuts[f] = places.length
    return Uint8Array.from(rows, (r) => {
      let [low, high] = [0, places.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if (places[middle]! <= r[f]!) low = middle + 1
        else high = middle
      }
      return low
    })
  })
  return { rows: rows.length, bins, cuts }
}

/**
 * Gradient-boosted trees for a yes or no (Friedman 2001, with second-order gains): all leaves of a level split at once, rows
 * and features drawn by a seed. Learns from the rows in `train`; the same bits for the same rows everywhere.
 */
export function boost(
  b: Binned,
  train: ArrayLike<number>,
  label: ArrayLike<number>,
  options: BoostOptions = {},
): Boosted {
  const { trees = 120, rate = 0.1, depth = 4, least = 20, ridge = 5, rows = 0.6, columns = 0.3, seed = 1 } = options
  const features = b.bins.length
  const positive = Array.from(train).reduce((sum, i) => sum + label[i]!, 0)
  const score = new Float64Array(b.rows).fill(Math.log(positive / (train.length - positive)))
  const gain = new Float64Array(features)
  const rng = createRng(seed)
  const [g, h] = [new Float64Array(b.rows), new Float64Array(b.rows)]
  const leaves = 2 ** depth
  const sums = [0, 1, 2].map(() => new Float64Array((leaves / 2) * BINS)) as [Float64Array, Float64Array, Float64Array]
  for (let t = 0; t < trees; t++) {
    const drawn: number[] = []
    for (let k = 0; k < train.length; k++) {
      const i = train[k]!
      const p = 1 / (1 + Math.exp(-score[i]!))
      g[i] = label[i]! - p
      h[i] = p * (1 - p)
      if (rng.fraction() < rows) drawn.push(i)
    }
    const among = rng.shuffle(Array.from({ length: features }, (_, f) => f)).slice(0, Math.ceil(columns * features))
    const at = new Uint8Array(b.rows)
    for (let level = 0; level < depth; level++) {
      const best = bestSplits(b, { among, drawn, at, g, h, sums, width: 2 ** level, least, ridge })
      for (const s of best) if (s.feature >= 0) gain[s.feature] = gain[s.feature]! + s.gain
      for (let i = 0; i < b.rows; i++) {
        const s = best[at[i]!]!
        at[i] = 2 * at[i]! + (s.feature >= 0 && b.bins[s.feature]![i]! > s.bin ? 1 : 0)
      }
    }
    const [top, below] = [new Float64Array(leaves), new Float64Array(leaves)]
    for (const i of drawn) {
      top[at[i]!] = top[at[i]!]! + g[i]!
      below[at[i]!] = below[at[i]!]! + h[i]!
    }
    const value = top.map((x, leaf) => (rate * x) / (below[leaf]! + ridge))
    for (let i = 0; i < b.rows; i++) score[i] = score[i]! + value[at[i]!]!
  }
  return { score, gain }
}

type Level = {
  among: readonly number[]
  drawn: readonly number[]
  at: Uint8Array
  g: Float64Array
  h: Float64Array
  sums: [Float64Array, Float64Array, Float64Array]
  width: number
  least: number
  ridge: number
}

function bestSplits(b: Binned, l: Level): { gain: number; feature: number; bin: number }[] {
  const best = Array.from({ length: l.width }, () => ({ gain: 1e-3, feature: -1, bin: 0 }))
  const [sg, sh, sn] = l.sums
  for (const f of l.among) {
    const column = b.bins[f]!
    for (const s of l.sums) s.fill(0, 0, l.width * BINS)
    for (const i of l.drawn) {
      const cell = l.at[i]! * BINS + column[i]!
      sg[cell] = sg[cell]! + l.g[i]!
      sh[cell] = sh[cell]! + l.h[i]!
      sn[cell] = sn[cell]! + 1
    }
    for (let leaf = 0; leaf < l.width; leaf++) {
      let [ga, ha, na] = [0, 0, 0]
      for (let k = leaf * BINS; k < (leaf + 1) * BINS; k++) {
        ga += sg[k]!
        ha += sh[k]!
        na += sn[k]!
      }
      const whole = (ga * ga) / (ha + l.ridge)
      let [gl, hl, nl] = [0, 0, 0]
      for (let bin = 0; bin < b.cuts[f]!; bin++) {
        const k = leaf * BINS + bin
        gl += sg[k]!
        hl += sh[k]!
        nl += sn[k]!
        if (nl < l.least || na - nl < l.least) continue
        const gain = (gl * gl) / (hl + l.ridge) + (ga - gl) ** 2 / (ha - hl + l.ridge) - whole
        if (gain > best[leaf]!.gain) best[leaf] = { gain, feature: f, bin }
      }
    }
  }
  return best
}
