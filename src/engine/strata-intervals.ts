import { lotInterval } from './confidence-sequence.ts'
import type { Figure, Interval, Stratum } from './intervals.ts'
import { clopperPearson } from './special.ts'

/** Which way a figure moves when more of a stratum is right; 0 where the stratum does not enter it. */
function direction(figure: Figure, accepted: boolean): 1 | 0 | -1 {
  if (accepted || figure === 'base_rate') return 1
  return figure === 'precision' ? 0 : -1
}

/** A figure of a whole in which each stratum has this share of right work; null where nothing is there to be a share of. */
function figureAt(figure: Figure, strata: readonly (Stratum & { share: number })[]): number | null {
  let top = 0
  let bottom = 0
  for (const { accepted, population, share } of strata) {
    const right = population * share
    if (figure === 'precision' && !accepted) continue
    top += figure === 'agreement' && !accepted ? population - right : figure === 'recall' && !accepted ? 0 : right
    bottom += figure === 'recall' ? right : population
  }
  return bottom > 0 ? Math.min(1, Math.max(0, top / bottom)) : null
}

/**
 * Bounds of a figure from bounds of its strata: every figure rises or falls in each stratum's share, so its extremes lie
 * where all strata are at theirs. Each stratum may fail with alpha / their number (Bonferroni), so all hold together.
 */
function corners(
  figure: Figure,
  strata: readonly Stratum[],
  alpha: number,
  boundsOf: (s: Stratum, alpha: number) => Interval,
): Interval | null {
  const used = strata.filter((s) => s.n > 0 && s.population > 0 && direction(figure, s.accepted) !== 0)
  if (!used.some((s) => s.accepted) && (figure === 'precision' || figure === 'recall')) return null
  if (used.length === 0) return null
  const bounds = used.map((s) => ({ s, ...boundsOf(s, alpha / used.length) }))
  const at = (end: 1 | -1) =>
    figureAt(
      figure,
      bounds.map(({ s, low, high }) => ({ ...s, share: direction(figure, s.accepted) === end ? high : low })),
    )
  return { low: at(-1) ?? 0, high: at(1) ?? 1 }
}

/**
 * The interval of Clopper & Pearson (1934) for a figure from strata. Where all strata were sampled at one rate, or only
 * one enters, their counts are one binomial count (recall: of what was found right); otherwise each stratum has its own
 * interval at alpha / strata and the figure is read at their corners, which covers at least as often as it says.
 * May be read once, after a sample fixed beforehand. Null where no graded piece speaks about the figure.
 * @throws BadInput for counts that are none, or alpha outside 0 and 1.
 */
export function exactInterval(figure: Figure, strata: readonly Stratum[], alpha = 0.05): Interval | null {
  const used = strata.filter((s) => s.n > 0 && s.population > 0 && direction(figure, s.accepted) !== 0)
  const [first] = used
  const isOneRate = first && used.every((s) => s.n * first.population === first.n * s.population)
  if (!isOneRate || (figure === 'recall' && !used.some((s) => s.accepted)))
    return corners(figure, strata, alpha, (s, a) => clopperPearson(s.right, s.n, a))
  let k = 0
  let n = 0
  for (const { accepted, right, n: graded } of used) {
    k += figure === 'agreement' && !accepted ? graded - right : figure === 'recall' && !accepted ? 0 : right
    n += figure === 'recall' ? right : graded
  }
  return n === 0 ? null : clopperPearson(k, n, alpha)
}

/**
 * An interval for a figure that may be looked at after every verdict and holds at all looks together with probability
 * 1 - alpha: each stratum's confidence sequence for draws without replacement (`lotInterval`), read at their corners.
 * It speaks of the very pieces in the strata, graded in an order that has nothing to do with what they are. Null where
 * no graded piece speaks about the figure.
 * @throws BadInput for counts that do not fit their stratum.
 */
export function anytimeInterval(figure: Figure, strata: readonly Stratum[], alpha = 0.05): Interval | null {
  return corners(figure, strata, alpha, (s, a) => {
    const wrong = lotInterval({ lot: s.population, n: s.n, wrong: s.n - s.right, alpha: a })
    return { low: 1 - wrong.high, high: 1 - wrong.low }
  })
}
