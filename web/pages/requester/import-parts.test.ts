import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatOf, importIdOf, partsOf, unknownParts } from './import-parts.ts'

test('parts put together are the text, and no part ends in half a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 2, max: 9 }), (text, size) => {
      const parts = partsOf(text, size)
      expect(parts.join('')).toBe(text)
      for (const part of parts.slice(0, -1)) expect(part.charCodeAt(part.length - 1) & 0xfc00).not.toBe(0xd800)
    }),
  )
})

test.each([
  ['a.csv', 'x', 'csv'],
  ['a.jsonl', '{', 'jsonl'],
  ['a.json', '\ufeff [', 'label_studio'],
  ['a.json', '{', 'jsonl'],
  ['a.txt', 'id,text', 'csv'],
])('%s beginning with %s is %s', (name, start, format) => {
  expect(formatOf(name, start)).toBe(format)
})

test('the same text and options have the same name, others another', async () => {
  const id = await importIdOf('a,b', {})
  expect(id).toMatch(/^web-[0-9a-f]{32}$/)
  expect(await importIdOf('a,b', {})).toBe(id)
  expect(await importIdOf('a,b', { ref_field: 'a' })).not.toBe(id)
})

test('what a refusal names can be left out', () => {
  expect(
    unknownParts([
      'Row 2 (line 3): it has "meta", which cannot be imported. Name it in "ignore" to leave it out.',
      'Row 3 (line 4): too long.',
    ]),
  ).toEqual(['meta'])
})
