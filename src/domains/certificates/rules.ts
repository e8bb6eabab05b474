import { claimState, outlook, planClaim, type ClaimPlan } from '../../engine/claim.ts'
import { fixed, fixedRatio } from '../../engine/fixed.ts'
import { wilson } from '../../engine/intervals.ts'
import { clopperPearson } from '../../engine/special.ts'
import { graderDoubt, type GraderDoubt } from '../../engine/weighted.ts'
import { sha256Hex } from '../../platform/canonical.ts'

/** Names the arithmetic, so that a certificate is re-checked by what it was made by. */
export const METHOD = 'assay-acceptance-1'
/** At least this share of audits is graded twice, in basis points. */
export const LEAST_DOUBLE_BPS = 1000
/** How many places beyond the read ones are before graders, so that several can work and little is graded in vain. */
const AHEAD = 25
const USUAL_AUDITS = 5_000

/** "At least so much of this lot is right": shares in millionths, because they are exact. */
export type Claim = { lot: number; at_least_micro: number; alpha_micro: number; max_audits: number }

/** A decimal between 0 and 1, as millionths; nothing for other text. */
export function microOf(share: string): number | undefined {
  if (!/^0\.\d{1,6}$/.test(share)) return undefined
  const micro = Number(share.slice(2).padEnd(6, '0'))
  return micro > 0 ? micro : undefined
}
export const shareOf = (micro: number): string => fixedRatio(micro, 1_000_000, 6)

const wrongShare = (claim: Claim): number => (1_000_000 - claim.at_least_micro) / 1_000_000
const alphaOf = (claim: Claim): number => claim.alpha_micro / 1_000_000

/** The claim as the engine's table of whole numbers. */
export const planOf = (claim: Claim): ClaimPlan =>
  planClaim({ lot: claim.lot, share: wrongShare(claim), alpha: alphaOf(claim), max: claim.max_audits })

/** Fewest audits that can prove it, all of them right; nothing when it cannot be proved within its audits. */
export function leastAudits(plan: ClaimPlan): number | undefined {
  const n = plan.proved.findIndex((k) => k >= 0)
  return n < 0 ? undefined : n
}

/** What was read so far. Whatever is not known to be right counts as wrong. */
export type Tally = {
  n: number
  wrong: number
  graded: number
  doubles: number
  disagreements: number
  /** Disagreements that were not settled as right. */
  found_wrong: number
  unresolved: number
  ungraded: number
}
export const emptyTally = (): Tally => ({
  n: 0,
  wrong: 0,
  graded: 0,
  doubles: 0,
  disagreements: 0,
  found_wrong: 0,
  unresolved: 0,
  ungraded: 0,
})

export type Outcome = 'right' | 'wrong' | 'unresolved' | 'ungraded'

/** What most graders of a piece say. */
export function outcomeOf(grades: readonly boolean[]): Outcome {
  if (grades.length === 0) return 'ungraded'
  const twice = 2 * grades.filter(Boolean).length
  return twice > grades.length ? 'right' : twice < grades.length ? 'wrong' : 'unresolved'
}

/** The tally with one more piece, whose grades are in the order in which they were given. */
export function withPiece(t: Tally, grades: readonly boolean[]): Tally {
  const outcome = outcomeOf(grades)
  const differed = grades.length >= 2 && grades[0] !== grades[1]
  const add = (yes: boolean) => (yes ? 1 : 0)
  return {
    n: t.n + 1,
    wrong: t.wrong + add(outcome !== 'right'),
    graded: t.graded + add(grades.length > 0),
    doubles: t.doubles + add(grades.length >= 2),
    disagreements: t.disagreements + add(differed),
    found_wrong: t.found_wrong + add(differed && outcome !== 'right'),
    unresolved: t.unresolved + add(outcome === 'unresolved'),
    ungraded: t.ungraded + add(outcome === 'ungraded'),
  }
}

/** What graders overlook, as the pieces graded twice suggest. */
export const doubtOf = (t: Tally): GraderDoubt => graderDoubt(t)

/**
 * The most pieces of the lot that can be wrong, at confidence 1 - alpha, read after any number of audits: one less than
 * the smallest claim that these audits prove. Larger claims are proved wherever smaller ones are, so one search finds it,
 * and looking often costs nothing.
 */
