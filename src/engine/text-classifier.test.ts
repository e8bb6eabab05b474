import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRng } from '../platform/rng.ts'
import { BadInput } from './labels.ts'
import { judgeText, LEAST_DECIDED, LEAST_OF_EACH, trainedOn, trainText, type TextExample } from './text-classifier.ts'
import { FEATURES, textFeatures } from './text-features.ts'

const WORDS = 'river stone winter paper garden engine cloud letter mountain bridge candle forest window silver'.split(
  ' ',
)

/** Right answers name a source; wrong ones do not, whatever else they say. */
function planted(n: number, options: { seed?: number; right?: number; noise?: number } = {}) {
  const rng = createRng(options.seed ?? 1)
  return Array.from({ length: n }, () => {
    const right = rng.fraction() < (options.right ?? 0.7)
    const words = Array.from({ length: 8 }, () => WORDS[rng.below(WORDS.length)]!)
    if (right !== rng.fraction() < (options.noise ?? 0)) words.splice(rng.below(8), 0, 'according', 'to')
    const features = textFeatures([
      { space: 'answer', text: words.join(' ') },
      { space: 'item', text: WORDS[rng.below(WORDS.length)]! },
    ])
    return { features, right }
  })
}
const correct = (learned: TextExample[], asked: TextExample[]) => {
  const c = trainText(learned)!
  return asked.filter((e) => judgeText(c, e.features) === e.right).length / asked.length
}

describe('a classifier of texts', () => {
  test('learns a planted pattern, balanced or not, and through noise', () => {
    const asked = planted(500, { seed: 2, right: 0.5 })
    expect(correct(planted(200), asked)).toBeGreaterThan(0.95)
    expect(correct(planted(400, { right: 0.9 }), asked)).toBeGreaterThan(0.9)
    expect(correct(planted(400, { noise: 0.15 }), asked)).toBeGreaterThan(0.85)
  })

  test('planted fault: learned from turned decisions it is as wrong as it was right', () => {
    const turned = planted(200).map((e) => ({ ...e, right: !e.right }))
    expect(correct(turned, planted(500, { seed: 2, right: 0.5 }))).toBeLessThan(0.05)
  })

  test('abstains while it has too little to go on', () => {
    const many = planted(400)
    const rights = many.filter((e) => e.right)
    const wrongs = many.filter((e) => !e.right)
    expect(trainText([])).toBeUndefined()
    expect(trainText(many.slice(0, LEAST_DECIDED - 1))).toBeUndefined()
    expect(trainText([...rights, ...wrongs.slice(0, LEAST_OF_EACH - 1)])).toBeUndefined()
    expect(trainText([...wrongs, ...rights.slice(0, LEAST_OF_EACH - 1)])).toBeUndefined()
    expect(trainText([...rights.slice(0, LEAST_DECIDED), ...wrongs.slice(0, LEAST_OF_EACH)])).toBeDefined()
  })

  test('says nothing of a text that it knows nothing of', () => {
    const c = trainText(planted(200))!
    expect(judgeText(c, new Int32Array())).toBeUndefined()
    const unseen = Int32Array.from(
      Array.from({ length: FEATURES }, (_, i) => i).filter((i) => c.weights[i] === 0),
    ).slice(0, 50)
    expect(judgeText(c, unseen)).toBeUndefined()
  })

  test('the same input gives the same bits; another order another classifier that says the same', () => {
    const examples = planted(150)
    const bits = () => Buffer.from(trainText(examples)!.weights.buffer)
    expect(bits().equals(bits())).toBe(true)
    const asked = planted(200, { seed: 9 })
    const [a, b] = [trainText(examples)!, trainText(examples.toReversed())!]
    const same = asked.filter((e) => judgeText(a, e.features) === judgeText(b, e.features))
    expect(same.length).toBeGreaterThan(190)
  })

  test('refuses features that are none', () => {
    const examples = planted(100)
    const bad = { features: Int32Array.of(FEATURES), right: true }
    expect(() => trainText([...examples, bad])).toThrow(BadInput)
    expect(() => judgeText(trainText(examples)!, Int32Array.of(-1))).toThrow(BadInput)
  })
})

describe('features of texts', () => {
  test('whatever the text: ascending, each once, within bounds, the same again', () => {
    const parts = fc.array(fc.record({ space: fc.string({ maxLength: 5 }), text: fc.string({ unit: 'binary' }) }))
    fc.assert(
      fc.property(parts, (p) => {
        const f = textFeatures(p)
        expect(f.every((x, i) => x >= 0 && x < FEATURES && (i === 0 || x > f[i - 1]!))).toBe(true)
        expect(textFeatures(p)).toEqual(f)
      }),
    )
  })
  test('one word in two spaces is two features; case and width are none; endless texts are cut', () => {
    const of = (space: string, text: string) => textFeatures([{ space, text }])
    expect(of('answer', 'river')).not.toEqual(of('item', 'river'))
    expect(of('answer', 'RIVER')).toEqual(of('answer', 'river'))
    expect(of('answer', 'ｒｉｖｅｒ')).toEqual(of('answer', 'river'))
    expect(of('a', 'x1 y2 '.repeat(100_000)).length).toBeLessThan(40)
    expect(of('a', 'نهر كبير').length).toBeGreaterThan(5)
  })
})

test('training goes up a ladder: never more than is decided, never less than four fifths of it', () => {
  expect([0, LEAST_DECIDED - 1, LEAST_DECIDED].map(trainedOn)).toEqual([0, 0, LEAST_DECIDED])
  fc.assert(
    fc.property(fc.integer({ min: LEAST_DECIDED, max: 100_000 }), (n) => {
      expect(trainedOn(n)).toBeLessThanOrEqual(n)
      expect(trainedOn(n)).toBeGreaterThan(0.79 * n - 1)
      expect(trainedOn(trainedOn(n))).toBe(trainedOn(n))
    }),
  )
})
