export type Format = 'csv' | 'jsonl' | 'label_studio'
/** Characters of one part; the server takes five million. */
export const PART = 2_000_000

/** What a file is, by its name and first character. */
export function formatOf(name: string, start: string): Format {
  const lower = name.toLowerCase()
  if (lower.endsWith('.jsonl') || lower.endsWith('.ndjson')) return 'jsonl'
  if (lower.endsWith('.csv')) return 'csv'
  const first = start.replace(/^\ufeff/, '').trimStart()[0]
  return first === '[' ? 'label_studio' : first === '{' ? 'jsonl' : 'csv'
}

/** Cuts a text into parts without halving a character; where rows end is the server's business. */
export function partsOf(text: string, size = PART): string[] {
  const parts: string[] = []
  for (let from = 0; from < text.length;) {
    let to = Math.min(text.length, from + size)
    const last = text.charCodeAt(to - 1)
    if (to < text.length && last >= 0xd800 && last <= 0xdbff) to -= 1
    parts.push(text.slice(from, to))
    from = to
  }
  return parts.length > 0 ? parts : ['']
}

/** A name for this very text, so that sending it again goes on where it stopped. */
export async function importIdOf(text: string, options: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(options)}\n${text}`)
  // Outside a secure context there is no digest; a name of its own then still keeps one try together.
  if (!crypto.subtle) return `web-${Date.now().toString(36)}`
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return `web-${Array.from(digest.subarray(0, 16), (b) => b.toString(16).padStart(2, '0')).join('')}`
}

/** The unknown parts that a refusal names, which a requester may leave out on purpose. */
export const unknownParts = (messages: readonly string[]): string[] => [
  ...new Set(messages.flatMap((m) => /it has "([^"]+)", which cannot be imported/.exec(m)?.[1] ?? [])),
]
