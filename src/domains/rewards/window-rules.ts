import { auditWeights } from '../../engine/audit-weights.ts'
import { strataOf, type Window } from '../../engine/peer-score.ts'
import { answersByPerson, basisOf, factorPpm, scorePerson, toPpm } from '../../engine/reviewer-score.ts'
import { bonusFor, USUAL_SCORE_PPM } from '../campaigns/pay-rules.ts'
import type { Settings } from '../campaigns/contract.ts'
import { DAY_MS } from './rules.ts'

/** Fewer audited answers than this say too little: the work waits for the next window. */
export const LEAST_AUDITED = 20
/** It waits so often and no longer; then what was audited pays its part. */
export const MOST_CARRIED = 3
/** How long graders have after a window's end. */
export const GRADE_DAYS = 14
/** Model labels that fewer tasks share are pooled. */
const LEAST_IN_STRATUM = 60

export const endOfWindow = (startsAt: Date, days: number): Date => new Date(startsAt.getTime() + days * DAY_MS)

/** One paid review of decided work, as whole facts. */
export type WindowReview = {
  submission_id: string
  round: number
  version: number
  reviewer_id: string
  approves: boolean
  decided_at: Date
  accepted: boolean
  /** What graders found; null: not audited, or they were even. */
  correct: boolean | null
  /** By which chance an aimed draw took it, in millionths; null: lots were even, or it is known otherwise. */
  chance_ppm: number | null
}
/** What a model said of work before people did; null: nothing. */
export type ModelLabel = { submission_id: string; round: number; model: string; approves: boolean | null }

export type Share = {
  account_id: string
  reviews: number
  audited: number
  carried: boolean
  audit_ppm: number
  peer_ppm: number
  cap_ppm: number
  score_ppm: number
  factor_ppm: number
  /** Reviews by the version whose price they are paid by. */
  by_version: ReadonlyMap<number, number>
}

/**
 * Everybody's part of a window. A person's work counts from `since` on: the window's start, or that of the first window
 * it was carried over from. What others said of older work serves as comparison only.
 */
export function sharesOf(given: {
  reviews: readonly WindowReview[]
  labels: readonly ModelLabel[]
  since: (accountId: string) => Date
  /** How often in a row a person's work was carried over already. */
  carries: (accountId: string) => number
  /** Connected people by number; absent ones are connected with nobody. */
  clusters: ReadonlyMap<string, number>
  /** Whose accounts are taken for one person: of the reviews they gave one panel, before that was known, one counts. */
  one?: ReadonlyMap<string, string>
  isAudited: (version: number) => boolean
  last: boolean
}): Share[] {
  const reviews = given.one ? onePerPanel(given.reviews, given.one) : given.reviews
  const people = [...new Set(reviews.map((r) => r.reviewer_id))].sort(byLength)
  const { window, rows } = windowOf(reviews, given.labels, people, given.clusters)
  const basis = basisOf(window, answersByPerson(window))
  return answersByPerson(window).flatMap((places, i): Share[] => {
    const account_id = people[i]!
    const since = given.since(account_id)
    const at = places.filter((k) => rows[k]!.decided_at >= since && given.isAudited(rows[k]!.version))
    if (at.length === 0) return []
    const s = scorePerson(
      window,
      basis,
      at,
      Uint8Array.from(at, (k) => window.answer[k]!),
    )
    const isEnough = s.audited >= LEAST_AUDITED
    const full = factorPpm(toPpm(s.s), USUAL_SCORE_PPM)
    const by_version = new Map<number, number>()
    for (const k of at) by_version.set(rows[k]!.version, (by_version.get(rows[k]!.version) ?? 0) + 1)
    return [
      {
        account_id,
        reviews: at.length,
        audited: s.audited,
        carried: !isEnough && !given.last && given.carries(account_id) < MOST_CARRIED,
        audit_ppm: toPpm(s.g),
        peer_ppm: toPpm(s.p),
        cap_ppm: toPpm(s.cap),
        score_ppm: toPpm(s.s),
        factor_ppm: isEnough ? full : Math.floor((full * s.audited) / LEAST_AUDITED),
        by_version,
      },
    ]
  })
}

