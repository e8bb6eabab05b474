import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitIncome, type Worker } from './rules.ts'

const worker = (account_id: string, datapoints: number, reviews: number, is_erased = false): Worker => ({
  account_id,
  datapoints,
  reviews,
  is_erased,
})
const split = (...args: Parameters<typeof splitIncome>) => {
  const { shares, remainder } = splitIncome(...args)
  return [Object.fromEntries(shares.map((s) => [s.account_id, Number(s.amount_minor)])), Number(remainder)]
}

test.each([
  ['by pieces alone', 100n, 0, [worker('a', 3, 0), worker('b', 1, 9)], [{ a: 75, b: 25 }, 0]],
  ['a fifth to reviews', 100n, 2_000, [worker('a', 3, 1), worker('b', 1, 3)], [{ a: 65, b: 35 }, 0]],
  [
    'what does not divide stays',
    100n,
    0,
    [worker('a', 1, 0), worker('b', 1, 0), worker('c', 1, 0)],
    [{ a: 33, b: 33, c: 33 }, 1],
  ],
  ['no reviews: all to datapoints', 100n, 5_000, [worker('a', 1, 0)], [{ a: 100 }, 0]],
  ['no datapoints: all to reviews', 100n, 5_000, [worker('a', 0, 1)], [{ a: 100 }, 0]],
  ['an erased person’s part stays', 100n, 0, [worker('a', 1, 0), worker('b', 1, 0, true)], [{ a: 50 }, 50]],
  ['less than a unit each', 2n, 0, [worker('a', 1, 0), worker('b', 1, 0), worker('c', 1, 0)], [{}, 2]],
  ['nobody', 7n, 0, [], [{}, 7]],
] as const)('%s', (_, amount, bps, workers, expected) => {
  expect(split(amount, bps, workers)).toEqual(expected)
})

const workers = fc.uniqueArray(
  fc.record({
    account_id: fc.bigInt(1n, 10n ** 18n).map(String),
    datapoints: fc.nat(1000),
    reviews: fc.nat(1000),
    is_erased: fc.boolean(),
  }),
  { selector: (w) => w.account_id, maxLength: 50 },
)

test('every unit is somebody’s or the remainder’s, and order changes nothing', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 10n ** 40n), fc.integer({ min: 0, max: 10_000 }), workers, (amount, bps, people) => {
      const { shares, remainder } = splitIncome(amount, bps, people)
      expect(shares.reduce((sum, s) => sum + s.amount_minor, remainder)).toBe(amount)
      expect(remainder >= 0n && shares.every((s) => s.amount_minor > 0n)).toBe(true)
      const back = splitIncome(amount, bps, people.toReversed())
      expect(new Map(back.shares.map((s) => [s.account_id, s.amount_minor]))).toEqual(
        new Map(shares.map((s) => [s.account_id, s.amount_minor])),
      )
      // Rounding costs less than two units a person; only erased people's parts may make the remainder larger.
      if (people.some((w) => w.datapoints + w.reviews > 0) && people.every((w) => !w.is_erased))
        expect(remainder < BigInt(2 * people.length)).toBe(true)
    }),
  )
})

test('the same work is the same share', () => {
  fc.assert(
    fc.property(fc.bigInt(1n, 10n ** 20n), fc.integer({ min: 0, max: 10_000 }), workers, (amount, bps, people) => {
      const twins = [...people, worker('x', 5, 3), worker('y', 5, 3)]
      const { shares } = splitIncome(amount, bps, twins)
      const of = (id: string) => shares.find((s) => s.account_id === id)?.amount_minor
      expect(of('x')).toBe(of('y'))
    }),
  )
})
