import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { normaliseText } from '../../src/engine/normalise-text.ts'
import type { Rng } from '../../src/platform/rng.ts'

function markdownUnder(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) return markdownUnder(path)
    return entry.isFile() && /\.(?:md|markdown|txt)$/i.test(entry.name) ? [path] : []
  })
}

/**
 * Paragraphs that people wrote, from every text file under a folder: code, tables and lists left out, 80 to 1,200 characters,
 * each once. The documentation of the packages that this project builds with has some hundred authors.
 */
export function paragraphs(folder: string): string[] {
  const found = new Map<string, string>()
  for (const file of markdownUnder(folder).toSorted()) {
    const text = readFileSync(file, 'utf8').replace(/^(?:```|~~~)[\s\S]*?^(?:```|~~~)/gm, '\n\n')
    for (const part of text.split(/\n\s*\n/)) {
      const plain = part.replace(/!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, '$1').replace(/<[^>]+>|[`*_]/g, '').replace(/\s+/g, ' ').trim() // prettier-ignore
      if (plain.length < 80 || plain.length > 1200 || /^[#|>[\-+\d•]/.test(plain)) continue
      const words = plain.split(' ')
      const letters = plain.match(/[a-z]/gi)?.length ?? 0
      if (words.length < 14 || letters < plain.length * 0.7 || !/[.!?:]$/.test(plain)) continue
      found.set(normaliseText(plain), plain)
    }
  }
  return [...found.values()]
}

/** Makes any number of texts that read like these: a chain of words by the two before it. */
export function createWriter(texts: readonly string[]): (rng: Rng, words: number) => string {
  const words: string[] = []
  const starts: number[] = []
  const next = new Map<string, number[]>()
  for (const text of texts) {
    starts.push(words.length)
    const own = text.split(' ')
    own.forEach((word, i) => {
      if (i >= 2) {
        const key = `${own[i - 2]} ${own[i - 1]}`
        const list = next.get(key)
        if (list) list.push(words.length)
        else next.set(key, [words.length])
      }
      words.push(word)
    })
  }
  return (rng, n) => {
    const out: string[] = []
    while (out.length < n) {
      const key = out.length < 2 ? undefined : next.get(`${out.at(-2)} ${out.at(-1)}`)
      // Where only one text goes on, or now and then, another one takes over: no long passage is anybody's own.
      if (key && (key.length > 1 || rng.below(3) > 0)) out.push(words[key[rng.below(key.length)]!]!)
      else {
        const start = rng.below(words.length - 2)
        out.push(words[start]!, words[start + 1]!)
      }
    }
    return out.join(' ')
  }
}

const LOOK_ALIKES: Record<string, string> = { a: 'а', c: 'с', e: 'е', o: 'о', p: 'р', x: 'х', y: 'у', i: 'і', s: 'ѕ', k: 'κ', v: 'ν', u: 'υ', B: 'В', H: 'Н', M: 'М', T: 'Т' } // prettier-ignore
const HIDDEN = ['\u200b', '\u200d', '\u2060', '\u00ad', '\ufeff']
const isTenth = (rng: Rng) => rng.below(10) === 0
/** Exactly one word in ten, at least one, at random. */
function tenth(words: readonly string[], rng: Rng): Set<number> {
  const out = new Set<number>()
  while (out.size < Math.max(1, Math.round(words.length / 10))) out.add(rng.below(words.length))
  return out
}

/** What people do to a text so that it looks new. `other` lends words. */
export const CHANGES: Record<string, (text: string, rng: Rng, other: string) => string> = {
  capitals: (t) => t.toUpperCase(),
  zero_width: (t, rng) => [...t].map((c) => (rng.below(10) < 3 ? c + HIDDEN[rng.below(HIDDEN.length)]! : c)).join(''),
  look_alikes: (t, rng) => [...t].map((c) => (rng.below(10) < 3 ? (LOOK_ALIKES[c] ?? c) : c)).join(''),
  full_width: (t) => t.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)),
  marks: (t, rng) => [...t].map((c) => (rng.below(10) < 3 ? `${c}${String.fromCharCode(0x300 + rng.below(0x30))}` : c)).join(''),
  punctuation: (t, rng) => t.replace(/[.,;:!?()'"-]/g, '').split(' ').map((w) => (isTenth(rng) ? `${w}${[',', ';', ' -', '!'][rng.below(4)]}` : w)).join(' '),
  words_deleted: (t, rng) => {
    const words = t.split(' ')
    const chosen = tenth(words, rng)
    return words.filter((_, i) => !chosen.has(i)).join(' ')
  },
  words_inserted: (t, rng, other) => {
    const [words, lent] = [t.split(' '), other.split(' ')]
    const chosen = tenth(words, rng)
    return words.flatMap((w, i) => (chosen.has(i) ? [w, lent[rng.below(lent.length)]!] : [w])).join(' ')
  },
  words_swapped: (t, rng, other) => {
    const [words, lent] = [t.split(' '), other.split(' ')]
    const chosen = tenth(words, rng)
    return words.map((w, i) => (chosen.has(i) ? lent[rng.below(lent.length)]! : w)).join(' ')
  },
  words_exchanged: (t, rng) => {
    const words = t.split(' ')
    // Pairs of neighbours change places until a tenth of the words has moved.
    for (let moved = 0; moved < Math.max(2, words.length / 10); moved += 2) {
      const i = rng.below(words.length - 1)
      ;[words[i], words[i + 1]] = [words[i + 1]!, words[i]!]
    }
    return words.join(' ')
  },
} // prettier-ignore

/** How much of two texts is the same words in the same order: twice the longest common subsequence over both lengths. */
export function wordsAlike(a: string, b: string): number {
  const [x, y] = [a, b].map((t) => normaliseText(t).split(' ')) as [string[], string[]]
  let row = new Uint16Array(y.length + 1)
  for (const word of x) {
    const next = new Uint16Array(y.length + 1)
    for (let j = 1; j <= y.length; j++) next[j] = word === y[j - 1] ? row[j - 1]! + 1 : Math.max(row[j]!, next[j - 1]!)
    row = next
  }
  return (2 * row[y.length]!) / (x.length + y.length)
}
