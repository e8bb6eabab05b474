import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SETTINGS } from '../../../test/campaign.ts'
import { outlookOf, suggestedWorth } from './outlook-rules.ts'
import { firstSnapshot, planFor } from './plan-rules.ts'

const outlook = (good: number, bad: number, review: number, reviews = { min: 1, max: 5 }) => {
  const snapshot = firstSnapshot('x-0')
  const prices = [{ currency: 'POINT', contribute_minor: '20', review_minor: `${review}`, bonus_bps: 0 }]
  const policy = { kind: 'adaptive' as const, good_value_minor: `${good}`, bad_cost_minor: `${bad}` }
  return outlookOf(planFor({ ...SETTINGS, prices, reviews, policy }, snapshot)!, snapshot)
}

describe('what a plan means', () => {
  test('people who agree settle it after few reviews, people who differ take more', () => {
    const o = outlook(200, 400, 5, { min: 1, max: 7 })
    expect(o.all_approve).toBeGreaterThan(1)
    expect(o.all_approve).toBeLessThan(o.split)
    expect(o.split).toBe(7)
    expect(o.after_split).toBe('expert')
    expect(o.mean_reviews).toBeGreaterThan(o.all_approve)
    expect(o.mean_reviews).toBeLessThan(7)
  })

  test('where a review costs as much as it can gain, one is enough, and no expert is asked', () => {
    expect(outlook(10, 10, 8)).toMatchObject({
      all_approve: 1,
      all_disapprove: 1,
      split: 1,
      after_split: 'decided',
      mean_reviews: 1,
    })
  })

  test('a wrong one that costs more asks for more approvals; disapprovals settle sooner', () => {
    const dear = outlook(100, 2000, 5, { min: 1, max: 9 })
    const cheap = outlook(100, 100, 5, { min: 1, max: 9 })
    expect(dear.all_approve).toBeGreaterThan(cheap.all_approve)
    expect(dear.all_approve).toBeGreaterThan(dear.all_disapprove)
  })

  test('for any stated worth: within least and most, bounds in order and closing, chances that sum up', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 6 }),
        (good, bad, review, min, more) => {
          const o = outlook(good, bad, review, { min, max: min + more })
          for (const n of [o.all_approve, o.all_disapprove, o.split, o.mean_reviews]) {
            expect(n).toBeGreaterThanOrEqual(min - 1e-9)
            expect(n).toBeLessThanOrEqual(min + more + 1e-9)
          }
          expect(o.expert_share).toBeGreaterThanOrEqual(0)
          expect(o.expert_share).toBeLessThanOrEqual(1 + 1e-9)
          expect(o.bounds).toHaveLength(min + more)
          for (const b of o.bounds) expect(b.reject).toBeLessThanOrEqual(b.accept)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('a suggestion follows the price, and never asks for nothing', () => {
    const of = (contribute_minor: string, review_minor: string) => suggestedWorth({ contribute_minor, review_minor })
    expect(of('20', '3')).toEqual({ good_value_minor: '40', bad_cost_minor: '80' })
    expect(of('0', '5')).toEqual({ good_value_minor: '50', bad_cost_minor: '100' })
    expect(of('0', '0')).toEqual({ good_value_minor: '2', bad_cost_minor: '4' })
    expect(of(`${10n ** 20n}`, '0').bad_cost_minor).toBe(`${4n * 10n ** 20n}`)
  })
})
