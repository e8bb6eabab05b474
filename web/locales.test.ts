import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { refusals } from '../src/api.ts'
import { type Catalogue, fill, textAt, translator } from './app/translate.ts'

const web = fileURLToPath(new URL('.', import.meta.url))
const LANGUAGES = ['en', 'ar'] as const
const PLURAL = /_(zero|one|two|few|many|other)$/
const read = (language: string, namespace: string) =>
  JSON.parse(readFileSync(join(web, 'locales', language, `${namespace}.json`), 'utf8')) as Catalogue
const namespacesOf = (language: string) =>
  readdirSync(join(web, 'locales', language)).map((f) => f.replace('.json', ''))
const namespaces = namespacesOf('en')
// English refusals are the contract's own sentences; other languages have a catalogue of them.
const REFUSALS = 'refusals'

/** Every text of a catalogue by its dotted key. */
export function flat(catalogue: Catalogue, prefix = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(catalogue)) {
    if (typeof value === 'string') found.set(prefix + key, value)
    else for (const [k, v] of flat(value, `${prefix}${key}.`)) found.set(k, v)
  }
  return found
}

/** Keys without their plural ending, and for each the endings and placeholders it has. */
export function shape(catalogue: Catalogue): Map<string, { forms: string[]; placeholders: string[] }> {
  const texts = flat(catalogue)
  const found = new Map<string, { forms: string[]; placeholders: string[] }>()
  for (const [key, text] of texts) {
    const form = PLURAL.exec(key)?.[1]
    const plural = form !== undefined && texts.has(key.replace(PLURAL, '_other'))
    const base = plural ? key.replace(PLURAL, '') : key
    const entry = found.get(base) ?? { forms: [], placeholders: [] }
    if (plural) entry.forms.push(form)
    entry.placeholders = [
      ...new Set([...entry.placeholders, ...[...text.matchAll(/\{\{(\w+)/g)].map((m) => m[1]!)]),
    ].toSorted()
    found.set(base, entry)
  }
  return found
}

/** What is wrong between languages; a sentence for each thing. */
export function differences(byLanguage: Record<string, Catalogue>): string[] {
  const shapes = Object.entries(byLanguage).map(([language, catalogue]) => [language, shape(catalogue)] as const)
  const keys = new Set(shapes.flatMap(([, s]) => [...s.keys()]))
  return [...keys].flatMap((key) =>
    shapes.flatMap(([language, s]) => {
      const entry = s.get(key)
      if (!entry) return [`${language} lacks ${key}`]
      const other = shapes
        .map(([, o]) => o.get(key))
        .find((o) => o && o.placeholders.join() !== entry.placeholders.join())
      const missing =
        entry.forms.length > 0
          ? new Intl.PluralRules(language).resolvedOptions().pluralCategories.filter((c) => !entry.forms.includes(c))
          : []
      return [
        ...(other
          ? [`${language} ${key}: placeholders ${entry.placeholders.join()} and ${other.placeholders.join()}`]
          : []),
        ...missing.map((c) => `${language} lacks ${key}_${c}`),
      ]
    }),
  )
}

const sources = (readdirSync(web, { recursive: true }) as string[])
  .filter((f) => /\.tsx?$/.test(f) && !f.endsWith('.test.ts'))
  .map((file) => ({ file, text: readFileSync(join(web, file), 'utf8') }))

/** Keys written in code: whole ones, and the fixed beginnings of those put together with `${…}`. */
export function keysIn(text: string): { whole: string[]; beginnings: string[] } {
  const whole: string[] = []
  const beginnings: string[] = []
  for (const [, namespace, key] of text.matchAll(
    /['"`]([a-z][a-z_]*):([a-z0-9_.]*(?:\$\{[^}]*\}[a-z0-9_.]*)*)['"`]/g,
  )) {
    if (!namespaces.includes(namespace!)) continue
    if (key!.includes('${')) beginnings.push(`${namespace}:${key!.split('${')[0]}`)
    else whole.push(`${namespace}:${key}`)
  }
  return { whole, beginnings }
}

describe.each(namespaces)('%s', (namespace) => {
  test('has the same keys, placeholders and full plurals in every language', () => {
    expect(differences(Object.fromEntries(LANGUAGES.map((l) => [l, read(l, namespace)])))).toEqual([])
  })
})

test('every language has every catalogue', () => {
  for (const language of LANGUAGES) expect(namespacesOf(language).filter((ns) => ns !== REFUSALS)).toEqual(namespaces)
})

test('every key used in code exists, and every key that exists is used', () => {
  const known = new Set(namespaces.flatMap((ns) => [...shape(read('en', ns)).keys()].map((key) => `${ns}:${key}`)))
  const used = new Set<string>()
  const beginnings = new Set<string>()
  const missing: string[] = []
  for (const { file, text } of sources) {
    const found = keysIn(text)
    for (const key of found.whole) {
      used.add(key)
      if (!known.has(key)) missing.push(`${file}: ${key}`)
    }
    for (const beginning of found.beginnings) {
      beginnings.add(beginning)
      if (![...known].some((k) => k.startsWith(beginning))) missing.push(`${file}: ${beginning}…`)
    }
  }
  expect(missing).toEqual([])
  expect([...known].filter((key) => !used.has(key) && ![...beginnings].some((b) => key.startsWith(b)))).toEqual([])
})

test('every refusal has a sentence in every language, and none is left over', () => {
  for (const language of LANGUAGES.filter((l) => l !== 'en')) {
    const catalogue = read(language, REFUSALS)
    expect(Object.keys(refusals).filter((code) => !textAt(catalogue, code))).toEqual([])
    expect(Object.keys(catalogue).filter((code) => !(code in refusals))).toEqual([])
    // Figures come from the refusal's detail, under the names that the contract's own sentence uses.
    for (const [code, { message }] of Object.entries(refusals)) {
      const known = [...message.matchAll(/\{(\w+)\}/g)].map((m) => m[1])
      const used = [...textAt(catalogue, code)!.matchAll(/\{\{(\w+)/g)].map((m) => m[1])
      expect({ code, unknown: used.filter((name) => !known.includes(name)) }).toEqual({ code, unknown: [] })
    }
  }
})

test('planted faults are found: a missing key, a wrong placeholder, a missing plural, a key in code that nobody wrote', () => {
  expect(differences({ en: { a: 'x', b: 'y' }, ar: { a: 'x' } })).toEqual(['ar lacks b'])
  expect(differences({ en: { a: '{{n}}' }, ar: { a: '{{m}}' } })).toHaveLength(2)
  expect(
    differences({ en: { a_one: '1', a_other: '{{count}}' }, ar: { a_one: '1', a_other: '{{count}}' } }),
  ).toHaveLength(4)
  expect(keysIn("t('work:nothing_such'); t(`work:kept.${x}`); t('not_a_namespace:x')")).toEqual({
    whole: ['work:nothing_such'],
    beginnings: ['work:kept.'],
  })
})

test('words are filled in the language’s own plural and digits', () => {
  const t = translator(
    () => ({ n_one: 'one', n_few: 'few {{count, number}}', n_other: '{{count, number}} of {{what}}' }),
    'ar-u-nu-latn',
  )
  expect([
    t('x:n', { count: 1 }),
    t('x:n', { count: 3 }),
    t('x:n', { count: 1000, what: 'w' }),
    t('x:gone'),
    t('x:gone', { defaultValue: '' }),
  ]).toEqual(['one', 'few 3', '1,000 of w', 'x:gone', ''])
  expect(fill('{{a}} {{b}}', { a: 1 }, 'en')).toBe('1 {{b}}')
})
