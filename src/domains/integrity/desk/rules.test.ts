import { describe, expect, test } from 'vitest'
import { NAT } from '../signals/rules.ts'
import { inHundredths, inWords, MOST_NODES, numbered } from './graph-rules.ts'
import { limitsAfter, whoIsLeft } from './preview-rules.ts'
import { trailOf } from './trail-rules.ts'

const at = (day: number) => new Date(Date.UTC(2026, 0, day))

describe('limits once a sanction is imposed', () => {
  const open = { why: 'case_open' as const, until: at(3), since: at(1) }
  const hold = { why: 'hold' as const, until: at(9), since: null }
  const limit = { why: 'limit' as const, until: at(7), since: at(1) }
  test.each([
    ['warn', [open, hold], [hold]],
    ['limit', [open, hold], [hold, { why: 'limit', until: at(20), since: at(2) }]],
    ['limit', [open, limit], [{ why: 'limit', until: at(20), since: at(2) }]],
    ['hold', [hold, limit], [limit, { why: 'hold', until: at(20), since: at(2) }]],
    ['suspend', [open, limit], [limit]],
    ['forfeit', [open], []],
  ] as const)('%s', (action, live, after) => {
    expect(limitsAfter(live, { action, since: at(2), ends_at: at(20) })).toEqual(after)
  })
})

describe('who is left', () => {
  const of = (
    next: 'impose' | 'propose' | 'confirm' | null,
    mayDecide: string[],
    hadNoPart: string[],
    takesTwo = true,
  ) => whoIsLeft({ caller: 'me', next, takesTwo, mayDecide, hadNoPart })
  test('a second person costs somebody who could have answered, unless one who had a part can be it', () => {
    expect(of('propose', ['me', 'a', 'b'], ['me', 'a', 'b'])).toEqual({ confirmers: 2, answerers: 1 })
    expect(of('propose', ['me', 'a', 'b', 'opener'], ['me', 'a', 'b'])).toEqual({ confirmers: 3, answerers: 2 })
    expect(of('confirm', ['me', 'a', 'b'], ['me', 'a', 'b'])).toEqual({ confirmers: 2, answerers: 2 })
    expect(of('impose', ['me', 'a'], ['me', 'a'], false)).toEqual({ confirmers: 1, answerers: 1 })
    expect(of('propose', ['me'], ['me'])).toEqual({ confirmers: 0, answerers: 0 })
  })
})

describe('the graph', () => {
  test('is graded by how much likelier one person is than two', () => {
    expect([1, 2.2, 2.4, 4.5, 4.7, 9].map((nats) => inWords(nats * NAT))).toEqual([
      'weak',
      'weak',
      'fair',
      'fair',
      'strong',
      'strong',
    ])
    expect(inHundredths(Math.log(1000) * NAT)).toBe(300)
  })
  test('numbers the person first, their cluster next, then the strongest; whatever order the links come in', () => {
    const pairs = [
      { a: '1', b: '9', strength: 5 },
      { a: '2', b: '9', strength: 8 },
      { a: '3', b: '9', strength: 8 },
      { a: '3', b: '4', strength: 1 },
      { a: '5', b: '6', strength: 90 },
    ]
    const told = numbered('9', ['4', '9'], pairs)
    expect(told).toEqual({ order: ['9', '4', '3', '2', '1'], left_out: 0 })
    expect(numbered('9', ['9', '4'], pairs.toReversed())).toEqual(told)
  })
  test('draws as many as can be read and says how many it leaves out', () => {
    const pairs = Array.from({ length: 60 }, (_, i) => ({ a: '1', b: String(i + 2), strength: i }))
    const { order, left_out } = numbered('1', [], pairs)
    expect([order.length, order[1], left_out]).toEqual([MOST_NODES, '61', 61 - MOST_NODES])
  })
})

test('a trail has an entry for each transaction, named after whoever did its first part', () => {
  const names = new Map([['7', { handle: 'olga', operator: true }]])
  const e = (
    tx: string,
    kind: 'case_opened' | 'case_evidence_added' | 'case_closed',
    doer: 'time' | { id: string },
  ) => ({
    tx,
    kind,
    at: at(1),
    doer,
    step: {},
  })
  const entries = trailOf(
    [e('1', 'case_opened', { id: '7' }), e('1', 'case_evidence_added', { id: '7' }), e('2', 'case_closed', 'time')],
    names,
  )
  expect(entries.map((x) => [x.by, x.who, x.steps.map((s) => s.kind)])).toEqual([
    ['operator', 'olga', ['case_opened', 'case_evidence_added']],
    ['time', null, ['case_closed']],
  ])
})
