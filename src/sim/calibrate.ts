import { rngOf } from './chance.ts'
import { CLASSES, makePeople, type Person, type Population, type SimClass } from './crowd.ts'
import { voteOf, workOf } from './work.ts'

const ONE_TOPIC = { simple_research: 1, in_depth_research: 1, adversarial: 1 }

export type Rates = {
  acceptance: number
  /** Share of accepted work that is good. */
  precision: number
  /** Share of good work that is accepted. */
  recall: number
  /** Share of all work that is good. */
  good: number
  approves_bad: number
  approves_good: number
}

/** One class under the original rules, a majority of three, on the pure functions alone: `pieces` submissions drawn. */
export function majorityOfThree(p: Population, seed: number, of: SimClass, pieces: number): Rates {
  const people = makePeople(p, seed, ONE_TOPIC).filter((person) => person.class === of)
  const authors: Person[] = people.flatMap((person) => Array.from({ length: person.volume }, () => person))
  const reviewers = people.filter((person) => person.reviews)
  const rng = rngOf(seed, 'calibrate', of)
  const seen = new Map<number, number>()
  let [accepted, good, both, yesGood, yesBad] = [0, 0, 0, 0, 0]
  for (let i = 0; i < pieces; i++) {
    const author = authors[rng.below(authors.length)]!
    const k = seen.get(author.n) ?? 0
    seen.set(author.n, k + 1)
    const work = workOf(p, seed, author, k)
    const panel = new Set<Person>()
    while (panel.size < 3) {
      const r = reviewers[rng.below(reviewers.length)]!
      if (r !== author) panel.add(r)
    }
    let yes = 0
    for (const r of panel) if (voteOf(p, seed, r, work, rng.below(300))) yes += 1
    if (work.good) yesGood += yes
    else yesBad += yes
    good += work.good ? 1 : 0
    if (yes < 2) continue
    accepted += 1
    both += work.good ? 1 : 0
  }
  return {
    acceptance: accepted / pieces,
    precision: both / accepted,
    recall: both / good,
    good: good / pieces,
    approves_good: yesGood / (3 * good),
    approves_bad: yesBad / (3 * (pieces - good)),
  }
}

/** The mean over several seasons, each with people of its own. */
export function meanRates(p: Population, seeds: readonly number[], of: SimClass, pieces: number): Rates {
  const all = seeds.map((seed) => majorityOfThree(p, seed, of, pieces))
  const mean = (key: keyof Rates) => all.reduce((sum, r) => sum + r[key], 0) / all.length
  return {
    acceptance: mean('acceptance'),
    precision: mean('precision'),
    recall: mean('recall'),
    good: mean('good'),
    approves_bad: mean('approves_bad'),
    approves_good: mean('approves_good'),
  }
}

export const withLevels = (p: Population, levels: Record<SimClass, number>): Population => ({
  ...p,
  classes: Object.fromEntries(CLASSES.map((c) => [c, { ...p.classes[c], level: levels[c] }])) as Population['classes'],
})

/** Finds each class's level such that its acceptance rate is the target; nothing else is looked at. */
export function calibrate(
  p: Population,
  targets: Record<SimClass, number>,
  options: { seeds: readonly number[]; pieces: number; steps?: number },
): Record<SimClass, number> {
  const levelOf = (of: SimClass) => {
    let [low, high] = [-6, 6]
    for (let step = 0; step < (options.steps ?? 13); step++) {
      const level = (low + high) / 2
      const tried = { ...p, classes: { ...p.classes, [of]: { ...p.classes[of], level } } }
      if (meanRates(tried, options.seeds, of, options.pieces).acceptance < targets[of]) low = level
      else high = level
    }
    return Math.round(((low + high) / 2) * 1000) / 1000
  }
  return Object.fromEntries(CLASSES.map((c) => [c, levelOf(c)])) as Record<SimClass, number>
}
