import { scoreWindow, toPpm, factorPpm, type ScoreOptions } from '../engine/reviewer-score.ts'
import { sharesByStratum, voteWeight } from '../engine/peer-score.ts'
import { basePerReview, bonusFor, mostPerReview } from '../domains/campaigns/pay-rules.ts'
import { playWorld, type Played, type World } from './grid-world.ts'

/** What a review of somebody honest and usual pays, in minor units; large, so that rounding does not show. */
export const RATE_MINOR = 1_000_000n

export type Rule = { base_bps: number; s1_ppm: number; options?: ScoreOptions }
export type Outcome = {
  /** Each person's pay and cost for a task, pay in units of RATE_MINOR. */
  pay: Float64Array
  cost: Float64Array
  score: Float64Array
  attackers: number
  spent_minor: bigint
  pool_minor: bigint
  label_accuracy: number
}

/** Plays one world and pays it by the product's own rule. */
export function payWorld(world: World, rule: Rule): Outcome {
  return payPlayed(playWorld(world), rule)
}

export function payPlayed(played: Played, rule: Rule): Outcome {
  const scores = scoreWindow(played.window, rule.options)
  const pay = new Float64Array(played.people)
  const cost = new Float64Array(played.people)
  const score = new Float64Array(played.people)
  let spent_minor = 0n
  let pool_minor = 0n
  scores.forEach((s, i) => {
    const tasks = Math.max(1, s.tasks)
    const base = basePerReview(RATE_MINOR, rule.base_bps) * BigInt(s.tasks)
    const bonus = bonusFor(RATE_MINOR, rule.base_bps, s.tasks, factorPpm(toPpm(s.s), rule.s1_ppm))
    spent_minor += base + bonus
    pool_minor += mostPerReview(RATE_MINOR, rule.base_bps) * BigInt(s.tasks)
    pay[i] = Number(base + bonus) / Number(RATE_MINOR) / tasks
    cost[i] = played.cost[i]! / tasks
    score[i] = s.s
  })
  return {
    pay,
    cost,
    score,
    attackers: played.attackers,
    spent_minor,
    pool_minor,
    label_accuracy: labelAccuracy(
      played,
      scores.map((s) => s.g),
    ),
  }
}

/** How many labels come out right when all answers are weighed. */
function labelAccuracy({ window: w, truth }: Played, informedness: readonly number[]): number {
  const C = w.classes
  const shares = sharesByStratum(w)
  const weights = informedness.map((g) => voteWeight(g, C))
  const scores = new Float64Array(truth.length * C)
  for (let t = 0; t < truth.length; t++)
    for (let c = 0; c < C; c++) scores[t * C + c] = Math.log(shares[w.stratum[t]! * C + c]!)
  for (let i = 0; i < w.task.length; i++) {
    const at = w.task[i]! * C + w.answer[i]!
    scores[at] = scores[at]! + weights[w.person[i]!]!
  }
  let right = 0
  for (let t = 0; t < truth.length; t++) {
    const own = scores.subarray(t * C, (t + 1) * C)
    if (own.indexOf(Math.max(...own)) === truth[t]) right++
  }
  return right / truth.length
}

export type Mean = { mean: number; low: number; high: number }
/** The mean over seeds with its 95 % interval (normal, on the seeds' means). */
export function meanOf(xs: readonly number[]): Mean {
  const mean = xs.reduce((a, b) => a + b, 0) / xs.length
  const variance = xs.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, xs.length - 1)
  const half = 1.96 * Math.sqrt(variance / xs.length)
  return { mean, low: mean - half, high: mean + half }
}

const averageOf = (xs: Float64Array, from: number, until: number): number => {
  let sum = 0
  for (let i = from; i < until; i++) sum += xs[i]!
  return until > from ? sum / (until - from) : 0
}

export type Calibration = { s1_ppm: number; scale: number; honest_below_cost: number; label_accuracy: number }

/**
 * Plays honest people only: what the median score is, and by what pay is scaled so that honest work earns 1 a task on
 * average. Seeds of its own, so that nothing is judged on what it was fitted to.
 */
export function calibrate(
  world: Omit<World, 'seed' | 'strategy' | 'attackers'>,
  rule: Omit<Rule, 's1_ppm'> & { s1_ppm?: number },
  seeds: number,
): Calibration {
  const played = Array.from({ length: seeds }, (_, i) =>
    playWorld({ ...world, seed: 1_000_000 + i, strategy: 'honest', attackers: 0 }),
  )
  const scores = played.flatMap((p) => scoreWindow(p.window, rule.options).map((s) => s.s)).sort((a, b) => a - b)
  const s1_ppm = rule.s1_ppm ?? toPpm(scores[Math.floor(scores.length / 2)]!)
  const paid = played.map((p) => payPlayed(p, { ...rule, s1_ppm }))
  const mean = averageOver(paid.map((o) => averageOf(o.pay, 0, o.pay.length)))
  const below = paid.flatMap((o) => [...o.pay].map((x, i) => (x / mean < o.cost[i]! ? 1 : 0)))
  return {
    s1_ppm,
    scale: 1 / mean,
    honest_below_cost: averageOver(below),
    label_accuracy: averageOver(paid.map((o) => o.label_accuracy)),
  }
}
const averageOver = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length

export type Cell = {
  net: Mean
  honest: Mean
  /** Honest less attackers, in the same populations. */
  gap: Mean
  label_accuracy: number
  spend_share: number
  over_pool: number
  honest_below_cost: number
  /** How well scores tell honest people from the others: 1 always, 0.5 not at all. */
  auc: number
}

/** One cell of the grid over its seeds. */
export function playCell(world: Omit<World, 'seed'>, rule: Rule, scale: number, seeds: readonly number[]): Cell {
  const nets: number[] = []
  const honests: number[] = []
  const outcomes = seeds.map((seed) => payWorld({ ...world, seed }, rule))
  let below = 0
  let honestPeople = 0
  for (const o of outcomes) {
    const net = o.pay.map((x, i) => x * scale - o.cost[i]!)
    nets.push(averageOf(net, 0, o.attackers))
    honests.push(averageOf(net, o.attackers, net.length))
    for (let i = o.attackers; i < net.length; i++) {
      honestPeople++
      if (net[i]! < 0) below++
    }
  }
  return {
    net: meanOf(nets),
    honest: meanOf(honests),
    gap: meanOf(nets.map((n, i) => honests[i]! - n)),
    label_accuracy: averageOver(outcomes.map((o) => o.label_accuracy)),
    spend_share: averageOver(outcomes.map((o) => Number(o.spent_minor) / Number(o.pool_minor))),
    over_pool: outcomes.filter((o) => o.spent_minor > o.pool_minor).length,
    honest_below_cost: below / Math.max(1, honestPeople),
    auc: averageOver(outcomes.map((o) => aucOf(o.score, o.attackers))),
  }
}

function aucOf(score: Float64Array, attackers: number): number {
  if (attackers === 0) return 1
  let wins = 0
  for (let a = 0; a < attackers; a++)
    for (let h = attackers; h < score.length; h++) wins += score[h]! > score[a]! ? 1 : score[h] === score[a] ? 0.5 : 0
  return wins / (attackers * (score.length - attackers))
}
