import { apportion, normal, rngOf } from './chance.ts'
import { accuracyOf, type ReviewerStrategy } from './strategies.ts'

export const CLASSES = ['simple_research', 'in_depth_research', 'adversarial'] as const
export type SimClass = (typeof CLASSES)[number]

/**
 * What people are. A kind says how somebody writes (`writes`) and how they review (a strategy of `strategies.ts`), how
 * good their work is beside an honest person's (`offset`, in log-odds) and how likely they get past each class's exam.
 */
export const KINDS = [
  'honest',
  'low_skill',
  'always_accept',
  'majority_follower',
  'prior_sampler',
  'random',
  'inverter',
  'bot',
  'spammer',
  'duplicator',
  'sleeper',
  'sock_puppet',
] as const
export type Kind = (typeof KINDS)[number]

export type KindRules = {
  /** Of all people who sign up. */
  share: number
  writes: 'own' | 'junk' | 'copies' | 'model' | 'own_then_junk'
  offset: number
  reviews: ReviewerStrategy
  /** Chance of passing the exam, by class. */
  passes: Record<SimClass, number>
  /** Whether they are out to be paid for nothing. */
  attacks: boolean
}

export type ClassRules = {
  /** Submissions of a full season of 10,000 people. */
  submissions: number
  /** Share of people whose class this is. */
  share: number
  /** What an honest person's work is worth: log-odds of being right. The one number that acceptance rates fix. */
  level: number
  /** How likely a reviewer who looks is right on a task that is not hard, where that is not a matter of skill. */
  looking: number | null
  /** How often the verdict is "reject": what somebody who does not look believes. */
  usual_reject: number
}

export type Population = {
  people: number
  days: number
  kinds: Record<Kind, KindRules>
  classes: Record<SimClass, ClassRules>
  /** Spread of honest people's skill, in log-odds. */
  skill_spread: number
  /** Spread of how much people do, log-normal. */
  activity_spread: number
  /** Tasks on which people err more often and the platform's model is wrong. */
  hard: number
  model_accuracy: number
}

export type Person = {
  n: number
  handle: string
  kind: Kind
  class: SimClass
  /** Which of the class's campaigns. */
  topic: number
  /** Log-odds of a piece of work being right. */
  skill: number
  /** Chance of a vote being right on a task that is not hard. */
  accuracy: number
  /** Pieces of work over the season. */
  volume: number
  reviews: boolean
  /** The other account of the same person. */
  other: number | undefined
  /** Accounts whose work this one approves unread, and the attack it is part of (`attack/attackers.ts`). */
  allies?: ReadonlySet<number>
  attack?: string
}

/** A sleeper turns after so many pieces of work, and as many times ten reviews. */
export const SLEEPER_WORKS = 20

/**
 * The people of a season, the same for the same seed. Who does not pass an exam is not there: the exam decides before
 * the campaign begins.
 */
export function makePeople(p: Population, seed: number, topics: Record<SimClass, number>): Person[] {
  const pools = new Map<SimClass, Person[]>()
  const counts = apportion(
    p.people,
    CLASSES.map((c) => p.classes[c].share),
  )
  let n = 0
  for (const [i, c] of CLASSES.entries()) {
    const shares = apportion(
      counts[i]!,
      KINDS.map((k) => p.kinds[k].share * p.kinds[k].passes[c]),
    )
    const pool: Person[] = []
    for (const [j, kind] of KINDS.entries())
      for (let k = 0; k < shares[j]!; k++) {
        const rng = rngOf(seed, 'person', n)
        const rules = p.kinds[kind]
        const spread = rules.writes === 'own' || rules.writes === 'own_then_junk' ? p.skill_spread : 0
        const own = accuracyOf(rules.reviews, rng)
        pool.push({
          n,
          handle: `s${seed}-p${n}`,
          kind,
          class: c,
          topic: 0,
          skill: p.classes[c].level + rules.offset + spread * normal(rng),
          accuracy: p.classes[c].looking ?? own,
          volume: Math.exp(p.activity_spread * normal(rng)),
          reviews: false,
          other: undefined,
        })
        n += 1
      }
    pools.set(c, pool)
  }
  for (const [c, pool] of pools) {
    const total = Math.round((p.classes[c].submissions * p.people) / 10_000)
    const mixed = rngOf(seed, 'topics', c).shuffle(pool)
    mixed.forEach((person, i) => (person.topic = i % topics[c]))
    const parts = apportion(
      total,
      pool.map((person) => person.volume),
    )
    pool.forEach((person, i) => (person.volume = parts[i]!))
    // The system asks the better two thirds to review; who approves everything looks good to a majority.
    mixed.forEach((person, i) => (person.reviews = i % 3 !== 0))
    pairUp(mixed)
  }
  return [...pools.values()].flat()
}

/** Sock puppets come in twos: one writes, both review. */
function pairUp(pool: readonly Person[]): void {
  const puppets = pool.filter((p) => p.kind === 'sock_puppet')
  for (let i = 0; i + 1 < puppets.length; i += 2) {
    const [a, b] = [puppets[i]!, puppets[i + 1]!]
    a.other = b.n
    b.other = a.n
    b.topic = a.topic
    a.reviews = b.reviews = true
  }
}
