import { BadInput } from './labels.ts'

/** One row per comparison: this worker put `winner` above `loser`. All are positions from 0. */
export type Comparisons = {
  items: number
  workers: number
  worker: ArrayLike<number>
  winner: ArrayLike<number>
  loser: ArrayLike<number>
}

export type PairwiseOptions = {
  /** Each item also wins and loses this often against an item of strength 1: what keeps all strengths finite. */
  prior?: number
  /** Learn how often each worker tells the better item, instead of believing all alike. */
  reliability?: boolean
  iterations?: number
}

export type Strengths = {
  /** Log-strengths: item i beats j with probability 1 / (1 + exp(score[j] - score[i])). 0 is an item of strength 1. */
  score: Float64Array
  /** 95 % interval of each, from the curvature at the maximum with the other items held fixed: a little too narrow. */
  low: Float64Array
  high: Float64Array
  /** Items from best to worst; items whose scores are equal stand in the order of their numbers. */
  order: number[]
  iterations: number
  converged: boolean
}

export type PairwiseStrengths = Strengths & {
  /** Per worker: the chance that they put the item above that the model's draw does; 1 / 2 is a coin, 0 the reverse. */
  truthful: Float64Array
}

/** Of a worker's comparisons the prior counts as four, three of them truthful; with few of their own nothing moves far. */
const TRUTHFUL = { yes: 3, no: 1 }

/**
 * Strengths from pairwise comparisons by the Bradley–Terry model (1952), fitted by minorisation-maximisation (Hunter
 * 2004) under a prior of `prior` wins and losses against a fixed item (Caron & Doucet 2012), so that items that always
 * win, always lose, or are never compared with the rest stay finite. With `reliability` each worker swaps their answer
 * with a probability of their own (Chen et al. 2013, CrowdBT), and expectation-maximisation alternates with it; a
 * worker worse than chance counts in reverse. Time per iteration: comparisons + items + workers. Deterministic.
 * A worker's comparisons of an item with itself are refused; repeated comparisons each count.
 * @throws BadInput naming the first row that is out of range.
 */
export function pairwise(input: Comparisons, options: PairwiseOptions = {}): PairwiseStrengths {
  const { items, workers, worker, winner, loser } = input
  const { prior = 0.5, reliability = true, iterations: most = 500 } = options
  refuseRows(input)
  if (!(prior > 0)) throw new BadInput(`The prior counts comparisons and is above 0, which ${prior} is not.`)
  const rows = winner.length
  const strength = new Float64Array(items).fill(1)
  const truthful = new Float64Array(workers).fill(reliability ? TRUTHFUL.yes / (TRUTHFUL.yes + TRUTHFUL.no) : 1)
  const kept = new Float64Array(rows).fill(1)
  let [steps, converged] = [0, false]
  for (; steps < most && !converged; steps++) {
    if (reliability) believe(input, strength, truthful, kept, steps > 0)
    converged = improve(input, strength, kept, prior) < 1e-8
  }
  const score = strength.map((s) => Math.log(s))
  const curve = new Float64Array(items)
  for (let i = 0; i < items; i++) curve[i] = curvature(strength[i]!, 1) * 2 * prior
  for (let r = 0; r < rows; r++) {
    // What a worker might have swapped tells less.
    const p = truthful[worker[r]!]!
    const c = curvature(strength[winner[r]!]!, strength[loser[r]!]!) * (reliability ? (2 * p - 1) ** 2 : 1)
    curve[winner[r]!]! += c
    curve[loser[r]!]! += c
  }
  return { ...withIntervals(score, curve), truthful, iterations: steps, converged }
}

const curvature = (a: number, b: number) => (a * b) / (a + b) ** 2

/** The chance that each comparison was meant as it was said, and each worker's share of those. */
function believe(
  { worker, winner, loser }: Comparisons,
  strength: Float64Array,
  truthful: Float64Array,
  kept: Float64Array,
  learn: boolean,
): void {
  const yes = new Float64Array(truthful.length).fill(TRUTHFUL.yes)
  const all = new Float64Array(truthful.length).fill(TRUTHFUL.yes + TRUTHFUL.no)
  for (let r = 0; r < kept.length; r++) {
    const a = strength[winner[r]!]!
    const b = strength[loser[r]!]!
    const w = worker[r]!
    const as = truthful[w]! * a
    const swapped = (1 - truthful[w]!) * b
    kept[r] = as / (as + swapped)
    yes[w]! += kept[r]!
    all[w]!++
  }
  // In the first round all strengths are equal, and tell nothing of anybody.
  if (learn) for (let w = 0; w < truthful.length; w++) truthful[w] = yes[w]! / all[w]!
}

