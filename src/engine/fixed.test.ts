import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixed, fixedRatio } from './fixed.ts'

describe('fixed', () => {
  it.each([
    [0.5, 4, '0.5000'],
    [-0.00001, 4, '0.0000'],
    [-0.5, 1, '-0.5'],
    [0, 0, '0'],
    [1e20, 1, '100000000000000000000.0'],
  ])('prints %f to %i places as %s', (value, places, text) => expect(fixed(value, places)).toBe(text))
})

describe('fixedRatio', () => {
  it.each([
    [1089, 8315, 4, '0.1310'],
    [1, 3, 4, '0.3333'],
    [2, 3, 4, '0.6667'],
    [1, 8, 2, '0.13'],
    [7, 7, 4, '1.0000'],
    [5, 2, 0, '3'],
  ])('%i / %i to %i places is %s', (count, of, places, text) => expect(fixedRatio(count, of, places)).toBe(text))

  it('is within half a unit of the last place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }), (count, of) => {
        expect(Math.abs(Number(fixedRatio(count, of, 6)) - count / of)).toBeLessThanOrEqual(
          0.5e-6 + (count / of) * 1e-12,
        )
      }),
    )
  })
})
