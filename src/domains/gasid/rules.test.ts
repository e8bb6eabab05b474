import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { completenessOf, gapsIn } from '../../platform/chain/gas/completeness-rules.ts'
import { feeOf } from '../../platform/chain/gas/fee-rules.ts'
import { beansFor, DEFAULT_TABLE, levelOf, readTable } from '../../platform/chain/gas/level-rules.ts'
import { usedBySelf } from '../../platform/chain/gas/authorisation-rules.ts'
import { afterFailure, burnedBefore, NOTHING, type Spent, tallied, totalOf, yearsOf } from './rules.ts'

const ETH = 10n ** 18n
const wei = (eth: string): bigint => {
  const [whole, part = ''] = eth.split('.')
  return BigInt(whole!) * ETH + BigInt(part.padEnd(18, '0'))
}

describe('levels and Beans', () => {
  test('the one published row: 0.2504 ETH is Kiddo Jack with 75 Beans', () => {
    expect(levelOf(wei('0.2504'), DEFAULT_TABLE).level.name).toBe('Kiddo Jack')
    expect(beansFor(wei('0.2504'), DEFAULT_TABLE)).toBe(75n)
  })

  test.each([
    ['0', 'Unlit'], ['0.000999999999999999', 'Unlit'], ['0.001', 'Spark'], ['0.003', 'Pilot Light'], ['0.01', 'Kindling'],
    ['0.03', 'Stoker'], ['0.099999999999999999', 'Stoker'], ['0.1', 'Kiddo Jack'], ['0.3', 'Boilermaker'], ['1', 'Furnace'],
    ['3', 'Foundry'], ['10', 'Blast'], ['30', 'Eternal Flame'], ['100000', 'Eternal Flame'],
  ])('%s ETH is %s', (eth, name) => expect(levelOf(wei(eth), DEFAULT_TABLE).level.name).toBe(name)) // prettier-ignore

  test('Beans are whole, and a wei less is a Bean less', () => {
    expect([beansFor(ETH / 300n, DEFAULT_TABLE), beansFor(ETH / 300n + 1n, DEFAULT_TABLE)]).toEqual([0n, 1n])
    expect(beansFor(wei('12345678.999999999999999999'), DEFAULT_TABLE)).toBe(3_703_703_699n)
  })

  test('splitting gas over wallets never brings more', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 10n ** 22n }), { maxLength: 8 }), (parts) => {
        const split = totalOf(
          parts.map((w) => ({ wei: String(w), address: '', completeness: 'proved' as const })),
          DEFAULT_TABLE,
        )
        expect(split.beans <= beansFor(split.wei, DEFAULT_TABLE)).toBe(true)
      }),
    )
  })

  const level = (key: string, from_wei: unknown) => ({ key, name: key, from_wei })
  test.each([
    [[], 'it must be an object'],
    [{ level: 1 }, 'it has no part "level"'],
    [{ levels: [] }, 'levels must be a list of 1 to 100 levels'],
    [{ levels: [level('a', 0)] }, 'level a needs "from_wei": whole wei, as text'],
    [{ levels: [level('a', '1')] }, 'the first level must begin at 0'],
    [{ levels: [level('a', '0'), level('b', '0')] }, 'level b must begin above a'],
    [{ levels: [level('a', '0'), level('a', '5')] }, 'there are two levels a'],
    [{ levels: [{ key: 'A', name: 'x', from_wei: '0' }] }, 'level 0 needs a key of small letters, digits and _'],
    [{ beans: { times: '300', per: '0' } }, 'beans must have whole numbers "times" and "per", as text'],
    [{ quests: [{ key: 'q', kind: 'nap', beans: '1' }] }, 'quest q must be one of wallet_linked, scan_complete, level_reached, work_accepted'],
    [{ quests: [{ key: 'q', kind: 'level_reached', beans: '1', level: 'none' }] }, 'quest q names no level'],
    [{ quests: [{ key: 'q', kind: 'work_accepted', beans: '1' }] }, 'quest q needs a "count"'],
    [{ bonus: { beans: '1', from_level: 'none' } }, 'there is no level "none" for the bonus'],
    [{ trust: { burned_wei: '0' } }, 'trust must have "burned_wei", more than 0, as text'],
  ])('a table like %j is refused', (given, sentence) => expect(readTable(given)).toBe(sentence)) // prettier-ignore

  test('a table of one own level leaves nothing that names another', () => {
    const table = readTable({ levels: [level('a', '0'), level('b', '7')] })
    expect(table).toMatchObject({ bonus: { from_level: 'b' } })
    expect((table as typeof DEFAULT_TABLE).quests.map((q) => q.key)).not.toContain('kiddo_jack')
    expect(readTable({})).toEqual(DEFAULT_TABLE)
  })
})

const tx = { hash: `0x${'1'.repeat(64)}`, block: 5, nonce: 0, at: 0, to: null, is_creation: false, failed: true }
test('a fee is everything that was paid, and its parts add up to it', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 30n })
  fc.assert(
    fc.property(amount, amount, amount, amount, amount, (gas_used, base_fee, tip, blob_fee, l1_fee) => {
      const fee = feeOf({ ...tx, gas_used, price: base_fee + tip, base_fee, blob_fee, l1_fee })
      expect(fee.wei).toBe(gas_used * (base_fee + tip) + blob_fee + l1_fee)
      expect(fee.burned! + fee.tip! + fee.l1!).toBe(fee.wei)
    }),
  )
  const unsaid = feeOf({ ...tx, gas_used: 2n, price: 3n, base_fee: null, blob_fee: null, l1_fee: null })
  expect(unsaid).toEqual({ wei: 6n, burned: null, tip: null, blob: null, l1: null })
})

