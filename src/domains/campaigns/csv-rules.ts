/** A cell's most characters, and a row's while it is being read. */
export const CSV_LIMITS = { cell: 100_000, row: 1_000_000, columns: 500 } as const

export type CsvFault = { line: number; code: string; message: string }
export type CsvRow = { line: number; cells: string[] }

/**
 * Reads the complete rows of a stretch of CSV (RFC 4180: commas, double quotes, LF or CRLF). What follows the last
 * complete row is left for the next stretch, unless this is the last one. Stops at the first fault: after a quote in
 * the wrong place nobody knows where the next row begins.
 */
export function readCsv(
  text: string,
  firstLine: number,
  last: boolean,
): { rows: CsvRow[]; rest: string; line: number; fault?: CsvFault } {
  const rows: CsvRow[] = []
  let at = 0
  let line = firstLine
  for (;;) {
    const row = readRow(text, at, line, last)
    if (row === 'incomplete') return { rows, rest: text.slice(at), line }
    if ('code' in row) return { rows, rest: '', line, fault: row }
    if (row.end === at) return { rows, rest: '', line }
    // An empty line is no row.
    if (row.cells.length > 1 || row.cells[0] !== '') rows.push({ line, cells: row.cells })
    line += row.lines
    at = row.end
  }
}

const BARE = /[^,"\r\n]*/y

type Read = { cells: string[]; end: number; lines: number }

function readRow(text: string, start: number, line: number, last: boolean): Read | CsvFault | 'incomplete' {
  const cells: string[] = []
  let at = start
  let lines = 0
  const fault = (code: string, message: string): CsvFault => ({ line: line + lines, code, message })
  for (;;) {
    let cell: string
    if (text[at] === '"') {
      const quoted = readQuoted(text, at)
      if (quoted === undefined) {
        if (last) return fault('unclosed_quote', 'A quote is opened and never closed.')
        return text.length - start > CSV_LIMITS.row
          ? fault('row_too_large', `A row holds at most ${CSV_LIMITS.row} characters; a quote may be missing its end.`)
          : 'incomplete'
      }
      cell = quoted.cell
      lines += quoted.lines
      at = quoted.end
      if (at < text.length && text[at] !== ',' && text[at] !== '\n' && text[at] !== '\r')
        return fault('stray_quote', 'Text follows a closing quote. Write quotes inside a cell twice.')
    } else {
      BARE.lastIndex = at
      cell = BARE.exec(text)![0]
      at += cell.length
      if (text[at] === '"')
        return fault(
          'stray_quote',
          'A quote stands inside a cell that does not begin with one. Quote the whole cell, and write the quote twice.',
        )
    }
    if (cell.length > CSV_LIMITS.cell)
      return fault('cell_too_large', `A cell holds at most ${CSV_LIMITS.cell} characters; this one has ${cell.length}.`)
    if (cell.includes('\u0000'))
      return fault('nul_character', 'A cell holds a NUL character, which text does not have.')
    cells.push(cell)
    if (cells.length > CSV_LIMITS.columns)
      return fault('too_many_columns', `A row holds at most ${CSV_LIMITS.columns} cells.`)
    if (at >= text.length) return last ? { cells, end: at, lines } : 'incomplete'
    if (text[at] === ',') {
      at += 1
      continue
    }
    if (text[at] === '\r') {
      // The line feed may be the first character of the next stretch.
      if (at + 1 >= text.length && !last) return 'incomplete'
      return { cells, end: at + (text[at + 1] === '\n' ? 2 : 1), lines: lines + 1 }
    }
    return { cells, end: at + 1, lines: lines + 1 }
  }
}

function readQuoted(text: string, start: number): { cell: string; end: number; lines: number } | undefined {
  let at = start + 1
  let cell = ''
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return undefined
    cell += text.slice(at, quote)
    if (text[quote + 1] !== '"') return { cell, end: quote + 1, lines: cell.split(/\r\n|\r|\n/).length - 1 }
    cell += '"'
    at = quote + 2
  }
}
