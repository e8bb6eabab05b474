import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readHeader, readRow, rowLine } from './claims-file-rules.ts'
import {
  bytesOf,
  differences,
  hexOf,
  howToRevoke,
  isDue,
  leaving,
  reasonOf,
  retryAfterMs,
  unitsPerMinor,
} from './rules.ts'

describe('what leaves at once', () => {
  test.each([
    [99n, false, 0n],
    [100n, false, 100n],
    [4_799n, false, 4_700n],
    [4_799n, true, 2_000n],
    [199n, true, 100n],
    [200n, true, 200n],
    [5_000n, true, 5_000n],
    [99_999n, true, 50_000n],
    [100_000n, true, 100_000n],
  ])('of %s, on a ladder: %s, %s', (amount, is_ladder, expected) => {
    expect(leaving(amount, { step_minor: 100n, is_ladder })).toBe(expected)
  })

  test('is whole steps, never more than there is, and on a ladder at least a third of it', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 10n ** 40n),
        fc.bigInt(1n, 10n ** 12n),
        fc.boolean(),
        (amount, step_minor, is_ladder) => {
          const out = leaving(amount, { step_minor, is_ladder })
          expect(out % step_minor).toBe(0n)
          expect(out <= amount).toBe(true)
          if (amount >= step_minor) expect(out * 5n > (amount - step_minor) * 2n * BigInt(is_ladder ? 1 : 2)).toBe(true)
        },
      ),
    )
  })
})

test('a token must be at least as fine as its currency', () => {
  expect(unitsPerMinor(18, 2)).toBe(10n ** 16n)
  expect(unitsPerMinor(2, 2)).toBe(1n)
  expect(unitsPerMinor(0, 2)).toBeUndefined()
})

test('bytes and hex digits are each other', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (b) => {
      expect(bytesOf(hexOf(b))).toEqual(b)
    }),
  )
  expect(() => bytesOf('0x1')).toThrow('pairs of hex digits')
})

test('how an epoch is taken back depends on who has seen it', () => {
  expect((['gathered', 'built', 'proposed', 'active', 'revoked'] as const).map(howToRevoke)).toEqual([
    'here',
    'here',
    'on_chain',
    'epoch_counts',
    'again',
  ])
})

test('an epoch is due by its pace, and never without one', () => {
  const at = (h: number) => new Date(Date.UTC(2026, 0, 1, h))
  const token = { every_hours: 5, added_at: at(0) }
  expect([isDue(token, undefined, at(4)), isDue(token, undefined, at(5)), isDue(token, at(3), at(5))]).toEqual([
    false,
    true,
    false,
  ])
  expect(isDue({ ...token, every_hours: 0 }, undefined, at(20))).toBe(false)
})

test('a refused row waits longer each time, a week at most', () => {
  expect([1, 2, 3, 50].map((n) => retryAfterMs(n) / 3_600_000)).toEqual([1, 2, 4, 168])
})

test('reasons are words', () => {
  expect(reasonOf('Blocked(0x1)')).toContain('refused to pay this address (Blocked(0x1))')
  expect(reasonOf('Paused(5)')).toContain('paused')
})

describe('both sides', () => {
  const root = `0x${'ab'.repeat(32)}`
  const right = {
    balance: 70n,
    bonds: 0n,
    total: 100n,
    total_claimed: 30n,
    funded: 100n,
    sent: 30n,
    events_claimed: 30n,
    declared: 100n,
    owed: 70n,
    credited: 30n,
    ledger_paying: 75n,
    withdrawals_open: 75n,
    root,
    book_root: root,
    short_paid: [],
    accounts_off: [],
  }
  test('that agree have no difference', () => {
    expect(differences(right)).toEqual([])
    expect(differences({ ...right, root: `0x${'00'.repeat(32)}`, book_root: null })).toEqual([])
  })
  // Each fault alone, and the name it must get.
  test.each([
    [{ balance: 69n }, ['balance', 'short']],
    [{ bonds: 1n }, ['short']],
    [{ total_claimed: 31n }, ['events']],
    [{ credited: 29n, owed: 71n }, ['credited']],
    [{ total: 99n }, ['declared']],
    [{ owed: 69n }, ['owed']],
    [{ ledger_paying: 74n }, ['ledger']],
    [{ root: `0x${'cd'.repeat(32)}` }, ['root']],
    [{ short_paid: ['0x1'] }, ['fee']],
    [{ accounts_off: ['0x1'] }, ['account']],
  ])('%o is named', (fault, codes) => {
    expect(differences({ ...right, ...fault }).map((d) => d.code)).toEqual(codes)
  })
})

describe('a claims file', () => {
  const header = {
    chain_id: 1,
    distributor: `0x${'1'.repeat(40)}`,
    epoch: 2,
    previous: `0x${'2'.repeat(64)}`,
    root: `0x${'3'.repeat(64)}`,
    rows: 1,
    token: `0x${'4'.repeat(40)}`,
    total: '5',
    v: 1,
  }
  test('begins with one canonical line', () => {
    expect(readHeader(JSON.stringify(header))).toEqual(header)
    for (const wrong of [
      'no JSON',
      JSON.stringify({ ...header, v: 2 }),
      JSON.stringify({ ...header, total: '05' }),
      JSON.stringify({ ...header, rows: 0 }),
      JSON.stringify({ ...header, root: '0x1' }),
      JSON.stringify({ ...header, extra: 1 }).replace(',"extra":1', ' '),
    ])
      expect(readHeader(wrong)).toHaveProperty('wrong')
  })
  test('has rows of one form', () => {
    const row = { address: `0x${'a'.repeat(40)}`, cumulative: 7n }
    expect(readRow(rowLine(row).trimEnd())).toEqual(row)
    for (const wrong of [
      `["0x${'A'.repeat(40)}","7"]`,
      `["0x${'a'.repeat(40)}","0"]`,
      `["0x${'a'.repeat(40)}", "7"]`,
      '',
    ])
      expect(readRow(wrong)).toBeUndefined()
  })
})
