export type Block =
  | { kind: 'paragraph'; text: string }
  | { kind: 'heading'; text: string }
  | { kind: 'list'; ordered: boolean; items: string[] }
  | { kind: 'code'; text: string }
export type Span =
  | { kind: 'text' | 'bold' | 'italic' | 'code'; text: string }
  | { kind: 'link'; text: string; href: string }

const BULLET = /^\s{0,3}[-*•]\s+(.*)$/
const NUMBERED = /^\s{0,3}\d{1,3}[.)]\s+(.*)$/
const HEADING = /^#{1,4}\s+(.*)$/

/** Splits text into blocks, one line at a time: linear in its length, whatever is pasted. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  let paragraph: string[] = []
  let code: string[] | undefined
  const flush = () => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', text: paragraph.join('\n') })
    paragraph = []
  }
  for (const line of text.replaceAll('\r\n', '\n').split('\n')) {
    if (line.startsWith('```')) {
      flush()
      if (code) blocks.push({ kind: 'code', text: code.join('\n') })
      code = code ? undefined : []
      continue
    }
    if (code) {
      code.push(line)
      continue
    }
    const heading = HEADING.exec(line)
    const bullet = BULLET.exec(line)
    const numbered = NUMBERED.exec(line)
    if (heading) {
      flush()
      blocks.push({ kind: 'heading', text: heading[1] ?? '' })
    } else if (bullet ?? numbered) {
      flush()
      const item = (bullet ?? numbered)?.[1] ?? ''
      const last = blocks.at(-1)
      if (last?.kind === 'list' && last.ordered === !bullet) last.items.push(item)
      else blocks.push({ kind: 'list', ordered: !bullet, items: [item] })
    } else if (line.trim() === '') {
      flush()
    } else {
      paragraph.push(line)
    }
  }
  flush()
  if (code) blocks.push({ kind: 'code', text: code.join('\n') })
  return blocks
}

// Every alternative is bounded and starts with a sign of its own, so the search cannot run away on hostile text.
const SPAN =
  /`([^`\n]{1,500})`|\*\*([^*\n]{1,500})\*\*|\*([^*\s\n][^*\n]{0,500})\*|\[([^\]\n]{1,300})\]\((https?:\/\/[^\s()]{1,1000})\)|(https?:\/\/[^\s<>"'()]{1,1000}[^\s<>"'().,;:!?])/g

/** Splits a line into plain text and its emphases; only http and https links become links. */
export function spansOf(text: string): Span[] {
  const spans: Span[] = []
  let from = 0
  for (const match of text.matchAll(SPAN)) {
    if (match.index > from) spans.push({ kind: 'text', text: text.slice(from, match.index) })
    const [whole, code, bold, italic, label, href, bare] = match
    if (code !== undefined) spans.push({ kind: 'code', text: code })
    else if (bold !== undefined) spans.push({ kind: 'bold', text: bold })
    else if (italic !== undefined) spans.push({ kind: 'italic', text: italic })
    else if (label !== undefined && href !== undefined) spans.push({ kind: 'link', text: label, href })
    else if (bare !== undefined) spans.push({ kind: 'link', text: bare, href: bare })
    from = match.index + whole.length
  }
  if (from < text.length) spans.push({ kind: 'text', text: text.slice(from) })
  return spans
}

/** The first words of a text without its signs, for a line that only hints at it. */
export function plainText(text: string): string {
  const [first] = blocksOf(text)
  if (!first) return ''
  const line = first.kind === 'list' ? (first.items[0] ?? '') : first.text
  return spansOf(line)
    .map((s) => s.text)
    .join('')
}
