import { Refusal } from '../../platform/refusal.ts'

const DEFAULT_LIMIT = 50

export const limitOf = (query: { limit?: number }): number => query.limit ?? DEFAULT_LIMIT

const bad = () =>
  new Refusal('invalid_request', {}, [
    { field: '/query/after', code: 'bad_cursor', message: 'Give the `next` of the page before, unchanged.' },
  ])

/** Where a list goes on: the last row's key, in one opaque word. */
export const cursorFor = (parts: readonly string[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url')

/** Reads a cursor back; each part must match its pattern. Nothing when the list starts. */
export function readCursor<const P extends readonly RegExp[]>(
  after: string | undefined,
  patterns: P,
): { [K in keyof P]: string } | undefined {
  if (after === undefined) return undefined
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(after, 'base64url').toString())
  } catch {
    throw bad()
  }
  if (
    !Array.isArray(parts) ||
    parts.length !== patterns.length ||
    !parts.every((p, i) => typeof p === 'string' && patterns[i]!.test(p))
  )
    throw bad()
  return parts as unknown as { [K in keyof P]: string }
}

/** A 64-bit id inside a cursor; at most 18 digits, so that it always fits. */
export const ID_PART = /^\d{1,18}$/
/** Milliseconds since 1970 inside a cursor. */
export const TIME_PART = /^\d{1,14}$/

/** The page and how to get the next, from one row more than was asked for. */
export function pageOf<T, O>(
  rows: readonly T[],
  limit: number,
  keyOf: (row: T) => readonly string[],
  show: (row: T) => O,
): { items: O[]; next: string | null } {
  const page = rows.slice(0, limit)
  return { items: page.map(show), next: rows.length > limit ? cursorFor(keyOf(page.at(-1)!)) : null }
}
