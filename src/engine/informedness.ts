/**
 * How much a person's answers say beyond what could be known without looking. Each answer is compared with a reference
 * (an expert's grade, or what unconnected peers make of it), and from that is taken how often the same person gives that
 * answer anyway among alike tasks. So a constant answer, and an answer copied from the label that makes tasks alike,
 * score exactly 0; and with errors that know no favourites the value is the chance-corrected accuracy
 * (a - 1/C) / (1 - 1/C), whatever the classes' shares. The construction is that of correlated agreement (Dasgupta and
 * Ghosh 2013; Shnayder et al. 2016) within strata of a signal that the requester owns (Zhang et al. 2025), with the
 * penalty taken over all of a person's other answers in the stratum instead of over one random pair.
 */
export type Answers = {
  classes: number
  /** For each of a person's answers: its stratum, its class, and how much it counts (0: not at all). */
  stratum: ArrayLike<number>
  answer: ArrayLike<number>
  weight: ArrayLike<number>
  /** `classes` numbers for each answer: how likely the reference holds each class; a grade is 1 and zeros. */
  reference: ArrayLike<number>
  /** For each stratum: what the sum would be, for each answer, of somebody who always gives the reference's class. */
  most: ArrayLike<number>
}
export type Informedness = {
  /** 0: nothing beyond the stratum; 1: as much as the reference itself. Not clipped. */
  value: number
  /** Answers that counted, as many equal ones as their weights are worth. */
  effective: number
  /** Sum of weight x what there was to know, over the sum of weights: how telling these answers could be. */
  telling: number
}

export function informednessOf(a: Answers): Informedness {
  const strata = a.most.length
  const counts = new Float64Array(strata * a.classes)
  const totals = new Float64Array(strata)
  const n = a.answer.length
  for (let i = 0; i < n; i++) {
    const z = a.stratum[i]!
    const at = z * a.classes + a.answer[i]!
    counts[at] = counts[at]! + 1
    totals[z] = totals[z]! + 1
  }
  let above = 0
  let below = 0
  let weights = 0
  let squares = 0
  let told = 0
  for (let i = 0; i < n; i++) {
    const w = a.weight[i]!
    const z = a.stratum[i]!
    const others = totals[z]! - 1
    // Alone in its stratum an answer cannot be told from a habit.
    if (w <= 0 || others <= 0) continue
    const own = a.answer[i]!
    let gain = 0
    for (let c = 0; c < a.classes; c++) {
      const habit = counts[z * a.classes + c]! - (c === own ? 1 : 0)
      gain += a.reference[i * a.classes + c]! * ((c === own ? 1 : 0) - habit / others)
    }
    // Where there is more to know, an answer tells more: weighting by it is what makes the value least noisy.
    const m = a.most[z]!
    above += w * m * gain
    below += w * m * m
    weights += w
    squares += w * w
    told += w * m
  }
  return {
    value: below > 0 ? above / below : 0,
    effective: squares > 0 ? (weights * weights) / squares : 0,
    telling: weights > 0 ? below / told : 0,
  }
}
