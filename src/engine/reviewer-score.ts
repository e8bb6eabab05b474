import { informednessOf } from './informedness.ts'
import { peerPosteriors, sharesByStratum, spreadOf, voteWeight, type Window } from './peer-score.ts'

/** Millionths: what is published and paid by is a whole number, so that paying again needs no floating point. */
const PPM = 1_000_000
export const toPpm = (x: number): number => Math.round(x * PPM) || 0

/**
 * What anybody is thought to see before their answers are audited, and how sure that is: as much as four audits say. One's
 * own history does not count here, or a sleeper would live on it.
 */
const BEFORE = { value: 0.5, se: 0.5 }
const CAP_SE = 1.64

export type ReviewerScore = {
  tasks: number
  audited: number
  /** Informedness in audits, raw and held towards `before`. */
  g_raw: number
  g: number
  se_g: number
  /** Agreement with unconnected peers beyond what the models' labels explain. */
  p: number
  se_p: number
  /** What audits allow of it. */
  cap: number
  s: number
}
export type ScoreOptions = {
  /** Off only where a test shows what the cap is for. */
  cap?: boolean
}

/** What a window's people are scored by: from audits, and from everybody's answers. */
export type Basis = { spread: Float64Array; posteriors: Float64Array; most: Float64Array }

/** Everyone's score S of a window: audited informedness and capped conditional peer agreement, weighted by precision. */
export function scoreWindow(w: Window, options: ScoreOptions = {}): ReviewerScore[] {
  const byPerson = answersByPerson(w)
  const basis = basisOf(w, byPerson)
  return byPerson.map((at) => scorePerson(w, basis, at, answersAt(w, at), options))
}

export function basisOf(w: Window, byPerson: readonly (readonly number[])[]): Basis {
  const shares = sharesByStratum(w)
  const spread = spreadOf(shares, w.classes)
  const weights = byPerson.map((at) => voteWeight(gradeOf(w, at, answersAt(w, at), spread).g, w.classes))
  const posteriors = peerPosteriors(w, shares, weights)
  return { spread, posteriors, most: sureSpread(w, posteriors) }
}

/**
 * One person's score for giving these answers at these places of the window. A person's own answers never enter what
 * they are compared with, so the answers need not be those in the window: that is how one deviator is tried.
 */
export function scorePerson(
  w: Window,
  basis: Basis,
  at: readonly number[],
  answer: Uint8Array,
  options: ScoreOptions = {},
): ReviewerScore {
  const C = w.classes
  const g = gradeOf(w, at, answer, basis.spread)
  const reference = new Float64Array(at.length * C)
  for (let k = 0; k < at.length; k++)
    for (let c = 0; c < C; c++) reference[k * C + c] = basis.posteriors[at[k]! * C + c]!
  const weight = new Float64Array(at.length).fill(1)
  const peer = informednessOf({ classes: C, stratum: strataAt(w, at), answer, weight, reference, most: basis.most })
  const p = Math.min(1.2, Math.max(-1, peer.value))
  const se_p = Math.sqrt(0.2 / Math.max(1, at.length)) / Math.max(peer.telling, 0.2)
  const cap = g.g + CAP_SE * g.se_g
  const allowed = options.cap === false ? p : Math.min(p, cap)
  const share = 1 / g.se_g ** 2 / (1 / g.se_g ** 2 + 1 / se_p ** 2)
  return { tasks: at.length, ...g, p, se_p, cap, s: share * g.g + (1 - share) * allowed }
}

/** For each person, the places of their answers. */
export function answersByPerson(w: Window): number[][] {
  const by: number[][] = Array.from({ length: w.people }, () => [])
  for (let i = 0; i < w.person.length; i++) by[w.person[i]!]!.push(i)
  return by
}

const answersAt = (w: Window, at: readonly number[]) => Uint8Array.from(at, (i) => w.answer[i]!)
const strataAt = (w: Window, at: readonly number[]) => Int32Array.from(at, (i) => w.stratum[w.task[i]!]!)

function gradeOf(w: Window, at: readonly number[], answer: Uint8Array, spread: Float64Array) {
  const C = w.classes
  const reference = new Float64Array(at.length * C)
  let right = 0
  let audited = 0
  at.forEach((i, k) => {
    const truth = w.truth[w.task[i]!]!
    if (truth < 0) return
    audited++
    if (truth === answer[k]) right++
    reference[k * C + truth] = 1
  })
  const found = informednessOf({
    classes: C,
    stratum: strataAt(w, at),
    answer,
    weight: Float64Array.from(at, (i) => (w.truth[w.task[i]!]! < 0 ? 0 : w.audit_weight[w.task[i]!]!)),
    reference,
    most: spread,
  })
  const share = Math.min(0.95, Math.max(0.05, audited > 0 ? right / audited : 0.5))
  const se_raw =
    found.effective > 0 ? Math.sqrt((share * (1 - share)) / found.effective) / Math.max(found.telling, 0.05) : Infinity
  const precision = 1 / se_raw ** 2
  const prior = 1 / BEFORE.se ** 2
  return {
    audited,
    g_raw: found.value,
    g: (precision * found.value + prior * BEFORE.value) / (precision + prior),
    se_g: 1 / Math.sqrt(precision + prior),
  }
}

/** For each stratum, what peers' posteriors let the best reviewer reach: they too are unsure at times. */
function sureSpread(w: Window, posteriors: Float64Array): Float64Array {
  const C = w.classes
  const sure = new Float64Array(w.strata)
  const mean = new Float64Array(w.strata * C)
  const n = new Float64Array(w.strata)
  for (let i = 0; i < w.answer.length; i++) {
    const z = w.stratum[w.task[i]!]!
    n[z] = n[z]! + 1
    for (let c = 0; c < C; c++) {
      const q = posteriors[i * C + c]!
      sure[z] = sure[z]! + q * q
      mean[z * C + c] = mean[z * C + c]! + q
    }
  }
  return Float64Array.from({ length: w.strata }, (_, z) => {
    if (n[z] === 0) return 0
    let same = 0
    for (let c = 0; c < C; c++) same += (mean[z * C + c]! / n[z]!) ** 2
    return Math.max(LEAST_SPREAD, sure[z]! / n[z]! - same)
  })
}
const LEAST_SPREAD = 0.02

/** What a score pays: nothing up to half of `s1_ppm`, 1 at `s1_ppm`, at most 1.25; in millionths, rounded down. */
export function factorPpm(s_ppm: number, s1_ppm: number): number {
  const s0 = Math.floor(s1_ppm / 2)
  if (s_ppm <= s0) return 0
  return Math.min(MOST_FACTOR_PPM, Math.floor(((s_ppm - s0) * PPM) / (s1_ppm - s0)))
}
export const MOST_FACTOR_PPM = 1_250_000
