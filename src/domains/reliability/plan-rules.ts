import { planReview, type ReviewPlan } from '../../engine/stopping.ts'
import { toUnits, type Snapshot, type Weights } from '../../engine/snapshot.ts'
import type { Settings } from '../campaigns/contract.ts'

/** Before anything is known of a task class: how often its reviewers approve what is right, and reject what is wrong. */
const STRANGER = { approves_good: 0.85, rejects_bad: 0.75 }
/** However poor the crowd looks: a plan needs votes that say something. */
const LEAST_RATE = 0.55
/** An expert takes as long as so many reviews, is asked once, and is nearly always right. */
const EXPERT = { name: 'expert', reviews: 3, approves_good: 0.97, rejects_bad: 0.97, max: 1 }

/** The snapshot of a task class that nobody has reviewed in. */
export function firstSnapshot(batch: string): Snapshot {
  const { approves_good: a, rejects_bad: r } = STRANGER
  const row = (lead: number) => [toUnits(-lead / 2), toUnits(lead / 2)]
  return {
    format: 'assay-snapshot-1',
    batch,
    event: '0',
    unit_bits: 16,
    classes: ['reject', 'accept'],
    prior: [0, 0],
    margin: [1, 1],
    default_weights: [row(Math.log((1 - a) / r)), row(Math.log(a / (1 - r)))],
    people: {},
    signals: {},
  }
}

/** The rates that weights were made from: how often good work is approved, and bad work rejected. */
function ratesOf(weights: Weights, unitBits: number): { approves_good: number; rejects_bad: number } {
  const lead = (said: number) => (weights[said]![1]! - weights[said]![0]!) / 2 ** unitBits
  const up = Math.exp(lead(1))
  const down = Math.exp(-lead(0))
  // Somebody whose votes say nothing is right as often as a coin.
  if (Math.abs(up * down - 1) < 1e-9) return { approves_good: 0.5, rejects_bad: 0.5 }
  const rejects_bad = (down * (up - 1)) / (up * down - 1)
  return { approves_good: up * (1 - rejects_bad), rejects_bad }
}

/** How often a typical reviewer is right about each kind of work, within what a plan can be made of. */
export function typicalRates(snapshot: Snapshot): { approves_good: number; rejects_bad: number } {
  const { approves_good, rejects_bad } = ratesOf(snapshot.default_weights, snapshot.unit_bits)
  const within = (rate: number) => (rate > LEAST_RATE ? Math.min(0.995, rate) : LEAST_RATE)
  return { approves_good: within(approves_good), rejects_bad: within(rejects_bad) }
}

/** What may be said in public of how reliable a task class's reviewers are. */
export type Crowd = { approves_good_bps: number; rejects_bad_bps: number; reviewers_by_reliability: number[] }

/** A typical reviewer's rates, and how many reviewers lie in each twentieth from 0 to 1, good and bad work alike. */
export function crowdOf(snapshot: Snapshot): Crowd {
  const { approves_good, rejects_bad } = typicalRates(snapshot)
  const bins = Array.from({ length: 20 }, () => 0)
  for (const weights of Object.values(snapshot.people)) {
    const own = ratesOf(weights, snapshot.unit_bits)
    bins[Math.min(19, Math.max(0, Math.floor((own.approves_good + own.rejects_bad) * 10)))]! += 1
  }
  return {
    approves_good_bps: Math.round(approves_good * 10_000),
    rejects_bad_bps: Math.round(rejects_bad * 10_000),
    reviewers_by_reliability: bins,
  }
}

/** How sure a decision is, from the lead of its evidence: the posterior of the side that won, in basis points. */
export const confidenceBps = (lead: number): number => Math.round(10_000 / (1 + Math.exp(-Math.abs(lead) / 65_536)))

/** When reviews of a version's work stop, under a snapshot; undefined for a majority. */
export function planFor(settings: Settings, snapshot: Snapshot): ReviewPlan | undefined {
  const { policy, prices, reviews } = settings
  if (policy?.kind !== 'adaptive') return undefined
  const price = Number(prices[0]!.review_minor)
  const fresh = { name: 'fresh', price, ...typicalRates(snapshot), max: reviews.max }
  const { reviews: times, ...expert } = EXPERT
  return planReview(
    { good: Number(policy.good_value_minor), bad: Number(policy.bad_cost_minor) },
    policy.ask_expert === false ? [fresh] : [fresh, { ...expert, price: times * price }],
    { least: reviews.min },
  )
}
