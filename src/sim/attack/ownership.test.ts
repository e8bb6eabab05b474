import { expect, test } from 'vitest'
import { auditOwnership, countTwoCycles, wereTogether, type Spell } from './ownership.ts'

const DAY = 86_400_000
const known = new Map<string, Spell[]>([
  ['a', [{ cluster: '1', from: 10, until: 20 }]],
  ['b', [{ cluster: '1', from: 12, until: null }]],
  ['c', [{ cluster: '2', from: 0, until: null }]],
])
const judging = (reviewer: string, author: string, at: number, assigned = at) => ({ reviewer, author, at, assigned, approve: true }) // prettier-ignore

test('two are together while both are known to be in one cluster', () => {
  expect([11, 12, 19, 20].map((at) => wereTogether(known, 'a', 'b', at))).toEqual([false, true, true, false])
  expect(wereTogether(known, 'a', 'c', 15)).toBe(false)
  expect(wereTogether(known, 'x', 'x', 15)).toBe(false)
})

test('a review is an own one by what was known at its assignment, or by what is true', () => {
  const truth = {
    owner: new Map([['a', 'farm'], ['b', 'farm'], ['c', 'p1'], ['d', 'p2']]),
    attack: new Map([['a', 'farm'], ['b', 'farm'], ['c', 'cartel'], ['d', 'cartel']]),
  } // prettier-ignore
  const judged = [judging('a', 'b', 30, 11), judging('a', 'b', 30, 15), judging('c', 'd', 5), judging('c', 'a', 5)]
  const pairs = [
    { one: 'a', other: 'b', assigned: 13 },
    { one: 'a', other: 'b', assigned: 9 },
  ]
  expect(auditOwnership(judged, pairs, known, truth)).toEqual({
    reviews: 4, own_cluster: 1, own_person: 2, among_allies: 1, panels_shared: 1, two_cycles: 0,
  }) // prettier-ignore
})

test('a two-cycle is two who judged each other within seven days, either first', () => {
  expect(countTwoCycles([judging('a', 'b', 0), judging('b', 'a', 7 * DAY)])).toBe(1)
  expect(countTwoCycles([judging('b', 'a', 0), judging('a', 'b', 7 * DAY)])).toBe(1)
  expect(countTwoCycles([judging('a', 'b', 0), judging('b', 'a', 7 * DAY + 1), judging('a', 'c', 1)])).toBe(0)
})
