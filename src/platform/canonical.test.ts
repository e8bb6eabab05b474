import { createHash, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, commitTo, keyedHash, keyedHex, sha256Hex } from './canonical.ts'

const anyText = fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 }))

test('a keyed hash is HMAC-SHA-256, whatever the key and the text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.array(anyText, { maxLength: 4 }), (key, texts) => {
      for (const text of texts) {
        const plain = createHmac('sha256', key).update(text).digest('hex')
        expect(keyedHex(key, text)).toBe(plain)
        expect(keyedHash(key, text).toString('hex')).toBe(plain)
      }
    }),
  )
})

test('a commitment is the hash of salt and canonical JSON, short or long', () => {
  const plain = (salt: Uint8Array, text: string) => createHash('sha256').update(salt).update(text).digest('hex')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.jsonValue(), (salt, value) => {
      expect(commitTo(salt, value)).toBe(plain(salt, canonicalJson(value)))
    }),
  )
  const salt = new Uint8Array(16).fill(7)
  for (const length of [21_838, 21_839, 65_520, 200_000])
    for (const character of ['a', '\u20ac']) {
      const long = character.repeat(length)
      expect(commitTo(salt, long)).toBe(plain(salt, `"${long}"`))
    }
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

/** Canonical JSON in the plainest words. */
const plainly = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(plainly).join(',')}]`
    : typeof value === 'object' && value !== null
      ? `{${Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${JSON.stringify(k)}:${plainly(v)}`).join(',')}}` // prettier-ignore
      : JSON.stringify(value)

test('canonical JSON is what the plainest writer makes of it, and reads back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
      const text = canonicalJson(value)
      expect(text).toBe(plainly(value))
      expect(canonicalJson(JSON.parse(text))).toBe(text)
    }),
  )
  expect(canonicalJson({ b: undefined, a: 'x\n"\\', '\u20ac': 1, ' ': [], 'a b': -0 })).toBe(
    '{" ":[],"a":"x\\n\\"\\\\","a b":0,"\u20ac":1}',
  )
})

test('what JSON cannot say is refused', () => {
  for (const bad of [
    Number.NaN,
    Infinity,
    '\ud800',
    { a: '\udc00' },
    { '\ud800': 1 },
    undefined,
    1n,
    [undefined],
    () => 1,
  ])
    expect(() => canonicalJson(bad), String(bad)).toThrow(/canonical JSON/)
})
