import { blendPosteriors, bootstrapWeights, LEAST_CHANCE } from './blend.ts'
import type { KnownRows } from './calibrate.ts'

/** With known answers at hand, all predicted votes together count as much as so many of these at most. */
const VOTES_AS_GOLD = 50

/** What one model said of votes and known answers that it had not seen. */
export type Said = {
  /** Task and chance of each vote. */
  task: Uint32Array
  chance: Float64Array
  /** Posteriors of the gold tasks, rows × classes. */
  gold: Float64Array
}

export type Verdict = {
  /** Per model, summing to one. */
  weights: Float64Array
  /** Per model: mean log chance of the predicted votes, in nats. */
  heldOut: Float64Array
  /** Blended posteriors of gold that no model had seen. */
  rows: KnownRows
  predicted: number
}

/** Gathers, fold by fold, how models predict what was held out; then weighs them. */
export type Trial = {
  add(model: number, said: Said): void
  /** Ends a fold: its gold tasks, their truth and the shares of votes on them. */
  endFold(task: Uint32Array, truth: ArrayLike<number>, shares: Float64Array): void
  decide(marks: Uint32Array, hedge: number): Verdict
}

export function openTrial(models: number, tasks: number, classes: number): Trial {
  const votes = Array.from({ length: models }, () => new Float64Array(tasks))
  const gold: Float64Array[][] = Array.from({ length: models }, () => [])
  const shares: Float64Array[] = []
  const truth: number[] = []
  const goldTask: number[] = []
  let predicted = 0

  function add(model: number, { task, chance, gold: rows }: Said): void {
    for (let i = 0; i < task.length; i++) votes[model]![task[i]!]! += Math.log(Math.max(LEAST_CHANCE, chance[i]!))
    gold[model]!.push(rows)
    if (model === 0) predicted += task.length
  }

  function endFold(task: Uint32Array, said: ArrayLike<number>, plain: Float64Array): void {
    for (let i = 0; i < said.length; i++) {
      goldTask.push(task[i]!)
      truth.push(said[i]!)
    }
    shares.push(plain)
  }

  function decide(marks: Uint32Array, hedge: number): Verdict {
    const known = gold.map(joined)
    const scale = truth.length === 0 ? 1 : Math.min(1, VOTES_AS_GOLD / Math.max(1, predicted))
    const scores = votes.map((sums, m) => {
      const out = sums.map((s) => s * scale)
      for (let i = 0; i < truth.length; i++)
        out[goldTask[i]!]! += Math.log(Math.max(LEAST_CHANCE, known[m]![i * classes + truth[i]!]!))
      return out
    })
    const weights = bootstrapWeights(scores, marks)
    const posterior = blendPosteriors([...known, joined(shares)], [...weights.map((w) => w * (1 - hedge)), hedge])
    return {
      weights,
      heldOut: Float64Array.from(votes, (sums) => sums.reduce((a, b) => a + b, 0) / Math.max(1, predicted)),
      rows: { posterior, classes, truth: Uint32Array.from(truth) },
      predicted,
    }
  }
  return { add, endFold, decide }
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((n, p) => n + p.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
