import { ATTACK_RULES } from './attackers.ts'
import type { AttackOutcome } from './conclude.ts'
import { POINTS_A_DOLLAR } from './costs.ts'
import type { AttackResult } from './run.ts'

/** What the table is made of: a result, or what a bench keeps of one. */
type Played = Omit<AttackResult, 'due_process' | 'meter'>

export const TO_REACH = { ratio: 1.5, honest_limited: 0.01 } as const

/** A figure of several seeds: its middle and where it lies, by Student's t; one seed alone has no interval. */
export type Interval = { mean: number; low: number; high: number }
const T95 = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26] as const

export function intervalOf(xs: readonly number[]): Interval {
  const mean = xs.reduce((a, b) => a + b, 0) / xs.length
  if (xs.length < 2) return { mean, low: mean, high: mean }
  const sd = Math.sqrt(xs.reduce((s, x) => s + (x - mean) ** 2, 0) / (xs.length - 1))
  const half = ((T95[xs.length - 2] ?? 1.96) * sd) / Math.sqrt(xs.length)
  return { mean, low: mean - half, high: mean + half }
}

export type Row = {
  attack: string
  seeds: number
  accounts: number
  cost: number
  forfeited: number
  withdrawn: number
  withdrawn_before_detection: number
  entitled_share: number
  stolen: number
  /**
   * Cost for each point stolen, over all seeds together, with the interval that its inverse (what a point of cost brings,
   * which is there even when nothing is stolen) has over seeds; null: nothing was stolen.
   */
  ratio: number | null
  ratio_low: number | null
  ratio_high: number | null
  ratio_out_of_pocket: number | null
  ratio_raw: number | null
  /** What an account of its own would have to cost, in dollars, for the attack to be as dear as is to be reached; null: it is. */
  account_usd_needed: number | null
  clustered: number
  half_detected_after: number | null
  met: boolean
}

const inverse = (x: number): number | null => (x <= 1e-9 ? null : 1 / x)

/** One attacker's row over the seeds that it was played with. */
export function rowOf(attack: string, outcomes: readonly AttackOutcome[]): Row {
  const mean = (f: (o: AttackOutcome) => number) => outcomes.reduce((s, o) => s + f(o), 0) / outcomes.length
  const yields = intervalOf(outcomes.map((o) => o.stolen / Math.max(1, o.cost_of_stolen + o.forfeited)))
  const spent = mean((o) => o.cost_of_stolen)
  const stolen = mean((o) => o.stolen)
  const over = (n: number, of: number) => (of < 0.5 ? null : n / of)
  const ratio = over(spent + mean((o) => o.forfeited), stolen)
  const days = outcomes.map((o) => o.half_detected_after)
  return {
    attack,
    seeds: outcomes.length,
    accounts: outcomes[0]!.accounts,
    cost: mean((o) => o.cost.total),
    forfeited: mean((o) => o.forfeited),
    withdrawn: mean((o) => o.withdrawn),
    withdrawn_before_detection: mean((o) => o.withdrawn_before_detection),
    entitled_share: mean((o) => (o.earned === 0 ? 1 : o.entitled / o.earned)),
    stolen,
    ratio,
    ratio_low: inverse(yields.high),
    ratio_high: inverse(yields.low),
    ratio_out_of_pocket: over(spent, stolen),
    ratio_raw: over(mean((o) => o.cost.total), mean((o) => o.withdrawn)), // prettier-ignore
    account_usd_needed:
      ratio === null || ratio >= TO_REACH.ratio
        ? null
        : (TO_REACH.ratio * stolen - spent - mean((o) => o.forfeited)) / (outcomes[0]!.accounts - 1) / POINTS_A_DOLLAR,
    clustered: mean((o) => o.clustered / o.accounts),
    half_detected_after: days.includes(null) ? null : days.reduce((a: number, b) => a + b!, 0) / days.length,
    met: ratio === null || ratio >= TO_REACH.ratio,
  }
}

/** Every attacker's row over runs of the same worlds with other seeds. */
export function rowsOf(results: readonly Played[]): Row[] {
  const names = [...new Set(results.flatMap((r) => r.attacks.map((a) => a.attack)))]
  return names.map((name) => rowOf(name, results.flatMap((r) => r.attacks.filter((a) => a.attack === name)))) // prettier-ignore
}

