import { BadInput } from './labels.ts'
import { decisionScores, type PooledVote } from './stopping-votes.ts'
import { toUnits, UNIT_BITS, type Snapshot, type Weights } from './snapshot.ts'

/** What the requester states, all in one unit of money. Refusing a datapoint is worth nothing and costs nothing. */
export type Economics = {
  /** What a good datapoint is worth when it is accepted. */
  good: number
  /** What a bad one costs when it is accepted. */
  bad: number
}

/** People that the policy may ask, from the usual ones to the most reliable. */
export type PoolTerms = {
  name: string
  /** Price of one review. */
  price: number
  /** How often a typical member approves good work, and rejects bad work: each above 0 and below 1. */
  approves_good: number
  rejects_bad: number
  /** Reviews that may be asked of this pool for one datapoint. */
  max: number
}

/** Thresholds as whole numbers (2^-16 nats): a decision needs nothing but these, a snapshot and the votes. */
export type ReviewPlan = {
  readonly format: 'assay-review-plan-1'
  readonly unit_bits: typeof UNIT_BITS
  /** Reviews before any decision. */
  readonly least: number
  /** At or above this lead of "accept" over "reject", the last word is accept. */
  readonly break_even: number
  readonly pools: readonly PlannedPool[]
}

export type PlannedPool = {
  readonly name: string
  readonly max: number
  /** What an approval and a disapproval by somebody unknown add to the lead. */
  readonly approval: number
  readonly disapproval: number
  /** accept[n], reject[n]: with n reviews left in this pool, accept at or above, reject at or below, else ask. */
  readonly accept: readonly number[]
  readonly reject: readonly number[]
}

export type Outcome = { decision: 'accept' } | { decision: 'reject' } | { decision: 'need'; n: number; pool: string }

/** Log-odds are planned on a grid from -16 to 16 nats; beyond it nobody's review would be worth asking for. */
const REACH = 16
const STEPS_PER_NAT = 32
const POINTS = 2 * REACH * STEPS_PER_NAT + 1
const at = (i: number) => i / STEPS_PER_NAT - REACH
const logistic = (x: number) => 1 / (1 + Math.exp(-x))

/**
 * Plans when to stop asking: backward induction over the number of reviews left, pool after pool, on the log-odds that a
 * datapoint is good (Wald 1945 with costs; Arrow, Blackwell & Girshick 1949; for crowds, Parameswaran et al. 2012). Asking
 * is right while the expected gain in value exceeds the price, also over several reviews ahead; a pool whose reviews are
 * used up passes on to the next one where that one's reviews are still worth their price. Thresholds on the posterior
 * (`accept_above`, `reject_below`) only ever make it stricter. The plan is made once, published, and never recomputed to
 * check a decision. It supposes votes that are independent given the truth; discounted weights take care of the rest.
 * @throws BadInput for money that is negative or not a number, rates outside 0..1, and an empty list of pools.
 */
export function planReview(
  economics: Economics,
  pools: readonly PoolTerms[],
  limits: { least?: number; accept_above?: number; reject_below?: number } = {},
): ReviewPlan {
  const { good, bad } = economics
  const { least = 1, accept_above = 0, reject_below = 1 } = limits
  refuse(economics, pools)
  if (!Number.isInteger(least) || least < 0) throw new BadInput(`${least} is no number of reviews.`)
  if (!(accept_above >= 0 && accept_above < 1 && reject_below > 0 && reject_below <= 1))
    throw new BadInput('Thresholds on the posterior lie between 0 and 1.')
  const acceptFrom = accept_above > 0 ? logit(accept_above) : -Infinity
  const rejectTo = reject_below < 1 ? logit(reject_below) : Infinity
  const breakEven = Math.max(Math.log(bad / good), acceptFrom)
  const worth = new Float64Array(POINTS)
  for (let i = 0; i < POINTS; i++) {
    const p = logistic(at(i))
    worth[i] = at(i) >= breakEven ? p * good - (1 - p) * bad : 0
  }
  const planned: PlannedPool[] = []
  let next: Float64Array = worth
  for (const pool of pools.toReversed()) {
    const { value, accept, reject } = planPool(pool, worth, next, { breakEven, acceptFrom, rejectTo })
    planned.unshift({
      name: pool.name,
      max: pool.max,
      approval: toUnits(Math.log(pool.approves_good / (1 - pool.rejects_bad))),
      disapproval: toUnits(Math.log((1 - pool.approves_good) / pool.rejects_bad)),
      accept,
      reject,
    })
    next = value
  }
  return { format: 'assay-review-plan-1', unit_bits: UNIT_BITS, least, break_even: toUnits(breakEven), pools: planned }
}

type Bounds = { breakEven: number; acceptFrom: number; rejectTo: number }

