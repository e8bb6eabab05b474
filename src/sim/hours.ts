import type { Person, Population, SimClass } from './crowd.ts'
import { SLEEPER_WORKS } from './crowd.ts'
import { HOUR_WORTH, MINUTES } from './scenario.ts'
import { EFFORT } from './strategies.ts'

/**
 * What a piece of work takes an honest person, in hours, and what this person's way of doing it costs them, in points:
 * looking and writing cost their share of what an honest hour is worth, a model's answer or a copy next to nothing. `done`:
 * pieces of that kind before this one.
 */
export function hoursOf(
  p: Population,
  person: Person,
  of: SimClass,
  part: 'contribute' | 'review',
  done: number,
): { nominal: number; effort: number } {
  const nominal = MINUTES[of][part] / 60
  return { nominal, effort: nominal * HOUR_WORTH * effortOf(p, person, part, done) }
}

function effortOf(p: Population, person: Person, part: 'contribute' | 'review', done: number): number {
  const { writes, reviews } = p.kinds[person.kind]
  if (part === 'review') {
    if (reviews === 'sleeper') return done < SLEEPER_WORKS * 10 ? EFFORT.honest : EFFORT.none
    if (reviews.startsWith('model')) return EFFORT.model
    return reviews === 'honest' || reviews === 'low_skill' || reviews === 'inverter' ? EFFORT.honest : EFFORT.none
  }
  if (writes === 'own_then_junk') return done < SLEEPER_WORKS ? EFFORT.honest : EFFORT.none
  if (writes === 'model') return EFFORT.model
  if (writes === 'copies') return done % 10 === 0 ? EFFORT.honest : EFFORT.cheap
  return writes === 'own' ? EFFORT.honest : EFFORT.none
}
