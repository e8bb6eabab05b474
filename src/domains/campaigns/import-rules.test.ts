import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CSV_LIMITS, readCsv } from './csv-rules.ts'
import {
  FRESH,
  IMPORT_LIMITS,
  missingFields,
  readPart,
  type ImportFormat,
  type ImportOptions,
  type PartRead,
} from './import-rules.ts'

const OPTIONS: ImportOptions = { ref_field: null, ignore: [] }
const read = (format: ImportFormat, text: string, options: Partial<ImportOptions> = {}) =>
  readPart(format, { ...OPTIONS, ...options }, FRESH, '', text, true)
const codes = (part: PartRead) => part.problems.map((p) => p.code)

/** Reads a text cut into pieces, as an upload in parts does. */
function readInParts(format: ImportFormat, pieces: readonly string[], options: ImportOptions = OPTIONS): PartRead {
  const all: PartRead = { rows: [], problems: [], reading: FRESH, carry: '' }
  pieces.forEach((piece, i) => {
    const part = readPart(format, options, all.reading, all.carry, piece, i === pieces.length - 1)
    Object.assign(all, {
      rows: [...all.rows, ...part.rows],
      problems: [...all.problems, ...part.problems],
      reading: part.reading,
      carry: part.carry,
    })
  })
  return all
}
const pieces = (text: string, cuts: readonly number[]): string[] => {
  const at = [...new Set(cuts.map((c) => c % (text.length + 1)))].sort((a, b) => a - b)
  return [0, ...at].map((from, i) => text.slice(from, at[i] ?? text.length))
}

