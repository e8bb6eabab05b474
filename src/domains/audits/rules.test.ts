import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHash } from 'node:crypto'
import {
  afterGrade,
  createDraw,
  disjoint,
  doubled,
  doubleGradingOf,
  drawnHash,
  gradeProblems,
  isCorrect,
  outcomeOf,
  readingOf,
  refuseGrade,
} from './rules.ts'

const ids = (n: number) => Array.from({ length: n }, (_, i) => ({ id: String(1000 + i) }))
const draw = (seed: string, pieces: { id: string }[], wanted: number | null) => {
  const d = createDraw(seed, wanted)
  for (const p of pieces) d.add(p)
  return d.drawn().map((p) => p.id)
}

describe('the draw', () => {
  it.each([500, 20_000])('of %i can be repeated by hand: the ids whose hash with the seed is lowest', (count) => {
    const pieces = ids(count)
    const byHand = pieces
      .map((p) => ({ id: p.id, lot: createHash('sha256').update(`77:sample:${p.id}`).digest('hex') }))
      .sort((a, b) => (a.lot < b.lot ? -1 : 1))
      .slice(0, 40)
      .map((p) => p.id)
    expect(draw('77', pieces, 40).sort()).toEqual(byHand.sort())
  })
  it('does not depend on the order of ids, and takes all when there are fewer', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 1e6 }), { maxLength: 60 }),
        fc.nat(80),
        (numbers, wanted) => {
          const pieces = numbers.map((n) => ({ id: String(n) }))
          const forth = draw('5', pieces, wanted)
          expect(forth).toEqual(draw('5', [...pieces].reverse(), wanted))
          expect(forth).toHaveLength(Math.min(wanted, pieces.length))
          expect(new Set(forth).size).toBe(forth.length)
          expect(draw('5', pieces, null)).toHaveLength(pieces.length)
        },
      ),
    )
  })
  it('is fair: over many seeds each piece is drawn about equally often', () => {
    const pieces = ids(20)
    const times = new Map<string, number>()
    for (let seed = 0; seed < 4000; seed++)
      for (const id of draw(String(seed), pieces, 5)) times.set(id, (times.get(id) ?? 0) + 1)
    // 1,000 expected each; the standard deviation is 27.
    for (const p of pieces) expect(Math.abs((times.get(p.id) ?? 0) - 1000)).toBeLessThan(140)
  })
  it('grades twice the share asked for, rounded up', () => {
    expect(doubled('3', ids(100), 1000).size).toBe(10)
    expect(doubled('3', ids(101), 1000).size).toBe(11)
    expect(doubled('3', ids(101), 0).size).toBe(0)
    expect(doubled('3', ids(7), 10_000).size).toBe(7)
  })
  it('is hashed in order of id, so that a repeat can be compared', () => {
    expect(drawnHash([{ id: '10' }, { id: '9' }])).toBe(createHash('sha256').update('["9","10"]').digest('hex'))
  })
})

describe('grades', () => {
  it('asks for each judged question, and why for each wrong one', () => {
    const codes = (grades: Parameters<typeof gradeProblems>[1]) =>
      gradeProblems(['a', 'b'], grades).map((p) => `${p.field} ${p.code}`)
    expect(codes({ a: { right: true }, b: { right: false, reason: 'wrong' } })).toEqual([])
    expect(codes({ a: { right: true } })).toEqual(['/b required'])
    expect(codes({ a: { right: false }, b: { right: true, reason: 'wrong' } })).toEqual([
      '/a/reason required',
      '/b/reason not_with_right',
    ])
    expect(
      codes({ a: { right: true }, b: { right: false, reason: 'other', comment: ' ' }, c: { right: true } }),
    ).toEqual(['/b/comment required', '/c unknown_question'])
    expect(codes(JSON.parse('{"a":{"right":true},"b":{"right":true},"constructor":{"right":true}}'))).toEqual([
      '/constructor unknown_question',
    ])
  })
  it('is correct when every judged question is right', () => {
    expect(isCorrect(['a', 'b'], { a: { right: true }, b: { right: true } })).toBe(true)
    expect(isCorrect(['a', 'b'], { a: { right: true }, b: { right: false } })).toBe(false)
  })

  const fine = { drawn: true, is_author: false, lane: 'audit', standing: 'live', place_free: false } as const
  it.each([
    [fine, undefined],
    [{ ...fine, is_author: true, drawn: false }, 'own_work_graded'],
    [{ ...fine, lane: 'other', standing: 'lease_not_found' }, 'own_work_graded'],
    [{ ...fine, drawn: false, lane: undefined, standing: 'lease_not_found' }, 'not_drawn'],
    [{ ...fine, lane: undefined, standing: 'lease_not_found' }, 'lease_not_found'],
    [{ ...fine, standing: 'lease_over' }, 'lease_over'],
    [{ ...fine, standing: 'late' }, 'lease_over'],
    [{ ...fine, standing: 'late', place_free: true }, undefined],
  ] as const)('%o is refused with %s', (facts, code) => expect(refuseGrade(facts)).toBe(code))

  it.each([
    [1, 1, 1, true, 'close'],
    [1, 1, 2, true, 'wait'],
    [2, 2, 2, true, 'close'],
    [2, 0, 2, true, 'close'],
    [2, 1, 2, true, 'ask_third'],
    [2, 1, 2, false, 'close'],
    [2, 1, 3, true, 'wait'],
    [3, 1, 3, true, 'close'],
  ] as const)(
    'after %i grades, %i of them correct, of %i wanted (third available: %s): %s',
    (grades, correct_grades, grades_wanted, third, then) => {
      // "Wanted 3" is only set once a third was asked for, so two even grades do not ask again.
      expect(afterGrade({ grades, correct_grades, grades_wanted }, third)).toBe(then)
    },
  )

  it('reads a piece as most graders do', () => {
    expect([
      outcomeOf({ grades: 0, correct_grades: 0 }),
      outcomeOf({ grades: 1, correct_grades: 1 }),
      outcomeOf({ grades: 2, correct_grades: 1 }),
      outcomeOf({ grades: 3, correct_grades: 1 }),
    ]).toEqual([undefined, 'correct', 'unresolved', 'incorrect'])
  })
})

