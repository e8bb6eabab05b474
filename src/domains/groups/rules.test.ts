import { describe, expect, test } from 'vitest'
import type { GroupQuota } from './contract.ts'
import { changeableAt, fullGroup, isValue, quotaProblems, shownGroups } from './rules.ts'

const DAY = 86_400_000
const now = new Date('2026-03-01T00:00:00Z')

test('what was said holds for ninety days; what was never said can be said at once', () => {
  expect(changeableAt(undefined, now)).toBeUndefined()
  expect(changeableAt(new Date(now.getTime() - 90 * DAY), now)).toBeUndefined()
  expect(changeableAt(new Date(now.getTime() - 10 * DAY), now)).toEqual(new Date(now.getTime() + 80 * DAY))
})

test('groups have the names of their trait, and what nobody said is one of each', () => {
  expect([isValue('region', '015'), isValue('region', '15'), isValue('region', 'undeclared')]).toEqual([
    true,
    false,
    true,
  ])
  expect([isValue('age', '25_34'), isValue('age', '015')]).toEqual([true, false])
  expect([isValue('first_language', 'ar'), isValue('first_language', 'Arabic')]).toEqual([true, false])
  const quota = (value: string): GroupQuota => ({ trait: 'region', value, most_bps: 1000 })
  expect(quotaProblems([quota('015'), quota('999'), quota('015'), quota('202')]).map((p) => [p.at, p.code])).toEqual([
    [1, 'unknown_value'],
    [2, 'twice'],
  ])
})

describe('a group is full', () => {
  const quotas: GroupQuota[] = [
    { trait: 'region', value: '154', most_bps: 2500 },
    { trait: 'age', value: 'undeclared', most_bps: 0 },
  ]
  test.each([
    ['with its share, rounded down', '154', 24, 'region'],
    ['not one before', '154', 23, undefined],
    ['never, without a quota', '015', 9999, undefined],
  ] as const)('%s', (_, value, count, trait) => {
    expect(fullGroup(quotas, new Map([['region', { value, count }]]), 99)).toBe(trait)
  })
  test('from the start where nothing is wanted of it', () => {
    expect(fullGroup(quotas, new Map([['age', { value: 'undeclared', count: 0 }]]), 99)).toBe('age')
  })
})

test('groups of few people are shown as one, and that only when it is not few itself', () => {
  const group = (value: string, people: number) => ({ value, people, accepted: people * 2 })
  expect(shownGroups([group('a', 9), group('b', 4), group('c', 1)])).toEqual([
    group('a', 9),
    { value: 'few', people: 5, accepted: 10 },
  ])
  expect(shownGroups([group('a', 9), group('b', 4)])).toEqual([group('a', 9)])
})
