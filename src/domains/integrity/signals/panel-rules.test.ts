import { describe, expect, test } from 'vitest'
import { createRng, type Rng } from '../../../platform/rng.ts'
import type { Judged } from './panel-queries.ts'
import { affinityLinks, agreementLinks, lockstepLinks } from './panel-rules.ts'
import { KINDS } from './rules.ts'

const DAY = 86_400
const PEOPLE = 40
type Habit = {
  /** When a person judges a piece of work, by its day and the draw of chance. */
  at?: (u: number, day: number, rng: Rng) => number | undefined
  /** What a person says, given what they honestly found. */
  says?: (u: number, task: number, honest: boolean) => boolean
  /** Whether a person of a panel is changed for another. */
  panel?: (author: number, panel: number[]) => number[]
}

/** Months of reviews: panels of four drawn at random from forty people, who are right nine times of ten. */
function season(habit: Habit, { days = 30, tasks = 40, seed = 1 } = {}): Judged[] {
  const rng = createRng(seed)
  const rows: Judged[] = []
  for (let day = 0; day < days; day++)
    for (let t = 0; t < tasks; t++) {
      const id = day * tasks + t
      const author = rng.below(PEOPLE)
      const drawn = rng.shuffle(Array.from({ length: PEOPLE }, (_, u) => u).filter((u) => u !== author)).slice(0, 4)
      const good = rng.fraction() < 0.6
      const began = day * DAY + rng.below(DAY / 2)
      for (const u of habit.panel?.(author, drawn) ?? drawn) {
        const honest = rng.fraction() < 0.9 ? good : !good
        const at = habit.at?.(u, began, rng) ?? began + rng.below(DAY / 4)
        rows.push({ submission_id: String(id), author_id: String(author), reviewer_id: String(u), at, approves: habit.says?.(u, id, honest) ?? honest, good: null }) // prettier-ignore
      }
    }
  return rows
}
const pairs = (found: readonly { a: string; b: string }[]) => found.map((l) => [l.a, l.b].toSorted().join(' ')).toSorted() // prettier-ignore

describe('lockstep', () => {
  test('accounts of one script that judge in the same minute are linked, others are not', () => {
    const found = lockstepLinks(season({ at: (u, began) => (u < 4 ? began + 20 : undefined) }, { days: 40, tasks: 60 }))
    expect(pairs(found)).toEqual(['0 1', '0 2', '0 3', '1 2', '1 3', '2 3'])
    expect(found.every((l) => l.strength === KINDS.lockstep.cap)).toBe(true)
  })
  test('where everybody is quick to what is new, nobody is', () => {
    expect(lockstepLinks(season({ at: (_, began, rng) => began + rng.below(50) }, { days: 40, tasks: 60 }))).toEqual([])
  })
  test('an honest crowd shows none, and little work shared says nothing', () => {
    for (const seed of [1, 2, 3]) expect(lockstepLinks(season({}, { seed }))).toEqual([])
    expect(lockstepLinks(season({ at: (_, began) => began }, { days: 2 }))).toEqual([])
    expect(lockstepLinks([])).toEqual([])
  })
})

describe('excess agreement', () => {
  // A ring of six answers by a signal that says nothing of the work.
  const ring = (u: number, task: number, honest: boolean) => (u < 6 ? (task * 2_654_435_761) % 7 < 4 : honest)
  test('a ring that answers by its own signal is linked, all with all', () => {
    const found = agreementLinks(season({ says: ring }, { days: 40 }))
    const inside = pairs(found).filter((p) => p.split(' ').every((u) => Number(u) < 6))
    expect(inside).toHaveLength(15)
    expect(pairs(found)).toEqual(inside)
    expect(found.every((l) => l.strength > 0 && l.strength <= KINDS.excess_agreement.cap)).toBe(true)
  })
  test('an honest crowd shows none, of whatever seed', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) expect(agreementLinks(season({}, { seed }))).toEqual([])
  })
  test('few answers, few people and no answers say nothing', () => {
    expect(agreementLinks(season({ says: ring }, { days: 1, tasks: 20 }))).toEqual([])
    expect(agreementLinks([])).toEqual([])
  })
})

describe('meetings', () => {
  test('an author and a reviewer who always meet are linked, and only they', () => {
    const found = affinityLinks(season({ panel: (author, panel) => (author === 3 && !panel.includes(7) ? [7, ...panel.slice(1)] : panel) })) // prettier-ignore
    expect(pairs(found)).toEqual(['3 7'])
    expect(found[0]!.times).toBeGreaterThan(10)
  })
  test('those who review most meet most, and that links nobody', () => {
    for (const seed of [1, 2, 3])
      expect(affinityLinks(season({ panel: (_, panel) => (panel.includes(1) ? panel : panel[0]! < 20 ? [1, ...panel.slice(1)] : panel) }, { seed }))).toEqual([]) // prettier-ignore
  })
  test('where everybody reviews everything, meeting says nothing', () => {
    const all = (author: number) => Array.from({ length: 6 }, (_, u) => u + 10).filter((u) => u !== author)
    expect(affinityLinks(season({ panel: all }, { tasks: 5 }))).toEqual([])
  })
})
