import type { Line } from './facts.ts'

/** What decisions and pay of a version go by, as its entry says. */
export type Terms = {
  prices: { currency: string; contribute_minor: string; review_minor: string; bonus_bps: number }[]
  bonus_benchmark?: unknown
  reviewer_pay?: { base_bps: number }
  hold?: { share_bps: number }
  novelty?: { most_bps: number }
  scarcity?: { most_bps: number }
  reviews: { min: number; max: number }
  redundancy: { min: number; max: number }
}
type Sums = Map<string, bigint>

const SUMS = ['funded', 'returned', 'forfeited', 'released', 'thawed', 'given_back', 'held', 'paid'] as const

/** What the log says of a campaign as a whole, added up as it is read. */
export class Campaign {
  readonly id: string
  title = ''
  mode = ''
  readonly versions = new Map<number, Terms>()
  /** Prices that follow scarcity: the factor from a day on. */
  readonly factors: { day: string; ppm: number }[] = []
  readonly funded: Sums = new Map()
  readonly returned: Sums = new Map()
  readonly forfeited: Sums = new Map()
  readonly released: Sums = new Map()
  readonly thawed: Sums = new Map()
  readonly given_back: Sums = new Map()
  readonly held: Sums = new Map()
  readonly paid: Sums = new Map()
  closed = false
  /** What each window paid, a text for each person's lines. */
  readonly windows = new Map<number, string[]>()

  constructor(id: string) {
    this.id = id
  }

  /** Adds what a later part of the log says. */
  add(part: Omit<Campaign, 'add' | 'pay'>): void {
    this.title ||= part.title
    this.mode ||= part.mode
    this.closed ||= part.closed
    for (const [n, terms] of part.versions) this.versions.set(n, terms)
    this.factors.push(...part.factors)
    for (const name of SUMS) for (const [currency, amount] of part[name]) add(this[name], currency, amount)
    for (const [n, texts] of part.windows) this.windows.set(n, [...(this.windows.get(n) ?? []), ...texts])
  }

  pay(lines: readonly Line[]): void {
    for (const line of lines) add(line.kind === 'held' ? this.held : this.paid, line.currency, line.amount_minor)
  }
}

export function add(sums: Sums, currency: string, amount: string | bigint): void {
  sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(amount))
}

export class Campaigns {
  readonly all = new Map<string, Campaign>()
  of(id: string): Campaign {
    let found = this.all.get(id)
    if (!found) this.all.set(id, (found = new Campaign(id)))
    return found
  }
}
