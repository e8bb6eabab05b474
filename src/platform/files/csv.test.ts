import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvLine, plainText, safeText } from './csv.ts'

const risky = fc.constantFrom(
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  "'=1",
  "''",
  '',
  '＝1',
  'a"b',
  'a,b',
  'a\r\nb',
  ' =1',
  'عربي',
  '💪',
)
const text = fc.oneof(risky, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))

describe('csv', () => {
  test('text survives a parser and the reverse of the apostrophe rule', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.option(text), { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 10 }),
        (rows) => {
          const file = rows.map((r) => csvLine([...r, null, null].slice(0, 4))).join('')
          const read = (parse(file, { record_delimiter: '\r\n' }) as string[][]).map((r) =>
            r.map((c) => (c === '' ? null : plainText(c))),
          )
          expect(read).toEqual(rows.map((r) => [...r, null, null].slice(0, 4)))
        },
      ),
    )
  })

  test('no cell starts as a formula', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(safeText(value)).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/)
      }),
    )
  })

  test('numbers and truth values stay what they are, so a negative number is still a number', () => {
    expect(csvLine([-1.5, true, null, 'x'])).toBe('-1.5,true,,"x"\r\n')
  })
})
