import type { Snapshot, Weights } from './snapshot.ts'

/** An eighth of a nat: people's weights and records are whole multiples of it, so that many share each. */
export const COARSE_UNITS = 2 ** 13

/** Units rounded to the coarse grid, half away from zero, so that opposites stay opposites. */
export const coarse = (units: readonly number[]): number[] =>
  units.map((u) => {
    const steps = Math.floor(Math.abs(u) / COARSE_UNITS + 0.5) * COARSE_UNITS
    return u < 0 && steps > 0 ? -steps : steps
  })
export const coarseWeights = (weights: Weights): number[][] => weights.map(coarse)

/** What is published of a snapshot: how many people have which weights, and nobody's name beside them. */
export type ShownSnapshot = {
  readonly format: 'assay-snapshot-shown-1'
  readonly batch: string
  readonly unit_bits: number
  readonly classes: readonly string[]
  readonly prior: readonly number[]
  readonly margin: readonly number[]
  readonly default_weights: Weights
  /** For each class that can be said: rows of units, each with how many people have it. */
  readonly said: readonly Counted[]
  /** The same of contributors' records. */
  readonly records: Counted
  /** Models have names: what each one's word weighs. */
  readonly models: Readonly<Record<string, readonly number[]>>
}
type Counted = readonly { readonly units: readonly number[]; readonly people: number }[]

/** The published form of a snapshot. Signals of models are those that begin with `model`. */
export function shownSnapshot(s: Snapshot): ShownSnapshot {
  const isModel = ([name]: readonly [string, unknown]) => name.startsWith('model')
  const signals = Object.entries(s.signals)
  const people = Object.values(s.people)
  return {
    format: 'assay-snapshot-shown-1',
    batch: s.batch,
    unit_bits: s.unit_bits,
    classes: s.classes,
    prior: s.prior,
    margin: s.margin,
    default_weights: s.default_weights,
    said: s.classes.map((_, said) => counted(people.map((w) => w[said]!))),
    records: counted(signals.filter((e) => !isModel(e)).map(([, units]) => units)),
    models: Object.fromEntries(signals.filter(isModel)),
  }
}

function counted(rows: readonly (readonly number[])[]): Counted {
  const by = new Map<string, { units: readonly number[]; people: number }>()
  for (const units of rows) {
    const key = units.join()
    const known = by.get(key)
    if (known) known.people += 1
    else by.set(key, { units, people: 1 })
  }
  const order = (a: readonly number[], b: readonly number[]): number => {
    const i = a.findIndex((x, c) => x !== b[c])
    return i < 0 ? 0 : a[i]! - b[i]!
  }
  return [...by.values()].sort((a, b) => order(a.units, b.units))
}
