import { shrunkConfusion } from '../../engine/shrunk-confusion.ts'
import { buildLabels } from '../../engine/labels.ts'
import { marginFor, unitsFromShares, weightsFromConfusion, type Snapshot, type Weights } from '../../engine/snapshot.ts'
import type { Settings } from '../campaigns/contract.ts'

/** One person's answer to a question about an item. */
export type Answered = { item_id: string; account_id: string; value: string }

/** A threshold below this would let one unsure person decide. */
const LEAST_SURE = 0.6
const MOST_SURE = 0.9999

/**
 * How sure the inferred answer must be: until even a perfect answer would not be worth its price, that is until the
 * chance of being wrong, times what is lost by it, falls below the price of one more answer.
 */
export function sureEnough(settings: Settings): number | undefined {
  const { policy, prices } = settings
  if (policy?.kind !== 'adaptive') return undefined
  const stake = Number(policy.good_value_minor) + Number(policy.bad_cost_minor)
  return Math.min(MOST_SURE, Math.max(LEAST_SURE, 1 - Number(prices[0]!.contribute_minor) / stake))
}

/**
 * Infers from all answers to a question how reliable each person is about it (Dawid and Skene 1979, held
 * towards the crowd), as the whole numbers that decisions add up.
 */
export function inferAnswers(
  answers: readonly Answered[],
  options: readonly string[],
  sure: number,
  name: { batch: string; event: string },
): Snapshot {
  const known = answers.filter((a) => options.includes(a.value))
  const items = [...new Set(known.map((a) => a.item_id))]
  const people = [...new Set(known.map((a) => a.account_id))]
  const itemAt = new Map(items.map((id, i) => [id, i]))
  const personAt = new Map(people.map((id, i) => [id, i]))
  const classes = options.length
  const { prior, log_confusion } = shrunkConfusion(
    buildLabels({
      tasks: items.length,
      workers: people.length,
      classes,
      task: Int32Array.from(known, (a) => itemAt.get(a.item_id)!),
      worker: Int32Array.from(known, (a) => personAt.get(a.account_id)!),
      label: Int32Array.from(known, (a) => options.indexOf(a.value)),
    }),
  )
  const confusion = log_confusion.map(Math.exp)
  const size = classes * classes
  const typical = Array.from({ length: size }, (_, i) => {
    let sum = 0
    for (let w = 0; w < people.length; w++) sum += confusion[w * size + i]!
    return sum / people.length
  })
  const margin = marginFor(sure, classes)
  return {
    format: 'assay-snapshot-1',
    ...name,
    unit_bits: 16,
    classes: [...options],
    prior: unitsFromShares(prior),
    margin: options.map(() => margin),
    default_weights: weightsFromConfusion(typical, classes),
    people: Object.fromEntries(
      people.map((id, w): [string, Weights] => [
        id,
        weightsFromConfusion(confusion.subarray(w * size, (w + 1) * size), classes),
      ]),
    ),
    signals: {},
  }
}
