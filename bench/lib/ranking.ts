/** Area under the ROC curve: how often a positive scores above a negative, ties counting half. */
export function auc(scores: ArrayLike<number>, isPositive: (i: number) => boolean, among?: readonly number[]): number {
  const order = (among ?? Array.from({ length: scores.length }, (_, i) => i)).toSorted(
    (a, b) => scores[a]! - scores[b]!,
  )
  let positives = 0
  let ranks = 0
  for (let from = 0; from < order.length;) {
    let until = from
    while (until < order.length && scores[order[until]!] === scores[order[from]!]) until++
    for (let i = from; i < until; i++)
      if (isPositive(order[i]!)) {
        positives++
        ranks += (from + until + 1) / 2
      }
    from = until
  }
  const negatives = order.length - positives
  return (ranks - (positives * (positives + 1)) / 2) / (positives * negatives)
}

/** Share of positives above the score that `rate` of the negatives exceed. */
export function recallAt(
  rate: number,
  scores: ArrayLike<number>,
  isPositive: (i: number) => boolean,
  among: readonly number[],
): number {
  const negatives = among
    .filter((i) => !isPositive(i))
    .map((i) => scores[i]!)
    .toSorted((a, b) => b - a)
  const limit = negatives[Math.floor(rate * negatives.length)]!
  const positives = among.filter(isPositive)
  return positives.filter((i) => scores[i]! > limit).length / positives.length
}

const T_95 = [12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]

/** Mean of several runs with its 95 % interval by Student's t. */
export function meanOf(xs: readonly number[], places = 4): { mean: number; low: number; high: number } {
  const n = xs.length
  const mean = xs.reduce((a, b) => a + b, 0) / n
  const sd = Math.sqrt(xs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, n - 1))
  const half = n > 1 ? ((T_95[n - 2] ?? 1.96 + 2.5 / n) * sd) / Math.sqrt(n) : 0
  const round = (x: number) => Number(x.toFixed(places))
  return { mean: round(mean), low: round(mean - half), high: round(mean + half) }
}