describe('figures', () => {
  it('prints shares as decimals, with what no sample speaks about', () => {
    const reading = readingOf([
      { accepted: true, population: 100, n: 100, right: 92 },
      { accepted: false, population: 50, n: 0, right: 0 },
    ])
    expect(reading).toMatchObject({
      precision: { share: '0.920000', low: '0.850019', high: '0.958907', n: 100, n_effective: '100.0' },
      population: 150,
      graded: 100,
      not_covered: 50,
    })
  })
  it('lets each plan of a campaign stand for what it was drawn from', () => {
    const row = (accepted: boolean, population: number, graded: number, correct: number) => ({
      accepted,
      population,
      graded,
      correct,
    })
    // 10 of 100 graded, then 15 of the other 90 and of 60 that came since: the first ten stand for themselves.
    expect(
      disjoint([row(true, 100, 10, 9), row(true, 150, 15, 12), row(false, 40, 4, 1), row(false, 50, 0, 0)]),
    ).toEqual([
      { accepted: true, population: 10, n: 10, right: 9 },
      { accepted: true, population: 150, n: 15, right: 12 },
      { accepted: false, population: 40, n: 4, right: 1 },
    ])
    expect(disjoint([row(false, 7, 0, 0)])).toEqual([{ accepted: false, population: 7, n: 0, right: 0 }])
  })
  it('lets windows of a time stand for that time, and a later sample for what they left', () => {
    const drawn = (window: boolean, population: number, graded: number, correct: number) => ({
      accepted: true,
      population,
      graded,
      correct,
      window,
    })
    const stands = (population: number, n: number, right: number) => ({ accepted: true, population, n, right })
    expect(disjoint([drawn(true, 50, 4, 3), drawn(true, 60, 5, 5)])).toEqual([stands(50, 4, 3), stands(60, 5, 5)])
    // The sample's hundred are what both left undrawn, and more; the window after it is work that came since.
    expect(
      disjoint([drawn(true, 50, 4, 3), drawn(true, 60, 5, 5), drawn(false, 120, 12, 9), drawn(true, 30, 3, 2)]),
    ).toEqual([stands(4, 4, 3), stands(5, 5, 5), stands(120, 12, 9), stands(30, 3, 2)])
    expect(disjoint([drawn(true, 50, 0, 0)]), 'not graded yet').toEqual([stands(50, 0, 0)])
  })
  it('tells raw agreement from agreement beyond chance', () => {
    expect(
      doubleGradingOf({ both_yes: 20, first_only: 5, second_only: 10, both_no: 15, third_grades: 3, unresolved: 12 }),
    ).toEqual({ pairs: 50, agreed: 35, agreement: '0.7000', kappa: '0.4000', third_grades: 3, unresolved: 12 })
    expect(
      doubleGradingOf({ both_yes: 0, first_only: 0, second_only: 0, both_no: 0, third_grades: 0, unresolved: 0 }),
    ).toMatchObject({ agreement: null, kappa: null })
  })
})
