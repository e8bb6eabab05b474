import { normaliseText } from '../../engine/normalise-text.ts'
import type { Check } from '../campaigns/checks/contract.ts'
import { PROFANE } from './profane-rules.ts'
import type { Finding } from './rules.ts'

const NOTHING: Finding = { found: 'nothing' }
/** Longer texts are looked at this far, in UTF-16 units; length alone is counted to the end. */
const READ = 100_000
const WORDS = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu
/** Scripts that put no spaces between words: about two signs make one. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const EACH_UNSPACED = new RegExp(UNSPACED, 'gu')

/** How many words a text has, as people would count them; two signs of an unspaced script count as one. */
export function countWords(text: string): number {
  const unspaced = text.match(EACH_UNSPACED)?.length ?? 0
  const spaced = text.replace(EACH_UNSPACED, ' ').match(WORDS)?.length ?? 0
  return spaced + Math.ceil(unspaced / 2)
}

/** Too short or too long. */
export function checkLength(check: Check, text: string): Finding {
  const words = countWords(text)
  if (check.min_words !== undefined && words < check.min_words)
    return { found: 'something', code: 'too_short', detail: { words, least: check.min_words } }
  if (check.max_words !== undefined && words > check.max_words)
    return { found: 'something', code: 'too_long', detail: { words, most: check.max_words } }
  return NOTHING
}

/** Faster than anyone writes: words since the item was opened, by the server's clock. */
export function checkPace(check: Check, texts: readonly string[], seconds: number): Finding {
  const words = texts.reduce((n, t) => n + countWords(t), 0)
  const allowed = ((check.max_words_per_minute ?? Infinity) * Math.max(1, seconds)) / 60
  // A few words say nothing about how they came.
  return words < 10 || words <= allowed
    ? NOTHING
    : { found: 'something', code: 'too_quick', detail: { words, seconds } }
}

const OVERRIDE = /[\u202a-\u202e\u2066-\u2069]/g
const HIDDEN = /[\u200b\u2060-\u2064\ufeff\u00ad\u180e\u{e0000}-\u{e007f}]/gu
const STACKED = /\p{M}{5,}/u
const LONGEST_WORD = 120

