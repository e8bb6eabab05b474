import { francAll } from 'franc-min'
import type { Finding } from './rules.ts'

/** Two-letter tags by the three-letter codes that the detector answers with, where it knows the language. */
const CODES: Readonly<Record<string, string>> = {
  am: 'amh', ar: 'arb', az: 'azj', be: 'bel', bg: 'bul', bn: 'ben', bs: 'bos', cs: 'ces', de: 'deu', el: 'ell', en: 'eng',
  es: 'spa', fa: 'pes', fr: 'fra', gu: 'guj', ha: 'hau', he: 'heb', hi: 'hin', hr: 'hrv', hu: 'hun', id: 'ind', ig: 'ibo',
  it: 'ita', ja: 'jpn', jv: 'jav', kk: 'kaz', km: 'khm', kn: 'kan', ko: 'kor', ml: 'mal', mr: 'mar', my: 'mya', ne: 'nep',
  nl: 'nld', pa: 'pan', pl: 'pol', pt: 'por', ro: 'ron', ru: 'rus', rw: 'kin', si: 'sin', so: 'som', sr: 'srp', sv: 'swe',
  sw: 'swh', ta: 'tam', te: 'tel', th: 'tha', tr: 'tur', uk: 'ukr', ur: 'urd', uz: 'uzn', vi: 'vie', yo: 'yor', zh: 'cmn', zu: 'zul',
} // prettier-ignore
/** Neighbours that a detector of letter runs cannot tell apart: either will do. */
const ALIKE: readonly (readonly string[])[] = [
  ['bos', 'hrv', 'srp'],
  ['ind', 'zlm', 'jav', 'sun'],
  ['hin', 'mar', 'nep', 'mai', 'mag', 'bho'],
  ['rus', 'ukr', 'bel', 'bul'],
  ['por', 'spa', 'glg', 'cat'],
  ['nld', 'afr', 'deu'],
  ['arb', 'pes', 'urd', 'skr', 'pbu', 'ckb'],
]
const READ = 4_000
/** Below this many letters, two languages of one script cannot be told apart well enough to reject anybody. */
const LETTERS = 60
/** How far behind the first guess the campaign's language may lie, and still be what was written. */
const NEAR = 0.8

/** Is a text in the language of its campaign? Short texts and languages that the detector does not know are left to people. */
export function checkLanguage(tag: string, text: string): Finding {
  const wanted = CODES[tag.split('-')[0]!]
  const read = text.slice(0, READ)
  const letters = read.match(/\p{L}/gu)?.length ?? 0
  if (!wanted) return { found: 'unknown', code: 'language_unknown' }
  if (letters < 12) return { found: 'unknown', code: 'too_little_text' }
  const guesses = francAll(read, { minLength: 1 })
  const kin = ALIKE.find((group) => group.includes(wanted)) ?? [wanted]
  const best = Math.max(0, ...guesses.filter(([code]) => kin.includes(code)).map(([, score]) => score))
  if (best >= NEAR) return { found: 'nothing' }
  // Another script shows in few letters; another language of the same script needs more of them.
  if (best > 0 && letters < LETTERS) return { found: 'unknown', code: 'too_little_text' }
  return {
    found: 'something',
    code: 'other_language',
    detail: { language: tag },
    evidence: { read_as: guesses[0]?.[0] ?? '' },
  }
}

const TAGS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(CODES).map(([tag, code]) => [code, tag]),
)

/** What a text reads as: its campaign's language if that may be, else the first guess; `und` where there is too little of it. */
export function languageOf(tag: string, text: string): string {
  const { found } = checkLanguage(tag, text)
  if (found === 'nothing') return tag.split('-')[0]!
  const read = text.slice(0, READ)
  if ((read.match(/\p{L}/gu)?.length ?? 0) < LETTERS) return 'und'
  const [code] = francAll(read, { minLength: 1 })[0] ?? ['und']
  return TAGS[code] ?? code
}
