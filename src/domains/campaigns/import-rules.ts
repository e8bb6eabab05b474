import { canonicalJson } from '../../platform/canonical.ts'
import type { FieldProblem } from '../../platform/refusal.ts'
import { readCsv } from './csv-rules.ts'

export type ImportFormat = 'csv' | 'jsonl' | 'label_studio'
export type ImportOptions = { ref_field: string | null; ignore: string[] }
/** Where the reading of an import stands between two parts. */
export type Reading = { line: number; row: number; header?: string[]; begun?: boolean; ended?: boolean }
/** `canonical` is the data as it is hashed, made once because it is most of the work. */
export type ImportedRow = { row: number; data: Record<string, unknown>; canonical: string; external_ref: string | null }
export type PartRead = { rows: ImportedRow[]; problems: FieldProblem[]; reading: Reading; carry: string }

export const IMPORT_LIMITS = {
  item: 200_000,
  depth: 8,
  ref: 200,
  header_name: 100,
  carry: 1_000_000,
  problems: 20,
  items: 1_000_000,
} as const
export const FRESH: Reading = { line: 1, row: 0 }

/** Reads one part of an import, after what was left over from the part before. Pure: reading it again says the same. */
export function readPart(
  format: ImportFormat,
  options: ImportOptions,
  from: Reading,
  carry: string,
  text: string,
  last: boolean,
): PartRead {
  const first = from.line === 1 && from.row === 0 && carry === '' && !from.begun && !from.header
  const all = carry + (first && text.startsWith('\ufeff') ? text.slice(1) : text)
  const part =
    format === 'csv'
      ? readCsvPart(options, from, all, last)
      : format === 'jsonl'
        ? readLines(options, from, all, last)
        : readTasks(options, from, all, last)
  if (part.carry.length > IMPORT_LIMITS.carry)
    part.problems.push(
      problem(
        part.reading.row + 1,
        part.reading.line,
        'row_too_large',
        `One row is longer than ${IMPORT_LIMITS.carry} characters.`,
      ),
    )
  if (last && part.problems.length === 0 && part.reading.row === 0)
    part.problems.push({ field: '/text', code: 'no_rows', message: 'There is no item in it.' })
  const twice = part.problems.length === 0 ? duplicateRefs(part.rows) : []
  return { ...part, problems: [...part.problems, ...twice].slice(0, IMPORT_LIMITS.problems) }
}

const problem = (row: number, line: number, code: string, message: string): FieldProblem => ({
  field: `/rows/${row}`,
  code,
  message: `Row ${row} (line ${line}): ${message}`,
})

/** Rows that lack a field which the form shows. */
export function missingFields(rows: readonly ImportedRow[], shown: readonly string[]): FieldProblem[] {
  const problems: FieldProblem[] = []
  for (const { row, data } of rows) {
    for (const field of shown) {
      if (!Object.hasOwn(data, field))
        problems.push({
          field: `/rows/${row}`,
          code: 'field_missing',
          message: `Row ${row}: the form shows "${field}", which this row does not have.`,
        })
    }
    if (problems.length >= IMPORT_LIMITS.problems) break
  }
  return problems.slice(0, IMPORT_LIMITS.problems)
}

function duplicateRefs(rows: readonly ImportedRow[]): FieldProblem[] {
  const seen = new Map<string, number>()
  const problems: FieldProblem[] = []
  for (const { row, external_ref } of rows) {
    if (external_ref === null) continue
    const before = seen.get(external_ref)
    if (before !== undefined)
      problems.push({
        field: `/rows/${row}`,
        code: 'duplicate_ref',
        message: `Row ${row}: the reference "${external_ref}" is that of row ${before} already.`,
      })
    else seen.set(external_ref, row)
  }
  return problems
}

function readCsvPart(options: ImportOptions, from: Reading, text: string, last: boolean): PartRead {
  const read = readCsv(text, from.line, last)
  const problems: FieldProblem[] = []
  const rows: ImportedRow[] = []
  let header = from.header
  let row = from.row
  for (const { line, cells } of read.rows) {
    if (!header) {
      const wrong = headerProblem(cells, options)
      if (wrong) return { rows: [], problems: [wrong], reading: from, carry: '' }
      header = cells
      continue
    }
    row += 1
    if (cells.length !== header.length) {
      problems.push(problem(row, line, 'ragged_row', `it has ${cells.length} cells, the header ${header.length}.`))
      continue
    }
    const data: Record<string, unknown> = Object.fromEntries(header.map((name, i) => [name, cells[i]!]))
    takeRow(rows, problems, { row, line, data, ref: refOf(data, options) })
  }
  if (read.fault) problems.push(problem(row + 1, read.fault.line, read.fault.code, read.fault.message))
  return { rows, problems, reading: { line: read.line, row, ...(header ? { header } : {}) }, carry: read.rest }
}

