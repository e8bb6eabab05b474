import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addHash, countDistinct, KEPT, newSmallest, wordRuns, wordsIn } from './distinct.ts'
import { addText, CELLS, type Diversity, diversityOf, EXACT, newDiversity } from './diversity.ts'
import { normaliseText } from './normalise-text.ts'
import { createRng, type Rng } from '../platform/rng.ts'

const of = (texts: readonly string[]): Diversity => {
  const d = newDiversity()
  for (const text of texts) addText(d, text)
  return d
}
const effective = (texts: readonly string[]): number => diversityOf(of(texts)).effective!.value
/** Letters alone: digits inside words are read as letters. */
const word = (n: number) => `w${[...n.toString().padStart(6, '0')].map((c) => 'bcdfghjklm'[Number(c)]).join('')}`
const sentence = (rng: Rng, words: number, of: number) =>
  Array.from({ length: words }, () => word(rng.below(of))).join(' ')
/** Characters that no other place gives. */
const characters = (n: number, from: number) =>
  Array.from({ length: n }, (_, j) => String.fromCodePoint(0x20000 + from + j)).join('')

/** The slow way: sets of strings, and every pair. */
function slow(texts: readonly string[]): number {
  const sets = texts.map((t) => {
    const n = normaliseText(t)
    return new Set(Array.from({ length: Math.max(1, n.length - 4) }, (_, i) => n.slice(i, i + 5)))
  })
  let sum = 0
  for (const a of sets) for (const b of sets) sum += [...a].filter((s) => b.has(s)).length ** 2 / (a.size * b.size)
  return texts.length ** 2 / sum
}
function slowDistinct(texts: readonly string[], size: number): [number, number] {
  const all = texts.flatMap((t) => {
    const words = normaliseText(t).split(' ')
    return Array.from({ length: Math.max(0, words.length - size + 1) }, (_, i) => words.slice(i, i + size).join(' '))
  })
  return [all.length, new Set(all).size]
}
const texts = fc.array(
  fc.array(fc.constantFrom('honey', 'bee', 'comb', 'wax', 'queen', 'drone', 'dance', 'pollen'), { minLength: 1, maxLength: 12 }).map((w) => w.join(' ')),
  { minLength: 1, maxLength: 25 },
) // prettier-ignore