describe('CSV', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', 'é', '💎', ',', '"', '\n', '\r\n', ' ', '=', '1'), maxLength: 6 })
  const table = fc
    .integer({ min: 2, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }))
  const written = (rows: readonly string[][], eol: string) =>
    rows.map((r) => r.map((c) => (/[",\r\n]/.test(c) ? `"${c.replaceAll('"', '""')}"` : c)).join(',')).join(eol)

  test('reads what was written, like the reader that everyone uses', () => {
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), (rows, eol, ended) => {
        const text = written(rows, eol) + (ended ? eol : '')
        const got = readCsv(text, 1, true)
        expect(got.fault).toBeUndefined()
        expect(got.rows.map((r) => r.cells)).toEqual(rows)
        expect(got.rows.map((r) => r.cells)).toEqual(parse(text, { record_delimiter: eol }) as unknown as string[][])
      }),
      { numRuns: 300 },
    )
  })

  test('an upload cut anywhere reads the same', () => {
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.array(fc.nat(), { maxLength: 5 }), (rows, eol, cuts) => {
        const text = `id,x\n${rows.map((r, i) => written([[`r${i}`, r.join('|')]], eol)).join(eol)}${eol}`
        const whole = read('csv', text)
        expect(readInParts('csv', pieces(text, cuts))).toEqual(whole)
        expect(whole.rows.map((r) => r.external_ref)).toEqual(rows.map((_, i) => `r${i}`))
      }),
      { numRuns: 300 },
    )
  })

  test('lines are counted through quoted line breaks', () => {
    expect(codes(read('csv', 'a,b\n"one\ntwo",2\n3\n'))).toEqual(['ragged_row'])
    expect(read('csv', 'a,b\n"one\ntwo",2\n3\n').problems[0]).toEqual({
      field: '/rows/2',
      code: 'ragged_row',
      message: 'Row 2 (line 4): it has 1 cells, the header 2.',
    })
  })

  test('a byte order mark is not part of the first name, and formulas are data', () => {
    const part = read('csv', '\ufeffid,say\n1,=cmd|calc\n2,+1\n3,@x\n4,-1\n')
    expect(part.problems).toEqual([])
    expect(part.rows.map((r) => [r.external_ref, r.data.say])).toEqual([
      ['1', '=cmd|calc'],
      ['2', '+1'],
      ['3', '@x'],
      ['4', '-1'],
    ])
  })

  const hostile: [string, string, string][] = [
    ['an unclosed quote', 'a,b\n"x,y\n', 'unclosed_quote'],
    ['a quote inside a bare cell', 'a,b\nx"y,z\n', 'stray_quote'],
    ['text after a closing quote', 'a,b\n"x"y,z\n', 'stray_quote'],
    ['a NUL', 'a,b\nx\u0000,z\n', 'nul_character'],
    ['a row too short', 'a,b\nx\n', 'ragged_row'],
    ['a row too long', 'a,b\nx,y,z\n', 'ragged_row'],
    ['a cell of a megabyte', `a,b\n${'x'.repeat(1_000_000)},y\n`, 'cell_too_large'],
    ['a quoted cell of a megabyte', `a,b\n"${'x'.repeat(1_000_000)}",y\n`, 'cell_too_large'],
    [
      'an item too large',
      `${Array.from({ length: 5 }, (_, i) => `c${i}`).join(',')}\n${Array.from({ length: 5 }, () => 'x'.repeat(60_000)).join(',')}\n`,
      'item_too_large',
    ],
    [
      'too many columns',
      `${Array.from({ length: CSV_LIMITS.columns + 1 }, (_, i) => `c${i}`).join(',')}\n`,
      'too_many_columns',
    ],
    ['a name twice', 'a,a\n1,2\n', 'header_twice'],
    ['a nameless column', 'a,\n1,2\n', 'bad_header'],
    ['a name that is no name', 'a,__proto__\n1,2\n', 'bad_header'],
    ['semicolons', 'a;b\n1;2\n', 'other_separator'],
    ['nothing', '', 'no_rows'],
    ['a header alone', 'a,b\n', 'no_rows'],
    ['a reference twice', 'id,b\nx,1\ny,2\nx,3\n', 'duplicate_ref'],
    ['an empty reference', 'id,b\n,1\n', 'bad_ref'],
    ['half a character', 'a,b\n\ud800,1\n', 'bad_unicode'],
  ]
  test.each(hostile)('%s is refused by name', (_what, text, code) => {
    expect(codes(read('csv', text))).toEqual([code])
  })

  test('a quote that never closes does not grow for ever', () => {
    const part = readPart('csv', OPTIONS, FRESH, '', `a,b\n"${'x'.repeat(IMPORT_LIMITS.carry + 1)}`, false)
    expect(codes(part)).toContain('row_too_large')
  })

  test('the column that names the items can be chosen, and must be there', () => {
    expect(read('csv', 'key,id\na,1\nb,1\n', { ref_field: 'key' }).rows.map((r) => r.external_ref)).toEqual(['a', 'b'])
    expect(codes(read('csv', 'a,b\n1,2\n', { ref_field: 'key' }))).toEqual(['ref_field_missing'])
    expect(read('csv', 'a,b\n1,2\n').rows[0]!.external_ref).toBeNull()
  })

  test('no text makes the reader throw', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', '\u0000', '💎', '\ud800') }),
        fc.array(fc.nat(), { maxLength: 3 }),
        (text, cuts) => {
          expect(Array.isArray(readInParts('csv', pieces(text, cuts)).rows)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('JSONL', () => {
  const value = fc
    .dictionary(
      fc.stringMatching(/^[a-z]{1,5}$/),
      fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }),
      ),
      { minKeys: 1 },
    )
    .filter((v) => !('id' in v) && !JSON.stringify(v).includes('\\u0000'))
  test('reads what was written, cut anywhere', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        (rows, cuts) => {
          const text = rows.map((r, i) => JSON.stringify({ ...r, id: i })).join('\n')
          const whole = read('jsonl', text)
          expect(whole.problems).toEqual([])
          expect(whole.rows.map((r) => r.data)).toEqual(rows.map((r, i) => ({ ...r, id: i })))
          expect(whole.rows.map((r) => r.external_ref)).toEqual(rows.map((_, i) => String(i)))
          expect(readInParts('jsonl', pieces(text, cuts)).rows).toEqual(whole.rows)
        },
      ),
      { numRuns: 200 },
    )
  })
  test('takes the word as a value', () => {
    expect(read('jsonl', '{"a":"__proto__","b":["__proto__"]}\n')).toMatchObject({
      problems: [],
      rows: [{ data: { a: '__proto__', b: ['__proto__'] } }],
    })
  })
  const hostile: [string, string, string][] = [
    ['a prototype in disguise', '{"\\u005f_proto__":{"x":1}}\n', 'not_an_object'],
    ['a prototype inside', '{"a":[{"__proto__":{"x":1}}]}\n', 'not_an_object'],
    ['no JSON', '{"a":1}\n{oops}\n', 'not_an_object'],
    ['a list', '[1]\n', 'not_an_object'],
    ['null', 'null\n', 'not_an_object'],
    ['a prototype', '{"__proto__":{"x":1}}\n', 'not_an_object'],
    ['depth', `{"a":${'['.repeat(20)}${']'.repeat(20)}}\n`, 'too_deep'],
    ['an escaped NUL', '{"a":"x\\u0000"}\n', 'nul_character'],
    ['an escaped half of a character', '{"a":"\\ud800"}\n', 'bad_unicode'],
    ['a number that JSON cannot keep', '{"a":12345678901234567890}\n', 'number_too_large'],
    ['infinity', '{"a":1e999}\n', 'number_too_large'],
    ['a reference that is a list', '{"id":[1],"a":2}\n', 'bad_ref'],
    ['a reference twice', '{"id":1}\n{"id":"1"}\n', 'duplicate_ref'],
    ['blank lines alone', '\n\n', 'no_rows'],
  ]
  test.each(hostile)('%s is refused by name', (_what, text, code) => {
    expect(codes(read('jsonl', text))).toEqual([code])
  })
})