export function wrongAtMost(lot: number, n: number, wrong: number, alpha: number): number {
  let [low, high] = [Math.max(1, wrong), lot - n + wrong + 1]
  if (n === 0) return lot
  const isProved = (b: number) => b < lot && planClaim({ lot, share: b / lot, alpha, max: n }).proved[n]! >= wrong
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (isProved(middle)) high = middle
    else low = middle + 1
  }
  return Math.min(low - 1, lot - n + wrong)
}

export type Standing = {
  state: 'open' | 'proved' | 'failed'
  why: 'proved' | 'refuted' | 'spent' | null
}

/**
 * Where a claim stands after these audits. It is proved when the grades prove a share of wrong pieces that leaves room
 * for what graders overlook, and enough were graded twice to say how much that is.
 */
export function standingOf(claim: Claim, plan: ClaimPlan, t: Tally): Standing {
  const state = claimState(plan, t.n, t.wrong)
  if (state === 'refuted') return { state: 'failed', why: 'refuted' }
  if (state === 'spent') return { state: 'failed', why: 'spent' }
  const isDoubled = t.doubles * 10_000 >= t.graded * LEAST_DOUBLE_BPS && t.doubles > 0
  if (state === 'proved' && isDoubled) {
    const room = wrongShare(claim) - doubtOf(t).allowance
    const narrow =
      room >= wrongShare(claim)
        ? plan
        : room > 0
          ? planClaim({ lot: claim.lot, share: room, alpha: alphaOf(claim), max: t.n })
          : undefined
    if (narrow && t.wrong <= narrow.proved[t.n]!) return { state: 'proved', why: 'proved' }
  }
  return t.n >= claim.max_audits ? { state: 'failed', why: 'spent' } : { state: 'open', why: null }
}

/** How many places should be before graders when so many are read. */
export const windowOf = (claim: Claim, least: number, read: number): number =>
  Math.min(claim.max_audits, Math.max(least, read + AHEAD))

/** How many audits a claim gets when nobody says. */
export const usualAudits = (lot: number): number => Math.min(lot, USUAL_AUDITS)

/** The share that is right at least, with room for what graders overlook: never more than the audits say. */
export const rightAtLeast = (lot: number, wrong_at_most: number, allowance: number): number =>
  Math.max(0, 1 - wrong_at_most / lot - allowance)

/** A share for print that is rounded down, because it is a promise. */
export const promised = (share: number): string => fixed(Math.max(0, Math.floor(share * 1e6 + 1e-6)) / 1e6, 6)

export type Figures = {
  lot: number
  n: number
  right: number
  precision: string | null
  /** Holds however often one looks. */
  anytime: { wrong_at_most: number; right_at_least: string }
  /** For one look at a size fixed beforehand: to compare with other figures, not to be relied on here. */
  clopper_pearson: { low: string; high: string }
  wilson: { low: string; high: string }
}

/** Precision of a lot, or of a class of it, every way. */
export function figuresOf(lot: number, n: number, right: number, alpha: number, allowance: number): Figures {
  const exact = clopperPearson(right, n)
  const score = wilson(n === 0 ? 0 : right / n, n)
  const wrong_at_most = wrongAtMost(lot, n, n - right, alpha)
  const printed = ({ low, high }: { low: number; high: number }) => ({ low: fixed(low, 6), high: fixed(high, 6) })
  return {
    lot,
    n,
    right,
    precision: n === 0 ? null : fixedRatio(right, n, 6),
    anytime: { wrong_at_most, right_at_least: promised(rightAtLeast(lot, wrong_at_most, allowance)) },
    clopper_pearson: printed(exact),
    wilson: printed(score),
  }
}

export type Expectation = {
  wrong: number
  wrong_share: string
  audits_mean: string
  audits_90: number
  proved: string
}

/** What a claim will cost for several truths, from none wrong to as much as makes it false. */
export function expectations(plan: ClaimPlan): Expectation[] {
  const truths = [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => Math.floor(share * plan.boundary))
  return [...new Set(truths)].map((wrong) => {
    const o = outlook(plan, wrong)
    return {
      wrong,
      wrong_share: fixedRatio(wrong, plan.lot, 6),
      audits_mean: fixed(o.audits_mean, 1),
      audits_90: o.audits_90,
      proved: fixed(o.proved, 4),
    }
  })
}

/** What a repeated draw is compared by: names in the order of the draw. */
export const drawHash = (names: readonly string[]): string => sha256Hex(JSON.stringify(names))
