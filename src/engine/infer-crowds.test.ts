import fc from 'fast-check'
import { expect, test } from 'vitest'
import { labelsOf, shapes } from '../../test/crowds.ts'

test('crowds for tests have the sizes they say', () => {
  fc.assert(
    fc.property(shapes(), (shape) => {
      expect(labelsOf(shape).vote).toHaveLength(shape.rows.filter((r) => r[2] >= 0).length)
    }),
  )
})
