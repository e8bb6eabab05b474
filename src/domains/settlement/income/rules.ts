/** Somebody whose work is in a release: accepted pieces by them, and reviews of such pieces. */
export type Worker = { account_id: string; datapoints: number; reviews: number; is_erased: boolean }
export type Share = { account_id: string; datapoints: number; reviews: number; amount_minor: bigint }

/**
 * Splits income in whole units: `reviewer_bps` ten-thousandths among reviews, the rest among datapoints, alike for each
 * piece, rounding down. What does not divide, and what would be of people who erased their account, is the remainder.
 * A part that nobody worked for goes to the other.
 */
export function splitIncome(
  amount: bigint,
  reviewer_bps: number,
  workers: readonly Worker[],
): { shares: Share[]; remainder: bigint } {
  const datapoints = workers.reduce((sum, w) => sum + BigInt(w.datapoints), 0n)
  const reviews = workers.reduce((sum, w) => sum + BigInt(w.reviews), 0n)
  const wanted = (amount * BigInt(reviewer_bps)) / 10_000n
  const forReviews = reviews === 0n ? 0n : datapoints === 0n ? amount : wanted
  const forDatapoints = datapoints === 0n ? 0n : amount - forReviews
  const part = (pool: bigint, pieces: number, of: bigint) => (of === 0n ? 0n : (pool * BigInt(pieces)) / of)
  const shares = workers
    .filter((w) => !w.is_erased)
    .map(({ account_id, datapoints: own, reviews: given }) => ({
      account_id,
      datapoints: own,
      reviews: given,
      amount_minor: part(forDatapoints, own, datapoints) + part(forReviews, given, reviews),
    }))
    .filter((s) => s.amount_minor > 0n)
  return { shares, remainder: amount - shares.reduce((sum, s) => sum + s.amount_minor, 0n) }
}
