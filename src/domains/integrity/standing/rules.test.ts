import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limitEnds, newcomerAllowance, withdrawable, type Limit, type Money } from './rules.ts'

const until = new Date('2026-02-01T00:00:00Z')
const since = new Date('2026-01-10T00:00:00Z')
const money = (m: Partial<Money> & { recent?: bigint } = {}): Money => ({
  earned: 1000n,
  pieces: 100,
  frozen: 100n,
  claimable: 700n,
  out: 200n,
  earned_since: () => m.recent ?? 0n,
  ...m,
})
const limit = (why: Limit['why']): Limit => ({
  why,
  until,
  since: why === 'case_open' || why === 'limit' ? since : null,
})
const newcomer = { free: 50, audited_good: 0 }
const allowed = (m: Money, ...limits: Limit[]) => withdrawable(m, limits, newcomer)

describe('what may go out', () => {
  test('all that is claimable, where nothing limits it', () => {
    expect(allowed(money())).toEqual({ withdrawable: 700n, why: [], until: null })
  })

  test('nothing under a hold', () => {
    expect(allowed(money(), limit('hold'))).toEqual({ withdrawable: 0n, why: ['hold'], until })
  })

  test.each([
    ['pay in question is frozen still: all that thawed is free', 100n, 700n],
    ['some of it has thawed: that part waits', 250n, 550n],
    ['all claimable pay is in question', 800n, 0n],
    ['more was in question than is there: what went out is not asked back', 950n, 0n],
  ])('%s', (_, recent, expected) => {
    expect(allowed(money({ recent }), limit('case_open')).withdrawable).toBe(expected)
  })

  test('a limit that keeps nothing back is not named as a reason', () => {
    expect(allowed(money({ recent: 100n }), limit('limit'))).toEqual({ withdrawable: 700n, why: [], until: null })
  })

  test('a new account: its first pieces, and twelve more for each that an audit found right', () => {
    expect(newcomerAllowance({ earned: 1000n, pieces: 50 }, 50, 0)).toBe(1000n)
    expect(newcomerAllowance({ earned: 1000n, pieces: 100 }, 50, 0)).toBe(500n)
    expect(newcomerAllowance({ earned: 1000n, pieces: 100 }, 50, 2)).toBe(740n)
    expect(newcomerAllowance({ earned: 1000n, pieces: 100 }, 50, 5)).toBe(1000n)
    expect(allowed(money(), limit('newcomer')), 'what went out counts').toMatchObject({ withdrawable: 300n })
  })

  const anyMoney = fc
    .record({
      earned: fc.bigInt({ min: 0n, max: 10n ** 30n }),
      pieces: fc.integer({ min: 0, max: 5000 }),
      parts: fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100)),
      recent: fc.nat(100),
    })
    .map(({ earned, pieces, parts: [a, b, c], recent }) => {
      const whole = BigInt(a + b + c || 1)
      return money({
        earned,
        pieces,
        frozen: (earned * BigInt(a)) / whole,
        claimable: (earned * BigInt(b)) / whole,
        out: (earned * BigInt(c)) / whole,
        recent: (earned * BigInt(recent)) / 100n,
      })
    })
  const anyLimits = fc.array(
    fc.constantFrom('newcomer', 'case_open', 'limit', 'hold' as const).map((w) => limit(w as Limit['why'])),
    {
      maxLength: 4,
    },
  )

  test('is never negative, never more than is claimable, and never more for one limit more', () => {
    fc.assert(
      fc.property(anyMoney, anyLimits, anyLimits, fc.nat(20), (m, some, more, audited_good) => {
        const a = withdrawable(m, some, { free: 50, audited_good })
        const b = withdrawable(m, [...some, ...more], { free: 50, audited_good })
        expect(a.withdrawable >= 0n && a.withdrawable <= m.claimable).toBe(true)
        expect(b.withdrawable <= a.withdrawable).toBe(true)
        // Whatever waits has a reason and an end.
        expect(a.withdrawable < m.claimable).toBe(a.why.length > 0)
        expect(a.why.length > 0).toBe(a.until !== null)
      }),
    )
  })

  test('grows with audited work', () => {
    fc.assert(
      fc.property(anyMoney, fc.nat(50), (m, good) => {
        const at = (audited_good: number) =>
          withdrawable(m, [limit('newcomer')], { free: 50, audited_good }).withdrawable
        expect(at(good + 1) >= at(good)).toBe(true)
      }),
    )
  })

  test('planted fault: the mildest limit instead of the strictest would let held pay go', () => {
    const m = money({ recent: 100n })
    const mildest = [limit('hold'), limit('case_open')].map((l) => allowed(m, l).withdrawable)
    expect(mildest).toContain(700n)
    expect(allowed(m, limit('hold'), limit('case_open')).withdrawable).toBe(0n)
  })
})

test('a newcomer waits for a month, and who is held for one of several until that was known for ninety days', () => {
  const on = (day: number) => new Date(Date.UTC(2026, 0, 1 + day))
  expect(limitEnds(on(0), undefined)).toEqual(on(30))
  expect(limitEnds(on(0), on(5))).toEqual(on(95))
  // Found long ago, and the account is new: its own month still counts.
  expect(limitEnds(on(100), on(0))).toEqual(on(130))
})
