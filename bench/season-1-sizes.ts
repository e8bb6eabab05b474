// How far the acceptance of a season strays with its size, by who its people happen to be: the original rules on the pure
// functions, many seasons of each size. One season's figures are its seed's; only their mean is the mix's.
// Usage: npx tsx bench/season-1-sizes.ts
import { majorityOfThree } from '../src/sim/calibrate.ts'
import type { SimClass } from '../src/sim/crowd.ts'
import { PUBLISHED, scaled } from '../src/sim/season-1.ts'
import { saveResult } from './lib/harness.ts'

const SIZES = [
  { people: 1_000, seasons: 16 },
  { people: 3_000, seasons: 16 },
  { people: 10_000, seasons: 6 },
]
const PIECES = 4_000
const CLASSES: readonly SimClass[] = ['simple_research', 'in_depth_research']

const round = (x: number) => Math.round(x * 10_000) / 10_000
const mean = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0) / xs.length
const deviation = (xs: readonly number[]) =>
  Math.sqrt(xs.reduce((sum, x) => sum + (x - mean(xs)) ** 2, 0) / (xs.length - 1))

const rows = SIZES.flatMap(({ people, seasons }) =>
  CLASSES.map((task_class) => {
    const drawn = Array.from({ length: seasons }, (_, i) => majorityOfThree(scaled(people), i + 1, task_class, PIECES))
    const acceptance = drawn.map((r) => r.acceptance)
    const row = {
      people,
      task_class,
      seasons,
      published: PUBLISHED.acceptance[task_class],
      mean: round(mean(acceptance)),
      standard_error: round(deviation(acceptance) / Math.sqrt(seasons)),
      deviation: round(deviation(acceptance)),
      seed_1: round(acceptance[0]!),
    }
    console.log(Object.values(row).join('\t'))
    return row
  }),
)
saveResult('season-1-sizes', 'npx tsx bench/season-1-sizes.ts', {
  what: 'acceptance under the original rules by size: its mean over seasons, and how far one season strays',
  pieces_each: PIECES,
  rows,
})