function planPool(pool: PoolTerms, worth: Float64Array, after: Float64Array, bounds: Bounds) {
  const up = Math.log(pool.approves_good / (1 - pool.rejects_bad))
  const down = Math.log((1 - pool.approves_good) / pool.rejects_bad)
  const accept: number[] = []
  const reject: number[] = []
  // With none left here, either decide or pass on.
  let value: Float64Array = after
  const push = (asked: Float64Array) => {
    const { low, high } = askedRange(asked, worth, bounds)
    accept.push(toUnits(high))
    reject.push(toUnits(low))
  }
  push(after)
  for (let left = 1; left <= pool.max; left++) {
    const asked = new Float64Array(POINTS)
    for (let i = 0; i < POINTS; i++) {
      const p = logistic(at(i))
      const yes = p * pool.approves_good + (1 - p) * (1 - pool.rejects_bad)
      asked[i] = yes * valueAt(value, at(i) + up) + (1 - yes) * valueAt(value, at(i) + down) - pool.price
    }
    push(asked)
    value = worth.map((w, i) => Math.max(w, asked[i]!))
  }
  return { value, accept, reject }
}

function valueAt(value: Float64Array, x: number): number {
  const place = Math.min(POINTS - 1, Math.max(0, (x + REACH) * STEPS_PER_NAT))
  const i = Math.min(POINTS - 2, Math.floor(place))
  return value[i]! + (place - i) * (value[i + 1]! - value[i]!)
}

/** Where asking beats deciding: from the first to the last point of the grid, widened by the campaign's thresholds. */
function askedRange(asked: Float64Array, worth: Float64Array, bounds: Bounds): { low: number; high: number } {
  let low = bounds.breakEven
  let high = bounds.breakEven
  for (let i = 0; i < POINTS; i++)
    if (asked[i]! > worth[i]! + 1e-12) {
      low = Math.min(low, at(i))
      high = Math.max(high, at(i))
    }
  return { low: Math.min(low, bounds.rejectTo), high: Math.max(high, bounds.acceptFrom) }
}

/**
 * Decides a datapoint from whole numbers only: sums the votes' weights in the snapshot and compares with the plan.
 * Classes of the snapshot are `reject` and `accept`, in this order. While a pool has reviews left, it is asked for as
 * many as would have to agree to settle the matter, so that none of them is in vain and none is waited for alone; then
 * the next pool is asked. What is still open when the last one is used up is decided at the break-even.
 * @param signals Named evidence that is not a vote (the contributor's record, automated checks), see `Snapshot`.
 * @throws BadInput for a snapshot of other classes or a vote from a pool that the plan does not know.
 */
export function decideReview(
  plan: ReviewPlan,
  snapshot: Snapshot,
  votes: readonly PooledVote[],
  signals: readonly string[] = [],
): Outcome {
  if (snapshot.classes.length !== 2 || snapshot.classes[1] !== 'accept')
    throw new BadInput(`Reviews are decided between reject and accept, not ${snapshot.classes.join(', ')}.`)
  const weights = new Map(plan.pools.slice(1).map((p) => [p.name, weightsOfPool(p)]))
  const scores = decisionScores(snapshot, votes, signals, weights)
  const lead = scores[1]! - scores[0]!
  for (const pool of plan.pools) {
    const given = votes.filter((v) => v.pool === pool.name).length
    const left = Math.max(0, pool.max - given)
    const missing = Math.min(left, Math.max(0, plan.least - votes.length))
    if (missing > 0) return { decision: 'need', n: missing, pool: pool.name }
    if (lead >= pool.accept[left]!) return { decision: 'accept' }
    if (lead <= pool.reject[left]!) return { decision: 'reject' }
    if (left > 0) return { decision: 'need', n: agreeing(pool, left, lead), pool: pool.name }
  }
  return { decision: lead >= plan.break_even ? 'accept' : 'reject' }
}

/** Half the lead on each side, as a snapshot centres its rows; an odd unit stays on the side of the truth. */
function weightsOfPool({ approval, disapproval }: PlannedPool): Weights {
  const half = (x: number) => Math.trunc(x / 2)
  return [
    [-half(disapproval), disapproval - half(disapproval)],
    [-half(approval), approval - half(approval)],
  ]
}

/** The fewest unknown people whose agreement would end it, either way. */
function agreeing(pool: PlannedPool, left: number, lead: number): number {
  for (let n = 1; n < left; n++)
    if (lead + n * pool.approval >= pool.accept[left - n]! || lead + n * pool.disapproval <= pool.reject[left - n]!)
      return n
  return left
}

const logit = (p: number) => Math.log(p / (1 - p))

function refuse({ good, bad }: Economics, pools: readonly PoolTerms[]): void {
  if (!(good > 0 && good < Infinity && bad > 0 && bad < Infinity))
    throw new BadInput('The value of a good datapoint and the cost of a bad one are amounts above 0.')
  if (pools.length === 0) throw new BadInput('There is nobody to ask: name at least one pool.')
  for (const p of pools) {
    if (!(p.price >= 0 && p.price < Infinity)) throw new BadInput(`The price of a review by ${p.name} is ${p.price}.`)
    if (!Number.isInteger(p.max) || p.max < 0) throw new BadInput(`${p.name} may be asked ${p.max} times.`)
    for (const rate of [p.approves_good, p.rejects_bad])
      if (!(rate > 0 && rate < 1)) throw new BadInput(`A rate of ${p.name} is ${rate}, which is not between 0 and 1.`)
    if (p.approves_good + p.rejects_bad <= 1)
      throw new BadInput(`Reviews by ${p.name} say no more than chance: ask somebody else.`)
  }
}
