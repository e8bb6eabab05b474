import { expect, test } from 'vitest'
import { windowPayProblems, type WindowPay } from './window-audit-rules.ts'

const good: WindowPay = {
  campaign_id: '7',
  id: 'review_bonus:1:9:1:POINT',
  account_id: '9',
  currency: 'POINT',
  reviews: 30,
  factor_ppm: 812_345,
  due: '1949',
  paid: '1949',
  credit: 'person:9:frozen',
  debit: 'campaign:7',
  price: { currency: 'POINT', contribute_minor: '20', review_minor: '100', bonus_bps: 0 },
  base_bps: 2_000,
}

test('a bonus as reviews, price and factor make it is right', () => expect(windowPayProblems(good)).toEqual([]))

test.each<[string, Partial<WindowPay>, string]>([
  ['never paid', { paid: null, credit: null, debit: null }, '1949 was never paid'],
  ['of no window', { due: null }, 'paid 1949, which no window calls for'],
  ['one too much', { paid: '1950' }, 'paid 1950 where 1949 is due'],
  ['a share that says too much', { due: '1950', paid: '1950' }, 'the window says 1950 where 1949 is due'],
  ['to somebody else', { credit: 'person:8:frozen' }, 'went from campaign:7 to person:8:frozen, not as it should'],
])('%s is found', (_, change, message) => {
  expect(windowPayProblems({ ...good, ...change }).map((p) => p.message)).toEqual([message])
})
