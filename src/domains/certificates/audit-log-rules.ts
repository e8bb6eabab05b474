import { canonicalJson } from '../../platform/canonical.ts'
import { outcomeOf, type Outcome } from './rules.ts'

/** One audited piece as the log beside a certificate has it: by the release's own name, and no word of who graded. */
export type LogLine = { position: number; id: string; outcome: Outcome; grades: LogGrade[] }
export type LogGrade = { right: boolean; questions: Record<string, boolean> }

/** The log's file: one canonical line for each piece, in the order of the draw. */
export const auditLogOf = (pieces: readonly { id: string; grades: readonly LogGrade[] }[]): string =>
  pieces
    .map(({ id, grades }, i) =>
      canonicalJson({ position: i + 1, id, outcome: outcomeOf(grades.map((g) => g.right)), grades }),
    )
    .map((line) => `${line}\n`)
    .join('')

/** Reads the file back. Throws a sentence that names the line when it is not such a log. */
export function readAuditLog(text: string): LogLine[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines.map((line, i) => {
    let read: unknown
    try {
      read = JSON.parse(line)
    } catch {
      throw new Error(`Line ${i + 1} of audit-log.jsonl is not JSON.`)
    }
    if (!isLine(read)) throw new Error(`Line ${i + 1} of audit-log.jsonl is no audited piece.`)
    return read
  })
}

function isLine(read: unknown): read is LogLine {
  const line = read as Partial<LogLine> | null
  return (
    typeof line === 'object' &&
    line !== null &&
    Number.isInteger(line.position) &&
    typeof line.id === 'string' &&
    typeof line.outcome === 'string' &&
    Array.isArray(line.grades) &&
    line.grades.every((g: Partial<LogGrade> | null) => typeof g?.right === 'boolean')
  )
}
