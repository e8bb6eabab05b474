import type { Rng } from '../platform/rng.ts'

/**
 * How reviewers in the simulator behave. A strategy is a function of what it may see of a task, of the agent's own state
 * and of chance; it answers and says what that took. The grid (`grid.ts`) and the simulator of the whole application
 * play the very same functions. In a two-class task class 1 is "approve" and class 0 is "disapprove".
 */
export const REVIEWER_STRATEGIES = [
  'honest',
  'low_skill',
  'random',
  'always_accept',
  'prior_sampler',
  'majority_follower',
  'vote_peeker',
  'hash_ring',
  'cheap_ring',
  'copy_ring',
  'model_same',
  'model_80',
  'model_50',
  'model_25',
  'inverter',
  'sleeper',
  'audit_guesser_0',
  'audit_guesser_10',
  'audit_guesser_30',
] as const
export type ReviewerStrategy = (typeof REVIEWER_STRATEGIES)[number]

/** Contributors' strategies; they are played through the application only. */
export const CONTRIBUTOR_STRATEGIES = ['honest_author', 'low_skill_author', 'duplicator', 'sock_puppet_author'] as const
export type ContributorStrategy = (typeof CONTRIBUTOR_STRATEGIES)[number]

/** What looking costs, in units of what an honest reviewer earns for a task on average. */
export const EFFORT = { honest: 0.35, none: 0.02, cheap: 0.03, model: 0.04 } as const
export const HONEST_ACCURACY = { low: 0.8, high: 0.96, lost_on_hard: 0.08 } as const
export const LOW_SKILL_ACCURACY = 0.65
export const MODEL_ACCURACY = 0.8
/** How often the cheap signal (a text's length, its first word) happens to follow the truth. */
export const CHEAP_INFORMATIVE = 0.15
/** A sleeper works honestly for so many tasks, then approves everything. */
export const SLEEPER_WAKES_AT = 500

/** One task with everything that some way of looking at it would show. Made by the simulated world, never by the product. */
export type TaskView = {
  /** What everybody sees alike: a ring's hash rule keys on it. */
  key: number
  /** How usual each class is; its length is the number of classes. */
  prior: readonly number[]
  /** Seen only through effort, and then with errors. */
  truth: number
  /** The platform's model is wrong here; people err more often, too. */
  hard: boolean
  /** A feature that anyone can read for almost nothing, the same for all who look. */
  cheap: number
  /** What the platform's first model says of it. */
  model: number
  /** What its second model says, where it has one. */
  second_model?: number
  /** Votes of others that leaked; a working platform shows none. */
  leaked_votes?: readonly number[]
  /** Whether it will be audited, where that leaked; a draw after the votes makes this impossible. */
  leaked_audit?: boolean
  /** The answer that a copy ring has for it already; absent: this member has to look. */
  ring_answer?: number
}
export type AgentState = {
  strategy: ReviewerStrategy
  /** Chance of being right on a task that is not hard, when looking. */
  accuracy: number
  /** Tasks done before this one. */
  done: number
  /** Members of a ring share it. */
  ring: number
}
/** `cost` in the units of EFFORT. */
export type Answered = { answer: number; cost: number }

/** Skill of a new agent. */
export const accuracyOf = (strategy: ReviewerStrategy, rng: Rng): number =>
  strategy === 'low_skill'
    ? LOW_SKILL_ACCURACY
    : HONEST_ACCURACY.low + (HONEST_ACCURACY.high - HONEST_ACCURACY.low) * rng.fraction()

/** One class by its share. */
export function sample(shares: readonly number[], rng: Rng): number {
  let left = rng.fraction()
  for (let c = 0; c < shares.length - 1; c++) {
    left -= shares[c]!
    if (left < 0) return c
  }
  return shares.length - 1
}

/** The truth, or with the chance of an error one of the other classes. */
export function noisy(truth: number, accuracy: number, classes: number, rng: Rng): number {
  if (rng.fraction() < accuracy) return truth
  return (truth + 1 + rng.below(classes - 1)) % classes
}

