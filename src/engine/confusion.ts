import { type Tables } from './alternate.ts'
import { digamma } from './digamma.ts'
import { logGamma } from './special.ts'

/**
 * Dirichlet distributions over what a worker says in each state: one row of pseudo-votes per state, shared by all
 * workers, and the workers' own expected votes.
 */
export type Confusion = {
  tables: Tables
  /** states × classes pseudo-votes. */
  pseudo: Float64Array
  /** The pseudo-votes before anything was fitted. */
  start: Float64Array
  /** workers × states: expected votes. */
  votes: Float64Array
  /** states: pseudo-votes added up. */
  total: Float64Array
}

export function createConfusion(tables: Tables, diagonal: number, other: number): Confusion {
  const { states, subtypes, codes } = tables
  const { classes, workers } = codes.labels
  const pseudo = new Float64Array(states * classes).fill(other)
  for (let s = 0; s < states; s++) pseudo[s * classes + Math.floor(s / subtypes)] = diagonal
  return {
    tables,
    pseudo,
    start: pseudo.slice(),
    votes: new Float64Array(workers * states),
    total: new Float64Array(states),
  }
}

/** Votes per worker and state, and pseudo-votes per state, from the tables' counts. */
export function addUp({ tables, votes, pseudo, total }: Confusion): void {
  const { states, counts, codes } = tables
  const { classes } = codes.labels
  votes.fill(0)
  for (let r = 0; r < codes.code.length; r++) {
    const at = Math.floor(codes.code[r]! / classes) * states
    for (let s = 0; s < states; s++) votes[at + s]! += counts[r * states + s]!
  }
  for (let s = 0; s < states; s++) {
    total[s] = 0
    for (let l = 0; l < classes; l++) total[s]! += pseudo[s * classes + l]!
  }
}

/** Fewer expected votes than this change no logarithm in its first ten digits. */
const NOTHING = 1e-10

/** Expected logarithms of the workers' chances into the tables. */
export function expectLogs({ tables, votes, pseudo, total }: Confusion, scratch: Float64Array): void {
  const { states, counts, logs, codes } = tables
  const { classes } = codes.labels
  // Most cells count nothing, and their logarithms are those of the pseudo-votes.
  const empty = pseudo.map((a) => digamma(a))
  const emptyTotal = total.map((a) => digamma(a))
  // Rows are in order of worker, so each worker's totals are computed once.
  let worker = -1
  for (let r = 0; r < codes.code.length; r++) {
    const w = Math.floor(codes.code[r]! / classes)
    const said = codes.code[r]! - w * classes
    if (w !== worker) {
      worker = w
      for (let s = 0; s < states; s++) {
        const n = votes[w * states + s]!
        scratch[s] = n < NOTHING ? emptyTotal[s]! : digamma(n + total[s]!)
      }
    }
    for (let s = 0; s < states; s++) {
      const n = counts[r * states + s]!
      const cell = s * classes + said
      logs[r * states + s] = (n < NOTHING ? empty[cell]! : digamma(n + pseudo[cell]!)) - scratch[s]!
    }
  }
}

const LIMITS = { least: 1e-3, most: 1e4, steps: 2, seen: 1e-9 }

/**
 * Pseudo-votes that make the workers' counts likely: a Dirichlet-multinomial fitted by fixed-point steps (T. Minka,
 * "Estimating a Dirichlet distribution", 2000), with one pseudo-worker like the start, so that a state that nobody
 * visits keeps it.
 */
export function fitPseudo(confusion: Confusion, up: Float64Array): void {
  for (let step = 0; step < LIMITS.steps; step++) {
    addUp(confusion)
    fitStep(confusion, up)
  }
}

function fitStep({ tables, pseudo, start, votes, total }: Confusion, up: Float64Array): void {
  const { states, counts, codes } = tables
  const { classes, workers } = codes.labels
  up.fill(0)
  for (let r = 0; r < codes.code.length; r++) {
    const said = codes.code[r]! % classes
    for (let s = 0; s < states; s++) {
      const n = counts[r * states + s]!
      const a = pseudo[s * classes + said]!
      if (n > LIMITS.seen) up[s * classes + said]! += digamma(n + a) - digamma(a)
    }
  }
  for (let s = 0; s < states; s++) {
    const base = digamma(total[s]!)
    let all = 0
    for (let w = 0; w < workers; w++) {
      const n = votes[w * states + s]!
      if (n > LIMITS.seen) all += digamma(n + total[s]!) - base
    }
    let first = 0
    for (let l = 0; l < classes; l++) first += start[s * classes + l]!
    all += digamma(first + total[s]!) - base
    for (let l = 0; l < classes; l++) {
      const a = pseudo[s * classes + l]!
      const more = up[s * classes + l]! + digamma(start[s * classes + l]! + a) - digamma(a)
      pseudo[s * classes + l] = Math.min(LIMITS.most, Math.max(LIMITS.least, (a * more) / all))
    }
  }
}

/** The votes' part of the evidence bound: log of the Dirichlet-multinomial of each worker's counts in each state. */
export function voteEvidence({ tables, votes, pseudo, total }: Confusion): number {
  const { states, counts, codes } = tables
  const { classes, workers } = codes.labels
  let sum = 0
  for (let s = 0; s < states; s++) {
    const base = logGamma(total[s]!)
    for (let w = 0; w < workers; w++) {
      const n = votes[w * states + s]!
      if (n > 0) sum += base - logGamma(n + total[s]!)
    }
  }
  const base = pseudo.map((a) => logGamma(a))
  for (let r = 0; r < codes.code.length; r++) {
    const said = codes.code[r]! % classes
    for (let s = 0; s < states; s++) {
      const n = counts[r * states + s]!
      if (n > 0) sum += logGamma(n + pseudo[s * classes + said]!) - base[s * classes + said]!
    }
  }
  return sum
}
