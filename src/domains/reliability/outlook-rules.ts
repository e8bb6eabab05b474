import type { Snapshot } from '../../engine/snapshot.ts'
import { decideReview, type Outcome, type ReviewPlan } from '../../engine/stopping.ts'
import type { Price } from '../campaigns/contract.ts'
import { typicalRates } from './plan-rules.ts'

/** What a plan means, in figures that somebody who pays can judge. */
export type Outlook = {
  /** Reviews by people nobody knows yet that settle it when all of them say the same. */
  all_approve: number
  all_disapprove: number
  /** Reviews that people who differ may give at most. */
  split: number
  /** What becomes of a split after that. */
  after_split: 'expert' | 'decided'
  /** Reviews of a typical piece on average, and the share of pieces that an expert sees. */
  mean_reviews: number
  expert_share: number
  /** After so many reviews: accepted from this probability of being right, rejected up to that one, else another review. */
  bounds: { given: number; accept: number; reject: number }[]
}

/** Follows every course that votes of unknown people can take under a plan: as many as there are counts of approvals. */
export function outlookOf(plan: ReviewPlan, snapshot: Snapshot): Outlook {
  const pool = plan.pools[0]!
  const unit = 2 ** snapshot.unit_bits
  const { approves_good, rejects_bad } = typicalRates(snapshot)
  const good = logistic((snapshot.prior[1]! - snapshot.prior[0]!) / unit)
  const outcomeOf = (given: number, approvals: number): Outcome =>
    decideReview(
      plan,
      snapshot,
      Array.from({ length: given }, (_, i) => ({ person: '', said: i < approvals ? 1 : 0, pool: pool.name })),
    )
  // Chances of being right, or wrong, with so many approvals so far.
  let open = new Map([[0, { right: good, wrong: 1 - good }]])
  let split = 0
  let mean = 0
  let experts = 0
  for (let given = 0; open.size > 0; given++) {
    const next: typeof open = new Map()
    for (const [approvals, { right, wrong }] of open) {
      const outcome = outcomeOf(given, approvals)
      if (outcome.decision !== 'need' || outcome.pool !== pool.name) {
        split = Math.max(split, given)
        mean += given * (right + wrong)
        if (outcome.decision === 'need') experts += right + wrong
        continue
      }
      add(next, approvals + 1, right * approves_good, wrong * (1 - rejects_bad))
      add(next, approvals, right * (1 - approves_good), wrong * rejects_bad)
    }
    open = next
  }
  const alone = (approve: boolean) => {
    let n = 0
    while (n < pool.max && asksPeers(outcomeOf(n, approve ? n : 0), pool.name)) n += 1
    return n
  }
  return {
    all_approve: alone(true),
    all_disapprove: alone(false),
    split,
    after_split: experts > 0 ? 'expert' : 'decided',
    mean_reviews: mean,
    expert_share: experts,
    bounds: Array.from({ length: pool.max }, (_, i) => i + 1).map((given) => ({
      given,
      accept: given < plan.least ? 1 : logistic(pool.accept[pool.max - given]! / unit),
      reject: given < plan.least ? 0 : logistic(pool.reject[pool.max - given]! / unit),
    })),
  }
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x))
const asksPeers = (o: Outcome, pool: string) => o.decision === 'need' && o.pool === pool

function add(to: Map<number, { right: number; wrong: number }>, approvals: number, right: number, wrong: number): void {
  const before = to.get(approvals) ?? { right: 0, wrong: 0 }
  to.set(approvals, { right: before.right + right, wrong: before.wrong + wrong })
}

/** What to suggest where nobody said yet what an answer is worth: twice its price, and a wrong one costs twice that. */
export function suggestedWorth(price: Pick<Price, 'contribute_minor' | 'review_minor'>): {
  good_value_minor: string
  bad_cost_minor: string
} {
  const most = (...amounts: bigint[]) => amounts.reduce((a, b) => (a > b ? a : b))
  const paid = most(BigInt(price.contribute_minor), 5n * BigInt(price.review_minor), 1n)
  return { good_value_minor: `${2n * paid}`, bad_cost_minor: `${4n * paid}` }
}
