import { BadInput } from './labels.ts'

/** Kinds of evidence whose signals say much the same thing: together they count no more than their cap. */
export type Family = 'money' | 'device' | 'network' | 'time' | 'answers' | 'text' | 'social'
export type SignalRule = {
  family: Family
  /** Natural log-likelihood ratio of one sighting: how much likelier between accounts of one person than between strangers. */
  weight: number
  /** Sightings beyond so many add nothing. */
  most: number
}

/** What each family can say at most, in natural log-likelihood: none but money and devices links two people by itself. */
export const FAMILY_CAPS: Readonly<Record<Family, number>> = {
  money: 6, device: 6, network: 2, time: 4, answers: 4, text: 4, social: 2,
} // prettier-ignore

/** Signals that two accounts belong together, and how strong each is. Ours to choose; a campaign of labelled pairs would fit them. */
export const SIGNALS = {
  /** Both paid out to one address. */
  shared_payout: { family: 'money', weight: 5, most: 1 },
  /** One paid the other, by the payer's own doing. */
  paid: { family: 'money', weight: 1.5, most: 2 },
  /** Both swept to one address that few others use. */
  shared_sweep: { family: 'money', weight: 3, most: 1 },
  shared_credential: { family: 'device', weight: 6, most: 1 },
  same_device_class: { family: 'device', weight: 0.5, most: 1 },
  same_network: { family: 'network', weight: 1, most: 2 },
  handoff: { family: 'time', weight: 3, most: 1 },
  lockstep: { family: 'time', weight: 2.5, most: 1 },
  copied_answers: { family: 'answers', weight: 4, most: 1 },
  meets_too_often: { family: 'answers', weight: 2, most: 1 },
  near_duplicate: { family: 'text', weight: 1, most: 4 },
  invited: { family: 'social', weight: 0.5, most: 1 },
} as const satisfies Record<string, SignalRule>
export type Signal = keyof typeof SIGNALS

/**
 * One sighting. `from` did it; `to` had it done to them. Signals that both took part in by their own doing (the same address,
 * the same credential) are sighted once from each side.
 */
export type Sighting = { signal: Signal; from: number; to: number; count?: number }

/**
 * How strongly each pair belongs together: what each of the two did towards the other, by family and within caps, and of the
 * two sides the weaker. Evidence goes out: whoever sends dust to a stranger has linked himself to them and them to nobody.
 * So nothing that others do, however much, can raise the strength of any pair that one is in. Pairs a < b, strongest first.
 * @throws BadInput for a count that is not above 0.
 */
export function linkStrength(sightings: readonly Sighting[]): { a: number; b: number; strength: number }[] {
  const sides = new Map<string, Map<Signal, number>>()
  for (const { signal, from, to, count = 1 } of sightings) {
    if (!(count > 0)) throw new BadInput(`${signal} was sighted ${count} times.`)
    if (from === to) continue
    const key = `${from} ${to}`
    const side = sides.get(key) ?? new Map<Signal, number>()
    sides.set(key, side)
    side.set(signal, (side.get(signal) ?? 0) + count)
  }
  const out: { a: number; b: number; strength: number }[] = []
  for (const [key, side] of sides) {
    const [from, to] = key.split(' ').map(Number) as [number, number]
    const back = sides.get(`${to} ${from}`)
    if (from > to || !back) continue
    const strength = Math.min(sideStrength(side), sideStrength(back))
    if (strength > 0) out.push({ a: from, b: to, strength })
  }
  return out.toSorted((x, y) => y.strength - x.strength || x.a - y.a || x.b - y.b)
}

/** What one side's doings towards the other weigh: within each signal's most and each family's cap. */
export function sideStrength(counts: ReadonlyMap<Signal, number>): number {
  const families = new Map<Family, number>()
  for (const [signal, count] of counts) {
    const { family, weight, most } = SIGNALS[signal]
    families.set(family, (families.get(family) ?? 0) + weight * Math.min(most, count))
  }
  let sum = 0
  for (const [family, weight] of families) sum += Math.min(FAMILY_CAPS[family], weight)
  return sum
}
