import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SETTINGS } from '../../../test/campaign.ts'
import { createIds, madeAtMs } from '../../platform/ids.ts'
import { createRng } from '../../platform/rng.ts'
import { goldMost, worstCase } from '../campaigns/rules.ts'
import { agrees, idLike, isGoldDue, mostUses, whyRetired } from './rules.ts'

const fine = { gone: false, changed: false, answers: 0, against: 0, uses: 0, most: 3 }

describe('known work', () => {
  test.each([
    ['fresh', {}, undefined],
    ['shown as often as it may be', { uses: 3 }, 'used'],
    ['contradicted by two of three', { answers: 3, against: 2 }, 'disputed'],
    ['contradicted by half', { answers: 4, against: 2 }, undefined],
    ['contradicted by the first two, too few to tell', { answers: 2, against: 2 }, undefined],
    ['graded anew', { changed: true, answers: 3, against: 3 }, 'changed'],
    ['withdrawn, whatever else', { gone: true, changed: true, uses: 9 }, 'gone'],
  ] as const)('%s', (_, more, why) => expect(whyRetired({ ...fine, ...more })).toBe(why))

  test('is shown once where it is restricted, three times where nobody says', () => {
    expect(mostUses({}, false)).toBe(3)
    expect(mostUses({ gold: { share_bps: 100, max_uses: 9 } }, false)).toBe(9)
    expect(mostUses({ gold: { share_bps: 100, max_uses: 9 } }, true)).toBe(1)
  })

  test('agrees with votes that say what is known, each question by itself', () => {
    const yes = { approve: true }
    const no = { approve: false, reason: 'wrong' }
    expect(agrees({ a: true, b: false }, { a: yes, b: no })).toBe(true)
    expect(agrees({ a: true, b: false }, { a: yes, b: yes })).toBe(false)
    expect(agrees({ a: true }, { a: yes, c: no })).toBe(true)
  })
})

test('the share of gold items is the one asked for, and their most expensive number is in the worst case', () => {
  const settings = { ...SETTINGS, gold: { share_bps: 250 } }
  const { fraction } = createRng(2)
  let due = 0
  for (let i = 0; i < 20_000; i++) if (isGoldDue(settings, 4, fraction())) due += 1
  expect(due / 20_000).toBeGreaterThan(0.09)
  expect(due / 20_000).toBeLessThan(0.11)
  expect(isGoldDue(SETTINGS, 5, 0)).toBe(false)
  // 100 items, 3 attempts, 5 reviews, twice: 3,000 reviews, of which 2.5 % more.
  expect(goldMost(settings, 100)).toBe(75)
  const [plain, more] = [SETTINGS, settings].map((s) => worstCase(s, 'review', 100)[0]!.amount_minor)
  expect(more! - plain!).toBe(75n * 5n)
})

test("a gold item's name is one that other work of its time could have: its node, near its moment, never after now", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1023 }), fc.integer({ min: 0, max: 10_000 }), fc.nat(), (node, ago, seed) => {
      const rng = createRng(seed)
      const at = Date.UTC(2026, 0, 5)
      const make = (ms: number) => createIds({ node, nowMs: () => ms, below: rng.below })()
      const near = make(at - ago)
      const now = make(at)
      const id = idLike(near, now, rng.below)
      expect((BigInt(id) >> 12n) & 1023n).toBe(BigInt(node))
      expect(Math.abs(madeAtMs(id) - (at - ago))).toBeLessThanOrEqual(2000)
      expect(madeAtMs(id)).toBeLessThanOrEqual(at)
    }),
  )
})
