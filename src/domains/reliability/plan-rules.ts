import { planReview, type ReviewPlan } from '../../engine/stopping.ts'
import { toUnits, type Snapshot } from '../../engine/snapshot.ts'
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

/** How often a typical reviewer is right about each kind of work: what the default weights were made from. */
export function typicalRates(snapshot: Snapshot): { approves_good: number; rejects_bad: number } {
  const lead = (said: number) => {
    const row = snapshot.default_weights[said]!
    return (row[1]! - row[0]!) / 2 ** snapshot.unit_bits
  }
  const up = Math.exp(lead(1))
  const down = Math.exp(-lead(0))
  const rejects = (down * (up - 1)) / (up * down - 1)
  const within = (rate: number) => (rate > LEAST_RATE ? Math.min(0.995, rate) : LEAST_RATE)
  return { approves_good: within(up * (1 - rejects)), rejects_bad: within(rejects) }
}

/** What may be said in public of how reliable a task class's reviewers are. */
export type Crowd = { approves_good_bps: number; rejects_bad_bps: number; reviewers_by_reliability: number[] }

/** A typical reviewer's rates, and how many reviewers lie in each twentieth from 0 to 1. */
export function crowdOf(snapshot: Snapshot, people: readonly { role: string; mean: number }[]): Crowd {
  const { approves_good, rejects_bad } = typicalRates(snapshot)
  const bins = Array.from({ length: 20 }, () => 0)
  for (const p of people) if (p.role === 'reviewer') bins[Math.min(19, Math.floor(p.mean * 20))]! += 1
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
