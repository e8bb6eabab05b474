import { describe, expect, test } from 'vitest'
import { billOf, POINTS_A_DOLLAR, PRICES_USD } from './costs.ts'
import { entitledOf, reckon, type Pay } from './reckon.ts'
import { nothingSpent } from './world.ts'

const DAY = 86_400_000
const pay = (more: Partial<Pay>): Pay => ({ owner: 'one', kind: 'work', at: 0, amount: 10, good: true, ...more })
const caps = { work: 2, review: 3 }

describe('what one person could have earned', () => {
  test.each<[string, Pay[], number]>([
    ['nothing for nothing', [], 0],
    ['good work within a day of one person', [pay({}), pay({ at: 5 })], 20],
    ['not what goes beyond that day', [pay({}), pay({}), pay({})], 20],
    ['the next day begins anew', [pay({}), pay({}), pay({ at: DAY })], 30],
    ['another person has a day of their own', [pay({}), pay({}), pay({ owner: 'two' })], 30],
    ['bad work is nobody’s due, and takes no place', [pay({ good: false }), pay({}), pay({})], 20],
    ['reviews have a limit of their own', [pay({ kind: 'review' }), pay({}), pay({})], 30],
  ])('%s', (_name, pays, points) => {
    expect(entitledOf(pays, caps).points).toBe(points)
  })
})

describe('the reckoning', () => {
  const spent = { ...nothingSpent(), accounts: 4, networks: 1, devices: 1, pieces: 4, minutes: 12 }
  const facts = { rules: { by: 'hand' as const }, spent, owners: 1, caps, forfeited: 0, before: 0 }

  test('stolen is the share that was paid for bad work, and what goes beyond one person’s day', () => {
    const pays = [pay({}), pay({}), pay({}), pay({ good: false })]
    const all = reckon({ ...facts, pays, withdrawn: 40 })
    expect([all.earned, all.entitled, all.stolen]).toEqual([40, 20, 10 + 10])
    // Kept to what one person could have had, only the bad share of it is stolen.
    const less = reckon({ ...facts, pays, withdrawn: 20 })
    expect(less.stolen).toBe(5)
    expect(less.ratio).toBeCloseTo(less.cost_of_stolen / 5)
    expect(reckon({ ...facts, pays, withdrawn: 20, forfeited: 5 }).ratio).toBeCloseTo(less.cost_of_stolen / 5 + 1)
    expect(less.ratio_raw).toBeCloseTo(less.cost.total / 20)
  })

  test('nothing is stolen by one person who does good work, and their work is no cost of stealing', () => {
    const r = reckon({ ...facts, spent: { ...spent, accounts: 1 }, pays: [pay({}), pay({})], withdrawn: 20 })
    expect([r.stolen, r.ratio, r.cost_of_stolen]).toEqual([0, null, 0])
    expect(r.cost.total).toBeGreaterThan(0)
  })

  test('a bill is what was bought and what hands would have earned', () => {
    const bill = billOf({ ...nothingSpent(), minutes: 60, claims: 10 }, 'hand')
    expect([bill.work, bill.money]).toEqual([200, 10 * PRICES_USD.claim * POINTS_A_DOLLAR])
    expect(billOf({ ...nothingSpent(), pieces: 1000, minutes: 60 }, 'script').work).toBe(1000 * PRICES_USD.model_call * POINTS_A_DOLLAR) // prettier-ignore
  })
})
