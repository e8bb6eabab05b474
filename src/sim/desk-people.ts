import { rngOf } from './chance.ts'
import { SLEEPER_WORKS, type Person, type Population } from './crowd.ts'
import { workOf } from './work.ts'

/**
 * The three people at the desk. Whoever looks into a case reads of the person's work and comes to see whether they work
 * honestly; each misses a dishonest one, and takes an honest one for dishonest, so often. Round numbers, chosen before
 * any figure was looked at.
 */
export const QA = [
  { name: 'qa-careful', misses: 0.05, wrongs: 0.01 },
  { name: 'qa-usual', misses: 0.1, wrongs: 0.03 },
  { name: 'qa-hasty', misses: 0.2, wrongs: 0.08 },
] as const
/** The operator hears appeals that the three leave, and errs as the usual one of them does. */
export const OPERATOR = QA.length
const DESK = [...QA, { name: 'operator', misses: 0.1, wrongs: 0.03 }]

/** When there are hours at the desk, how likely each of the three is there, and takes what lies there then. */
export const DESK_HOURS = { night: [1, 4, 7], day: [13, 20, 22] } as const
export const IS_THERE = 0.8
export const TAKES_IT = 0.75

/** A reading of more of the work, which finds something, becomes evidence of its own. */
export const READS_MORE = 0.5
/** A grader who sees accepted work that is junk or a copy opens a case about it; and about good work by mistake. */
export const SEES_JUNK = 0.5
export const SEES_COPY = 0.8
export const SEES_WRONGLY = 0.001

/** How likely people say something to an open case, and appeal a sanction or a rejection, who did nothing wrong and who did. */
export const STATES = { honest: 0.6, dishonest: 0.2 } as const
export const APPEALS_SANCTION = { honest: 0.8, dishonest: 0.3 } as const
export const APPEALS_REJECTION = { good: 0.4, bad: 0.02 } as const

/** What a person's work is like now: what somebody who looks into it would see if they never erred. */
export function isDishonest(p: Population, person: Person, done: { handed: number; reviewed: number }): boolean {
  const { writes, reviews } = p.kinds[person.kind]
  if (person.attack !== undefined) return true
  if (person.kind === 'sleeper') return done.handed > SLEEPER_WORKS || done.reviewed > SLEEPER_WORKS * 10
  return writes === 'junk' || writes === 'copies' || writes === 'model' || !['honest', 'low_skill'].includes(reviews)
}

/** What one of the three finds when they look into something: the truth, but for their errors. Looking again finds the same. */
export function finds(seed: number, decider: number, what: string, isGuilty: boolean): boolean {
  const { misses, wrongs } = DESK[decider]!
  const chance = rngOf(seed, 'finds', decider, what).fraction()
  return isGuilty ? chance >= misses : chance < wrongs
}

/** Whether its author would appeal if this piece of work were rejected. */
export function wouldAppeal(p: Population, seed: number, person: Person, k: number): boolean {
  const isGood = workOf(p, seed, person, k).good && !p.kinds[person.kind].attacks
  return rngOf(seed, 'appeals', person.n, k).fraction() < (isGood ? APPEALS_REJECTION.good : APPEALS_REJECTION.bad)
}
