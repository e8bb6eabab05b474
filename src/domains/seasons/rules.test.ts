import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ranked, refuseClose, refuseDates, refuseEdit, stateOf } from './rules.ts'

const at = (day: number) => new Date(Date.UTC(2026, 0, day))
const season = { starts_at: at(10), ends_at: at(20), closed_at: null, frozen_at: null }

describe('stateOf', () => {
  it.each([
    [9, null, 'planned'],
    [10, null, 'running'],
    [19, null, 'running'],
    [20, null, 'ended'],
    [15, 14, 'closed'],
  ] as const)('on day %i with closing day %s it is %s', (day, closed, state) =>
    expect(stateOf({ ...season, closed_at: closed && at(closed) }, at(day))).toBe(state),
  )
})

describe('refusals', () => {
  it('dates lie in order and not in the past', () => {
    expect(refuseDates({ starts_at: at(10), ends_at: at(11) }, at(10))).toBeUndefined()
    expect(refuseDates({ starts_at: at(9), ends_at: at(11) }, at(10))).toBe('season_dates')
    expect(refuseDates({ starts_at: at(11), ends_at: at(11) }, at(10))).toBe('season_dates')
    expect(refuseDates({ starts_at: new Date(NaN), ends_at: at(11) }, at(10))).toBe('season_dates')
  })
  it('a season is frozen from its start, also before the job has said so', () => {
    expect(refuseEdit(season, at(9))).toBeUndefined()
    expect(refuseEdit(season, at(10))).toBe('season_frozen')
    expect(refuseEdit({ ...season, frozen_at: at(10) }, at(9))).toBe('season_frozen')
  })
  it('closes once, and only after its start', () => {
    expect(refuseClose(season, at(9))).toBe('season_not_started')
    expect(refuseClose(season, at(12))).toBeUndefined()
    expect(refuseClose(season, at(30))).toBeUndefined()
    expect(refuseClose({ ...season, closed_at: at(12) }, at(13))).toBe('season_closed')
  })
})

describe('ranked', () => {
  const score = (scores: number[], above = 0, tied = 0) =>
    ranked(
      scores.map((score) => ({ score })),
      above,
      tied,
    ).map((r) => r.rank)
  it('shares a rank between equal scores and skips the next', () => expect(score([9, 7, 7, 4])).toEqual([1, 2, 2, 4]))
  it('goes on in the middle of a tie', () => expect(score([7, 7, 4], 1, 2)).toEqual([2, 2, 6]))
  it('gives every page the rank that one long list would', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 30 }),
        fc.nat(29),
        (scores, cut) => {
          const all = [...scores].sort((a, b) => b - a)
          const from = Math.min(cut, all.length - 1)
          const above = all.filter((s) => s > all[from]!).length
          expect(score(all.slice(from), above, from - above)).toEqual(score(all).slice(from))
          // Independent of how: a rank is one more than the number of better scores.
          expect(score(all)).toEqual(all.map((s) => 1 + all.filter((o) => o > s).length))
        },
      ),
    )
  })
})
