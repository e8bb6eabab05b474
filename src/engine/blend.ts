import { stir } from './marks.ts'

/** Below this a chance counts as this: one impossible vote must not decide everything. */
export const LEAST_CHANCE = 1e-12
const REPLICATES = 200

/**
 * Weights of models: how probable it is that each predicts best, when the tasks are drawn anew (pseudo-BMA+, with the
 * Bayesian bootstrap over tasks: Y. Yao, A. Vehtari, D. Simpson, A. Gelman, "Using Stacking to Average Bayesian
 * Predictive Distributions", Bayesian Analysis 13, 2018). A model that wins clearly gets nearly all the weight, models
 * that cannot be told apart share it. No constant to choose.
 * @param scores Per model, each task's log chances of what was held out, added up; nats.
 * @param marks A number per task from which its bootstrap weights are drawn, so that order does not matter.
 */
export function bootstrapWeights(scores: readonly Float64Array[], marks: Uint32Array): Float64Array {
  const models = scores.length
  const weights = new Float64Array(models)
  const sums = new Float64Array(models)
  const tasks = [...marks.keys()].filter((t) => scores.some((s) => s[t] !== 0))
  if (tasks.length === 0 || models === 1) return weights.fill(1 / models)
  for (let draw = 0; draw < REPLICATES; draw++) {
    sums.fill(0)
    let total = 0
    for (const t of tasks) {
      const lot = -Math.log((stir(marks[t]! ^ stir(draw)) + 0.5) / 2 ** 32)
      total += lot
      for (let m = 0; m < models; m++) sums[m]! += lot * scores[m]![t]!
    }
    // Dirichlet weights times the number of tasks.
    for (let m = 0; m < models; m++) sums[m]! *= tasks.length / total
    const best = Math.max(...sums)
    let all = 0
    for (let m = 0; m < models; m++) all += Math.exp(sums[m]! - best)
    for (let m = 0; m < models; m++) weights[m]! += Math.exp(sums[m]! - best) / all / REPLICATES
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
