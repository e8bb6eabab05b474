import { basePerReview, bonusFor } from '../domains/campaigns/pay-rules.ts'
import { answersByPerson, basisOf, factorPpm, scorePerson, toPpm } from '../engine/reviewer-score.ts'
import { createRng, type Rng } from '../platform/rng.ts'
import { RATE_MINOR, type Rule } from './grid.ts'
import { playWorld, type World } from './grid-world.ts'
import { accuracyOf, answerTask, AUDIT_LEAK, type ReviewerStrategy } from './strategies.ts'

type Play = typeof answerTask
/** An honest world in which each person in turn deviates while all others stay as they are. */
export type Honest = {
  /** What one deviator nets for a task, on average over who it is. */
  netOf(strategy: ReviewerStrategy, play?: Play): number
  /** What everybody nets as they are. */
  honest: number
}

/**
 * A person's own answers never enter what they are compared with, so every person's deviation can be scored in the one
 * honest world exactly as if that world had been played with it: a hundred lone deviators for the price of one.
 */
export function playHonest(world: Omit<World, 'strategy' | 'attackers'>, rule: Rule, scale: number): Honest {
  const played = playWorld({ ...world, strategy: 'honest', attackers: 0 })
  const w = played.window
  const byPerson = answersByPerson(w)
  const basis = basisOf(w, byPerson)
  const net = (at: readonly number[], answer: Uint8Array, cost: number): number => {
    const { s } = scorePerson(w, basis, at, answer, rule.options)
    const tasks = at.length
    const bonus = bonusFor(RATE_MINOR, rule.base_bps, tasks, factorPpm(toPpm(s), rule.s1_ppm))
    const pay = basePerReview(RATE_MINOR, rule.base_bps) * BigInt(tasks) + bonus
    return ((Number(pay) / Number(RATE_MINOR)) * scale - cost) / tasks
  }
  const as = (strategy: ReviewerStrategy, play: Play, person: number): number => {
    const at = byPerson[person]!
    const rng: Rng = createRng(Math.imul(world.seed + 17, 0x9e3779b1) ^ Math.imul(person + 1, 0x85ebca6b))
    const state = { strategy, accuracy: accuracyOf(strategy, rng), done: strategy === 'sleeper' ? 500 : 0, ring: 7 }
    const answer = new Uint8Array(at.length)
    let cost = 0
    at.forEach((i, k) => {
      const t = w.task[i]!
      const view = { ...played.tasks[t]! }
      if (strategy === 'vote_peeker') view.leaked_votes = Array.from(w.answer.subarray(t * world.panel, i))
      if (played.lots[t]! < world.audit_share * (AUDIT_LEAK[strategy] ?? 0)) view.leaked_audit = true
      const said = play(view, state, rng)
      answer[k] = said.answer
      cost += said.cost
    })
    return net(at, answer, cost)
  }
  const averaged = (of: (person: number) => number) =>
    byPerson.reduce((sum, _, person) => sum + of(person), 0) / byPerson.length
  return {
    netOf: (strategy, play = answerTask) => averaged((person) => as(strategy, play, person)),
    honest: averaged((person) =>
      net(
        byPerson[person]!,
        Uint8Array.from(byPerson[person]!, (i) => w.answer[i]!),
        played.cost[person]!,
      ),
    ),
  }
}
