import type { Rng } from '../platform/rng.ts'
import { createRng } from '../platform/rng.ts'
import { playHonest, type Honest } from './deviate.ts'
import { meanOf, type Mean, type Rule } from './grid.ts'
import type { World } from './grid-world.ts'
import { answerTask, type AgentState, type Answered, type ReviewerStrategy, type TaskView } from './strategies.ts'

/** What an adaptive reviewer mixes, a chance for each; the first is honest work, where it starts. */
const PARTS: readonly ReviewerStrategy[] = [
  'honest',
  'model_25',
  'model_same',
  'cheap_ring',
  'hash_ring',
  'always_accept',
]

export type Climb = {
  /** Found chances in the order of `parts`, and what they earn above honest work in worlds that were not climbed in. */
  parts: readonly ReviewerStrategy[]
  found: number[]
  steps: number
  gain: Mean
}

const mixed =
  (chances: readonly number[]) =>
  (task: TaskView, state: AgentState, rng: Rng): Answered => {
    let left = rng.fraction()
    let part = 0
    while (part < chances.length - 1 && (left -= chances[part]!) >= 0) part++
    return answerTask(task, { ...state, strategy: PARTS[part]! }, rng)
  }

/**
 * One reviewer climbs from honest work by small random changes of the mixture and keeps what earns more, in the same
 * worlds with everybody in turn as the climber, so that luck is nearly out of it.
 */
export function climb(given: {
  world: Omit<World, 'seed' | 'strategy' | 'attackers'>
  rule: Rule
  scale: number
  steps: number
  seeds: number
  fresh: number
}): Climb {
  const { world, rule, scale, steps } = given
  const worlds = (from: number, n: number) =>
    Array.from({ length: n }, (_, i) => playHonest({ ...world, seed: from + i }, rule, scale))
  const netOver = (chances: readonly number[], of: readonly Honest[]) =>
    of.map((h) => h.netOf('honest', mixed(chances)))
  const mean = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0) / xs.length
  const rng = createRng(11)
  const known = worlds(0, given.seeds)
  const honest = PARTS.map((_, i) => (i === 0 ? 1 : 0))
  let best: number[] = honest
  let bestNet = mean(netOver(best, known))
  for (let step = 0; step < steps; step++) {
    const next = moved(best, rng)
    const net = mean(netOver(next, known))
    if (net > bestNet) [best, bestNet] = [next, net]
  }
  const fresh = worlds(5_000_000, given.fresh)
  const plain = netOver(honest, fresh)
  return {
    parts: PARTS,
    found: best.map((x) => Math.round(x * 1000) / 1000),
    steps,
    gain: meanOf(netOver(best, fresh).map((x, i) => x - plain[i]!)),
  }
}

/** Moves some of one part's chance to another. */
function moved(chances: readonly number[], rng: Rng): number[] {
  const from = rng.below(chances.length)
  const to = (from + 1 + rng.below(chances.length - 1)) % chances.length
  const amount = chances[from]! * Math.min(1, 0.05 + rng.fraction() * 0.5)
  return chances.map((x, i) => (i === from ? x - amount : i === to ? x + amount : x))
}