/** One step of Hunter's: wins over what one would expect to win per unit of strength. Returns the largest relative move. */
function improve({ winner, loser }: Comparisons, strength: Float64Array, kept: Float64Array, prior: number): number {
  const wins = new Float64Array(strength.length).fill(prior)
  const expected = new Float64Array(strength.length)
  for (let i = 0; i < strength.length; i++) expected[i] = (2 * prior) / (strength[i]! + 1)
  for (let r = 0; r < kept.length; r++) {
    const a = winner[r]!
    const b = loser[r]!
    const per = 1 / (strength[a]! + strength[b]!)
    wins[a]! += kept[r]!
    wins[b]! += 1 - kept[r]!
    expected[a]! += per
    expected[b]! += per
  }
  return replaceStrengths(strength, wins, expected)
}

function replaceStrengths(strength: Float64Array, wins: Float64Array, expected: Float64Array): number {
  let moved = 0
  for (let i = 0; i < strength.length; i++) {
    const next = wins[i]! / expected[i]!
    moved = Math.max(moved, Math.abs(next - strength[i]!) / Math.max(next, strength[i]!))
    strength[i] = next
  }
  return moved
}

function withIntervals(score: Float64Array, curve: Float64Array): Pick<Strengths, 'score' | 'low' | 'high' | 'order'> {
  const half = curve.map((c) => 1.959963984540054 / Math.sqrt(c))
  return {
    score,
    low: score.map((s, i) => s - half[i]!),
    high: score.map((s, i) => s + half[i]!),
    order: Array.from(score.keys()).sort((a, b) => score[b]! - score[a]! || a - b),
  }
}

/**
 * Strengths from rankings, each a list of distinct items from best to worst, by the Plackett–Luce model (Luce 1959,
 * Plackett 1975): the best is drawn by strength, then the best of the rest. Fitted as Hunter 2004, with the prior of
 * `pairwise`. Partial rankings are fine; a ranking of one item, or of none, says nothing.
 * @throws BadInput naming the ranking that repeats an item or names one that is not there.
 */
export function rankings(
  items: number,
  lists: readonly (readonly number[])[],
  options: { prior?: number; iterations?: number } = {},
): Strengths {
  const { prior = 0.5, iterations: most = 500 } = options
  if (!(prior > 0)) throw new BadInput(`The prior counts comparisons and is above 0, which ${prior} is not.`)
  lists.forEach((list, row) => {
    const seen = new Set<number>()
    for (const i of list) {
      if (!Number.isInteger(i) || i < 0 || i >= items)
        throw new BadInput(`Ranking ${row + 1}: there is no item ${i}; there are ${items}, from 0.`, row + 1)
      if (seen.has(i)) throw new BadInput(`Ranking ${row + 1} names item ${i} twice.`, row + 1)
      seen.add(i)
    }
  })
  const strength = new Float64Array(items).fill(1)
  let [steps, converged] = [0, false]
  for (; steps < most && !converged; steps++) {
    const wins = new Float64Array(items).fill(prior)
    const expected = strength.map((s) => (2 * prior) / (s + 1))
    for (const list of lists) {
      // Each place but the last was won against everybody who came later.
      let per = 0
      const rest = suffixSums(list, strength)
      for (let place = 0; place < list.length; place++) {
        if (place < list.length - 1) {
          wins[list[place]!]!++
          per += 1 / rest[place]!
        }
        expected[list[place]!]! += per
      }
    }
    converged = replaceStrengths(strength, wins, expected) < 1e-8
  }
  const curve = strength.map((s) => curvature(s, 1) * 2 * prior)
  for (const list of lists) {
    const rest = suffixSums(list, strength)
    for (let place = 0; place < list.length - 1; place++)
      for (let later = place; later < list.length; later++) {
        const share = strength[list[later]!]! / rest[place]!
        curve[list[later]!]! += share * (1 - share)
      }
  }
  return {
    ...withIntervals(
      strength.map((s) => Math.log(s)),
      curve,
    ),
    iterations: steps,
    converged,
  }
}

function suffixSums(list: readonly number[], strength: Float64Array): Float64Array {
  const out = new Float64Array(list.length)
  let sum = 0
  for (let place = list.length - 1; place >= 0; place--) out[place] = sum += strength[list[place]!]!
  return out
}

function refuseRows({ items, workers, worker, winner, loser }: Comparisons): void {
  if (worker.length !== winner.length || loser.length !== winner.length)
    throw new BadInput(
      `The columns differ in length: ${worker.length} workers, ${winner.length} winners, ${loser.length} losers.`,
    )
  const within = (x: number, size: number) => Number.isInteger(x) && x >= 0 && x < size
  for (let r = 0; r < winner.length; r++) {
    if (!within(worker[r]!, workers))
      throw new BadInput(`Row ${r + 1}: there is no worker ${worker[r]}; there are ${workers}, from 0.`, r + 1)
    for (const i of [winner[r]!, loser[r]!])
      if (!within(i, items))
        throw new BadInput(`Row ${r + 1}: there is no item ${i}; there are ${items}, from 0.`, r + 1)
    if (winner[r] === loser[r]) throw new BadInput(`Row ${r + 1} compares item ${winner[r]} with itself.`, r + 1)
  }
}
