import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addEarned, addTime, newValue, type ValuedCampaign, valueOf } from './rules.ts'

type Work = { person: string; took: number; paid?: string; first?: boolean }
const campaign = (work: readonly Work[], rest: Partial<ValuedCampaign> = {}): ValuedCampaign => {
  const value = newValue()
  for (const w of work) {
    addTime(value, w.person, w.took, w.first ?? true)
    if (w.paid) addEarned(value, { account_id: w.person, currency: 'POINT', amount_minor: w.paid })
  }
  const right = work.filter((w) => w.paid).length
  const contributors = work.reduce((n, w) => n + BigInt(w.paid ?? 0), 0n)
  return {
    task_class: 'labelling',
    wanted: 10,
    accepted: right,
    decided: work.length,
    right,
    costs: new Map([['POINT', { contributors, reviewers: 0n }]]),
    value,
    ...rest,
  }
}
const PEOPLE = ['a', 'b', 'c', 'd', 'e']
const scales = new Map([['POINT', 2]])
const steady = PEOPLE.flatMap((person) => [
  { person, took: 360, paid: '20' },
  { person, took: 360 },
])

describe('scarcity and value', () => {
  test('what is wanted, what it takes, and the price at which an hour of it earns the median', () => {
    expect(valueOf([campaign(steady)], scales)).toEqual([
      {
        task_class: 'labelling',
        wanted: 10,
        accepted: 5,
        shortfall: 5,
        acceptance: { count: 5, of: 10, share: '0.500000' },
        median_seconds: 360,
        // Ten tries of six minutes an hour, half of them accepted at 20: 100 an hour. 100 * 0.1 h / 0.5 = 20.
        prices: [
          { currency: 'POINT', scale: 2, per_accepted_minor: '20.00', hour_minor: '100.00', price_minor: '20.00' },
        ],
      },
    ])
  })

  test('a class that takes longer and is accepted less would have to pay more', () => {
    const hard = campaign([{ person: 'a', took: 1_440, paid: '20' }, { person: 'a', took: 1_440 }, { person: 'b', took: 1_440 }, { person: 'b', took: 1_440 }], { task_class: 'in_depth_research' }) // prettier-ignore
    const [research, labelling] = valueOf([campaign(steady), hard], scales)
    const [dear, cheap] = [Number(research!.prices[0]!.price_minor), Number(labelling!.prices[0]!.price_minor)]
    expect(research!.prices[0]!.hour_minor).toBe(labelling!.prices[0]!.hour_minor)
    // Four times the time, half the acceptance.
    expect(dear / cheap).toBeCloseTo(8, 3)
  })

  test.each([
    ['of fewer than five people no hour is told', campaign(steady.slice(0, 8)), { hour_minor: null, price_minor: null }],
    ['nothing accepted: no price', campaign(PEOPLE.map((person) => ({ person, took: 60 })), { costs: new Map([['POINT', { contributors: 0n, reviewers: 9n }]]) }), { per_accepted_minor: null, price_minor: null }],
  ])('%s', (_, c, prices) => {
    expect(valueOf([c], scales)[0]!.prices[0]).toMatchObject(prices)
  }) // prettier-ignore

  test('campaigns whose wish is not in the log, and plenty elsewhere, do not fill a gap', () => {
    const [row] = valueOf([campaign(steady, { wanted: 2 }), campaign(steady, { wanted: 9 }), campaign(steady, { wanted: null })], scales) // prettier-ignore
    expect(row).toMatchObject({ wanted: 11, accepted: 15, shortfall: 4 })
    expect(valueOf([campaign(steady, { wanted: null })], scales)[0]).toMatchObject({ wanted: null, shortfall: null })
  })

  test('time that is not known is not counted; revisions count as time, not as tries', () => {
    const value = newValue()
    for (const took of [undefined, -1, 1.5, '60', 60]) addTime(value, 'a', took, true)
    addTime(value, 'a', 30, false)
    expect([[...value.took], [...value.seconds]]).toEqual([[[60, 1]], [['a', 90]]])
  })

  test('whatever the order of campaigns, the same', () => {
    const some = fc.array(
      fc.array(fc.record({ person: fc.constantFrom(...PEOPLE, 'f', 'g'), took: fc.nat(5_000), paid: fc.constantFrom('7', '20') }), { maxLength: 12 }),
      { maxLength: 6 },
    ) // prettier-ignore
    fc.assert(
      fc.property(some, (works) => {
        const campaigns = works.map((w) => campaign(w))
        expect(valueOf([...campaigns].reverse(), scales)).toEqual(valueOf(campaigns, scales))
      }),
    )
  })
})
