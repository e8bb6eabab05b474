import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DIFFICULTIES } from '../campaigns/contract.ts'
import { dailyShare, FULL_DAY, KNOWN_AFTER } from './routing-rules.ts'

const routing = { least_bps: 8000, newcomer_daily: 5 }

describe('who gets how much a day', () => {
  test.each([
    ['nobody knows them', undefined, 5, 'newcomer'],
    ['too little is known, however good', { mean_bps: 9900, judged: KNOWN_AFTER - 1 }, 5, 'newcomer'],
    ['known and good', { mean_bps: 8000, judged: KNOWN_AFTER }, 50, 'full'],
    ['known and not good enough', { mean_bps: 7999, judged: 500 }, 1, 'below'],
  ])('%s', (_, quality, daily, why) => {
    expect(dailyShare(routing, 'advanced', quality, null)).toEqual({ daily, why })
  })

  test('a day is shorter the harder the work', () => {
    const days = DIFFICULTIES.map((d) => FULL_DAY[d]!)
    expect(days).toEqual(days.toSorted((a, b) => b - a))
    expect(new Set(days).size).toBe(DIFFICULTIES.length)
  })

  test('nobody is shut out, nobody gets more than the cap, and better work never gets less', () => {
    fc.assert(
      fc.property(
        fc.record({ least_bps: fc.integer({ min: 1, max: 9900 }), newcomer_daily: fc.integer({ min: 1, max: 1000 }) }),
        fc.constantFrom(...DIFFICULTIES),
        fc.record({
          mean_bps: fc.integer({ min: 0, max: 10_000 }),
          judged: fc.integer({ min: KNOWN_AFTER, max: 1000 }),
        }),
        fc.option(fc.integer({ min: 1, max: 500 })),
        (r, difficulty, quality, cap) => {
          const share = dailyShare(r, difficulty, quality, cap)
          expect(share.daily).toBeGreaterThanOrEqual(1)
          expect(share.daily).toBeLessThanOrEqual(cap ?? 200)
          const better = dailyShare(r, difficulty, { ...quality, mean_bps: quality.mean_bps + 100 }, cap)
          expect(better.daily).toBeGreaterThanOrEqual(share.daily)
          expect(dailyShare(r, difficulty, undefined, cap).daily, 'a newcomer always gets a chance').toBeGreaterThan(0)
        },
      ),
    )
  })
})