export const usualClass = (prior: readonly number[]): number => prior.indexOf(Math.max(...prior))

/** A hash that spreads keys evenly; rings agree on it beforehand. */
function hashOf(key: number, ring: number): number {
  let z = (Math.imul(key + 1, 0x9e3779b1) ^ Math.imul(ring + 1, 0x85ebca6b)) >>> 0
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad) >>> 0
  return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32
}

/** A class drawn from the prior by a shared hash, so that ring members agree and look like a crowd. */
function hashed(task: TaskView, ring: number): number {
  let left = hashOf(task.key, ring)
  for (let c = 0; c < task.prior.length - 1; c++) {
    left -= task.prior[c]!
    if (left < 0) return c
  }
  return task.prior.length - 1
}

/** Reads the task with care. */
function look(task: TaskView, state: AgentState, rng: Rng): Answered {
  const accuracy = state.accuracy - (task.hard ? HONEST_ACCURACY.lost_on_hard : 0)
  return { answer: noisy(task.truth, accuracy, task.prior.length, rng), cost: EFFORT.honest }
}

/** Asks a model that says the same as the platform's first one so often, and else has an answer of its own. */
function askModel(task: TaskView, same: number, rng: Rng): Answered {
  const isSame = rng.fraction() < same
  const own = noisy(task.truth, MODEL_ACCURACY, task.prior.length, rng)
  return { answer: isSame ? task.model : own, cost: EFFORT.model }
}

const without = (answer: number): Answered => ({ answer, cost: EFFORT.none })

/** What leaks to an audit-guesser, as the share of audited tasks that it recognises. */
export const AUDIT_LEAK: Partial<Record<ReviewerStrategy, number>> = {
  audit_guesser_0: 0,
  audit_guesser_10: 0.1,
  audit_guesser_30: 0.3,
}

type Play = (task: TaskView, state: AgentState, rng: Rng) => Answered
const guessAudits: Play = (task, state, rng) =>
  task.leaked_audit ? look(task, state, rng) : without(hashed(task, state.ring))

const PLAYS: Record<ReviewerStrategy, Play> = {
  honest: look,
  low_skill: look,
  random: (task, _state, rng) => without(rng.below(task.prior.length)),
  always_accept: (task) => without(usualClass(task.prior)),
  prior_sampler: (task, _state, rng) => without(sample(task.prior, rng)),
  // Without a leak there is nothing to follow but what is usual.
  majority_follower: (task) => without(usualClass(task.prior)),
  vote_peeker: (task) => without(mostVoted(task.leaked_votes ?? []) ?? usualClass(task.prior)),
  hash_ring: (task, state) => without(hashed(task, state.ring)),
  cheap_ring: (task) => ({ answer: task.cheap, cost: EFFORT.cheap }),
  copy_ring: (task, state, rng) =>
    task.ring_answer === undefined ? look(task, state, rng) : without(task.ring_answer),
  model_same: (task, _state, rng) => askModel(task, 1, rng),
  model_80: (task, _state, rng) => askModel(task, 0.8, rng),
  model_50: (task, _state, rng) => askModel(task, 0.5, rng),
  model_25: (task, _state, rng) => askModel(task, 0.25, rng),
  inverter: (task, state, rng) => {
    const { answer, cost } = look(task, state, rng)
    return { answer: (answer + 1 + rng.below(task.prior.length - 1)) % task.prior.length, cost }
  },
  sleeper: (task, state, rng) =>
    state.done < SLEEPER_WAKES_AT ? look(task, state, rng) : without(usualClass(task.prior)),
  audit_guesser_0: guessAudits,
  audit_guesser_10: guessAudits,
  audit_guesser_30: guessAudits,
}

function mostVoted(votes: readonly number[]): number | undefined {
  const counts = new Map<number, number>()
  for (const v of votes) counts.set(v, (counts.get(v) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0]
}

/** Plays a strategy on one task. The caller counts `done`. */
export const answerTask: Play = (task, state, rng) => PLAYS[state.strategy](task, state, rng)
