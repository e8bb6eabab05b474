import { type Inference, classShares, reliabilityOf, voteShares } from './inference.ts'
import type { Labels } from './labels.ts'

/**
 * Plurality vote: a task's posterior is the share of its votes for each class, so equal counts stay a tie
 * (`answerOf` reports it). A baseline: everyone weighs the same. Linear in votes.
 *
 * Failure cases: careless majorities win; the shares are not probabilities (three of three is 1); one person's repeated
 * votes count repeatedly (see `withoutRepeats`).
 */
export function majority(labels: Labels): Inference {
  const posterior = voteShares(labels)
  const prior = classShares(labels, posterior)
  const reliability = reliabilityOf(labels, posterior, prior)
  return { method: 'majority', posterior, prior, iterations: 1, converged: true, reliability, evidence: null }
}
