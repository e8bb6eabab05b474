import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { estimate } from '../../engine/intervals.ts'
import { createRng } from '../../platform/rng.ts'
import { allot, isDoubted, LEAST_AIMED, partsOf, type Aimed, type Part } from './aim-rules.ts'
import { createDraw } from './rules.ts'

const AIM = { doubted_bps: 3_000, exposed_bps: 2_000 }
const piece = (id: number, given: Partial<Aimed> & { votes?: boolean[] } = {}): Aimed => ({
  id: String(id),
  author_id: given.author_id ?? 'author',
  accepted: given.accepted ?? true,
  said: given.said ?? (given.votes ?? [true, true]).map((approves, i) => ({ reviewer_id: `r${i}`, approves })),
  models: given.models ?? [],
})

test.each([
  ['all said the same', {}, false],
  ['peers differed', { votes: [true, true, false] }, true],
  ['most models said otherwise', { models: [false, false, true] }, true],
  ['models are split', { models: [false, true] }, false],
  ['nobody said anything', { votes: [] }, false],
] as const)('doubted: %s', (_, given, expected) => {
  const { votes, models } = given as { votes?: boolean[]; models?: boolean[] }
  expect(isDoubted(piece(1, { ...(votes && { votes: [...votes] }), ...(models && { models: [...models] }) }))).toBe(expected) // prettier-ignore
})

test('exposed is undoubted work of whoever has most at stake and least known, a fifth of it', () => {
  // Of nine people each writes ten pieces, the tenth writes fifteen; two busy reviewers judge everything.
  const pieces = Array.from({ length: 105 }, (_, i) => piece(i + 1, { author_id: `a${Math.min(9, Math.floor(i / 10))}` })) // prettier-ignore
  const known = new Map([['r0', 100_000], ['r1', 100_000]]) // prettier-ignore
  const exposed = (audited: ReadonlyMap<string, number>) =>
    pieces.filter((p) => partsOf(pieces, audited).get(p.id) === 'exposed')
  expect(exposed(known)).toHaveLength(21)
  expect(exposed(known).filter((p) => p.author_id === 'a9')).toHaveLength(15)
  // Whoever was audited often is not exposed any more; what is doubted never counts as exposed.
  expect(exposed(new Map([...known, ['a9', 1_000]])).some((p) => p.author_id === 'a9')).toBe(false)
  const doubted = pieces.map((p) => (p.author_id === 'a9' ? { ...p, models: [false] } : p))
  expect(doubted.filter((p) => partsOf(doubted, known).get(p.id) === 'doubted')).toHaveLength(15)
})

describe('lots', () => {
  test('half go evenly, three in ten to the doubted, two in ten to the exposed', () => {
    const sizes = new Map<Part, number>([['rest', 700], ['doubted', 200], ['exposed', 100]]) // prettier-ignore
    expect(allot(sizes, 100, AIM)).toEqual(new Map([['rest', 35], ['doubted', 40], ['exposed', 25]])) // prettier-ignore
    expect(allot(sizes, LEAST_AIMED - 1, AIM)).toBeNull()
    expect(allot(sizes, 1_000, AIM)).toBeNull()
  })

  test('each part gets at least one and at most what it has, and all lots are given', () => {
    const size = fc.integer({ min: 0, max: 400 })
    const bps = fc.integer({ min: 0, max: 5_000 })
    fc.assert(
      fc.property(
        size,
        size,
        size,
        fc.integer({ min: 1, max: 1_300 }),
        bps,
        (rest, doubted, exposed, wanted, share) => {
          const sizes = new Map<Part, number>([['rest', rest], ['doubted', doubted], ['exposed', exposed]]) // prettier-ignore
          const lots = allot(sizes, wanted, { doubted_bps: share, exposed_bps: 5_000 - share })
          expect(lots === null).toBe(wanted < LEAST_AIMED || wanted >= rest + doubted + exposed)
          for (const [part, n] of sizes) expect(lots?.has(part) ?? false).toBe(lots !== null && n > 0)
          for (const [part, n] of lots ?? []) {
            expect(n).toBeGreaterThanOrEqual(1)
            expect(n).toBeLessThanOrEqual(sizes.get(part)!)
          }
          expect(lots ? [...lots.values()].reduce((a, b) => a + b, 0) : wanted).toBe(wanted)
        },
      ),
    )
  })
})

test('quality read from aimed lots is on average what grading everything would say; without their chances it is not', () => {
  const rng = createRng(5)
  const pieces = Array.from({ length: 500 }, (_, i) => {
    const split = rng.below(4) === 0
    return { ...piece(i + 1, { author_id: `a${rng.below(30)}`, votes: [true, true, !split] }), right: rng.below(100) < (split ? 60 : 95) } // prettier-ignore
  })
  const parts = partsOf(pieces, new Map())
  const by = new Map<Part, typeof pieces>([['rest', []], ['doubted', []], ['exposed', []]]) // prettier-ignore
  for (const p of pieces) by.get(parts.get(p.id)!)!.push(p)
  const lots = allot(new Map([...by].map(([part, own]) => [part, own.length])), 60, AIM)!
  const truth = pieces.filter((p) => p.right).length / pieces.length
  const RUNS = 300
  let weighed = 0
  let pooled = 0
  for (let seed = 1; seed <= RUNS; seed++) {
    const strata = [...lots].map(([part, n]) => {
      const draw = createDraw<(typeof pieces)[number]>(String(seed), n)
      for (const p of by.get(part)!) draw.add(p)
      const drawn = draw.drawn()
      return { accepted: true, population: draw.population(), n: drawn.length, right: drawn.filter((p) => p.right).length } // prettier-ignore
    })
    weighed += estimate('precision', strata).share! / RUNS
    // The planted fault: all lots in one stratum, as if they had been even.
    const sum = (of: (s: (typeof strata)[number]) => number) => strata.reduce((total, s) => total + of(s), 0)
    pooled += estimate('precision', [{ accepted: true, population: 500, n: sum((s) => s.n), right: sum((s) => s.right) }]).share! / RUNS // prettier-ignore
  }
  expect(Math.abs(weighed - truth)).toBeLessThan(0.01)
  expect(truth - pooled).toBeGreaterThan(0.04)
})
