/** A window's reviews as columns: tasks, people, and who answered what. Everything that scores and pays is made from it. */
export type Window = {
  classes: number
  people: number
  /** For each task: the stratum of the models' hidden labels, from 0 without gaps. */
  stratum: Int32Array
  strata: number
  /** For each task: the audited class, or -1. */
  truth: Int8Array
  /** For each task: how many tasks its audit stands for. */
  audit_weight: Float64Array
  /** For each answer, in order of tasks. */
  task: Int32Array
  person: Int32Array
  answer: Uint8Array
  /** For each person, a cluster of connected people, or -1: nobody is scored by those connected with them. */
  cluster?: Int32Array
}

/** Shares of the classes in each stratum as audits show them, held a little towards the shares in all. */
export function sharesByStratum(w: Window): Float64Array {
  const C = w.classes
  const all = new Float64Array(C).fill(1 / C)
  const own = new Float64Array(w.strata * C)
  let audits = 0
  let weights = 0
  for (let t = 0; t < w.truth.length; t++)
    if (w.truth[t]! >= 0) {
      audits++
      weights += w.audit_weight[t]!
    }
  for (let t = 0; t < w.truth.length; t++) {
    const c = w.truth[t]!
    if (c < 0) continue
    // An audit counts once on average, however many tasks it stands for.
    const weight = (w.audit_weight[t]! * audits) / weights
    all[c] = all[c]! + weight
    const at = w.stratum[t]! * C + c
    own[at] = own[at]! + weight
  }
  for (let z = 0; z < w.strata; z++) {
    let sum = 0
    for (let c = 0; c < C; c++) sum += own[z * C + c]!
    for (let c = 0; c < C; c++)
      own[z * C + c] = (own[z * C + c]! + (HELD_TO_ALL * all[c]!) / (audits + 1)) / (sum + HELD_TO_ALL)
  }
  return own
}
const HELD_TO_ALL = 2

/** What there is to know in each stratum: how often two of its tasks differ. */
export function spreadOf(shares: Float64Array, classes: number): Float64Array {
  return Float64Array.from({ length: shares.length / classes }, (_, z) => {
    let same = 0
    for (let c = 0; c < classes; c++) same += shares[z * classes + c]! ** 2
    return 1 - same
  })
}

const SURE = 0.97
const NO_VOTE_BELOW = 0.25
/** What a person's word weighs, in natural logarithms of odds, by their informedness in audits; 0 while that is doubtful. */
export function voteWeight(informedness: number, classes: number): number {
  if (informedness < NO_VOTE_BELOW) return 0
  const right = Math.min(SURE, informedness * (1 - 1 / classes) + 1 / classes)
  return Math.log((right * (classes - 1)) / (1 - right))
}

/**
 * For each answer, how likely each class is by the models' labels and the answers of everybody but its giver and those
 * connected with them: `classes` numbers for each answer.
 */
export function peerPosteriors(w: Window, shares: Float64Array, weights: ArrayLike<number>): Float64Array {
  const C = w.classes
  const out = new Float64Array(w.answer.length * C)
  const scores = new Float64Array(C)
  const before = shares.map(Math.log)
  for (let from = 0; from < w.task.length;) {
    const t = w.task[from]!
    let until = from
    while (until < w.task.length && w.task[until] === t) until++
    for (let i = from; i < until; i++) {
      for (let c = 0; c < C; c++) scores[c] = before[w.stratum[t]! * C + c]!
      for (let j = from; j < until; j++)
        if (!connected(w, w.person[i]!, w.person[j]!))
          scores[w.answer[j]!] = scores[w.answer[j]!]! + weights[w.person[j]!]!
      let top = -Infinity
      for (let c = 0; c < C; c++) top = Math.max(top, scores[c]!)
      let sum = 0
      for (let c = 0; c < C; c++) sum += out[i * C + c] = Math.exp(scores[c]! - top)
      for (let c = 0; c < C; c++) out[i * C + c] = out[i * C + c]! / sum
    }
    from = until
  }
  return out
}

function connected(w: Window, a: number, b: number): boolean {
  if (a === b) return true
  const own = w.cluster?.[a] ?? -1
  return own >= 0 && own === w.cluster![b]
}

/**
 * Strata from the tuple of several models' labels: tuples that too few tasks share are pooled by the first model's label,
 * and what is still too thin becomes one stratum.
 */
export function strataOf(
  tuples: readonly (readonly number[])[],
  atLeast: number,
): { stratum: Int32Array; strata: number } {
  const full = tuples.map((t) => t.join(','))
  const keys = pooled(
    pooled(full, (i) => `first ${tuples[i]![0] ?? ''}`, atLeast),
    () => 'rest',
    atLeast,
  )
  const names = new Map<string, number>()
  const stratum = Int32Array.from(keys, (k) => {
    if (!names.has(k)) names.set(k, names.size)
    return names.get(k)!
  })
  return { stratum, strata: names.size }
}

function pooled(keys: readonly string[], coarser: (i: number) => string, atLeast: number): string[] {
  const counts = new Map<string, number>()
  for (const k of keys) counts.set(k, (counts.get(k) ?? 0) + 1)
  return keys.map((k, i) => (counts.get(k)! < atLeast ? coarser(i) : k))
}