function headerProblem(cells: readonly string[], options: ImportOptions): FieldProblem | undefined {
  const say = (code: string, message: string): FieldProblem => ({
    field: '/text',
    code,
    message: `The header: ${message}`,
  })
  const empty = cells.findIndex((c) => c.trim() === '' || c.length > IMPORT_LIMITS.header_name)
  if (empty >= 0)
    return say('bad_header', `column ${empty + 1} needs a name of 1 to ${IMPORT_LIMITS.header_name} characters.`)
  const twice = cells.findIndex((c, i) => cells.indexOf(c) !== i)
  if (twice >= 0) return say('header_twice', `"${cells[twice]}" is there twice.`)
  if (cells.includes('__proto__')) return say('bad_header', '"__proto__" cannot be a column\'s name.')
  if (cells.length === 1 && /[;\t|]/.test(cells[0]!))
    return say('other_separator', 'it has one column. Separate columns with commas.')
  if (options.ref_field !== null && !cells.includes(options.ref_field))
    return say('ref_field_missing', `there is no column "${options.ref_field}".`)
  return undefined
}

/** The reference of a row: the named field, or `id` where there is one. */
const refOf = (data: Record<string, unknown>, options: ImportOptions): unknown =>
  Object.hasOwn(data, options.ref_field ?? 'id')
    ? data[options.ref_field ?? 'id']
    : options.ref_field === null
      ? null
      : undefined

function takeRow(
  rows: ImportedRow[],
  problems: FieldProblem[],
  r: { row: number; line: number; data: Record<string, unknown>; ref: unknown },
): void {
  const bad = (code: string, message: string) => void problems.push(problem(r.row, r.line, code, message))
  const ref = typeof r.ref === 'number' && Number.isSafeInteger(r.ref) ? String(r.ref) : r.ref
  if (ref !== null && (typeof ref !== 'string' || ref.trim() === '' || ref.length > IMPORT_LIMITS.ref))
    return bad('bad_ref', `its reference must be text of 1 to ${IMPORT_LIMITS.ref} characters, or a whole number.`)
  const read = canonicalOf(r.data)
  if (typeof read !== 'string') return bad(read.code, read.message)
  rows.push({ row: r.row, data: r.data, canonical: read, external_ref: ref })
}