/** Signs that hide, disturb or reorder text, so that people do not read what is there. */
export function checkOddText(text: string): Finding {
  const read = text.slice(0, READ)
  const odd = (what: string): Finding => ({ found: 'something', code: `odd_${what}` })
  if ((read.match(OVERRIDE)?.length ?? 0) > 0) return odd('direction')
  if (STACKED.test(read)) return odd('marks')
  const hidden = read.match(HIDDEN)?.length ?? 0
  if (hidden > 3 && hidden * 50 > read.length) return odd('hidden')
  if (mixedWords(read) >= 3) return odd('look_alikes')
  let longest = 0
  for (const [word] of read.matchAll(/[^\s/?&=#.,;:_-]+/gu))
    if (!UNSPACED.test(word)) longest = Math.max(longest, word.length)
  return longest > LONGEST_WORD ? odd('word') : NOTHING
}

/** Words whose letters come from Latin and from Cyrillic or Greek at once. */
function mixedWords(text: string): number {
  let n = 0
  for (const [word] of text.matchAll(/\p{L}{3,}/gu))
    if (/\p{Script=Latin}/u.test(word) && /[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(word)) n += 1
  return n
}

const ROWS = [
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'azertyuiop',
  'qsdfghjklm',
  'йцукенгшщзхъ',
  'фывапролджэ',
  'ячсмитьбю',
]
const RUNS = new Set([...ROWS, ...ROWS.map((r) => [...r].toReversed().join(''))].flatMap((r) => pieces(r, 4)))

/** Random keys, or the same few words over and over. What is too short for either is left to people. */
export function checkGibberish(text: string): Finding {
  const words = text.slice(0, READ).toLowerCase().match(WORDS) ?? []
  const letters = words.join('')
  if (letters.length < 12) return { found: 'unknown', code: 'too_little_text' }
  const something = (how: string): Finding => ({ found: 'something', code: 'gibberish', evidence: { how } })
  if (letters.length >= 20 && /^(.{1,4})\1{5,}/u.test(letters)) return something('repeated')
  const often = mostOf([...letters])
  if (letters.length >= 20 && often.n > letters.length / 2) return something('one_sign')
  if (words.length >= 20 && new Set(words).size < words.length / 5) return something('same_words')
  const keys = words.filter((w) => w.length >= 4 && pieces(w, 4).some((p) => RUNS.has(p))).length
  const latin = words.filter((w) => w.length >= 5 && /^[a-z]+$/.test(w))
  const unsaid = latin.filter((w) => !/[aeiouy]/.test(w) || /[bcdfghjklmnpqrstvwxz]{6}/.test(w)).length
  // One such word is a name or an abbreviation; a text of them is not written to be read.
  if (keys + unsaid >= 2 && (keys + unsaid) * 3 > Math.max(words.length, 3)) return something('keys')
  if (words.length <= 3 && keys + unsaid >= 1 && letters.length >= 12) return something('keys')
  return NOTHING
}

function pieces(word: string, size: number): string[] {
  const out: string[] = []
  for (let i = 0; i + size <= word.length; i++) out.push(word.slice(i, i + size))
  return out
}
function mostOf(signs: readonly string[]): { n: number } {
  const counts = new Map<string, number>()
  let n = 0
  for (const s of signs) {
    const c = (counts.get(s) ?? 0) + 1
    counts.set(s, c)
    if (c > n) n = c
  }
  return { n }
}

/** Words of the built-in list or the campaign's own, however they are spelled. */
export function checkProfanity(check: Check, text: string): Finding {
  const words = normaliseText(text.slice(0, READ)).split(' ')
  const own = new Set((check.words ?? []).map(normaliseText))
  const n = words.filter((w) => PROFANE.has(w) || own.has(w)).length
  return n === 0 ? NOTHING : { found: 'something', code: 'profanity', evidence: { words: n } }
}

const PERSONAL: readonly [string, RegExp][] = [
  ['email', /(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}/giu],
  ['card', /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g],
  ['phone', /(?<![\w+])(?<!\d )(?:\+|00)[1-9]\d{0,2}[ ./()-]{0,2}\d(?:[ ./()-]?\d){6,11}(?!\d)/g],
  ['phone', /(?<!\d)\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)/g],
  ['iban', /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b/g],
  ['social_security', /(?<!\d)(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?!\d)/g],
]

/** What looks like somebody's address, number or account. Which kind is kept, never what it was. */
export function checkPersonalData(text: string): Finding {
  const read = text.slice(0, READ).normalize('NFKC')
  const kinds = new Set<string>()
  for (const [kind, pattern] of PERSONAL)
    for (const [hit] of read.matchAll(pattern))
      if ((kind !== 'card' || isCard(hit)) && (kind !== 'iban' || isIban(hit))) kinds.add(kind)
  return kinds.size === 0
    ? NOTHING
    : { found: 'something', code: 'personal_data', evidence: { kinds: [...kinds].toSorted() } }
}

/** Luhn's sum. */
function isCard(hit: string): boolean {
  const digits = [...hit.replace(/\D/g, '')].map(Number).toReversed()
  return digits.reduce((sum, d, i) => sum + (i % 2 === 0 ? d : d > 4 ? 2 * d - 9 : 2 * d), 0) % 10 === 0
}
/** ISO 13616: the remainder by 97 is 1. */
function isIban(hit: string): boolean {
  const plain = hit.replaceAll(' ', '')
  let rest = 0
  for (const c of plain.slice(4) + plain.slice(0, 4))
    for (const d of String(Number.parseInt(c, 36))) rest = (rest * 10 + Number(d)) % 97
  return rest === 1
}
