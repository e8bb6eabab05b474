export type CardPart =
  | { kind: 'text'; text: string }
  | { kind: 'table'; head: string[]; rows: string[][] }
  | { kind: 'quote'; text: string }

const isRow = (line: string | undefined): boolean => line !== undefined && /^\|.*\|\s*$/.test(line)
const isRule = (line: string | undefined): boolean => line !== undefined && /^\|(?:\s*:?-+:?\s*\|)+\s*$/.test(line)

/** The cells of a table's row; `\|` is a bar inside a cell. */
export const cellsOf = (line: string): string[] =>
  line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))

/** Cuts a dataset card into tables, quotations and the text between them. */
export function cardParts(text: string): CardPart[] {
  const lines = text.replaceAll('\r', '').split('\n')
  const parts: CardPart[] = []
  let plain: string[] = []
  const flush = () => {
    if (plain.some((l) => l.trim() !== '')) parts.push({ kind: 'text', text: plain.join('\n') })
    plain = []
  }
  for (let i = 0; i < lines.length;) {
    if (isRow(lines[i]) && isRule(lines[i + 1])) {
      flush()
      const head = cellsOf(lines[i]!)
      const rows: string[][] = []
      for (i += 2; isRow(lines[i]); i++) rows.push(cellsOf(lines[i]!))
      parts.push({ kind: 'table', head, rows })
    } else if (lines[i]!.startsWith('>')) {
      flush()
      const quoted: string[] = []
      for (; i < lines.length && lines[i]!.startsWith('>'); i++) quoted.push(lines[i]!.replace(/^> ?/, ''))
      parts.push({ kind: 'quote', text: quoted.join('\n') })
    } else plain.push(lines[i++]!)
  }
  flush()
  return parts
}
