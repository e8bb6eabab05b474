import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contributorLines, isOverBenchmark, reviewerLines } from './rules.ts'

const price = (contribute: string, review: string, bonus_bps: number, currency = 'POINT') => ({
  currency,
  contribute_minor: contribute,
  review_minor: review,
  bonus_bps,
})

test('20 and 5 % bonus is 21', () => {
  const lines = contributorLines({ prices: [price('20', '5', 500)] }, true)
  expect(lines).toEqual([
    { kind: 'reward', currency: 'POINT', amount_minor: 20n },
    { kind: 'bonus', currency: 'POINT', amount_minor: 1n },
  ])
  expect(lines.reduce((sum, l) => sum + l.amount_minor, 0n)).toBe(21n)
})

test('without the benchmark there is no bonus; dual rewards pay in both; nothing is paid as zero', () => {
  expect(contributorLines({ prices: [price('20', '5', 500)] }, false)).toHaveLength(1)
  expect(
    contributorLines({ prices: [price('20', '5', 500), price('3', '0', 500, 'USDC')] }, true).map((l) => [
      l.currency,
      l.kind,
      l.amount_minor,
    ]),
  ).toEqual([
    ['POINT', 'reward', 20n],
    ['POINT', 'bonus', 1n],
    ['USDC', 'reward', 3n],
  ])
  expect(reviewerLines({ prices: [price('20', '5', 0), price('3', '0', 0, 'USDC')] })).toEqual([
    { kind: 'review_pay', currency: 'POINT', amount_minor: 5n },
  ])
})

test('the bonus is the exact share rounded down, at any size', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 77n }), fc.integer({ min: 0, max: 10_000 }), (base, bps) => {
      const paid = contributorLines({ prices: [price(base.toString(), '0', bps)] }, true).reduce(
        (sum, l) => sum + l.amount_minor,
        0n,
      )
      return paid * 10_000n <= base * BigInt(10_000 + bps) && (paid + 1n) * 10_000n > base * BigInt(10_000 + bps)
    }),
  )
})

test.each([
  [null, 50, 50, false],
  [{ min_decided: 10, accepted_bps: 8000 }, 9, 9, false],
  [{ min_decided: 10, accepted_bps: 8000 }, 10, 8, true],
  [{ min_decided: 10, accepted_bps: 8000 }, 10, 7, false],
] as const)('benchmark %j with %i decided, %i accepted: %s', (benchmark, decided, accepted, over) => {
  expect(isOverBenchmark(benchmark, { decided, accepted })).toBe(over)
})
