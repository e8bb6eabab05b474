/** What a CSV cell may hold; `null` is an empty cell. */
export type Cell = string | number | boolean | null

/**
 * First characters that make a spreadsheet run a cell as a formula (full-width forms included, which some open the
 * same way), and the apostrophe itself, so that taking one away again is always right.
 */
const RISKY = /^['=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/**
 * Text as a cell that no spreadsheet runs: an apostrophe goes before a risky first character, and stands alone for
 * the empty text, which would otherwise read back as nothing. Reversed by `plainText`.
 */
export const safeText = (value: string): string => (value === '' || RISKY.test(value) ? `'${value}` : value)

/** The text that `safeText` was given. */
export const plainText = (cell: string): string => (cell.startsWith("'") ? cell.slice(1) : cell)

/** One record of RFC 4180: text always in quotes, numbers and truth values bare, CRLF at the end. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map((c) => (c === null ? '' : typeof c === 'string' ? `"${safeText(c).replaceAll('"', '""')}"` : String(c))).join(',')}\r\n`
}
