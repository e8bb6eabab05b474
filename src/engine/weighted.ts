import { BadInput } from './labels.ts'
import { wilson, type Interval, type ShareEstimate } from './intervals.ts'
import { upperLimit } from './special.ts'

/** A piece of a probability sample: the class that the release says, the class that QA found, and what it stands for. */
export type GradedPiece = { said: number; truth: number; weight: number }

export type ClassFigures = {
  /** Of what is said to be this class, how much is. */
  precision: ShareEstimate
  /** Of what is this class, how much is said to be. */
  recall: ShareEstimate
}

export type WeightedFigures = {
  /** Share of pieces of which release and QA say the same. */
  agreement: ShareEstimate
  /** One per class. */
  classes: ClassFigures[]
}

/**
 * Agreement, precision and recall from pieces drawn with known chances, each weighted by the inverse of its chance
 * (Horvitz & Thompson 1952; ratios as Hájek 1971). Intervals are Wilson's on an effective sample size, from the
 * linearised variance of the ratio with half a right and half a wrong piece of mean weight added, so that "none found"
 * still counts as uncertain; never more than the number of pieces (equal weights give the plain Wilson interval). For a
 * sample whose size was fixed beforehand: not to be read again after each audit.
 * @throws BadInput for classes out of range and for weights that are not at least 1.
 */
export function weightedFigures(pieces: readonly GradedPiece[], classes: number): WeightedFigures {
  pieces.forEach((p, i) => {
    for (const c of [p.said, p.truth])
      if (!Number.isInteger(c) || c < 0 || c >= classes)
        throw new BadInput(`Row ${i + 1}: class ${c} is not one of the ${classes}.`, i + 1)
    if (!(p.weight >= 1 - 1e-9 && p.weight < Infinity))
      throw new BadInput(
        `Row ${i + 1}: a drawn piece stands for at least itself, and its weight is ${p.weight}.`,
        i + 1,
      )
  })
  const right = (p: GradedPiece) => p.said === p.truth
  return {
    agreement: weightedShare(pieces, right),
    classes: Array.from({ length: classes }, (_, c) => ({
      precision: weightedShare(
        pieces.filter((p) => p.said === c),
        right,
      ),
      recall: weightedShare(
        pieces.filter((p) => p.truth === c),
        right,
      ),
    })),
  }
}

/** The weighted share of pieces that are `counted`, with its interval; see `weightedFigures`. */
export function weightedShare<T extends { weight: number }>(
  pieces: readonly T[],
  counted: (piece: T) => boolean,
): ShareEstimate {
  if (pieces.length === 0) return { share: null, interval: null, n: 0, n_effective: null }
  let [top, bottom, square] = [0, 0, 0]
  for (const p of pieces) {
    bottom += p.weight
    square += p.weight * p.weight
    if (counted(p)) top += p.weight
  }
  const n = pieces.length
  const share = Math.min(1, top / bottom)
  const typical = bottom / n
  const smooth = (top + typical / 2) / (bottom + typical)
  let variance = 2 * (0.5 * typical) ** 2 * ((1 - smooth) ** 2 + smooth ** 2)
  for (const p of pieces) variance += (p.weight * ((counted(p) ? 1 : 0) - smooth)) ** 2
  variance /= (bottom + typical) ** 2
  const equal = square * n - bottom * bottom <= 1e-9 * bottom * bottom
  const n_effective = equal ? n : Math.min(n, (smooth * (1 - smooth)) / variance)
  return { share, interval: wilson(share, n_effective), n, n_effective }
}

export type GraderDoubt = {
  doubles: number
  /** Share of doubly graded pieces on which the two differed; null when none was. */
  disagreement: number | null
  /** How often a lone grade passes a bad piece, at most, as the doubles suggest; and what they cannot rule out. */
  overlooked: number
  overlooked_at_most: number
  /** Added to the share of wrong pieces that is claimed. */
  allowance: number
  allowance_at_most: number
}

/**
 * How much graders' disagreement widens a claim. State model: a piece is right or wrong; a grader overlooks that piece
 * i is wrong with probability g_i of its own, never above one half (hard pieces are overlooked more), independently of
 * the other grader; a third settles a disagreement rightly. Two graders then differ over a wrong piece with probability
 * 2 g_i (1 - g_i), which is at least g_i and at least 2 g_i^2. So with o the share of doubles that were settled as wrong
 * after a disagreement, a lone grade overlooks at most o of all pieces, two grades at most o / 2. The allowance is o for
 * the share graded once and o / 2 for the share graded twice: added to the share of wrong pieces, never taken off, and
 * good pieces marked wrong are not set against it. What it does not see: mistakes that graders share. `…_at_most` puts
 * the exact upper 95 % limit of o (Clopper–Pearson) in its place.
 * @param graded Pieces graded at all, once or twice.
 * @param found_wrong Disagreements settled as wrong; count unsettled ones, too.
 * @throws BadInput for counts that do not fit each other.
 */
export function graderDoubt(counts: {
  graded: number
  doubles: number
  disagreements: number
  found_wrong: number
}): GraderDoubt {
  const { graded, doubles, disagreements, found_wrong } = counts
  if (![graded, doubles, disagreements, found_wrong].every((n) => Number.isInteger(n) && n >= 0))
    throw new BadInput('Pieces graded, doubles and disagreements are counted in whole numbers.')
  if (doubles > graded) throw new BadInput(`${doubles} of ${graded} graded pieces cannot be graded twice.`)
  if (disagreements > doubles)
    throw new BadInput(`${disagreements} disagreements do not fit ${doubles} pieces graded twice.`)
  if (found_wrong > disagreements)
    throw new BadInput(`${found_wrong} of ${disagreements} disagreements cannot have been settled as wrong.`)
  const factor = graded === 0 ? 1 : 1 - doubles / graded / 2
  const overlooked = doubles === 0 ? 0 : found_wrong / doubles
  const overlooked_at_most = doubles === 0 ? 1 : upperLimit(found_wrong, doubles)
  return {
    doubles,
    disagreement: doubles === 0 ? null : disagreements / doubles,
    overlooked,
    overlooked_at_most,
    allowance: factor * overlooked,
    allowance_at_most: factor * overlooked_at_most,
  }
}

/** An interval for the share of wrong pieces, with room for what graders overlook. */
export function widened(wrong: Interval, doubt: GraderDoubt): Interval {
  return { low: wrong.low, high: Math.min(1, wrong.high + doubt.allowance) }
}
