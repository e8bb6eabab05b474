/** A text and what it is of (an answer, an item): the same word in two spaces is two features. */
export type TextPart = { readonly space: string; readonly text: string }

/** Features are numbers below this: few enough for small memory, so many that most texts do not collide. */
export const FEATURES = 2 ** 16
/** Of a longer text only the beginning is read, in UTF-16 units. */
const READ = 4_000
const SHORTEST = 3
const LONGEST = 5

/**
 * What texts are made of, as numbers (the hashing trick: Weinberger et al. 2009, "Feature hashing for large scale multitask
 * learning"): words and pairs of words of each part, runs of 3 to 5 characters within words, how long each part is, and how
 * much of the first part's words each later part shares. Any script; nothing is looked up, nothing is learned here.
 * @returns Ascending, each once, below `FEATURES`. A blank text has no words, and still a length.
 */
export function textFeatures(parts: readonly TextPart[]): Int32Array {
  const found = new Set<number>()
  let first: ReadonlySet<string> | undefined
  for (const { space, text } of parts) {
    const add = (kind: string, what: string) => void found.add(hashOf(`${space}\u0000${kind}\u0000${what}`))
    const words = wordsOf(text)
    const known = new Set(words)
    add('length', String(Math.floor(Math.log2(1 + text.length))))
    words.forEach((word, i) => {
      add('word', word)
      if (i > 0) add('pair', `${words[i - 1]!} ${word}`)
    })
    for (const word of known) {
      const framed = `<${word}>`
      for (let n = SHORTEST; n <= LONGEST; n++)
        for (let i = 0; i + n <= framed.length; i++) add('run', framed.slice(i, i + n))
    }
    if (!first) first = known
    else add('shared', String(quarter([...first].filter((word) => known.has(word)).length, first.size)))
  }
  return Int32Array.from(found).sort()
}

const wordsOf = (text: string): string[] =>
  text
    .slice(0, READ)
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')

const quarter = (part: number, of: number): number => (of === 0 ? -1 : Math.floor((4 * part) / of))

/** FNV-1a over UTF-16 units, its bits stirred (lowbias32), so that the low ones may be kept. */
function hashOf(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
  return ((h ^ (h >>> 15)) >>> 0) % FEATURES
}
