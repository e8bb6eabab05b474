import { strataOf, type Window } from '../engine/peer-score.ts'
import { answersByPerson, basisOf, factorPpm, scorePerson, toPpm } from '../engine/reviewer-score.ts'
import type { Terms } from './campaigns.ts'
import type { Line } from './facts.ts'

export type WindowHead = {
  campaign: string
  window: number
  last: boolean
  kept_apart: boolean
  carries: { person: string; n: number }[]
}
export type WindowVote = {
  work: string
  round: number
  version: number
  person: string
  approves: boolean
  accepted: boolean
  correct: boolean | null
  own: boolean
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
  votes: readonly WindowVote[],
  labels: readonly WindowLabel[],
  terms: ReadonlyMap<number, Terms>,
): string[] {
  const people = [...new Set(votes.map((v) => v.person))].sort()
  const { window, rows } = columns(votes, labels, people)
  const byPerson = answersByPerson(window)
  const basis = basisOf(window, byPerson)
  const carries = new Map(head.carries.map((c) => [c.person, c.n]))
  return byPerson.flatMap((places, i) => {
    const at = places.filter((k) => rows[k]!.own)
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
    const lines = [...countBy(at.map((k) => rows[k]!.version))].flatMap(([version, reviews]) =>
      bonusLines(terms.get(version), version, reviews, factor),
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

/** A window's votes as the engine's columns. */
function columns(
  votes: readonly WindowVote[],
  labels: readonly WindowLabel[],
  people: readonly string[],
): { window: Window; rows: readonly WindowVote[] } {
  const key = (r: { work: string; round: number }) => `${r.work}/${r.round}`
  const order = (a: { key: string; row: WindowVote }, b: { key: string; row: WindowVote }): number =>
    a.key < b.key ? -1 : a.key > b.key ? 1 : a.row.person < b.row.person ? -1 : 1
  const rows = votes
    .map((row) => ({ key: key(row), row }))
    .sort(order)
    .map(({ row }) => row)
  const tasks = new Map<string, { n: number; row: WindowVote }>()
  for (const row of rows) if (!tasks.has(key(row))) tasks.set(key(row), { n: tasks.size, row })
  const models = [...new Set(labels.map((l) => l.model))].sort()
  const said = new Map(labels.map((l) => [`${key(l)}/${l.model}`, l.approves]))
  const tuples = [...tasks.keys()].map((task) =>
    models.map((m) => {
      const label = said.get(`${task}/${m}`) ?? null
      return label === null ? 2 : label ? 1 : 0
    }),
  )
  const place = new Map(people.map((p, i) => [p, i]))
  const truth = Int8Array.from(tasks.values(), ({ row }) => (row.correct === null ? -1 : row.correct ? 1 : 0))
  const kinds = [...tasks.values()].map((t) => t.row.accepted)
  const weightOf = (kind: boolean) => {
    const audited = kinds.filter((k, t) => k === kind && truth[t]! >= 0).length
    return audited > 0 ? kinds.filter((k) => k === kind).length / audited : 0
  }
  const weights = { yes: weightOf(true), no: weightOf(false) }
  return {
    rows,
    window: {
      classes: 2,
      people: people.length,
      ...strataOf(tuples, LEAST_IN_STRATUM),
      truth,
      audit_weight: Float64Array.from(kinds, (k) => (k ? weights.yes : weights.no)),
      task: Int32Array.from(rows, (r) => tasks.get(key(r))!.n),
      person: Int32Array.from(rows, (r) => place.get(r.person)!),
      answer: Uint8Array.from(rows, (r) => (r.approves ? 1 : 0)),
      cluster: Int32Array.from(people, () => -1),
    },
  }
}