describe('completeness', () => {
  const seen = (...nonces: number[]) => nonces.map((nonce) => ({ nonce, block: 10 + nonce }))
  const range = { start: 0, end: 4 as number | null, after: 0, until: 99 }
  test.each([
    [seen(0, 1, 2, 3), 4, { completeness: 'proved', missing: 0 }],
    [seen(0, 1, 2), 4, { completeness: 'gaps', missing: 1 }],
    [seen(1, 2, 3), 4, { completeness: 'gaps', missing: 1 }],
    [seen(0, 3), 4, { completeness: 'gaps', missing: 2 }],
    [[], 4, { completeness: 'gaps', missing: 4 }],
    [[], 0, { completeness: 'proved', missing: 0 }],
    [seen(0, 1, 2, 3, 4), 4, 'contradicted'],
    [[...seen(0), { nonce: 1, block: 3 }], 2, 'contradicted'],
    [seen(0, 1), null, { completeness: 'contiguous', missing: 0 }],
    [seen(0, 2), null, { completeness: 'gaps', missing: 1 }],
  ])('of %j up to %s', (list, end, verdict) => expect(completenessOf(list, { ...range, end })).toEqual(verdict)) // prettier-ignore

  test('leaving anything out is never proved', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (n, which) => {
        const all = Array.from({ length: n }, (_, i) => ({ nonce: i, block: i + 1 }))
        const left = all.filter((_, i) => i !== which % n)
        const at = { start: 0, end: n, after: 0, until: n + 1 }
        expect(completenessOf(all, at)).toMatchObject({ completeness: 'proved' })
        expect(completenessOf(left, at)).toEqual({ completeness: 'gaps', missing: 1 })
        const [gap] = gapsIn(left, at)
        expect([gap!.from, gap!.to]).toEqual([which % n, which % n])
        expect(gap!.after <= which % n && gap!.until >= (which % n) + 1).toBe(true)
      }),
    )
  })

  test('a wallet uses up its own authorisations in order only', () => {
    expect(usedBySelf(7, [8, 9])).toEqual([8, 9])
    expect(usedBySelf(7, [7, 9, 8])).toEqual([8])
    expect(usedBySelf(7, [8, 8, 9])).toEqual([8, 9])
  })
})

describe('sums', () => {
  const spent = (at: string, amount: string, more: Partial<Spent> = {}): Spent => ({
    at: Date.parse(at) / 1000,
    to: '0xa',
    failed: false,
    wei: amount,
    burned: amount,
    tip: '0',
    blob: '0',
    l1: '0',
    ...more,
  })
  const life = [
    spent('2021-02-03T00:00:00Z', '5'),
    spent('2021-02-28T23:59:59Z', '7', { failed: true, to: '0xb' }),
    spent('2023-03-01T00:00:00Z', '11', { to: null }),
  ]

  test('by month, by year and by contract they are the same wei', () => {
    const t = tallied(NOTHING, life)
    expect(t.sums).toMatchObject({ wei: '23', transactions: 3, failed: 1, failed_wei: '7' })
    expect(t.months.map((m) => [m.month, m.wei])).toEqual([['2021-02', '12'], ['2023-03', '11']]) // prettier-ignore
    expect(yearsOf(t.months).map((y) => [y.year, y.wei, y.failed])).toEqual([[2021, '12', 1], [2022, '0', 0], [2023, '11', 0]]) // prettier-ignore
    expect(t.contracts.list.map((c) => [c.address, c.wei])).toEqual([[null, '11'], ['0xb', '7'], ['0xa', '5']]) // prettier-ignore
  })

  test('in one go or in parts, in any order, they are equal', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(life, { minLength: 3 }), fc.nat({ max: 3 }), (order, cut) => {
        const whole = tallied(NOTHING, life)
        expect(tallied(tallied(NOTHING, order.slice(0, cut)), order.slice(cut))).toEqual(whole)
      }),
    )
  })

  test('what is unknown once is unknown in the sum, and counts for no trust', () => {
    const t = tallied(NOTHING, [...life, spent('2022-01-01T00:00:00Z', '1', { burned: null })])
    expect(t.sums.burned).toBeNull()
    expect(burnedBefore(t.months, new Date('2021-12-31T00:00:00Z'))).toBe(12n)
    expect(burnedBefore(t.months, new Date('2023-01-01T00:00:00Z'))).toBeUndefined()
  })

  test('only whole months before the season count', () => {
    const { months } = tallied(NOTHING, life)
    expect(burnedBefore(months, new Date('2021-02-28T00:00:00Z'))).toBe(0n)
    expect(burnedBefore(months, new Date('2021-03-01T00:00:00Z'))).toBe(12n)
    expect(burnedBefore(months, new Date('2023-03-31T00:00:00Z'))).toBe(12n)
  })
})

test('after a failure: later, from the beginning, or not again', () => {
  const fresh = { tries: 0, restarts: 0 }
  expect(afterFailure('unreachable', fresh)).toEqual({ next: 'wait', wait_ms: 15_000 })
  expect(afterFailure('rate_limited', fresh, 90_000)).toEqual({ next: 'wait', wait_ms: 90_000 })
  expect(afterFailure('unreachable', { ...fresh, tries: 6 })).toEqual({ next: 'wait', wait_ms: 960_000 })
  expect(afterFailure('unreachable', { ...fresh, tries: 7 })).toEqual({ next: 'fail' })
  expect(afterFailure('untrusted', fresh)).toMatchObject({ next: 'restart' })
  expect(afterFailure('reorganised', { ...fresh, restarts: 3 })).toEqual({ next: 'fail' })
  for (const code of ['refused', 'wrong_chain', 'window', 'no_archive'])
    expect(afterFailure(code, fresh)).toEqual({ next: 'fail' })
})
