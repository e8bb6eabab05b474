import { digamma } from './digamma.ts'
import { FLOOR, type Tables } from './dawid-skene-pass.ts'

/**
 * Pseudo-votes of a worker before any vote: so many on the right answer and on each wrong one; and so many shared out
 * as the whole crowd answers (empirical Bayes). `estimate` fits that strength to how much workers differ, for each true
 * class, by Minka's fixed point ("Estimating a Dirichlet distribution", 2000), one step per iteration.
 */
export type ConfusionPrior = { diagonal?: number; other?: number; pooled?: number | 'estimate' }

/** Strengths that `estimate` stays between, and starts from. */
const STRENGTH = { least: 0.5, first: 4, most: 1000 }

const strengths = new WeakMap<Tables, Float64Array>()

/** Sets the tables' pseudo-votes; those of the pooled kind follow the counts. Nothing of it allocates per worker. */
export function setPseudoVotes(tables: Tables, prior: ConfusionPrior | undefined): void {
  if (!prior) return
  const { labels, lanes, extra } = tables
  const { classes } = labels
  const { diagonal = 0, other = 0, pooled = 0 } = prior
  const mean = pooled === 0 ? null : pooledConfusion(tables)
  const strength = mean && pooled === 'estimate' ? estimateStrengths(tables, mean) : null
  for (let truth = 0; truth < classes; truth++)
    for (let said = 0; said < classes; said++) {
      const crowd = mean ? (strength ? strength[truth]! : Number(pooled)) * mean[truth * classes + said]! : 0
      extra[said * lanes + truth] = (said === truth ? diagonal : other) + crowd
    }
}

/** How the crowd as a whole answers, truth × said; a vote on the right answer and one shared out keep it proper. */
function pooledConfusion({ labels, lanes, cells }: Tables): Float64Array {
  const { workers, classes } = labels
  const out = new Float64Array(classes * classes).fill(1 / classes)
  for (let k = 0; k < classes; k++) out[k * classes + k]! += 1
  for (let w = 0; w < workers; w++)
    for (let said = 0; said < classes; said++) {
      const counts = (w * classes + said) * 2 * lanes + lanes
      for (let truth = 0; truth < classes; truth++) out[truth * classes + said]! += cells[counts + truth]!
    }
  for (let truth = 0; truth < classes; truth++) {
    let total = 0
    for (let said = 0; said < classes; said++) total += out[truth * classes + said]!
    for (let said = 0; said < classes; said++) out[truth * classes + said]! /= total
  }
  return out
}

/** One step of the fixed point for each class's strength, kept with the tables from one iteration to the next. */
function estimateStrengths(tables: Tables, mean: Float64Array): Float64Array {
  const { labels, lanes, cells } = tables
  const { workers, classes } = labels
  const known = strengths.get(tables)
  const out = known ?? new Float64Array(classes).fill(STRENGTH.first)
  strengths.set(tables, out)
  for (let truth = 0; truth < classes; truth++) {
    const s = out[truth]!
    let top = 0
    let bottom = 0
    for (let w = 0; w < workers; w++) {
      let n = 0
      for (let said = 0; said < classes; said++) {
        const count = cells[(w * classes + said) * 2 * lanes + lanes + truth]!
        if (count < FLOOR) continue
        const m = mean[truth * classes + said]!
        n += count
        top += m * (digamma(count + s * m) - digamma(s * m))
      }
      if (n >= FLOOR) bottom += digamma(n + s) - digamma(s)
    }
    if (top > 0 && bottom > 0) out[truth] = Math.min(STRENGTH.most, Math.max(STRENGTH.least, (s * top) / bottom))
  }
  return out
}