describe('how many texts there really are', () => {
  test('is what every pair of sets of strings says, and so are distinct runs of words', () => {
    fc.assert(
      fc.property(texts, (some) => {
        const { effective: e, distinct } = diversityOf(of(some))
        expect(e!.value).toBeCloseTo(slow(some), 6)
        expect(e).toMatchObject({ exact: true, low: e!.value, high: e!.value })
        for (const d of distinct) expect([d.all, d.distinct, d.exact]).toEqual([...slowDistinct(some, d.size), true])
      }),
      { numRuns: 40 },
    )
  })

  test.each([1, 2, 7, EXACT, EXACT + 1, 2_000])('%i times one text is one text', (n) => {
    const { effective: e, texts: counted } = diversityOf(
      of(Array.from({ length: n }, () => 'Bees dance to tell the way.')),
    )
    expect(counted).toBe(n)
    expect(e!.low).toBeLessThanOrEqual(1)
    expect(e!.value).toBeLessThan(n <= EXACT ? 1.000001 : 1.03)
  })

  test('texts that share nothing are as many as they are; counted exactly up to a limit, then within its interval', () => {
    const different = (n: number) => Array.from({ length: n }, (_, i) => characters(8, 8 * i))
    expect(effective(different(300))).toBe(300)
    const many = diversityOf(of(different(2_000))).effective!
    expect(many.exact).toBe(false)
    expect(many.high).toBeGreaterThan(1_995)
    expect(many.value).toBeGreaterThan(1_960)
  })

  test('copies never make more of them than there are distinct texts; the same again all over changes nothing', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(24), { maxLength: 20 }), (some, picks) => {
        const copied = [...some, ...picks.map((i) => some[i % some.length]!)]
        expect(effective(copied)).toBeLessThanOrEqual(new Set(some).size + 1e-6)
        expect(effective([...some, ...some])).toBeCloseTo(effective(some), 6)
      }),
      { numRuns: 25 },
    )
    const apart = ['alpha bravo', 'keen lions jump', 'mushrooms', 'zzz yyy xxx']
    expect(effective([...apart, apart[0]!])).toBeLessThan(effective(apart))
  })

  test('how a copy is spelled does not matter; a planted fault, comparing what is written, would miss it', () => {
    const copies = ['Bees dance to tell the way.', 'BEES  dance, to tell the wаy', 'b\u200bees dance to tell the way!']
    expect(effective(copies)).toBeCloseTo(1, 9)
    expect(new Set(copies).size).toBe(3)
  })

  test('whatever the order, the same bits; also past the limit and after being kept as JSON', () => {
    const rng = createRng(5)
    const some = Array.from({ length: EXACT + 200 }, () => sentence(rng, 3, 400))
    const forth = of(some)
    expect(diversityOf(of([...some].reverse()))).toEqual(diversityOf(forth))
    const few = some.slice(0, 60)
    expect(diversityOf(of([...few].reverse()))).toEqual(diversityOf(of(few)))
    const half = JSON.parse(JSON.stringify(of(some.slice(0, 300)))) as Diversity
    for (const text of some.slice(300)) addText(half, text)
    expect(diversityOf(half)).toEqual(diversityOf(forth))
  })

  test('the sketch is as right as it says: nineteen of twenty intervals hold what every pair gives', () => {
    const rng = createRng(11)
    const alike = Array.from({ length: EXACT + 40 }, () => sentence(rng, 3, 60))
    const got = diversityOf(of(alike)).effective!
    expect(Math.abs(slow(alike) / got.value - 1)).toBeLessThan(4 * Math.sqrt(2 / CELLS))
    // Copies of texts that share nothing: n^2 over the sum of squared numbers of copies.
    let held = 0
    for (let seed = 0; seed < 20; seed++) {
      const sizes = Array.from({ length: 100 }, () => 1 + rng.below(10))
      const some = sizes.flatMap((n, i) => Array.from({ length: n }, () => characters(6, (100 * seed + i) * 6)))
      const exact = some.length ** 2 / sizes.reduce((sum, n) => sum + n * n, 0)
      const { low, high } = diversityOf(of(some)).effective!
      if (low <= exact && exact <= high) held += 1
    }
    expect(held).toBeGreaterThanOrEqual(17)
  })

  test('a planted fault is found: without weights, a text of many runs would outweigh the others', () => {
    const long = sentence(createRng(3), 400, 100_000)
    const apart = ['mushrooms', 'keen lions', long]
    expect(effective(apart)).toBeCloseTo(3, 1)
  })

  test('blank texts and signs alone are no texts', () => {
    expect(diversityOf(of(['', ' \u200b', '?!', '—']))).toMatchObject({ texts: 0, effective: null })
    expect(diversityOf(newDiversity()).distinct.map((d) => d.all)).toEqual([0, 0, 0])
  })
})

describe('distinct runs', () => {
  test('words are words; characters where a script has no spaces, with their marks', () => {
    expect(wordsIn(normaliseText('Bees dance, bees sing'))).toEqual(['bees', 'dance', 'bees', 'sing'])
    expect(wordsIn(normaliseText('蜜蜂跳舞 abc'))).toEqual(['蜜', '蜂', '跳', '舞', 'abc'])
    expect(wordsIn(normaliseText('ผึ้ง')).length).toBe(2)
    expect(wordsIn(normaliseText('النحل يرقص'))).toHaveLength(2)
    expect(new Set(wordRuns(['ab', 'c', 'a', 'bc'], 2)).size).toBe(3)
    expect(wordRuns(['one'], 2)).toEqual([])
  })

  test('are counted within 1/sqrt(kept) when there are more than are kept, whatever the order', () => {
    const s = newSmallest()
    const back = newSmallest()
    const n = 200_000
    for (let i = 0; i < n; i++) addHash(s, wordRuns([word(i)], 1)[0]!)
    for (let i = n - 1; i >= 0; i--) addHash(back, wordRuns([word(i)], 1)[0]!)
    expect(s.whole).toBe(false)
    expect(Math.abs(countDistinct(s) / n - 1)).toBeLessThan(4 / Math.sqrt(KEPT))
    expect(countDistinct(back)).toBe(countDistinct(s))
    const exact = newSmallest()
    for (let round = 0; round < 3; round++) for (let i = 0; i < KEPT; i++) addHash(exact, wordRuns([word(i)], 1)[0]!)
    expect([countDistinct(exact), exact.whole]).toEqual([KEPT, true])
  })
})
