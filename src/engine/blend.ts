/** Below this a chance counts as this: one impossible vote must not decide everything. */
const LEAST = 1e-12
const STEPS = 500
const STILL = 1e-7

/**
 * Weights of models by stacking: those under which the weighted mean of the models' chances makes the held-out
 * observations most likely (D. Wolpert 1992; Y. Yao et al., "Using Stacking to Average Bayesian Predictive
 * Distributions", Bayesian Analysis 2018). Expectation-maximisation from equal weights: concave, so one optimum; no
 * constant to choose. Models with the same chances keep the same weight.
 * @param chances One array per model: its chance for each observation.
 * @param counts How much each observation counts; each 1 unless given.
 */
export function stackWeights(chances: readonly Float64Array[], counts?: Float64Array): Float64Array {
  const models = chances.length
  const weights = new Float64Array(models).fill(1 / models)
  const next = new Float64Array(models)
  const n = chances[0]?.length ?? 0
  if (n === 0) return weights
  for (let step = 0; step < STEPS; step++) {
    next.fill(0)
    let total = 0
    for (let i = 0; i < n; i++) {
      const count = counts === undefined ? 1 : counts[i]!
      let sum = 0
      for (let m = 0; m < models; m++) sum += weights[m]! * Math.max(LEAST, chances[m]![i]!)
      for (let m = 0; m < models; m++) next[m]! += (count * weights[m]! * Math.max(LEAST, chances[m]![i]!)) / sum
      total += count
    }
    let change = 0
    for (let m = 0; m < models; m++) {
      const w = next[m]! / total
      change += Math.abs(w - weights[m]!)
      weights[m] = w
    }
    if (change < STILL) break
  }
  return weights
}

/** Weighted mean of posteriors. */
export function blendPosteriors(posteriors: readonly ArrayLike<number>[], weights: ArrayLike<number>): Float64Array {
  const out = new Float64Array(posteriors[0]?.length ?? 0)
  for (let m = 0; m < posteriors.length; m++)
    for (let i = 0; i < out.length; i++) out[i]! += weights[m]! * posteriors[m]![i]!
  return out
}

/** Mean logarithm of chances, in nats. */
export function meanLog(chances: Float64Array): number {
  let sum = 0
  for (let i = 0; i < chances.length; i++) sum += Math.log(Math.max(LEAST, chances[i]!))
  return chances.length === 0 ? 0 : sum / chances.length
}
