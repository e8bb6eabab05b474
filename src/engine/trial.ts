import { blendPosteriors, meanLog, stackWeights } from './blend.ts'
import type { KnownRows } from './calibrate.ts'

/** With known answers at hand, all predicted votes together count as much as so many of these. */
const VOTES_AS_GOLD = 50

export type Verdict = {
  /** Per model, summing to one. */
  weights: Float64Array
  /** Per model: mean log chance of the predicted votes, in nats. */
  heldOut: Float64Array
  /** Blended posteriors of gold that no model had seen. */
  rows: KnownRows
  predicted: number
}

/** Gathers what each model said of votes and known answers that it had not seen, fold by fold. */
export class Trial {
  readonly classes: number
  readonly chances: Float64Array[][]
  readonly known: Float64Array[][]
  readonly shares: Float64Array[] = []
  readonly truth: number[] = []

  constructor(models: number, classes: number) {
    this.classes = classes
    this.chances = Array.from({ length: models }, () => [])
    this.known = Array.from({ length: models }, () => [])
  }

  /** What model `model` said in this fold: chances of votes, posteriors of gold tasks (rows × classes). */
  add(model: number, chances: Float64Array, known: Float64Array): void {
    this.chances[model]!.push(chances)
    this.known[model]!.push(known)
  }

  /** Shares of the votes on the fold's gold tasks, and their truth. */
  endFold(shares: Float64Array, truth: ArrayLike<number>): void {
    this.shares.push(shares)
    for (let i = 0; i < truth.length; i++) this.truth.push(truth[i]!)
  }

  /** Weights that make votes, and truth where it is known, most likely; the blend's posteriors of the known. */
  decide(hedge: number): Verdict {
    const { classes, truth } = this
    const votes = this.chances.map(joined)
    const known = this.known.map(joined)
    const predicted = votes[0]?.length ?? 0
    const right = known.map((p) => Float64Array.from(truth, (k, i) => p[i * classes + k]!))
    const counts = new Float64Array(predicted + truth.length).fill(1)
    if (truth.length > 0) counts.fill(VOTES_AS_GOLD / Math.max(1, predicted), 0, predicted)
    const weights = stackWeights(
      votes.map((v, m) => joined([v, right[m]!])),
      counts,
    )
    const posterior = blendPosteriors([...known, joined(this.shares)], [...weights.map((w) => w * (1 - hedge)), hedge])
    return {
      weights,
      heldOut: Float64Array.from(votes, meanLog),
      rows: { posterior, classes, truth: Uint32Array.from(truth) },
      predicted,
    }
  }
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
