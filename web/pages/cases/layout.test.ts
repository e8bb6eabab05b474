import fc from 'fast-check'
import { expect, test } from 'vitest'
import { APART, layOut, MARGIN } from './layout.ts'

const graphs = fc.integer({ min: 1, max: 40 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    links: fc.array(
      fc.record({
        a: fc.nat({ max: count - 1 }),
        b: fc.nat({ max: count - 1 }),
        weight: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { maxLength: 120 },
    ),
  }),
)

test('a drawing keeps all nodes on the sheet and a finger apart, and is the same each time', () => {
  fc.assert(
    fc.property(graphs, ({ count, links: all }) => {
      const links = all.filter((l) => l.a !== l.b)
      const sheet = layOut(count, links)
      expect(layOut(count, links)).toEqual(sheet)
      for (const [i, p] of sheet.places.entries()) {
        expect(p.x).toBeGreaterThanOrEqual(MARGIN)
        expect(p.x).toBeLessThanOrEqual(sheet.width - MARGIN)
        expect(p.y).toBeGreaterThanOrEqual(MARGIN)
        expect(p.y).toBeLessThanOrEqual(sheet.height - MARGIN)
        for (const q of sheet.places.slice(i + 1)) expect(Math.hypot(p.x - q.x, p.y - q.y)).toBeGreaterThan(APART * 0.8)
      }
    }),
    { numRuns: 60 },
  )
})

test('linked nodes stand nearer to each other than others', () => {
  const ring = (from: number) =>
    [0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3].filter((j) => j > i).map((j) => ({ a: from + i, b: from + j, weight: 1 })))
  const { places } = layOut(8, [...ring(0), ...ring(4)])
  const far = (i: number, j: number) => Math.hypot(places[i]!.x - places[j]!.x, places[i]!.y - places[j]!.y)
  const mean = (pairs: number[]) => pairs.reduce((a, b) => a + b, 0) / pairs.length
  const all = places.flatMap((_, i) => places.flatMap((__, j) => (j > i ? [[i, j] as const] : [])))
  const inside = mean(all.filter(([i, j]) => i < 4 === j < 4).map(([i, j]) => far(i, j)))
  const across = mean(all.filter(([i, j]) => i < 4 !== j < 4).map(([i, j]) => far(i, j)))
  expect(inside).toBeLessThan(across * 0.8)
})
