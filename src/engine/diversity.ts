import { addHash, countDistinct, LENGTHS, newSmallest, type SmallestHashes, wordRuns, wordsIn } from './distinct.ts'
import { normaliseText } from './normalise-text.ts'
import { runHashes, stir } from './shingles.ts'

/** Up to so many texts every pair is compared; beyond, the sum over pairs is sketched. */
export const EXACT = 512
/** Characters in a run, and how many distinct runs speak for one text: of more, those with the smallest hashes. */
const SIZE = 5
export const RUNS = 256
/** Cells of the sketch; its squared length is off by a factor of about sqrt(2 / CELLS), 0.55 %. */
export const CELLS = 2 ** 16
/** Weights are whole multiples of 1 / UNIT and products of 1 / PRODUCT: sums of whole numbers do not depend on their order. */
const UNIT = 2 ** 24
const PRODUCT = 2 ** 32
/** Two-sided 95 %. */
const Z = 1.959964

/**
 * What is known of texts so far, one after another in any order. Plain data of bounded size (about 1.5 MB as JSON), so that
 * it can be kept and gone on with.
 */
export type Diversity = {
  texts: number
  /** The runs of the first texts, while every pair is compared. */
  first: number[][]
  /** The sum of squared likenesses of pairs among them, each pair once, in units of 1 / PRODUCT. */
  pairs: number
  cells: number[]
  words: { all: number; distinct: SmallestHashes }[]
}
/** Of no texts yet; plain numbers, so that it can be kept as JSON and gone on with. */
export const newDiversity = (): Diversity => ({
  texts: 0,
  first: [],
  pairs: 0,
  cells: Array.from({ length: CELLS }, () => 0),
  words: LENGTHS.map(() => ({ all: 0, distinct: newSmallest() })),
})

/** The runs of five characters that speak for a text, ascending; none for a text without letters or digits. */
function runsOf(normalised: string): number[] {
  const sorted = runHashes(normalised, SIZE).sort()
  const out: number[] = []
  for (let i = 0; i < sorted.length && out.length < RUNS; i++)
    if (i === 0 || sorted[i] !== sorted[i - 1]) out.push(sorted[i]!)
  return out
}

function shared(a: readonly number[], b: readonly number[]): number {
  let [i, j, both] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i]!, b[j]!]
    if (x === y) both += 1
    if (x <= y) i += 1
    if (y <= x) j += 1
  }
  return both
}

/**
 * Adds one text. A text without letters or digits is none: it is not counted. Work: RUNS^2 / 2 additions, and up to `EXACT`
 * comparisons while there are fewer texts.
 */
export function addText(d: Diversity, text: string): void {
  const normalised = normaliseText(text)
  const runs = runsOf(normalised)
  if (runs.length === 0) return
  d.texts += 1
  if (d.texts <= EXACT) {
    // The online form: a new text adds 1 + 2 * sum of k^2; the ones and the 2 are put in at the end.
    for (const other of d.first)
      d.pairs += Math.round((PRODUCT * shared(runs, other) ** 2) / (runs.length * other.length))
    d.first.push(runs)
  } else if (d.first.length > 0) d.first = []
  addToSketch(d.cells, runs)

  const words = wordsIn(normalised)
  d.words.forEach((w, i) => {
    const hashes = wordRuns(words, LENGTHS[i]!)
    w.all += hashes.length
    for (const hash of hashes) addHash(w.distinct, hash)
  })
}

/**
 * A text's feature vector has 1 / sqrt(s) for each of its s runs, so k(x, x) = 1. The outer products of all texts, summed,
 * have the squared length sum_ij k_ij^2; they are kept in `CELLS` cells with signs (count sketch: Charikar, Chen &
 * Farach-Colton 2002; its squared length as an estimate: Thorup & Zhang 2004, variance 2 / CELLS of its square).
 */
function addToSketch(cells: number[], runs: readonly number[]): void {
  const same = Math.round(UNIT / runs.length)
  const twice = Math.round((Math.SQRT2 * UNIT) / runs.length)
  // Whole 32-bit numbers, multiplied once: the inner loop runs 33,000 times for a long text.
  const left = Int32Array.from(runs, (run) => Math.imul(run, 0x9e3779b1))
  const right = Int32Array.from(runs, (run) => Math.imul(run, 0x85ebca6b))
  for (let i = 0; i < left.length; i++) {
    const one = left[i]!
    for (let j = i; j < right.length; j++) {
      const h = stir(one ^ right[j]!)
      const weight = j === i ? same : twice
      cells[h & (CELLS - 1)]! += h > 0x7fffffff ? -weight : weight
    }
  }
}

export type DiversityFigures = {
  texts: number
  /** RKE: how many entirely different texts would be as varied; null without texts. `low` to `high`: 95 % of its own error. */
  effective: { value: number; low: number; high: number; exact: boolean } | null
  /** For runs of 1, 2 and 3 words: how many there are, how many of them distinct, and whether that was counted exactly. */
  distinct: { size: number; all: number; distinct: number; exact: boolean }[]
}

/**
 * How varied the texts are.
 *
 * `effective` is the order-2 Vendi score (Friedman & Dieng 2023; order 2: Pasarkar & Dieng 2024), also called RKE (Jalali, Li
 * & Farnia 2023): n^2 / sum_ij k_ij^2, where k is the cosine of two texts' sets of 5-character runs after normalising. n texts
 * alike give 1, n texts that share nothing give n. It is never more than the number of distinct texts; it counts evenness, so
 * one more copy of a rare text raises it and one more of a common text lowers it. Texts in one language share runs by chance:
 * compare figures of one language and of about as many texts. A paraphrase counts as different.
 *
 * `distinct` is distinct-n (Li et al. 2016): it falls as texts grow in number, whatever they say.
 *
 * Up to `EXACT` texts the score is exact; beyond, its relative standard error is sqrt(2 / CELLS). The same texts in any order
 * give the same bits.
 */
export function diversityOf(d: Diversity): DiversityFigures {
  return {
    texts: d.texts,
    effective: d.texts === 0 ? null : effectiveOf(d),
    distinct: d.words.map(({ all, distinct }, i) => {
      const found = countDistinct(distinct)
      return { size: LENGTHS[i]!, all, distinct: Math.min(all, found), exact: distinct.whole }
    }),
  }
}

function effectiveOf(d: Diversity): NonNullable<DiversityFigures['effective']> {
  const n = d.texts
  const within = (value: number): number => Math.min(n, Math.max(1, value))
  if (n <= EXACT) {
    const value = within((n * n) / (n + (2 * d.pairs) / PRODUCT))
    return { value, low: value, high: value, exact: true }
  }
  let sum = 0
  for (const cell of d.cells) sum += (cell / UNIT) ** 2
  const value = (n * n) / sum
  const error = Z * Math.sqrt(2 / CELLS)
  return { value: within(value), low: within(value / (1 + error)), high: within(value / (1 - error)), exact: false }
}