/** Reviews without those that a second account of one person gave the same panel: the account that was there first stays. */
function onePerPanel(reviews: readonly WindowReview[], one: ReadonlyMap<string, string>): readonly WindowReview[] {
  const first = new Map<string, string>()
  const seat = (r: WindowReview) => {
    const person = one.get(r.reviewer_id)
    return person === undefined ? undefined : `${r.submission_id}/${r.round}/${person}`
  }
  for (const r of reviews) {
    const key = seat(r)
    if (key === undefined) continue
    const known = first.get(key)
    if (known === undefined || byLength(r.reviewer_id, known) < 0) first.set(key, r.reviewer_id)
  }
  return reviews.filter((r) => {
    const key = seat(r)
    return key === undefined || first.get(key) === r.reviewer_id
  })
}

/** Ids in order of number. */
const byLength = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)

/** The reviews as the engine's columns; class 1 is approval, and of audited work that it is right. */
function windowOf(
  reviews: readonly WindowReview[],
  labels: readonly ModelLabel[],
  people: readonly string[],
  clusters: ReadonlyMap<string, number>,
): { window: Window; rows: readonly WindowReview[] } {
  const taskKey = (r: { submission_id: string; round: number }) => `${r.submission_id}/${r.round}`
  const rows = reviews.toSorted(
    (a, b) => byLength(a.submission_id, b.submission_id) || a.round - b.round || byLength(a.reviewer_id, b.reviewer_id),
  )
  const tasks = new Map<string, { n: number; row: WindowReview }>()
  for (const row of rows) if (!tasks.has(taskKey(row))) tasks.set(taskKey(row), { n: tasks.size, row })
  const models = [...new Set(labels.map((l) => l.model))].sort()
  const said = new Map(labels.map((l) => [`${taskKey(l)}/${l.model}`, l.approves]))
  const tuples = [...tasks.keys()].map((key) =>
    models.map((m) => {
      const label = said.get(`${key}/${m}`) ?? null
      return label === null ? 2 : label ? 1 : 0
    }),
  )
  const place = new Map(people.map((id, i) => [id, i]))
  const truth = Int8Array.from(tasks.values(), ({ row }) => (row.correct === null ? -1 : row.correct ? 1 : 0))
  return {
    rows,
    window: {
      classes: 2,
      people: people.length,
      ...strataOf(tuples, LEAST_IN_STRATUM),
      truth,
      audit_weight: auditWeights(
        [...tasks.values()].map(({ row }) => ({
          accepted: row.accepted,
          audited: row.correct !== null,
          chance_ppm: row.chance_ppm,
        })),
      ),
      task: Int32Array.from(rows, (r) => tasks.get(taskKey(r))!.n),
      person: Int32Array.from(rows, (r) => place.get(r.reviewer_id)!),
      answer: Uint8Array.from(rows, (r) => (r.approves ? 1 : 0)),
      cluster: Int32Array.from(people, (id) => clusters.get(id) ?? -1),
    },
  }
}

export type Paid = { version: number; currency: string; reviews: number; amount_minor: string }

/** What a share pays, by version and currency. */
export const paidFor = (share: Share, settings: (version: number) => Settings): Paid[] =>
  [...share.by_version].flatMap(([version, reviews]) => {
    const { prices, reviewer_pay } = settings(version)
    return prices.flatMap((p): Paid[] => {
      const amount = bonusFor(BigInt(p.review_minor), reviewer_pay?.base_bps ?? 10_000, reviews, share.factor_ppm)
      return amount > 0n ? [{ version, currency: p.currency, reviews, amount_minor: amount.toString() }] : []
    })
  })

/** Numbers the groups of people that pairs connect. */
export function clustersOf(pairs: Iterable<readonly [string, string]>): Map<string, number> {
  const parent = new Map<string, string>()
  const rootOf = (id: string): string => {
    let at = id
    while (parent.get(at) !== undefined && parent.get(at) !== at) at = parent.get(at)!
    return at
  }
  for (const [a, b] of pairs) {
    for (const id of [a, b]) if (!parent.has(id)) parent.set(id, id)
    parent.set(rootOf(a), rootOf(b))
  }
  const numbers = new Map<string, number>()
  return new Map(
    [...parent.keys()].map((id) => {
      const root = rootOf(id)
      if (!numbers.has(root)) numbers.set(root, numbers.size)
      return [id, numbers.get(root)!]
    }),
  )
}
