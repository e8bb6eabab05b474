import type { Population } from '../crowd.ts'
import { SEASON_1 } from '../season-1.ts'

/** Pieces of work that one of a small crowd hands in over the days, on average. */
const PIECES_EACH = 18
const FULL = 10_000

/** A crowd of honest people, some of little skill, who do simple research: what one attacker comes among. */
export function honestCrowd(people: number, days: number): Population {
  const { kinds, classes } = SEASON_1
  const none = Object.fromEntries(
    Object.entries(kinds).map(([k, rules]) => [k, { ...rules, share: 0 }]),
  ) as typeof kinds
  return {
    ...SEASON_1,
    people,
    days,
    activity_spread: 0.7,
    kinds: { ...none, honest: { ...kinds.honest, share: 0.86 }, low_skill: { ...kinds.low_skill, share: 0.14 } },
    classes: {
      simple_research: { ...classes.simple_research, share: 1, submissions: PIECES_EACH * FULL },
      in_depth_research: { ...classes.in_depth_research, share: 0, submissions: 0 },
      adversarial: { ...classes.adversarial, share: 0, submissions: 0 },
    },
  }
}