/** The data in canonical form, or why the database could not hold it or a page not show it. */
function canonicalOf(data: Record<string, unknown>): string | { code: string; message: string } {
  let reason: { code: string; message: string } | undefined
  const walk = (value: unknown, depth: number): boolean => {
    if (depth > IMPORT_LIMITS.depth)
      reason = { code: 'too_deep', message: `it nests deeper than ${IMPORT_LIMITS.depth} levels.` }
    else if (
      typeof value === 'number' &&
      !Number.isSafeInteger(value) &&
      (!Number.isFinite(value) || Number.isInteger(value))
    ) {
      reason = { code: 'number_too_large', message: 'it holds a number too large to keep exactly; write it as text.' }
    } else if (Array.isArray(value)) return value.every((v) => walk(v, depth + 1))
    else if (typeof value === 'object' && value !== null)
      return Object.entries(value).every(([k, v]) => walk(k, depth + 1) && walk(v, depth + 1))
    else if (typeof value === 'string' && value.includes('\u0000'))
      reason = { code: 'nul_character', message: 'it holds a NUL character, which text does not have.' }
    return reason === undefined
  }
  if (!walk(data, 0)) return reason!
  try {
    const canonical = canonicalJson(data)
    const size = canonical.length
    return size > IMPORT_LIMITS.item
      ? {
          code: 'item_too_large',
          message: `an item holds at most ${IMPORT_LIMITS.item} characters; this one has ${size}.`,
        }
      : canonical
  } catch {
    return { code: 'bad_unicode', message: 'it holds half of a character (a lone surrogate).' }
  }
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(text: string): { value: unknown } | undefined {
  try {
    let isName = false
    // Only a name is refused, however its letters are written; as a value it is a word like any other.
    const value =
      text.includes('__proto__') || text.includes('\\u')
        ? (JSON.parse(text, (key, v: unknown) => ((isName ||= key === '__proto__'), v)) as unknown)
        : (JSON.parse(text) as unknown)
    return isName ? undefined : { value }
  } catch {
    return undefined
  }
}

function readLines(options: ImportOptions, from: Reading, text: string, last: boolean): PartRead {
  const lines = text.split('\n')
  const carry = last ? '' : lines.pop()!
  const rows: ImportedRow[] = []
  const problems: FieldProblem[] = []
  let { line, row } = from
  for (const raw of lines) {
    const here = line
    line += 1
    if (raw.trim() === '') continue
    row += 1
    const one = parsed(raw)
    if (!one || !isPlain(one.value)) problems.push(problem(row, here, 'not_an_object', 'each line is one JSON object.'))
    else takeRow(rows, problems, { row, line: here, data: one.value, ref: refOf(one.value, options) })
    if (problems.length >= IMPORT_LIMITS.problems) break
  }
  return { rows, problems, reading: { line, row, begun: true }, carry }
}

/** Reads the tasks of a Label Studio export: an array, taken apart object by object. */
function readTasks(options: ImportOptions, from: Reading, text: string, last: boolean): PartRead {
  const rows: ImportedRow[] = []
  const problems: FieldProblem[] = []
  const reading: Reading = { ...from }
  let at = 0
  const stop = (code: string, message: string): PartRead => ({
    rows,
    problems: [...problems, problem(reading.row + 1, reading.line, code, message)],
    reading,
    carry: '',
  })
  const pass = (end: number) => {
    for (; at < end; at++) if (text[at] === '\n') reading.line += 1
  }
  const space = () => {
    let end = at
    while (end < text.length && /\s/.test(text[end]!)) end += 1
    pass(end)
  }
  for (;;) {
    space()
    if (at >= text.length) break
    const c = text[at]!
    if (reading.ended) return stop('text_after_end', 'text follows the end of the array.')
    if (!reading.begun) {
      if (c !== '[') return stop('not_an_array', "Label Studio's JSON is an array of tasks.")
      reading.begun = true
      pass(at + 1)
    } else if (c === ']') {
      reading.ended = true
      pass(at + 1)
    } else if (c === ',') pass(at + 1)
    else if (c === '{') {
      const end = endOfObject(text, at)
      if (end === undefined) {
        if (last) return stop('incomplete', 'the text ends inside a task.')
        return { rows, problems, reading, carry: text.slice(at) }
      }
      reading.row += 1
      takeTask(rows, problems, options, { row: reading.row, line: reading.line, text: text.slice(at, end) })
      pass(end)
      if (problems.length >= IMPORT_LIMITS.problems) break
    } else return stop('not_an_object', 'each task is a JSON object.')
  }
  if (last && !reading.ended && problems.length === 0) return stop('incomplete', 'the array is not closed.')
  return { rows, problems, reading, carry: '' }
}

/** Where an object that starts here ends; nothing when the text ends first. */
function endOfObject(text: string, start: number): number | undefined {
  let depth = 0
  let inText = false
  for (let at = start; at < text.length; at++) {
    const c = text[at]
    if (inText) {
      if (c === '\\') at += 1
      else if (c === '"') inText = false
    } else if (c === '"') inText = true
    else if (c === '{' || c === '[') depth += 1
    else if ((c === '}' || c === ']') && --depth === 0) return at + 1
  }
  return undefined
}

function takeTask(
  rows: ImportedRow[],
  problems: FieldProblem[],
  options: ImportOptions,
  t: { row: number; line: number; text: string },
): void {
  const one = parsed(t.text)
  if (!one || !isPlain(one.value))
    return void problems.push(problem(t.row, t.line, 'not_json', 'it is not valid JSON.'))
  const { data, id, ...others } = one.value
  for (const [part, value] of Object.entries(others)) {
    // An empty list says nothing that could be lost.
    if (
      options.ignore.includes(part) ||
      ((part === 'annotations' || part === 'predictions') && Array.isArray(value) && value.length === 0)
    )
      continue
    problems.push(
      problem(
        t.row,
        t.line,
        'unknown_part',
        `it has "${part.slice(0, 100)}", which cannot be imported. Name it in "ignore" to leave it out.`,
      ),
    )
  }
  if (!isPlain(data)) return void problems.push(problem(t.row, t.line, 'no_data', 'a task needs "data", an object.'))
  takeRow(rows, problems, {
    row: t.row,
    line: t.line,
    data,
    ref: options.ref_field === null ? (id ?? null) : refOf(data, options),
  })
}
