import { expect, test } from 'vitest'
import { freshDraft, withWorth } from './draft.ts'

test('a new campaign asks as many reviews as the doubt is worth, from one', () => {
  const { policy, reviews } = freshDraft('en', 'POINT').settings
  expect(policy).toEqual({ kind: 'adaptive', good_value_minor: '50', bad_cost_minor: '100' })
  expect(reviews).toEqual({ min: 1, max: 5 })
})

test('a suggested worth follows the price; one that somebody wrote stays, unless its currency is gone', () => {
  const { settings } = freshDraft('en', 'POINT')
  const dearer = { ...settings, prices: [{ ...settings.prices[0]!, contribute_minor: '300' }] }
  expect(withWorth(settings, dearer).policy).toMatchObject({ good_value_minor: '600', bad_cost_minor: '1200' })
  const own = { kind: 'adaptive' as const, good_value_minor: '50', bad_cost_minor: '7000' }
  const written = { ...settings, policy: own }
  expect(withWorth(written, { ...dearer, policy: own }).policy).toEqual(own)
  const euros = { ...written, prices: [{ ...settings.prices[0]!, currency: 'EUR' }] }
  expect(withWorth(written, euros).policy).toMatchObject({ bad_cost_minor: '100' })
  expect(
    withWorth({ ...settings, policy: { kind: 'majority' } }, { ...dearer, policy: { kind: 'majority' } }).policy,
  ).toEqual({
    kind: 'majority',
  })
})
