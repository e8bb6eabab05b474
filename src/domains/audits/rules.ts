import { fixed, fixedRatio } from '../../engine/fixed.ts'
import {
  cohenKappa,
  estimate,
  type Figure,
  type Interval,
  type ShareEstimate,
  type Stratum,
} from '../../engine/intervals.ts'
import { anytimeInterval, exactInterval } from '../../engine/strata-intervals.ts'
import { sha256Hex } from '../../platform/canonical.ts'
import type { FieldProblem } from '../../platform/refusal.ts'
import type { DoubleGrading, Estimate, QaReading, QuestionGrades } from './contract.ts'

// The draw.

/** A piece's lot: whoever knows seed and ids draws the same lots in any order, on any machine. */
export const lotOf = (seed: string, purpose: 'sample' | 'double', id: string): string =>
  sha256Hex(`${seed}:${purpose}:${id}`)

type Lot<T> = { lot: string; piece: T }
const byLot = <T>(a: Lot<T>, b: Lot<T>): number => (a.lot < b.lot ? -1 : a.lot > b.lot ? 1 : 0)
export const byId = (a: { id: string }, b: { id: string }): number =>
  a.id.length - b.id.length || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/**
 * Draws `wanted` pieces of a stratum: those with the lowest lots, which is a simple random sample without replacement.
 * Pieces come in any order and any number; only about twice as many as are wanted are ever held.
 */
export function createDraw<T extends { id: string }>(
  seed: string,
  wanted: number | null,
): { add(piece: T): void; population(): number; drawn(): T[]; ordered(): T[] } {
  let held: Lot<T>[] = []
  let population = 0
  const trim = () => {
    if (wanted !== null) held = held.sort(byLot).slice(0, wanted)
  }
  return {
    add(piece) {
      population += 1
      held.push({ lot: lotOf(seed, 'sample', piece.id), piece })
      if (wanted !== null && held.length >= 2 * wanted + 1000) trim()
    },
    population: () => population,
    drawn() {
      trim()
      return held.map((h) => h.piece).sort(byId)
    },
    /** In the order of lots: any first part of it is a random sample of its own. */
    ordered() {
      held.sort(byLot)
      trim()
      return held.map((h) => h.piece)
    },
  }
}

/** Which of the drawn are graded twice: the share asked for, rounded up, again by lot. */
export function doubled(seed: string, drawn: readonly { id: string }[], bps: number): Set<string> {
  const count = Math.ceil((drawn.length * bps) / 10_000)
  const lots = drawn.map((piece) => ({ lot: lotOf(seed, 'double', piece.id), piece })).sort(byLot)
  return new Set(lots.slice(0, count).map((l) => l.piece.id))
}

/**
 * Whether the piece at this place of a random order is graded twice. Of every first part of the order, at least the
 * share asked for is, wherever reading stops.
 */
export const isDoubled = (position: number, bps: number): boolean =>
  Math.ceil((position * bps) / 10_000) > Math.ceil(((position - 1) * bps) / 10_000)

/** What a repeated draw is compared by. */
export const drawnHash = (drawn: readonly { id: string }[]): string =>
  sha256Hex(JSON.stringify([...drawn].sort(byId).map((d) => d.id)))

// Grading.

/** What is wrong with grades: each judged question has one, and a wrong one says why. */
export function gradeProblems(judged: readonly string[], grades: QuestionGrades): FieldProblem[] {
  const problems: FieldProblem[] = []
  for (const key of judged) {
    const grade = Object.hasOwn(grades, key) ? grades[key] : undefined
    if (!grade) problems.push({ field: `/${key}`, code: 'required', message: 'Say whether this answer is right.' })
    else if (!grade.right && !grade.reason)
      problems.push({ field: `/${key}/reason`, code: 'required', message: 'Say why it is wrong.' })
    else if (grade.right && grade.reason)
      problems.push({ field: `/${key}/reason`, code: 'not_with_right', message: 'A reason goes with a wrong answer.' })
    else if (grade.reason === 'other' && !grade.comment?.trim())
      problems.push({ field: `/${key}/comment`, code: 'required', message: 'Say in a few words what is wrong.' })
  }
  for (const key of Object.keys(grades))
    if (!judged.includes(key))
      problems.push({ field: `/${key}`, code: 'unknown_question', message: 'This question is not graded.' })
  return problems
}

/** Right as a whole: every judged question is. */
export const isCorrect = (judged: readonly string[], grades: QuestionGrades): boolean =>
  judged.every((key) => grades[key]?.right === true)

export type GradeFacts = {
  drawn: boolean
  is_author: boolean
  /** The lane of the grader's lease, if they have or had one on this work. */
  lane: 'audit' | 'other' | undefined
  standing: 'live' | 'late' | 'lease_not_found' | 'lease_over'
  place_free: boolean
}

