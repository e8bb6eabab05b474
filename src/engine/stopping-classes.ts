import { BadInput } from './labels.ts'
import { UNIT_BITS, type Snapshot } from './snapshot.ts'
import { decisionScores, type PooledVote } from './stopping-votes.ts'

/** What the requester states of an answer among several classes, in one unit of money. */
export type AnswerTerms = {
  classes: number
  /** Value of a right answer and cost of a wrong one; an item left without an answer is worth nothing. */
  right: number
  wrong: number
  /** Price of one more answer. */
  price: number
  /** How often a typical person is right: above 1 / classes and below 1. */
  accuracy: number
  /** Answers before any decision, and at most. */
  min: number
  max: number
}

/** Doubt is counted in parts of 2^20: all other classes together, where the leading one is 2^20. */
export const DOUBT_ONE = 2 ** 20
/** Steps of the table of exp(-gap), in units of 2^-16 nats: a sixteenth of a nat. */
const STEP_BITS = UNIT_BITS - 4
const TABLE = 16 * 15

export type AnswerPlan = {
  readonly format: 'assay-answer-plan-1'
  readonly unit_bits: typeof UNIT_BITS
  readonly min: number
  readonly max: number
  /** doubt[i] is 2^20 * exp(-i / 16), rounded up: what a class i sixteenths of a nat behind weighs. */
  readonly doubt: readonly number[]
  /** enough[n]: with n answers left to ask, the leading class is the answer when the doubt is at most so much. */
  readonly enough: readonly number[]
}

export type AnswerOutcome =
  | { decision: 'answer'; class: number }
  | { decision: 'unresolved' }
  | { decision: 'need'; n: number }

const STEPS = 64
const REACH = 14
const logistic = (x: number) => 1 / (1 + Math.exp(-x))

/**
 * Plans when an item has been answered often enough: backward induction as `planReview`, on the log-odds of the leading
 * class against all others, where one more answer either names the leading class or does not (what it names instead is
 * taken as spread evenly before it is seen, and counted exactly when it is). The last word is the leading class where it
 * is worth more than no answer.
 * @throws BadInput for amounts, rates and limits out of range.
 */
export function planAnswers(terms: AnswerTerms): AnswerPlan {
  refuse(terms)
  const { classes, right, wrong, price, accuracy, min, max } = terms
  const other = (1 - accuracy) / (classes - 1)
  const up = Math.log(accuracy / other)
  const down = Math.log((1 - accuracy) / (1 - other))
  const points = REACH * STEPS + 1
  // The leading class has at least an even share, so its odds against the rest start there.
  const least = -Math.log(classes - 1)
  const at = (i: number) => least + (i / STEPS) * ((REACH - least) / REACH)
  const worth = Float64Array.from({ length: points }, (_, i) => {
    const p = logistic(at(i))
    return Math.max(0, p * right - (1 - p) * wrong)
  })
  const lookUp = (value: Float64Array, x: number) => {
    // A class that falls behind is followed by the next: about as far ahead as it was behind.
    const place = Math.min(points - 1, ((Math.max(x, 2 * least - x) - least) / (REACH - least)) * REACH * STEPS)
    const i = Math.min(points - 2, Math.floor(place))
    return value[i]! + (place - i) * (value[i + 1]! - value[i]!)
  }
  const enough = [doubtOf(Math.log(wrong / right))]
  let value: Float64Array = worth
  for (let left = 1; left <= max; left++) {
    const asked = worth.map((_, i) => {
      const p = logistic(at(i))
      const same = p * accuracy + (1 - p) * other
      return same * lookUp(value, at(i) + up) + (1 - same) * lookUp(value, at(i) + down) - price
    })
    let last = -1
    for (let i = 0; i < points; i++) if (asked[i]! > worth[i]! + 1e-12) last = i
    enough.push(last < 0 ? enough[0]! : Math.min(enough[0]!, doubtOf(at(Math.min(points - 1, last + 1)))))
    value = worth.map((w, i) => Math.max(w, asked[i]!))
  }
  const doubt = Array.from({ length: TABLE }, (_, i) => Math.ceil(DOUBT_ONE * Math.exp(-i / 16)))
  return { format: 'assay-answer-plan-1', unit_bits: UNIT_BITS, min, max, doubt, enough }
}

/** Log-odds of the leading class as doubt; an answer of every class alike is worth asking about at any price. */
const doubtOf = (odds: number) => Math.floor(DOUBT_ONE * Math.exp(-odds))

/**
 * Decides an item among the snapshot's classes from whole numbers: scores are sums, and the doubt is a sum of entries
 * of the plan's table at the gaps behind the leading class. Equal leaders are never an answer.
 * @throws BadInput for a vote whose class the snapshot does not have.
 */
export function decideAnswer(
  plan: AnswerPlan,
  snapshot: Snapshot,
  votes: readonly PooledVote[],
  signals: readonly string[] = [],
): AnswerOutcome {
  const left = Math.max(0, plan.max - votes.length)
  if (votes.length < plan.min && left > 0) return { decision: 'need', n: Math.min(left, plan.min - votes.length) }
  const scores = decisionScores(snapshot, votes, signals, new Map())
  const top = Math.max(...scores)
  const leader = scores.indexOf(top)
  const alone = scores.lastIndexOf(top) === leader
  const doubt = scores.reduce((sum, s, c) => sum + (c === leader ? 0 : weigh(plan, top - s)), 0)
  if (alone && doubt <= plan.enough[left]!) return { decision: 'answer', class: leader }
  return left > 0 ? { decision: 'need', n: 1 } : { decision: 'unresolved' }
}

function weigh({ doubt }: AnswerPlan, gap: number): number {
  const i = Math.floor(gap / 2 ** STEP_BITS)
  return i < doubt.length ? doubt[i]! : 1
}

function refuse(terms: AnswerTerms): void {
  const { classes, right, wrong, price, accuracy, min, max } = terms
  if (!Number.isInteger(classes) || classes < 2)
    throw new BadInput(`There is nothing to decide among ${classes} classes.`)
  if (!(right > 0 && right < Infinity && wrong > 0 && wrong < Infinity && price >= 0 && price < Infinity))
    throw new BadInput('A right answer has a value and a wrong one a cost above 0, and an answer a price from 0.')
  if (!(accuracy > 1 / classes && accuracy < 1))
    throw new BadInput(
      `Of ${classes} classes, a typical person is right more than 1 in ${classes} times, not ${accuracy}.`,
    )
  if (!Number.isInteger(min) || !Number.isInteger(max) || min < 0 || max < min)
    throw new BadInput(`From ${min} to ${max} answers is no range.`)
}
