/**
 * Canonical JSON (RFC 8785): keys sorted by UTF-16 code units, no spaces, numbers as ECMAScript prints them.
 * Throws on what JSON cannot say (NaN, functions, lone surrogates would hash differently elsewhere).
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return JSON.stringify(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error('canonical JSON has no NaN or Infinity')
    return JSON.stringify(value)
  }
  if (typeof value === 'string') {
    if (PLAIN.test(value)) return `"${value}"`
    if (!isWellFormed(value)) throw new Error('canonical JSON needs well-formed Unicode')
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object') {
    const fields = value as Record<string, unknown>
    let text = ''
    for (const key of Object.keys(fields).sort(byUnits)) {
      if (fields[key] === undefined) continue
      text += `${text === '' ? '' : ','}${PLAIN.test(key) ? `"${key}"` : canonicalJson(key)}:${canonicalJson(fields[key])}`
    }
    return `{${text}}`
  }
  throw new Error(`canonical JSON cannot hold a ${typeof value}`)
}

/** Most names, ids and hashes: text that stands in JSON as it is, and of which nothing needs asking. */
const PLAIN = /^[\w .:,/+=-]*$/
const byUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** No lone surrogate: such text cannot be stored as UTF-8 nor hashed alike elsewhere. */
export const isWellFormed = (s: string): boolean =>
  !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(s)
