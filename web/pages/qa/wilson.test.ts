import { expect, test } from 'vitest'
import { wilson } from './wilson.ts'

const rounded = (share: number, n: number) => [wilson(share, n).low, wilson(share, n).high].map((x) => Math.round(x * 1000) / 10)

test('92 of 100 cannot be told from 90; of 1,000 it nearly can', () => {
  expect(rounded(0.92, 100)).toEqual([85, 95.9])
  expect(rounded(0.92, 1000)).toEqual([90.2, 93.5])
})

test('an empty sample says nothing, a full one stays inside', () => {
  expect(wilson(0.5, 0)).toEqual({ low: 0, high: 1 })
  expect(wilson(1, 10).high).toBe(1)
})
