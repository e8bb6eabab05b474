import { auditWeights } from '../engine/audit-weights.ts'
import { strataOf, type Window } from '../engine/peer-score.ts'
import { answersByPerson, basisOf, factorPpm, scorePerson, toPpm } from '../engine/reviewer-score.ts'
import type { Terms } from './campaigns.ts'
import type { Line } from './facts.ts'
import { ACCEPTED, APPROVES, CORRECT, JUDGED, OWN, taskOf, type WindowVotes } from './window-votes.ts'

export type WindowHead = {
  campaign: string
  window: number
  last: boolean
  kept_apart: boolean
  carries: { person: string; n: number }[]
}
export type WindowLabel = { work: string; round: number; model: string; approves: boolean | null }

/** The published rules of a window's bonus, as they stand in the documentation of pay. */
const USUAL_PPM = 675_000
const LEAST_AUDITED = 20
const MOST_CARRIED = 3
const LEAST_IN_STRATUM = 60

/** What a window owes: for each person who is paid, the lines as one text. */
export function windowPay(
  head: WindowHead,
  votes: WindowVotes,
  labels: readonly WindowLabel[],
  terms: ReadonlyMap<number, Terms>,
): string[] {
  const { window, people, own, version } = columns(votes, labels)
  const byPerson = answersByPerson(window)
  const basis = basisOf(window, byPerson)
  const carries = new Map(head.carries.map((c) => [c.person, c.n]))
  return byPerson.flatMap((places, i) => {
    const at = places.filter((k) => own[k] === 1)
    if (at.length === 0) return []
    const score = scorePerson(
      window,
      basis,
      at,
      Uint8Array.from(at, (k) => window.answer[k]!),
    )
    const isEnough = score.audited >= LEAST_AUDITED
    if (!isEnough && !head.last && (carries.get(people[i]!) ?? 0) < MOST_CARRIED) return []
    const full = factorPpm(toPpm(score.s), USUAL_PPM)
    const factor = isEnough ? full : Math.floor((full * score.audited) / LEAST_AUDITED)
    const lines = [...countBy(at.map((k) => version[k]!))].flatMap(([v, reviews]) =>
      bonusLines(terms.get(v), v, reviews, factor),
    )
    return lines.length > 0 ? [windowText(lines)] : []
  })
}

export type BonusLine = Line & { version?: number; reviews?: number; factor_ppm?: number }
export const windowText = (lines: readonly BonusLine[]): string =>
  lines
    .map(
      (l) =>
        `${l.kind} ${l.amount_minor} ${l.currency} for ${l.reviews} reviews of version ${l.version} at ${l.factor_ppm}`,
    )
    .toSorted()
    .join(', ')

function bonusLines(terms: Terms | undefined, version: number, reviews: number, factor_ppm: number): BonusLine[] {
  return (terms?.prices ?? []).flatMap((p) => {
    const price = BigInt(p.review_minor)
    const stake = price - (price * BigInt(terms?.reviewer_pay?.base_bps ?? 10_000)) / 10_000n
    const amount = (stake * BigInt(reviews) * BigInt(factor_ppm)) / 1_000_000n
    return amount > 0n
      ? [{ kind: 'review_bonus', currency: p.currency, amount_minor: amount.toString(), version, reviews, factor_ppm }]
      : []
  })
}

function countBy<T>(values: readonly T[]): Map<T, number> {
  const out = new Map<T, number>()
  for (const v of values) out.set(v, (out.get(v) ?? 0) + 1)
  return out
}

/** A window's votes as the engine's columns, tasks in the order of their names and people in that of theirs. */
function columns(
  votes: WindowVotes,
  labels: readonly WindowLabel[],
): { window: Window; people: string[]; own: Uint8Array; version: number[] } {
  const { tasks, people, order } = votes.ordered()
  const models = [...new Set(labels.map((l) => l.model))].sort()
  const said = new Map(labels.map((l) => [`${taskOf(l)}/${l.model}`, l.approves]))
  const tuples = tasks.names.map((task) =>
    models.map((m) => {
      const label = said.get(`${task}/${m}`) ?? null
      return label === null ? 2 : label ? 1 : 0
    }),
  )
  const task = Int32Array.from(order, (k) => tasks.rank[votes.task.at(k)]!)
  // Of each task, what the vote of its first person says of it.
  const first = new Int32Array(tuples.length).fill(-1)
  for (const [i, t] of task.entries()) if (first[t]! < 0) first[t] = order[i]!
  const is = (k: number, flag: number): boolean => (votes.flags.at(k) & flag) !== 0
  const truth = Int8Array.from(first, (k) => (is(k, JUDGED) ? (is(k, CORRECT) ? 1 : 0) : -1))
  const audits = Array.from(first, (k) => ({
    accepted: is(k, ACCEPTED),
    audited: is(k, JUDGED),
    chance_ppm: votes.chances.get(k) ?? null,
  }))
  return {
    people: people.names,
    own: Uint8Array.from(order, (k) => (is(k, OWN) ? 1 : 0)),
    version: Array.from(order, (k) => votes.versions[votes.version.at(k)]!),
    window: {
      classes: 2,
      people: people.names.length,
      ...strataOf(tuples, LEAST_IN_STRATUM),
      truth,
      audit_weight: auditWeights(audits),
      task,
      person: Int32Array.from(order, (k) => people.rank[votes.person.at(k)]!),
      answer: Uint8Array.from(order, (k) => (is(k, APPROVES) ? 1 : 0)),
      cluster: new Int32Array(people.names.length).fill(-1),
    },
  }
}
