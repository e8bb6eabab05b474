/** Of a longer text only the beginning is compared, in UTF-16 units. */
const READ = 200_000

/**
 * Letters that look like a Latin one after decomposition and case folding: Cyrillic, Greek, Armenian, Cherokee, phonetic and
 * small capital letters (a choice from Unicode TR39's confusables). What people mean by them does not matter here: both
 * texts of a comparison are folded alike, and nothing folded is ever shown.
 */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: 'аɑαᴀⱥᶏᎪ',
  b: 'ьвʙƀɓᏏ',
  c: 'сϲᴄƈȼᏟ',
  d: 'ԁɗđᴅɖᏧ',
  e: 'еєҽᴇɇɛε',
  f: 'ƒϝꜰſ',
  g: 'ɡցɢǥɠᏀ',
  h: 'һհнʜħɦᏂ',
  i: 'іıɩιɪįƚℓłӏǀ|ɭᴌʟⵏl',
  j: 'јϳᴊɉʝ',
  k: 'кκᴋƙқ',
  m: 'мᴍɱ',
  n: 'ηɴɲոռ',
  o: 'оοօσөøɵᴏόδʘ',
  p: 'рρᴘƥþ',
  q: 'ԛգɋ',
  r: 'ʀɍɾᴦ',
  s: 'ѕꜱʂƽ',
  t: 'тτᴛŧƭ',
  u: 'υսᴜʉʋ',
  v: 'ѵνᴠ',
  w: 'ԝωɯᴡ',
  x: 'хχ×ҳ',
  y: 'уүγʏỿƴ',
  z: 'ᴢʐƶȥ',
  ss: 'ß',
  ae: 'æ',
  oe: 'œ',
  σ: 'ς',
}
/** What stands for a letter inside a word. */
const STAND_INS: Readonly<Record<string, string>> = {
  '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '8': 'b', '9': 'g', '@': 'a', $: 's', '!': 'i',
} // prettier-ignore

const FOLDED = new Map(Object.entries(LOOK_ALIKES).flatMap(([to, from]) => Array.from(from, (c) => [c, to] as const)))
/** Signs that only vary or decorate a letter. Kana's voicing marks, vowel signs and viramas make other words and stay. */
const DECORATION =
  /(?![\u3099\u309a])[\p{Script=Inherited}\p{Cf}\p{Co}\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u06d6-\u06ed]/gu
/** White on black, which no compatibility form covers. */
const NEGATIVE = /[\u{1f150}-\u{1f169}\u{1f170}-\u{1f189}]/gu
const CONTROL = /[\p{Cc}\p{Cs}]/gu
const FLOOD = /(\p{M}{4})\p{M}+/gu
const WORD = /[\p{L}\p{M}\p{N}@$!|]+/gu
const EDGES = /^[@$!|]+|[@$!|]+$/g
/** Nothing in it that decomposes, decorates or hides. */
const PLAIN = /^[\x20-\x7e\n]*$/
const LETTER = /\p{L}/u

/**
 * What is left of a text once tricks of writing are taken away: compatibility forms, accents, invisible characters, case,
 * look-alike letters, digits for letters, punctuation and spacing (integrity: Unicode NFKD, TR39-like skeleton). Two texts
 * that people read alike come out alike, in time linear in their length. For comparing only, never for showing.
 */
export function normaliseText(text: string): string {
  const read = text.slice(0, READ)
  const plain = PLAIN.test(read) ? read.toLowerCase() : unfold(read)
  const words: string[] = []
  for (const [found] of plain.matchAll(WORD)) {
    const word = foldWord(found.replace(EDGES, ''))
    if (word !== '') words.push(word)
  }
  return joinSpelled(words).join(' ')
}

function unfold(text: string): string {
  return (
    text
      .normalize('NFKD')
      .replace(CONTROL, ' ')
      .replace(NEGATIVE, (c) => String.fromCharCode(97 + ((c.codePointAt(0)! - 0x1f150) % 32)))
      .replace(DECORATION, '')
      .replace(FLOOD, '$1')
      // By way of capitals, so that dotless i, sharp s and final sigma meet their plain forms.
      .toUpperCase()
      .toLowerCase()
      .normalize('NFKD')
      .replace(DECORATION, '')
  )
}

function foldWord(word: string): string {
  const isSpelled = LETTER.test(word)
  let out = ''
  for (const c of word) out += (isSpelled ? STAND_INS[c] : undefined) ?? FOLDED.get(c) ?? c
  return out.replace(/[@$!|]/g, '')
}

/** A word spelled out with spaces between its letters is that word. */
function joinSpelled(words: readonly string[]): string[] {
  const out: string[] = []
  for (let i = 0; i < words.length;) {
    let end = i
    while (end < words.length && words[end]!.length === 1 && LETTER.test(words[end]!)) end += 1
    if (end - i >= 4) {
      out.push(words.slice(i, end).join(''))
      i = end
    } else out.push(words[i++]!)
  }
  return out
}
