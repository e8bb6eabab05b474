import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answered, groupsOf, kept, shareOut, strengthFrom, type Outcome } from './rules.ts'

const at = (day: number) => new Date(Date.UTC(2026, 0, day))
const sanction = (o: Partial<Outcome['sanctions'][number]> = {}) => ({
  action: 'hold',
  imposed_at: at(1),
  ends_at: at(8),
  ended_why: null,
  appeal: null,
  ...o,
})

describe('what a case says of a report', () => {
  test.each([
    ['an open case says nothing', 'open', [], 5, undefined],
    ['one that was dismissed or lapsed says it was wrong', 'closed', [], 5, 'wrong'],
    ['a sanction that can still be appealed says nothing yet', 'closed', [sanction()], 29, undefined],
    ['it says it was right once the month is over', 'closed', [sanction()], 30, 'right'],
    ['a forfeiture can be appealed only until it takes', 'closed', [sanction({ action: 'forfeit' })], 8, 'right'],
    [
      'an appeal that waits keeps it open',
      'closed',
      [sanction({ appeal: { decided: false, upheld: false } })],
      60,
      undefined,
    ],
    [
      'an appeal that was dismissed settles it',
      'closed',
      [sanction({ appeal: { decided: true, upheld: false } })],
      5,
      'right',
    ],
    ['what an appeal overturned was wrong', 'closed', [sanction({ ended_why: 'overturned' })], 60, 'wrong'],
    ['what nobody answered for was wrong', 'closed', [sanction({ ended_why: 'appeal_overdue' })], 60, 'wrong'],
    ['a sanction that ran its time was right', 'closed', [sanction({ ended_why: 'over' })], 31, 'right'],
    [
      'a stop that was confirmed counts by what replaced it',
      'closed',
      [sanction({ ended_why: 'replaced' }), sanction()],
      31,
      'right',
    ],
  ] as const)('%s', (_, state, sanctions, day, said) => {
    expect(answered({ state, sanctions: [...sanctions] }, at(1 + day))).toBe(said)
  })
})

test('who was wrong more often than right gives a reason to look, and no more', () => {
  expect([strengthFrom({ confirmed: 0, wrong: 0 }), strengthFrom({ confirmed: 1, wrong: 1 })]).toEqual(['fair', 'fair'])
  expect(strengthFrom({ confirmed: 1, wrong: 2 })).toBe('weak')
})

const reports = fc
  .array(fc.uniqueArray(fc.integer({ min: 1, max: 12 }).map(String), { minLength: 1, maxLength: 5 }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((all) => all.map((accounts, i) => ({ report_id: String(i), accounts })))
const alone = () => undefined
const sum = (m: Map<string, bigint>) => [...m.values()].reduce((a, b) => a + b, 0n)

describe('rewards', () => {
  test('never cost more than the cap, nor more than one reward for each group', () => {
    fc.assert(
      fc.property(reports, fc.bigInt(1n, 10_000n), fc.bigInt(0n, 20_000n), (all, reward, more) => {
        const groups = groupsOf(all, alone)
        const paid = shareOut(groups, reward, reward + more)
        expect(sum(paid)).toBeLessThanOrEqual(reward + more)
        for (const g of groups) {
          const got = g.reduce((a, r) => a + (paid.get(r.report_id) ?? 0n), 0n)
          expect(got).toBeLessThanOrEqual(reward)
          // Rounding down costs each reporter less than one unit.
          if (reward * BigInt(groups.length) <= reward + more)
            expect(got).toBeGreaterThan(reward - BigInt(g.length) - 1n)
        }
      }),
    )
  })

  test('are shared by those who report the same, and cutting a report into pieces brings nothing more', () => {
    const one = [{ report_id: 'a', accounts: ['1', '2', '3', '4'] }]
    expect(shareOut(groupsOf(one, alone), 100n, 1000n)).toEqual(new Map([['a', 100n]]))
    const twice = [...one, { report_id: 'b', accounts: ['1', '2', '3', '4'] }]
    expect([...shareOut(groupsOf(twice, alone), 100n, 1000n).values()]).toEqual([50n, 50n])
    const cluster = () => 'c'
    const pieces = [
      { report_id: 'a', accounts: ['1', '2'] },
      { report_id: 'b', accounts: ['3', '4'] },
    ]
    expect(sum(shareOut(groupsOf(pieces, cluster), 100n, 1000n))).toBe(100n)
    // Somebody who adds one account to a group that another found gets that part of it.
    const later = [...one, { report_id: 'b', accounts: ['4', '5'] }]
    expect([...shareOut(groupsOf(later, alone), 100n, 1000n).values()]).toEqual([70n, 30n])
  })

  test('groups are the same whatever order reports come in', () => {
    fc.assert(
      fc.property(reports, (all) => {
        const names = (list: typeof all) =>
          groupsOf(list, alone)
            .map((g) =>
              g
                .map((r) => r.report_id)
                .toSorted()
                .join(' '),
            )
            .toSorted()
        expect(names(all.toReversed())).toEqual(names(all))
      }),
    )
  })
})

test('of held pay at least the share stays, in whole pieces, and less than one piece more', () => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt(1n, 500n), { maxLength: 20 }),
      fc.integer({ min: 0, max: 10_000 }),
      (amounts, bps) => {
        const pieces = amounts.map((amount_minor) => ({ amount_minor }))
        const stays = [...kept(pieces, bps)]
        const total = amounts.reduce((a, b) => a + b, 0n)
        const left = stays.reduce((a, p) => a + p.amount_minor, 0n)
        expect(left * 10_000n).toBeGreaterThanOrEqual(total * BigInt(bps))
        const last = stays.reduce((a, p) => (p.amount_minor > a ? p.amount_minor : a), 0n)
        if (stays.length > 0) expect((left - last) * 10_000n).toBeLessThan(total * BigInt(bps))
      },
    ),
  )
})
