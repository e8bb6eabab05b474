import { expect, test } from 'vitest'
import { directionOf, isWide, movementOf } from './movement.ts'

const day = (d: string, mean_bps: number, judged: number, confirmed = judged) => ({
  day: d,
  mean_bps,
  low_bps: mean_bps - 500,
  high_bps: mean_bps + 500,
  judged,
  confirmed,
  audited: 0,
  audited_right: 0,
})

test('a figure moves from a month ago, or from its first day; on the first day it does not', () => {
  expect(movementOf({ history: [] })).toBeUndefined()
  expect(movementOf({ history: [day('2026-03-01', 8000, 3)] })).toBeUndefined()
  expect(movementOf({ history: [day('2026-03-01', 8000, 3), day('2026-03-05', 8600, 10, 8)] })).toEqual({
    since: '2026-03-01',
    change_bps: 600,
    judged: 7,
    confirmed: 5,
    audited: 0,
    audited_right: 0,
  })
  const long = [day('2025-11-01', 5000, 1), day('2026-02-20', 8000, 30), day('2026-03-05', 7900, 28)]
  expect(movementOf({ history: long })).toMatchObject({
    since: '2026-02-20',
    change_bps: -100,
    judged: 0,
    confirmed: 0,
  })
  expect(movementOf({ history: [long[0]!, long[2]!] })).toMatchObject({ since: '2025-11-01', change_bps: 2900 })
})

test('small changes are none, and wide bands say so', () => {
  expect([49, 50, -50, 0].map(directionOf)).toEqual(['same', 'up', 'down', 'same'])
  expect([isWide({ low_bps: 6000, high_bps: 9000 }), isWide({ low_bps: 8500, high_bps: 9500 })]).toEqual([true, false])
})
