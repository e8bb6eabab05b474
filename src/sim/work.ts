import type { Rng } from '../platform/rng.ts'
import { logistic, rngOf } from './chance.ts'
import { SLEEPER_WORKS, type Person, type Population } from './crowd.ts'
import { answerTask, type TaskView } from './strategies.ts'

/** A piece of work as it truly is. It follows from the seed, its author and its number: nothing needs to be kept. */
export type Work = {
  author: number
  k: number
  /** What QA finds; for adversarial work, whether the stub target gives way. */
  good: boolean
  /** What a careful reviewer can see of it: a copy of good work looks good. */
  looks: boolean
  copied: boolean
  hard: boolean
  /** What the platform's model would say: 1 is right. */
  model: number
  cheap: number
}

/** The name under which a piece of work can be found again by whoever judges it: its source, as a reviewer would open it. */
export const sourceOf = (w: { author: number; k: number }): string => `w${w.author}-${w.k}`
export function readSource(source: string): { author: number; k: number } {
  const [author, k] = source.slice(1).split('-').map(Number)
  return { author: author!, k: k! }
}

export function workOf(p: Population, seed: number, person: Person, k: number): Work {
  const rng = rngOf(seed, 'work', person.n, k)
  const writes = p.kinds[person.kind].writes
  const own = rng.fraction() < logistic(person.skill)
  const isJunk = writes === 'junk' || (writes === 'own_then_junk' && k >= SLEEPER_WORKS)
  // Every tenth piece of a duplicator is new; the others are that one again, or somebody else's.
  const copied = writes === 'copies' && k % 10 !== 0
  const looks = isJunk ? rng.fraction() < 0.01 : own
  const good = looks && !copied
  const hard = rng.fraction() < p.hard
  const isModelRight = !hard && rng.fraction() < p.model_accuracy / (1 - p.hard)
  return {
    author: person.n,
    k,
    good,
    looks,
    copied,
    hard,
    model: (looks ? 1 : 0) ^ (isModelRight ? 0 : 1),
    cheap: rng.fraction() < 0.5 ? 1 : 0,
  }
}

/** The shares that somebody who does not look goes by: how often this class's work is rejected, and approved. */
export const priorOf = (p: Population, person: Person): number[] => {
  const { usual_reject } = p.classes[person.class]
  return [usual_reject, 1 - usual_reject]
}

export function viewOf(p: Population, reviewer: Person, work: Work): TaskView {
  return {
    key: work.author * 10_007 + work.k,
    prior: priorOf(p, reviewer),
    truth: work.looks ? 1 : 0,
    hard: work.hard,
    cheap: work.cheap,
    model: work.model,
  }
}

/** One vote: whether this reviewer approves this work, as their strategy has it. `done`: reviews before this one. */
export function voteOf(p: Population, seed: number, reviewer: Person, work: Work, done: number): boolean {
  if (reviewer.other === work.author || reviewer.n === work.author || reviewer.allies?.has(work.author)) return true
  const rng = rngOf(seed, 'vote', reviewer.n, work.author, work.k)
  const rules = p.kinds[reviewer.kind]
  // Turned sleepers approve everything, whatever is usual.
  if (reviewer.kind === 'sleeper') return done >= SLEEPER_WORKS * 10 || looked(p, reviewer, work, rng, 0)
  if (reviewer.kind === 'always_accept' || reviewer.kind === 'spammer') return true
  return answer(p, reviewer, work, rng, rules.reviews === 'sleeper' ? 0 : done)
}

const answer = (p: Population, reviewer: Person, work: Work, rng: Rng, done: number): boolean =>
  answerTask(
    viewOf(p, reviewer, work),
    { strategy: p.kinds[reviewer.kind].reviews, accuracy: reviewer.accuracy, done, ring: 0 },
    rng,
  ).answer === 1

const looked = (p: Population, reviewer: Person, work: Work, rng: Rng, done: number): boolean =>
  answerTask(viewOf(p, reviewer, work), { strategy: 'honest', accuracy: reviewer.accuracy, done, ring: 0 }, rng)
    .answer === 1

const SYLLABLES = 'ba ber cal co dan der el fen fi gar gol hal ho in jor ka lem li mar mo nes no or pal pe quo ran ri sol su tar ti ul ven vi wen yor za'.split(' ') // prettier-ignore

/** A word that nobody has seen, so that two texts are alike only if one was made from the other. */
const wordFrom = (rng: Rng): string =>
  Array.from({ length: 2 + rng.below(3) }, () => SYLLABLES[rng.below(SYLLABLES.length)]!).join('')

/** The text of a piece of work: its own words, or somebody's earlier words (`original`) with small changes. */
export function textOf(
  p: Population,
  seed: number,
  person: Person,
  k: number,
  people: readonly Person[],
): { text: string; original: string | undefined } {
  if (!workOf(p, seed, person, k).copied) return { text: ownText(seed, person.n, k), original: undefined }
  const rng = rngOf(seed, 'copy', person.n, k)
  const from = k % 2 === 0 ? person.n : people[rng.below(people.length)]!.n
  const original = ownText(seed, from, from === person.n ? k - (k % 10) : 0)
  const words = original.split(' ')
  for (let i = 0; i < 2; i++) words[rng.below(words.length)] = wordFrom(rng)
  return { text: words.join(' '), original }
}

function ownText(seed: number, author: number, k: number): string {
  const rng = rngOf(seed, 'text', author, k)
  return Array.from({ length: 24 + rng.below(16) }, () => wordFrom(rng)).join(' ')
}
