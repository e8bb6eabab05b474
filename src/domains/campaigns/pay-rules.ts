import { MOST_FACTOR_PPM } from '../../engine/reviewer-score.ts'
import { shareOf } from '../../platform/money.ts'
import type { Price, Settings } from './contract.ts'

const PPM = 1_000_000n

/** What a review pays at its decision, whatever it said: the share of the rate that is not at stake. Rounded down. */
export const basePerReview = (rate_minor: bigint, base_bps: number): bigint => (rate_minor * BigInt(base_bps)) / 10_000n

/** What a review can pay at most, base and bonus: what the campaign's worst case holds ready. Rounded up. */
export function mostPerReview(rate_minor: bigint, base_bps: number): bigint {
  const base = basePerReview(rate_minor, base_bps)
  return base + ((rate_minor - base) * BigInt(MOST_FACTOR_PPM) + PPM - 1n) / PPM
}

/**
 * The bonus of a window: reviews x what is at stake for each x the factor of the score, rounded down once. The fraction
 * of a minor unit that is cut off never leaves the campaign's account.
 */
export function bonusFor(rate_minor: bigint, base_bps: number, reviews: number, factor_ppm: number): bigint {
  const stake = rate_minor - basePerReview(rate_minor, base_bps)
  return (stake * BigInt(reviews) * BigInt(factor_ppm)) / PPM
}

/**
 * What the usual honest reviewer of two-class work scores in the simulator (`bench/results/incentives.json`): the score
 * that pays the full rate. One published number, so that nobody's pay hangs on how good the others are.
 */
export const USUAL_SCORE_PPM = 675_000

/** What one review costs at most under these settings. */
export const dearestReview = (s: Settings, p: Price): bigint =>
  s.reviewer_pay ? mostPerReview(BigInt(p.review_minor), s.reviewer_pay.base_bps) : BigInt(p.review_minor)

/** What one accepted piece of work costs at most: its price at its scarcest, the bonus, and all that novelty can add. */
export function dearestContribution(s: Settings, p: Price): bigint {
  const price = s.scarcity ? shareOf(BigInt(p.contribute_minor), s.scarcity.most_bps) : BigInt(p.contribute_minor)
  return price + shareOf(price, p.bonus_bps) + (s.novelty ? shareOf(price, s.novelty.most_bps) : 0n)
}

/** Pay rules that a campaign's way of judging has no use for, or that leave too few audits to chance alone. */
export const payProblems = (s: Settings, mode: 'review' | 'redundancy'): PayProblem[] => {
  const aim = s.reviewer_pay?.audit_aim
  const tooFar = (aim?.doubted_bps ?? 0) + (aim?.exposed_bps ?? 0) > MOST_AIMED_BPS
  return [
    ...(mode === 'review'
      ? []
      : (['reviewer_pay', 'hold', 'novelty', 'scarcity'] as const).flatMap((field) =>
          s[field]
            ? [{ field, code: 'not_in_this_mode' as const, message: 'Only work that people review is paid like this.' }]
            : [],
        )),
    ...(tooFar
      ? [
          {
            field: 'reviewer_pay/audit_aim',
            code: 'too_much_aimed' as const,
            message: 'At least half of the audits are drawn evenly. Aim 50 % of them at most.',
          },
        ]
      : []),
  ]
}
const MOST_AIMED_BPS = 5_000
type PayProblem = { field: string; code: 'not_in_this_mode' | 'too_much_aimed'; message: string }

/** What people are shown of a version's pay before they begin. */
export const payOf = (s: Settings): Pick<Settings, 'reviewer_pay' | 'hold' | 'novelty' | 'scarcity'> => ({
  ...(s.reviewer_pay && { reviewer_pay: s.reviewer_pay }),
  ...(s.hold && { hold: s.hold }),
  ...(s.novelty && { novelty: s.novelty }),
  ...(s.scarcity && { scarcity: s.scarcity }),
})

const LEAST_FACTOR_PPM = 500_000
const PACE = 0.1

/** A price as it stands: the listed one times the step in force, rounded down. */
export const priceAt = (listed_minor: bigint, factor_ppm: number): bigint => (listed_minor * BigInt(factor_ppm)) / PPM

/**
 * The next day's factor: it rises where fewer pieces came than a day should bring, falls where more did, by a tenth of
 * the difference's share at most, and stays between a half and what the campaign holds ready.
 */
export function nextFactor(factor_ppm: number, day: { demand: number; accepted: number }, most_bps: number): number {
  if (day.demand <= 0) return factor_ppm
  const moved = factor_ppm * Math.exp((PACE * (day.demand - day.accepted)) / day.demand)
  return Math.round(Math.min(most_bps * 100, Math.max(LEAST_FACTOR_PPM, moved)))
}
