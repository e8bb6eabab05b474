import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { refuseErasure, shareOut, type Credit } from './rules.ts'

const fine = {
  typed: 'ann',
  handle: 'ann',
  operator: false,
  other_operators: 0,
  campaigns: 0,
  budget: [],
  balances: [],
  choice: undefined,
}
const five = { currency: 'USD', amount_minor: 5n }

describe('what stands against erasing, in order of precedence', () => {
  test.each([
    ['nothing', {}, undefined],
    ['another handle', { typed: 'anne', operator: true }, 'handle_differs'],
    ['the last operator', { operator: true, campaigns: 1 }, 'last_operator'],
    ['one operator of two', { operator: true, other_operators: 1 }, undefined],
    ['campaigns that run', { campaigns: 2, budget: [five] }, 'campaigns_running'],
    ['money paid in', { budget: [five], balances: [{ ...five, state: 'paying' }] }, 'budget_left'],
    ['a payout under way', { balances: [{ ...five, state: 'paying' }], choice: 'give_back' }, 'payout_under_way'],
    ['money without a choice', { balances: [{ ...five, state: 'frozen' }] }, 'money_left'],
    ['money with a choice', { balances: [{ ...five, state: 'claimable' }], choice: 'keep_behind_code' }, undefined],
  ])('%s', (_, change, code) => expect(refuseErasure({ ...fine, ...change })?.code).toBe(code))
})

describe('sharing out what is left', () => {
  const credits = fc.array(
    fc.record({
      campaign_id: fc.constantFrom('0', '7', '8', '9'),
      requester_id: fc.constant('1'),
      amount_minor: fc.bigInt(1n, 10n ** 30n),
    }),
    { maxLength: 20 },
  )
  const sum = (list: readonly Credit[]) => list.reduce((s, c) => s + c.amount_minor, 0n)

  test('never gives more than there is, nor more to a campaign than it paid', () => {
    fc.assert(
      fc.property(credits, fc.bigInt(0n, 10n ** 31n), (from, balance) => {
        const shares = shareOut(balance, from)
        expect(sum(shares)).toBeLessThanOrEqual(balance)
        for (const s of shares) {
          expect(s.amount_minor).toBeGreaterThan(0n)
          expect(s.amount_minor).toBeLessThanOrEqual(sum(from.filter((c) => c.campaign_id === s.campaign_id)))
        }
        expect(new Set(shares.map((s) => s.campaign_id)).size).toBe(shares.length)
      }),
    )
  })

  test('gives all of it when campaigns paid all of it', () => {
    fc.assert(
      fc.property(credits, (from) => {
        const paid = from.filter((c) => c.campaign_id !== '0')
        expect(sum(shareOut(sum(paid), paid))).toBe(sum(paid))
      }),
    )
  })

  test('takes the newest earnings first, because the oldest were paid out first', () => {
    const from = [
      { campaign_id: '9', requester_id: '1', amount_minor: 20n },
      { campaign_id: '7', requester_id: '2', amount_minor: 20n },
    ]
    expect(shareOut(25n, from)).toEqual([
      { campaign_id: '9', requester_id: '1', amount_minor: 20n },
      { campaign_id: '7', requester_id: '2', amount_minor: 5n },
    ])
    expect(shareOut(15n, [{ campaign_id: '0', requester_id: '0', amount_minor: 10n }, ...from])).toEqual([
      { campaign_id: '9', requester_id: '1', amount_minor: 5n },
    ])
  })
})