describe('Label Studio JSON', () => {
  const tasks = [
    { id: 7, data: { text: 'a "quoted" } ] text' } },
    { id: 8, data: { text: 'b', n: [1, { x: 2 }] } },
    { data: { text: 'c' } },
  ]
  test('keeps data, and the id as the reference', () => {
    const part = read('label_studio', JSON.stringify(tasks, null, 2))
    expect(part.problems).toEqual([])
    expect(part.rows.map((r) => [r.external_ref, r.data])).toEqual([
      ['7', tasks[0]!.data],
      ['8', tasks[1]!.data],
      [null, tasks[2]!.data],
    ])
  })
  test('cut anywhere, it reads the same', () => {
    const text = JSON.stringify(tasks, null, 2)
    const whole = read('label_studio', text)
    for (let cut = 0; cut <= text.length; cut++)
      expect(readInParts('label_studio', [text.slice(0, cut), text.slice(cut)])).toEqual(whole)
  })
  test('unknown parts are refused by name with row and line, unless they are to be left out', () => {
    const text =
      '[\n{"id":1,"data":{"t":1}},\n{"id":2,"data":{"t":2},"predictions":[{"x":1}],"annotations":[{"y":1}],"meta":{}}\n]'
    expect(read('label_studio', text).problems).toEqual(
      ['predictions', 'annotations', 'meta'].map((part) => ({
        field: '/rows/2',
        code: 'unknown_part',
        message: `Row 2 (line 3): it has "${part}", which cannot be imported. Name it in "ignore" to leave it out.`,
      })),
    )
    expect(read('label_studio', text, { ignore: ['predictions', 'annotations', 'meta'] }).problems).toEqual([])
    expect(
      read('label_studio', '[{"data":{"t":1},"predictions":[],"annotations":[]}]').problems,
      'empty lists hold nothing',
    ).toEqual([])
  })
  const hostile: [string, string, string][] = [
    ['one task', '{"data":{}}', 'not_an_array'],
    ['an array never closed', '[{"data":{"a":1}}', 'incomplete'],
    ['a task never closed', '[{"data":{"a":1}', 'incomplete'],
    ['text after the end', '[{"data":{"a":1}}] extra', 'text_after_end'],
    ['a number among tasks', '[{"data":{"a":1}},7]', 'not_an_object'],
    ['no data', '[{"id":1}]', 'no_data'],
    ['data that is text', '[{"data":"a"}]', 'no_data'],
    ['broken JSON', '[{"data":{"a":}}]', 'not_json'],
    ['an empty array', '[]', 'no_rows'],
  ]
  test.each(hostile)('%s is refused by name', (_what, text, code) => {
    expect(codes(read('label_studio', text))).toEqual([code])
  })
})

test('a row without a field that the form shows is named', () => {
  const rows = read('csv', 'id,text\n1,a\n').rows
  expect(missingFields(rows, ['text'])).toEqual([])
  expect(missingFields(rows, ['text', 'image'])).toEqual([
    {
      field: '/rows/1',
      code: 'field_missing',
      message: 'Row 1: the form shows "image", which this row does not have.',
    },
  ])
})
