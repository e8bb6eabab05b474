import { describe, expect, test } from 'vitest'
import { createRng } from '../../platform/rng.ts'
import { clarityOf } from './clarity-rules.ts'
import type { Vote } from './rules.ts'

type Crowd = {
  right: number
  unclear?: string
  easy?: string
  yesSayers?: number
  stopEarly?: boolean
  answers?: number
  seed?: number
}

/** Votes of ten reviewers on two questions: each right with the same chance, but a coin where the question is unclear. */
function simulate({ right, unclear, easy, yesSayers = 0, stopEarly = false, answers = 150, seed = 1 }: Crowd): Vote[] {
  const rng = createRng(seed)
  const votes: Vote[] = []
  for (let s = 0; s < answers; s++) {
    for (const question of ['facts', 'tone']) {
      const good = question === easy || rng.fraction() < 0.7
      const first = rng.below(10)
      let lead = 0
      for (let n = 0; n < 5; n++) {
        const isRight = question === easy || rng.fraction() < (question === unclear ? 0.5 : right)
        const reviewer = (first + n) % 10
        const approve = reviewer < yesSayers || isRight === good
        lead += approve ? 1 : -1
        votes.push({
          review_id: `${votes.length}`,
          submission_id: `${s}`,
          author_id: 'a',
          round: 1,
          question,
          reviewer_id: `r${reviewer}`,
          approve,
          decided: null,
          gold: null,
        })
        if (stopEarly ? Math.abs(lead) === 2 : n === 2) break
      }
    }
  }
  return votes
}
const on = (question: string, votes: Vote[]) =>
  clarityOf(
    question,
    votes.filter((v) => v.question === question),
    votes.filter((v) => v.question !== question),
  )

describe('instructions or people', () => {
  test('planted: good reviewers who differ on one question alone point at its instructions', () => {
    const votes = simulate({ right: 0.93, unclear: 'tone' })
    const tone = on('tone', votes)
    expect(tone).toMatchObject({ verdict: 'instructions', votes: 300 })
    expect(tone.observed).toBeGreaterThan(0.4)
    expect(tone.expected).toBeLessThan(0.3)
    expect(tone.z).toBeGreaterThan(6)
  })

  test('planted: the same disagreement by people who err everywhere points at the people', () => {
    const votes = simulate({ right: 0.72 })
    for (const question of ['facts', 'tone']) {
      const c = on(question, votes)
      expect(c.observed).toBeGreaterThan(0.3)
      expect(c.verdict).toBe('people')
      expect(Math.abs(c.observed - c.expected)).toBeLessThan(0.08)
    }
  })

  test('good reviewers on clear questions: nothing to say', () => {
    const votes = simulate({ right: 0.97 })
    expect(on('tone', votes).verdict).toBe('clear')
    expect(on('facts', votes).verdict).toBe('clear')
  })

  test('stopping early raises no alarm of its own, and hides none', () => {
    const runs = Array.from({ length: 30 }, (_, i) => i + 1)
    const found = (crowd: Crowd) =>
      runs.filter((seed) => on('tone', simulate({ ...crowd, stopEarly: true, seed })).verdict === 'instructions').length
    expect(found({ right: 0.85 })).toBeLessThanOrEqual(1)
    expect(found({ right: 0.9, yesSayers: 2 })).toBeLessThanOrEqual(1)
    expect(found({ right: 0.93, unclear: 'tone' })).toBe(runs.length)
  })

  test('a question that is judged by its own votes excuses itself', () => {
    const tone = simulate({ right: 0.93, unclear: 'tone' }).filter((v) => v.question === 'tone')
    expect(clarityOf('tone', tone, tone).verdict).not.toBe('instructions')
  })

  test('who never saw wrong work elsewhere is not known: their mistakes here are not the instructions’ fault', () => {
    const votes = simulate({ right: 0.85, easy: 'facts' })
    expect(on('tone', votes).observed).toBeGreaterThan(0.2)
    expect(on('tone', votes).verdict).toBe('too_little')
  })

  test('few votes, or people of whom nothing is known elsewhere, say too little', () => {
    const votes = simulate({ right: 0.93, unclear: 'tone' })
    const tone = votes.filter((v) => v.question === 'tone')
    expect(on('tone', simulate({ right: 0.93, unclear: 'tone', answers: 10 })).verdict).toBe('too_little')
    expect(clarityOf('tone', tone, []).verdict).toBe('too_little')
    expect(
      clarityOf(
        'tone',
        tone,
        votes.filter((v) => v.question === 'facts' && v.reviewer_id < 'r2'),
      ).verdict,
    ).toBe('too_little')
    expect(clarityOf('tone', [], votes)).toMatchObject({
      votes: 0,
      observed: 0,
      expected: 0,
      z: 0,
      verdict: 'too_little',
    })
  })
})
