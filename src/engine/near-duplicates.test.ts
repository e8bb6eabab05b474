import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agreeing, bandKeys, PLACES, signatureOf } from './minhash.ts'
import { normaliseText } from './normalise-text.ts'
import { hashSet, jaccard, MOST, runHashes, shinglesOf } from './shingles.ts'
import { anchorKeys, containment, winnow } from './winnow.ts'

describe('normalised text', () => {
  test.each([
    ['capitals, accents, punctuation', 'Héllo, WÖRLD!!', 'hello world'],
    ['full width', 'Ｈｅｌｌｏ　ｗｏｒｌｄ', 'hello world'],
    ['mathematical letters', 'ℋ𝓮𝓁𝓁𝓸 𝐰𝗼𝘳𝙡𝚍', 'hello world'],
    ['circles and squares', '🅷🅴🅻🅻🅾 ⓦⓞⓡⓛⓓ 🅐', 'hello world a'],
    ['Cyrillic and Greek look-alikes', 'Неllо wоrld', 'hello world'],
    ['nothing visible between', 'he\u200bl\u00adlo\u2060 wor\u{e0041}ld', 'hello world'],
    ['right to left', '\u202ehello\u202c world', 'hello world'],
    ['stacked marks', 'h\u0300\u0301\u0302\u0303\u0304\u0305ello world', 'hello world'],
    ['digits for letters', 'h3ll0 w0r1d', 'hello world'],
    ['spelled out', 'h e l l o world', 'hello world'],
    ['sharp s, dotless i, ligatures', 'STRASSE ﬁne ıs', 'straße fine is'],
  ])('%s', (_, written, read) => {
    expect(normaliseText(written)).toBe(normaliseText(read))
  })

  test.each([
    ['numbers', 'in 1913 there were 50', 'in 1918 there were 60'],
    ['Hindi vowel signs', 'कि', 'की'],
    ['Bengali', 'কলা', 'কালী'],
    ['Thai vowels and tones', 'เสือ', 'เสื้อ'],
    ['Tamil pulli', 'கல்', 'கல'],
    ['Japanese voicing', 'かき', 'がき'],
    ['Korean', '나', '너'],
    ['Arabic letters', 'كتاب', 'كتب'],
    ['Hebrew letters', 'ספר', 'ספור'],
    ['Russian words', 'мир пила', 'миг липа'],
    ['Chinese', '蜜蜂', '蜂蜜'],
  ])('keeps apart what people read apart: %s', (_, one, other) => {
    expect(normaliseText(one)).not.toBe(normaliseText(other))
    expect(normaliseText(one).length).toBeGreaterThan(0)
  })

  test('optional marks of Arabic and Hebrew are optional', () => {
    expect(normaliseText('الخَلِيَّة')).toBe(normaliseText('الخلية'))
    expect(normaliseText('סֵפֶר')).toBe(normaliseText('ספר'))
  })

  test('whatever it is given: the same again when normalised again, and no invisible sign is left', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const once = normaliseText(text)
        expect(once).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]|^ | $| {2}/u)
        expect(normaliseText(`${text}\u200b`)).toBe(once)
      }),
    )
  })

  test('hostile text takes a time that grows with its length, not with its square', () => {
    const floods = ['z\u0300', 'a', '\u202e', 'a ', '!', '@', '1a', 'क\u093f\u0941', '\u{1d5ba}', 'é\u200d'].map((s) =>
      s.repeat(100_000),
    )
    for (const text of floods) expect(normaliseText(text).length).toBeLessThanOrEqual(2 * text.length)
  })
})

/** The slow way: sets of strings. */
const slowJaccard = (a: string, b: string) => {
  const set = (t: string) => new Set(Array.from({ length: Math.max(1, t.length - 4) }, (_, i) => t.slice(i, i + 5)))
  const [x, y] = [set(a), set(b)]
  const both = [...x].filter((s) => y.has(s)).length
  return both / (x.size + y.size - both)
}
const words = fc.array(fc.constantFrom('honey', 'bee', 'comb', 'wax', 'queen', 'drone', 'dance', 'pollen'), { minLength: 5, maxLength: 60 }) // prettier-ignore
const sentence = (seed: number, n: number) =>
  Array.from({ length: n }, (_, i) => `w${(Math.imul(seed * 131 + i, 0x9e3779b1) >>> 8) % 5000}`).join(' ')

