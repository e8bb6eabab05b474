import { strataOf, type Window } from '../engine/peer-score.ts'
import { createRng, type Rng } from '../platform/rng.ts'
import {
  AUDIT_LEAK,
  answerTask,
  accuracyOf,
  CHEAP_INFORMATIVE,
  MODEL_ACCURACY,
  noisy,
  sample,
  type AgentState,
  type Answered,
  type ReviewerStrategy,
  type TaskView,
} from './strategies.ts'

/** One window of reviews in a made-up world. */
export type World = {
  seed: number
  /** About so many reviewers; rounded so that panels come out even. */
  people: number
  tasks_each: number
  panel: number
  prior: readonly number[]
  /** Share of tasks that experts grade after the votes are in. */
  audit_share: number
  /** How many of its own models the platform conditions on. */
  models: number
  strategy: ReviewerStrategy
  /** How many play the strategy; the others are honest. */
  attackers: number
  /** Suspected rings are kept apart: at most one attacker on a panel. */
  one_per_panel?: boolean
  /** What attackers do instead of the strategy. */
  play?: (task: TaskView, state: AgentState, rng: Rng) => Answered
}

export type Played = {
  window: Window
  truth: Int8Array
  cost: Float64Array
  attackers: number
  people: number
  tasks: readonly TaskView[]
  /** A lot for each task: those below the audit share are audited, and those below its leaked part were known before. */
  lots: readonly number[]
}

/** Attackers come first: people 0 … attackers - 1. */
export function playWorld(w: World): Played {
  const people = Math.round(w.people / w.panel) * w.panel
  const attackers = Math.min(w.attackers, people)
  const tasks = Math.floor((people * w.tasks_each) / w.panel)
  // Streams apart, so that the same seed makes the same tasks and panels whatever people play on them.
  const chance = (stream: number) => createRng(Math.imul(w.seed + 1, 0x9e3779b1) ^ (stream * 0x85ebca6b))
  const made = makeTasks(w, tasks, chance(1))
  const panels = w.one_per_panel
    ? panelsApart(tasks, people, attackers, w.panel, chance(2))
    : panelsAt(tasks, people, w.panel, chance(2))
  const rngs = Array.from({ length: people }, (_, i) => chance(100 + i))
  const states = rngs.map((rng, i): AgentState => ({
    strategy: i < attackers ? w.strategy : 'honest',
    accuracy: accuracyOf(i < attackers ? w.strategy : 'honest', rng),
    // The grid looks at what a sleeper does once awake.
    done: i < attackers && w.strategy === 'sleeper' ? 500 : 0,
    ring: 7,
  }))
  const cost = new Float64Array(people)
  const task = new Int32Array(tasks * w.panel)
  const person = new Int32Array(tasks * w.panel)
  const answer = new Uint8Array(tasks * w.panel)
  const leak = chance(4)
  const leaked = AUDIT_LEAK[w.strategy] ?? 0
  const lots = Array.from({ length: tasks }, () => leak.fraction())
  for (let t = 0; t < tasks; t++) {
    const votes: number[] = []
    // An audit is drawn after the votes; a leak is a world in which it was not.
    const leaked_audit = lots[t]! < w.audit_share * leaked
    const view: TaskView = { ...made[t]!, ...(leaked_audit ? { leaked_audit } : {}) }
    if (w.strategy === 'vote_peeker') view.leaked_votes = votes
    for (let j = 0; j < w.panel; j++) {
      const p = panels[t * w.panel + j]!
      const state = states[p]!
      const play = p < attackers ? (w.play ?? answerTask) : answerTask
      const said = play(view, state, rngs[p]!)
      if (p < attackers) view.ring_answer ??= said.answer
      state.done++
      votes.push(said.answer)
      cost[p] = cost[p]! + said.cost
      const at = t * w.panel + j
      task[at] = t
      person[at] = p
      answer[at] = said.answer
    }
  }
  const truth = Int8Array.from(made, (m) => m.truth)
  const { stratum, strata } = strataOf(
    made.map((m) => m.labels),
    60,
  )
  const window: Window = {
    classes: w.prior.length,
    people,
    stratum,
    strata,
    truth: truth.map((c, t) => (lots[t]! < w.audit_share ? c : -1)),
    audit_weight: new Float64Array(tasks).fill(1),
    task,
    person,
    answer,
  }
  return { window, truth, cost, attackers, people, tasks: made, lots }
}

type Made = TaskView & { labels: number[] }

function makeTasks(w: World, tasks: number, rng: Rng): Made[] {
  const C = w.prior.length
  return Array.from({ length: tasks }, (_, key) => {
    const truth = sample(w.prior, rng)
    const model = noisy(truth, MODEL_ACCURACY, C, rng)
    const hard = model !== truth
    const cheap = rng.fraction() < CHEAP_INFORMATIVE ? truth : sample(w.prior, rng)
    // Further models err together with the first: .6 right where it is wrong, .85 elsewhere, .8 in all.
    const others = Array.from({ length: 4 }, () => noisy(truth, hard ? 0.6 : 0.85, C, rng))
    const labels = [model, ...others].slice(0, w.models)
    return { key, prior: w.prior, truth, hard, cheap, model, second_model: others[0]!, labels }
  })
}

/** Everybody gets as many tasks as everybody else, on random panels. */
function panelsAt(tasks: number, people: number, panel: number, rng: Rng): Int32Array {
  const out = new Int32Array(tasks * panel)
  const all = Array.from({ length: people }, (_, i) => i)
  for (let at = 0; at < out.length; at += people) out.set(rng.shuffle(all).slice(0, out.length - at), at)
  return out
}

/** The same, with at most one attacker on a panel: a ring that is too large for that gets less work. */
function panelsApart(tasks: number, people: number, attackers: number, panel: number, rng: Rng): Int32Array {
  const deal = (from: number, until: number) => {
    let left: number[] = []
    return () => {
      if (left.length === 0) left = rng.shuffle(Array.from({ length: until - from }, (_, i) => from + i))
      return left.pop()!
    }
  }
  const attacker = deal(0, attackers)
  const honest = deal(attackers, people)
  const chance = Math.min(1, (attackers / people) * panel)
  const out = new Int32Array(tasks * panel)
  for (let t = 0; t < tasks; t++) {
    const seats = new Set<number>()
    if (attackers > 0 && rng.fraction() < chance) seats.add(attacker())
    while (seats.size < panel) seats.add(honest())
    out.set(rng.shuffle([...seats]), t * panel)
  }
  return out
}
