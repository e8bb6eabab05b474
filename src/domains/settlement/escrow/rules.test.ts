import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  campaignOf,
  counted,
  escrowDifferences,
  labelOf,
  nextReserve,
  refundDue,
  releases,
  whyRefused,
} from './rules.ts'

const later = new Date('2026-02-01')
const fine = {
  is_their_wallet: true,
  is_over: false,
  has_other_money: false,
  has_other_escrow: false,
  deadline: later,
  work_ends: later,
}
const units = fc.bigInt(0n, 10n ** 24n)

describe('what is opened', () => {
  test('a label names a campaign, and nothing else is one', () => {
    expect(campaignOf(labelOf('7216038'))).toBe('7216038')
    expect(campaignOf(`0x${'00'.repeat(32)}`)).toBeUndefined()
    expect(campaignOf(`0x${'ff'.repeat(32)}`)).toBeUndefined()
  })

  // In order of precedence, each with every later fault beside it.
  test.each<[string | undefined, Partial<typeof fine>]>([
    [undefined, {}],
    ['not_their_wallet', { is_their_wallet: false, is_over: true }],
    ['campaign_over', { is_over: true, has_other_escrow: true }],
    ['opened_twice', { has_other_escrow: true, has_other_money: true }],
    ['funded_otherwise', { has_other_money: true, deadline: new Date(0) }],
    ['ends_too_early', { deadline: new Date(later.getTime() - 1) }],
  ])('%s', (code, f) => expect(whyRefused({ ...fine, ...f })).toBe(code))
})

test('whatever is deposited in whatever parts, what counts and what does not add up to it, to the unit', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(units, fc.boolean())), fc.bigInt(1n, 10n ** 18n), (deposits, perMinor) => {
      let e = { deposited: 0n, uncounted: 0n }
      let minor = 0n
      let isOver = false
      for (const [amount, ends] of deposits) {
        isOver ||= ends
        const after = counted(e, amount, perMinor, isOver)
        minor += after.minor
        if (isOver) expect(after.minor).toBe(0n)
        e = after
        expect(minor * perMinor + e.uncounted).toBe(e.deposited)
        if (!isOver) expect(e.uncounted < perMinor).toBe(true)
      }
    }),
  )
})

test('what was paid for work is set aside, never more than is there; what came back is freed only when all is over', () => {
  fc.assert(
    fc.property(units, units, units, units, fc.boolean(), (available, reserved, released, spent, is_over) => {
      const held = { available, reserved, released, refunded: 0n }
      const next = nextReserve({ held, spent, is_over, asked: 0n })
      const aside = reserved + released
      if (next && 'reserve' in next) {
        expect(aside + next.reserve <= spent && next.reserve <= available && next.reserve > 0n).toBe(true)
        expect(aside + next.reserve === spent || next.reserve === available).toBe(true)
      } else if (next) {
        expect(is_over && next.unreserve > 0n && next.unreserve <= reserved).toBe(true)
        expect(aside - next.unreserve >= spent).toBe(true)
      } else expect(aside >= spent || available === 0n).toBe(true)
      expect(nextReserve({ held, spent, is_over: false, asked: 0n }) ?? {}).not.toHaveProperty('unreserve')
    }),
  )
})

test('a distributor that is short gets what is reserved, and no more than it lacks', () => {
  fc.assert(
    fc.property(units, fc.array(units), (short, reserved) => {
      const out = releases(
        short,
        reserved.map((r) => ({ reserved: r })),
      )
      const sum = out.reduce((s, r) => s + r.amount, 0n)
      const all = reserved.reduce((s, r) => s + r, 0n)
      expect(sum).toBe(short < all ? short : all)
      for (const r of out) expect(r.amount > 0n && r.amount <= r.reserved).toBe(true)
    }),
  )
})

test('a refund leaves the books once the contract sent it and the campaign returned it, whichever came first', () => {
  const e = { refunded: 0n, uncounted: 3n, unitsPerMinor: 10n, gone_minor: 0n, returned_minor: 50n }
  expect(refundDue(e)).toBe(0n)
  expect(refundDue({ ...e, refunded: 503n })).toBe(50n)
  expect(refundDue({ ...e, refunded: 503n, returned_minor: 20n }), 'not before it came back').toBe(20n)
  expect(refundDue({ ...e, refunded: 503n, returned_minor: 30n, gone_minor: 20n })).toBe(30n)
  expect(refundDue({ ...e, refunded: 503n, returned_minor: 0n, gone_minor: 50n })).toBe(0n)
})

test('differences are named: too little held, deposits that the books miss, too much set aside, taken back too early', () => {
  const c = {
    campaign_id: '7',
    held: { available: 50n, reserved: 30n, released: 20n, refunded: 0n },
    deposited: 105n,
    uncounted: 5n,
    funded: 100n,
    spent: 50n,
    is_over: true,
    is_moving: false,
  }
  const sides = { balance: 85n, deposited: 105n, released: 20n, refunded: 0n, campaigns: [c] }
  const codes = (over: Partial<typeof c>, all: Partial<typeof sides> = {}) =>
    escrowDifferences({ ...sides, ...all, campaigns: [{ ...c, ...over }] }).map((d) => d.code)
  expect(codes({})).toEqual([])
  expect(codes({}, { balance: 84n })).toEqual(['escrow_balance'])
  expect(codes({}, { balance: 99n }), 'somebody sent it more').toEqual([])
  expect(codes({ funded: 99n })).toEqual(['escrow_funded'])
  expect(codes({ spent: 49n })).toEqual(['escrow_over'])
  expect(codes({ spent: 49n, is_moving: true })).toEqual([])
  expect(codes({ spent: 101n })).toEqual(['escrow_short'])
  expect(codes({ spent: 60n }), 'that will be set aside').toEqual([])
})
