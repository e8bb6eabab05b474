import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimalOf, judgeReference, MOST_MINOR, purposeOf, refuseTopUp } from './rules.ts'

test.each<[bigint, number, string]>([
  [0n, 0, '0'],
  [21n, 2, '0.21'],
  [5n, 6, '0.000005'],
  [-5n, 2, '-0.05'],
  [1234n, 2, '12.34'],
  [MOST_MINOR, 0, '9'.repeat(78)],
  [MOST_MINOR, 30, `${'9'.repeat(48)}.${'9'.repeat(30)}`],
])('%s at scale %s reads %s', (amount, scale, text) => {
  expect(decimalOf(amount, scale)).toBe(text)
})

test('a decimal says the amount exactly, whatever the scale', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -MOST_MINOR, max: MOST_MINOR }), fc.integer({ min: 0, max: 30 }), (amount, scale) => {
      const text = decimalOf(amount, scale)
      expect(text).toMatch(scale > 0 ? new RegExp(`^-?\\d+\\.\\d{${scale}}$`) : /^-?\d+$/)
      expect(BigInt(text.replace('.', ''))).toBe(amount)
    }),
  )
})

const now = { requester_id: '1', currency: 'USD', amount_minor: '500' }
test.each<[string, Parameters<typeof judgeReference>[0], string]>([
  ['a new reference', undefined, 'new'],
  ['the same again', { subject_id: '1', currency: 'USD', amount_minor: '500' }, 'same'],
  ['another person', { subject_id: '2', currency: 'USD', amount_minor: '500' }, 'reference_used'],
  ['another currency', { subject_id: '1', currency: 'EUR', amount_minor: '500' }, 'reference_used'],
  ['another amount', { subject_id: '1', currency: 'USD', amount_minor: '501' }, 'reference_used'],
])('%s', (_, before, expected) => {
  expect(judgeReference(before, now)).toBe(expected)
})

test('the books take 78 digits and not one unit more', () => {
  expect(refuseTopUp(MOST_MINOR - 1n, 1n)).toBeUndefined()
  expect(refuseTopUp(MOST_MINOR, 1n)).toBe('amount_too_large')
})

test.each<[string, string, string, string | undefined]>([
  ['fund', 'requester:1', 'campaign:7', 'reserved'],
  ['reward', 'campaign:7', 'person:1:frozen', 'contributors'],
  ['bonus', 'campaign:7', 'person:1:frozen', 'bonus'],
  ['review_pay', 'campaign:7', 'person:1:frozen', 'reviewers'],
  ['return', 'campaign:7', 'requester:1', 'returned'],
  ['remainder', 'campaign:7', 'remainder:7', 'remainder'],
  ['thaw', 'person:1:frozen', 'person:1:claimable', undefined],
])('%s from %s to %s is %s', (kind, debit, credit, purpose) => {
  expect(purposeOf({ campaign_id: '7', kind, debit, credit })).toBe(purpose)
})