describe('likeness', () => {
  test('is what sets of strings say', () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const [x, y] = [a.join(' '), b.join(' ')]
        expect(jaccard(shinglesOf(x), shinglesOf(y))).toBeCloseTo(slowJaccard(x, y), 10)
      }),
    )
  })

  test('of very long texts is a fair sample: within five standard errors', () => {
    const base = sentence(1, 6_000)
    const parts = base.split(' ')
    const other = [...parts.slice(0, 4_500), ...sentence(2, 1_500).split(' ')].join(' ')
    const [a, b] = [shinglesOf(base), shinglesOf(other)]
    expect([a.whole, a.hashes.length]).toEqual([false, MOST])
    const exact = slowJaccard(base, other)
    expect(Math.abs(jaccard(a, b) - exact)).toBeLessThan((5 * Math.sqrt(exact * (1 - exact))) / Math.sqrt(MOST))
    expect(jaccard(a, a)).toBe(1)
  })

  test('signatures agree in about as many places; unlike texts share no band, alike ones do', () => {
    let met = 0
    for (let seed = 0; seed < 40; seed++) {
      const parts = sentence(seed, 60).split(' ')
      const near = parts.map((p, i) => (i % 12 === seed % 12 ? 'changed' : p)).join(' ')
      const [a, b] = [shinglesOf(parts.join(' ')), shinglesOf(near)]
      const [s, t] = [signatureOf(a), signatureOf(b)]
      const j = jaccard(a, b)
      expect(Math.abs(agreeing(s, t) / PLACES - j)).toBeLessThan(5 * Math.sqrt((j * (1 - j)) / PLACES) + 0.01)
      if (bandKeys(s).some((key) => bandKeys(t).includes(key))) met += 1
      const other = bandKeys(signatureOf(shinglesOf(sentence(seed + 1_000, 60))))
      expect(bandKeys(s).filter((key) => other.includes(key))).toEqual([])
    }
    expect(met).toBe(40)
  })

  test('keys are whole numbers that JSON and a database keep', () => {
    const keys = [...bandKeys(signatureOf(shinglesOf(sentence(3, 40)))), ...anchorKeys(sentence(3, 200))]
    expect(keys.length).toBeGreaterThan(32)
    expect(keys.every((k) => Number.isSafeInteger(k) && k >= 0)).toBe(true)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('nothing is like nothing', () => {
    const empty = shinglesOf('')
    expect([jaccard(empty, empty), containment(winnow(''), winnow('')), runHashes('', 5).length]).toEqual([0, 0, 0])
    expect(hashSet(new Uint32Array([3, 1, 3, 2])).hashes).toEqual(new Uint32Array([1, 2, 3]))
  })
})

describe('a padded copy', () => {
  const passage = sentence(7, 40)
  const padded = `${sentence(8, 200)} ${passage} ${sentence(9, 200)}`
  test('is contained although it is not alike, and is found by its anchors', () => {
    expect(jaccard(shinglesOf(passage), shinglesOf(padded))).toBeLessThan(0.2)
    expect(containment(winnow(passage), winnow(padded))).toBeGreaterThan(0.9)
    expect(anchorKeys(passage).some((key) => anchorKeys(padded).includes(key))).toBe(true)
  })
  test('is not seen in texts that share nothing', () => {
    expect(containment(winnow(sentence(500, 40)), winnow(padded))).toBeLessThan(0.1)
  })
  test('any shared passage of 11 signs gives a shared fingerprint', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 11, maxLength: 40 }), fc.string(), fc.string(), (shared, before, after) => {
        expect(containment(winnow(shared), winnow(before + shared + after))).toBeGreaterThan(0)
      }),
    )
  })
})
