import { DAY_MS } from '../season.ts'
import type { AttackRules } from './attackers.ts'
import { billOf, honestPart, type Bill } from './costs.ts'
import type { Spent } from './world.ts'

/** One payment to an account of the attack: for good work or not, and whether it is for judging an ally's. */
export type Pay = { owner: string; kind: 'work' | 'review'; at: number; amount: number; good: boolean }

export type Reckoning = {
  accounts: number
  cost: Bill
  /** Held pay that was taken. */
  forfeited: number
  earned: number
  /** What as many people as were behind it, an account each, could have earned with the same work. */
  entitled: number
  withdrawn: number
  withdrawn_before_detection: number
  /** Of what was withdrawn, what nobody was entitled to; and the cost of coming by it. */
  stolen: number
  cost_of_stolen: number
  /** Cost of what is stolen, forfeits counted, for each point of it; null: nothing was stolen. */
  ratio: number | null
  /** The same without forfeits: what left the attackers' pockets. */
  ratio_out_of_pocket: number | null
  /** All costs for each point that was withdrawn, honest work and all. */
  ratio_raw: number | null
}

export type Caps = { work: number; review: number }

/**
 * What of an attack's pay is pay that its people could have had: for each of them and day, good work and reviews of
 * others' work, no more than one account may do. Bad work that was paid, reviews of allies' work, and whatever goes beyond
 * one person's day are not.
 */
export function entitledOf(pays: readonly Pay[], caps: Caps): { points: number; bad: number; share_of_work: number } {
  const taken = new Map<string, number>()
  let points = 0
  let bad = 0
  let work = { all: 0, entitled: 0 }
  for (const p of pays.toSorted((a, b) => a.at - b.at)) {
    if (p.kind === 'work') work = { ...work, all: work.all + 1 }
    if (!p.good) bad += p.amount
    if (!p.good) continue
    const key = `${p.owner} ${p.kind} ${Math.floor(p.at / DAY_MS)}`
    const n = taken.get(key) ?? 0
    if (n >= caps[p.kind]) continue
    taken.set(key, n + 1)
    points += p.amount
    if (p.kind === 'work') work = { ...work, entitled: work.entitled + 1 }
  }
  return { points, bad, share_of_work: work.all === 0 ? 0 : work.entitled / work.all }
}

export type Facts = {
  rules: Pick<AttackRules, 'by'>
  spent: Spent
  owners: number
  pays: readonly Pay[]
  caps: Caps
  withdrawn: number
  before: number
  forfeited: number
}

/**
 * Sets what an attack cost against what it brought. Of every point withdrawn so much is stolen as was paid for what is bad,
 * and of the rest what goes beyond what its people could have had.
 */
export function reckon(f: Facts): Reckoning {
  const cost = billOf(f.spent, f.rules.by)
  const earned = f.pays.reduce((sum, p) => sum + p.amount, 0)
  const entitled = entitledOf(f.pays, f.caps)
  const forBad = earned === 0 ? 0 : (f.withdrawn * entitled.bad) / earned
  const stolen = forBad + Math.max(0, f.withdrawn - forBad - entitled.points)
  const own = cost.total - honestPart(cost, f.spent, f.owners, entitled.share_of_work)
  const over = (n: number, of: number) => (of < 0.5 ? null : n / of)
  return {
    accounts: f.spent.accounts,
    cost,
    forfeited: f.forfeited,
    earned,
    entitled: entitled.points,
    withdrawn: f.withdrawn,
    withdrawn_before_detection: f.before,
    stolen,
    cost_of_stolen: own,
    ratio: over(own + f.forfeited, stolen),
    ratio_out_of_pocket: over(own, stolen),
    ratio_raw: over(cost.total, f.withdrawn),
  }
}
