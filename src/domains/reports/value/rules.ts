import { fixedRatio } from '../../../engine/fixed.ts'
import { nearestRank } from '../rank-rules.ts'
import type { ClassValue } from './contract.ts'

/** Time and pay of a campaign's contributors, as its events say. */
export type ValueTally = {
  /** Whole seconds from lease to hand-in, first versions only. */
  took: Map<number, number>
  /** All of each person's seconds, whatever became of the work. */
  seconds: Map<string, number>
  earned: Map<string, Map<string, bigint>>
}
export const newValue = (): ValueTally => ({ took: new Map(), seconds: new Map(), earned: new Map() })

/** Adds the time of a submission; events from before times were recorded have none. */
export function addTime(v: ValueTally, authorId: string, took: unknown, isFirst: boolean): void {
  if (typeof took !== 'number' || !Number.isSafeInteger(took) || took < 0) return
  if (isFirst) v.took.set(took, (v.took.get(took) ?? 0) + 1)
  v.seconds.set(authorId, (v.seconds.get(authorId) ?? 0) + took)
}

export function addEarned(v: ValueTally, one: { account_id: string; currency: string; amount_minor: string }): void {
  let people = v.earned.get(one.currency)
  if (!people) v.earned.set(one.currency, (people = new Map()))
  people.set(one.account_id, (people.get(one.account_id) ?? 0n) + BigInt(one.amount_minor))
}

/** Fewer people than this would see what one of them earns. */
const LEAST_PEOPLE = 5
/** Hours are compared in thousandths of a minor unit. */
const FINE = 1_000n

/** Half of the contributors earned at most this in an hour, in thousandths; nothing of fewer than five people. */
function medianHour(campaigns: readonly ValueTally[], currency: string): bigint | null {
  const people = new Map<string, { seconds: number; earned: bigint }>()
  for (const v of campaigns) {
    const earned = v.earned.get(currency)
    // Time in a campaign that does not pay in this currency earns nothing of it.
    if (!earned) continue
    for (const [person, seconds] of v.seconds) {
      const one = people.get(person) ?? { seconds: 0, earned: 0n }
      people.set(person, { seconds: one.seconds + seconds, earned: one.earned + (earned.get(person) ?? 0n) })
    }
  }
  const hours = [...people.values()]
    .filter((p) => p.seconds > 0)
    .map((p) => (p.earned * 3_600n * FINE) / BigInt(p.seconds))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return hours.length < LEAST_PEOPLE ? null : hours[Math.ceil(hours.length / 2) - 1]!
}

export type ValuedCampaign = {
  task_class: string
  wanted: number | null
  accepted: number
  /** First versions decided, and those of them that were right by peers or by inference. */
  decided: number
  right: number
  costs: ReadonlyMap<string, { contributors: bigint; reviewers: bigint }>
  value: ValueTally
}

/**
 * Scarcity and value by task class. The price follows from the season's own median hour: an hour's tries at this class's pace,
 * accepted as often as they are, earn that hour. Whole numbers throughout, so that the same log gives the same digits.
 */
export function valueOf(campaigns: readonly ValuedCampaign[], scales: ReadonlyMap<string, number>): ClassValue[] {
  const classes = [...new Set(campaigns.map((c) => c.task_class))].sort()
  const tallies = campaigns.map((c) => c.value)
  return classes.map((task_class) => {
    const some = campaigns.filter((c) => c.task_class === task_class)
    const asked = some.flatMap((c) => (c.wanted === null ? [] : [{ wanted: c.wanted, accepted: c.accepted }]))
    const sum = (of: (c: ValuedCampaign) => number) => some.reduce((n, c) => n + of(c), 0)
    const [accepted, decided, right] = [sum((c) => c.accepted), sum((c) => c.decided), sum((c) => c.right)]
    const took = new Map<number, number>()
    for (const c of some) for (const [s, n] of c.value.took) took.set(s, (took.get(s) ?? 0) + n)
    const median = nearestRank(took, { of: 1, in: 2 })
    const currencies = [...new Set(some.flatMap((c) => [...c.costs.keys()]))].sort()
    return {
      task_class: task_class as ClassValue['task_class'],
      wanted: asked.length === 0 ? null : asked.reduce((n, c) => n + c.wanted, 0),
      accepted,
      // What one campaign has too much of does not fill another's gap.
      shortfall: asked.length === 0 ? null : asked.reduce((n, c) => n + Math.max(0, c.wanted - c.accepted), 0),
      acceptance: { count: right, of: decided, share: decided === 0 ? null : fixedRatio(right, decided, 6) },
      median_seconds: median,
      prices: currencies.map((currency) => {
        const spent = some.reduce((n, c) => {
          const cost = c.costs.get(currency)
          return cost ? n + cost.contributors + cost.reviewers : n
        }, 0n)
        const hour = medianHour(tallies, currency)
        return {
          currency,
          scale: scales.get(currency) ?? 0,
          per_accepted_minor: accepted === 0 ? null : fixedRatio(spent, accepted, 2),
          hour_minor: hour === null ? null : fixedRatio(hour, FINE, 2),
          price_minor:
            hour === null || !median || right === 0
              ? null
              : fixedRatio(hour * BigInt(median) * BigInt(decided), 3_600n * FINE * BigInt(right), 2),
        }
      }),
    }
  })
}
