import { MOST_FACTOR_PPM } from '../../engine/reviewer-score.ts'

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
/** The largest share that may be paid at once, and the one proposed: what the simulator still allows. */
export const MOST_BASE_BPS = 2_500
