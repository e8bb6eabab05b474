import type { Population, SimClass } from './crowd.ts'
import type { RuleSet } from './scenario.ts'
import { LEVELS } from './season-1-levels.ts'

/** What was published of the first season; the calibration sees the acceptance rates and nothing else. */
export const PUBLISHED = {
  people: 10_000,
  acceptance: { simple_research: 0.83, in_depth_research: 0.67, adversarial: 0.1 } satisfies Record<SimClass, number>,
  adversarial_accepted: 24_000,
  precision: 0.92,
} as const

const passesAll = (simple: number, inDepth: number, adversarial: number): Record<SimClass, number> => ({
  simple_research: simple,
  in_depth_research: inDepth,
  adversarial,
})

/**
 * The people of Season 1. Shares and exam chances were chosen before any precision was computed and are round numbers;
 * `docs/concepts/simulation.md` says why each is what it is and how the prediction moves when they do.
 */
export const SEASON_1: Population = {
  people: PUBLISHED.people,
  days: 30,
  skill_spread: 0.8,
  activity_spread: 1,
  hard: 0.15,
  model_accuracy: 0.8,
  kinds: {
    honest: { share: 0.6, writes: 'own', offset: 0, reviews: 'honest', passes: passesAll(0.95, 0.85, 0.8), attacks: false },
    low_skill: { share: 0.1, writes: 'own', offset: -1, reviews: 'low_skill', passes: passesAll(0.8, 0.5, 0.3), attacks: false },
    always_accept: { share: 0.08, writes: 'own', offset: -0.5, reviews: 'always_accept', passes: passesAll(0.9, 0.5, 0.2), attacks: true },
    majority_follower: { share: 0.06, writes: 'own', offset: -0.5, reviews: 'majority_follower', passes: passesAll(0.9, 0.5, 0.5), attacks: true },
    prior_sampler: { share: 0.02, writes: 'own', offset: -0.5, reviews: 'prior_sampler', passes: passesAll(0.9, 0.5, 0.4), attacks: true },
    random: { share: 0.01, writes: 'junk', offset: 0, reviews: 'random', passes: passesAll(0.5, 0.3, 0.1), attacks: true },
    inverter: { share: 0.005, writes: 'own', offset: 0, reviews: 'inverter', passes: passesAll(0.9, 0.8, 0.8), attacks: true },
    bot: { share: 0.05, writes: 'model', offset: -1, reviews: 'model_80', passes: passesAll(0.9, 0.7, 0.3), attacks: true },
    spammer: { share: 0.03, writes: 'junk', offset: 0, reviews: 'always_accept', passes: passesAll(0.7, 0.3, 0.1), attacks: true },
    duplicator: { share: 0.02, writes: 'copies', offset: 0, reviews: 'honest', passes: passesAll(0.9, 0.7, 0.7), attacks: true },
    sleeper: { share: 0.015, writes: 'own_then_junk', offset: 0, reviews: 'sleeper', passes: passesAll(0.95, 0.85, 0.8), attacks: true },
    sock_puppet: { share: 0.01, writes: 'junk', offset: 0, reviews: 'honest', passes: passesAll(0.9, 0.6, 0.5), attacks: true },
  }, // prettier-ignore
  classes: {
    simple_research: { submissions: 60_000, share: 0.4, level: LEVELS.simple_research, looking: null, usual_reject: 0.17 },
    in_depth_research: { submissions: 36_000, share: 0.25, level: LEVELS.in_depth_research, looking: null, usual_reject: 0.33 },
    // Whoever looks tries the prompt on the target and sees whether it gives way, whatever their skill.
    adversarial: { submissions: 240_000, share: 0.35, level: LEVELS.adversarial, looking: 0.98, usual_reject: 0.9 },
  }, // prettier-ignore
}

/**
 * What our rules save on reviews and copies buys more adversarial work from the same people, so that as much is spent as
 * under the original rules: so many times as much of it.
 */
export const MORE_ADVERSARIAL = 1.35

/** The same people with the work that the rules can pay for. */
export function underRules(p: Population, rules: RuleSet): Population {
  if (rules === 'original') return p
  const { adversarial } = p.classes
  const submissions = adversarial.submissions * MORE_ADVERSARIAL
  return { ...p, classes: { ...p.classes, adversarial: { ...adversarial, submissions } } }
}

/** Another size of the same season: so many people and days, and so much of the work of each person. */
export function scaled(people: number, days = SEASON_1.days, work = 1): Population {
  const classes = Object.fromEntries(
    Object.entries(SEASON_1.classes).map(([c, rules]) => [c, { ...rules, submissions: rules.submissions * work }]),
  ) as Population['classes']
  return { ...SEASON_1, people, days, classes }
}