/** What is to be reached beside the attackers, over all runs. */
export function promises(results: readonly Played[]): { what: string; value: string; reach: string; met: boolean }[] {
  const sum = (f: (r: Played) => number) => results.reduce((s, r) => s + f(r), 0)
  const people = sum((r) => r.honest.people)
  const limited = sum((r) => r.honest.limited)
  const own = sum((r) => r.ownership.own_cluster + r.ownership.panels_shared)
  const cycles = sum((r) => r.ownership.two_cycles)
  const wrong = sum((r) => r.audit.problems.length)
  const reviews = sum((r) => r.ownership.reviews)
  return [
    { what: 'people whom a duster tried to frame, limited', value: `${sum((r) => r.honest.victims_limited)} of ${sum((r) => r.honest.victims)}`, reach: 'none', met: sum((r) => r.honest.victims_limited) === 0 },
    { what: 'honest people limited', value: `${limited} of ${people}, ${((100 * limited) / people).toFixed(1)} %`, reach: '1 % at most', met: limited / people <= TO_REACH.honest_limited },
    { what: 'reviews of one’s own cluster’s work, and panels with two of one, known when assigned', value: `${own} of ${reviews} reviews`, reach: 'none', met: own === 0 },
    { what: 'pairs who judged each other within seven days', value: `${cycles}`, reach: 'none', met: cycles === 0 },
    { what: 'what the auditor of decisions, pay and balances found wrong', value: `${wrong}`, reach: 'nothing', met: wrong === 0 },
  ] // prettier-ignore
}

const figure = (x: number | null, digits = 2): string => (x === null ? '–' : x.toFixed(digits))
export const ratioWords = (r: Pick<Row, 'ratio' | 'ratio_low' | 'ratio_high'>): string =>
  r.ratio === null ? 'nothing stolen' : `${figure(r.ratio)} (${figure(r.ratio_low)}–${r.ratio_high === null ? '∞' : figure(r.ratio_high)})` // prettier-ignore

export const HEAD = ['attacker', 'accounts', 'cost', 'withdrawn', 'of it stolen', 'cost per stolen point', 'out of pocket', 'all cost / all withdrawn', 'an account would have to cost', 'accounts known', 'half known after'] // prettier-ignore
export const cellsOf = (r: Row): string[] => [
  r.attack,
  String(r.accounts),
  figure(r.cost, 0),
  figure(r.withdrawn, 0),
  figure(r.stolen, 0),
  ratioWords(r),
  r.ratio_out_of_pocket === null ? '–' : figure(r.ratio_out_of_pocket),
  figure(r.ratio_raw),
  r.account_usd_needed === null ? '–' : `${figure(r.account_usd_needed)} dollars`,
  `${Math.round(100 * r.clustered)} %`,
  r.half_detected_after === null ? 'never' : `${figure(r.half_detected_after, 1)} days`,
]

/** The same for a terminal. */
export function tableLines(results: readonly Played[]): string[] {
  const rows = rowsOf(results)
  const table = [[...HEAD, ''], ...rows.map((r) => [...cellsOf(r), r.met ? 'reached' : 'MISSED'])]
  const widths = HEAD.map((_, i) => Math.max(...table.map((line) => line[i]!.length)))
  const lines = table.map((line) => line.map((c, i) => (i === 0 ? c.padEnd(widths[i]!) : c.padStart(widths[i] ?? 0))).join('  ').trimEnd()) // prettier-ignore
  const beside = promises(results).map((p) => `${p.what}: ${p.value} — ${p.met ? 'reached' : `MISSED (${p.reach})`}`)
  const ends = results.flatMap((r) => [
    `seed ${r.seed}: ${r.crowd} people, ${r.days} days and ${r.after} more, ${r.seconds} s, digest ${r.digest}`,
    ...r.audit.problems.slice(0, 5).map((x) => `  the auditor: ${x}`),
  ])
  return [...(rows.length > 0 ? lines : []), '', ...beside, ...ends]
}

export const saysOf = (attack: string): string => (ATTACK_RULES as Record<string, { says: string }>)[attack]?.says ?? ''