/** May this grade be recorded? First broken rule wins. */
export function refuseGrade(
  f: GradeFacts,
): 'own_work_graded' | 'not_drawn' | 'lease_not_found' | 'lease_over' | undefined {
  if (f.is_author || f.lane === 'other') return 'own_work_graded'
  if (!f.drawn) return 'not_drawn'
  if (f.standing === 'lease_not_found') return 'lease_not_found'
  if (f.standing === 'lease_over' || (f.standing === 'late' && !f.place_free)) return 'lease_over'
  return undefined
}

export type Tally = { grades: number; correct_grades: number; grades_wanted: number }

/** After a grade: done, or waiting for the next; two that disagree ask a third grader when there is one. */
export function afterGrade(tally: Tally, thirdAvailable: boolean): 'wait' | 'ask_third' | 'close' {
  if (tally.grades < tally.grades_wanted) return 'wait'
  if (tally.grades === 2 && tally.correct_grades === 1 && thirdAvailable) return 'ask_third'
  return 'close'
}

/** How QA reads a piece: what most graders say; undefined while nobody has, unresolved when they are even. */
export function outcomeOf(tally: {
  grades: number
  correct_grades: number
}): 'correct' | 'incorrect' | 'unresolved' | undefined {
  if (tally.grades === 0) return undefined
  const twice = 2 * tally.correct_grades
  return twice > tally.grades ? 'correct' : twice < tally.grades ? 'incorrect' : 'unresolved'
}

// Figures.

export type { Stratum }

const printed = (e: ShareEstimate): Estimate => ({
  share: e.share === null ? null : fixed(e.share, 6),
  low: e.interval === null ? null : fixed(e.interval.low, 6),
  high: e.interval === null ? null : fixed(e.interval.high, 6),
  n: e.n,
  n_effective: e.n_effective === null ? null : fixed(e.n_effective, 1),
})

const between = (name: 'exact' | 'anytime', i: Interval | null): Partial<Estimate> =>
  i ? { [name]: { low: fixed(i.low, 6), high: fixed(i.high, 6) } } : {}

/** One figure as it is published. */
export const printedEstimate = (figure: Figure, strata: readonly Stratum[]): Estimate => ({
  ...printed(estimate(figure, strata)),
  ...between('exact', exactInterval(figure, strata)),
  ...between('anytime', anytimeInterval(figure, strata)),
})

/** QA read both ways, and recall, from strata. */
export function readingOf(strata: readonly Stratum[]): QaReading {
  const sum = (of: (s: Stratum) => number) => strata.reduce((total, s) => total + of(s), 0)
  return {
    precision: printedEstimate('precision', strata),
    agreement: printedEstimate('agreement', strata),
    recall: printedEstimate('recall', strata),
    base_rate: printedEstimate('base_rate', strata),
    population: sum((s) => s.population),
    graded: sum((s) => s.n),
    not_covered: sum((s) => (s.n === 0 ? s.population : 0)),
  }
}

/**
 * The strata of several plans over one campaign, made disjoint. A later sample's population is what the earlier plans left
 * undrawn and what came since, so what those graded stands for itself and the last sample stands for the rest. A window's
 * population is only what was decided since the draw before it: those after the last sample stand for themselves.
 */
export function disjoint(
  rows: readonly { accepted: boolean; population: number; graded: number; correct: number; window?: boolean }[],
): Stratum[] {
  return [true, false].flatMap((accepted) => {
    const own = rows.filter((r) => r.accepted === accepted)
    const last = own.findLastIndex((r) => r.graded > 0 && !r.window)
    const windows = own.slice(last + 1).filter((r) => r.window)
    if (last < 0 && windows.length === 0)
      return own.slice(-1).map((r) => ({ accepted, population: r.population, n: 0, right: 0 }))
    return [...own.slice(0, last + 1), ...windows].flatMap((r, i) => {
      if (i < last && r.graded === 0) return []
      return [{ accepted, population: i >= last ? r.population : r.graded, n: r.graded, right: r.correct }]
    })
  })
}

/** Pairs of the first and second grade of the same piece, and what became of those that disagreed. */
export type GradePairs = {
  both_yes: number
  first_only: number
  second_only: number
  both_no: number
  third_grades: number
  unresolved: number
}

export function doubleGradingOf(pairs: GradePairs): DoubleGrading {
  const agreed = pairs.both_yes + pairs.both_no
  const all = agreed + pairs.first_only + pairs.second_only
  const kappa = cohenKappa(pairs)
  return {
    pairs: all,
    agreed,
    agreement: all === 0 ? null : fixedRatio(agreed, all, 4),
    kappa: kappa === null ? null : fixed(kappa, 4),
    third_grades: pairs.third_grades,
    unresolved: pairs.unresolved,
  }
}
