import { use, useMemo, useSyncExternalStore } from 'react'
import { recall, remember } from './memory.ts'
import { type Catalogue, type Translate, translator } from './translate.ts'

export const LANGUAGES = ['en', 'ar'] as const
export type Language = (typeof LANGUAGES)[number]
/** Each language in its own words, as the switch shows it. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', ar: 'العربية' }
const RIGHT_TO_LEFT: ReadonlySet<Language> = new Set(['ar'])

// Each language and namespace is a chunk of its own, fetched when a page first asks.
const files = import.meta.glob<Catalogue>('../locales/*/*.json', { import: 'default' })
type Loading = Promise<Catalogue> & { status?: 'fulfilled'; value?: Catalogue }
const loading = new Map<string, Loading>()
const loaded = new Map<string, Catalogue>()
const listeners = new Set<() => void>()
let current: Language = 'en'

/** The locale for numbers and dates. Arabic keeps Latin digits, so that figures match what form fields and ids show. */
export const localeOf = (language: Language): string => (language === 'ar' ? 'ar-u-nu-latn' : language)
export const currentLocale = (): string => localeOf(current)
const dirOf = (language: Language) => (RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr')

function load(language: Language, namespace: string): Loading {
  const name = `../locales/${language}/${namespace}.json`
  const begun = loading.get(name)
  if (begun) return begun
  const file = files[name]
  const settle = (catalogue: Catalogue): Catalogue => {
    loaded.set(name, catalogue)
    // React reads a promise so marked at once, without a moment of waiting on each page that asks again.
    promise.status = 'fulfilled'
    promise.value = catalogue
    return catalogue
  }
  const promise: Loading = (file ? file() : Promise.resolve({})).then(settle, () => {
    // A lost line must not take the page down: it is drawn without these words until the line is back.
    addEventListener('online', () => retry(name), { once: true })
    return settle({})
  })
  loading.set(name, promise)
  return promise
}

function retry(name: string): void {
  loading.delete(name)
  loaded.delete(name)
  for (const tell of listeners) tell()
}

function apply(language: Language): void {
  current = language
  document.documentElement.lang = language
  document.documentElement.dir = dirOf(language)
  for (const tell of listeners) tell()
}

/** Chooses the first language and loads the words that every page needs. */
export async function startI18n(): Promise<void> {
  const wanted = recall('language') ?? navigator.language.slice(0, 2)
  const language = LANGUAGES.find((l) => l === wanted) ?? 'en'
  await load(language, 'common')
  apply(language)
}

/** Changes the language for this device. What is on screen is loaded first, so that nothing flickers. */
export async function setLanguage(language: Language): Promise<void> {
  remember('language', language)
  const shown = new Set([...loaded.keys()].map((name) => name.split('/').at(-1)!.replace('.json', '')))
  await Promise.all([...shown].map((namespace) => load(language, namespace)))
  apply(language)
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell)
  return () => listeners.delete(tell)
}

/** The language in use, its locale and its direction. */
export function useLanguage(): { language: Language; locale: string; dir: 'ltr' | 'rtl' } {
  const language = useSyncExternalStore(subscribe, () => current)
  return useMemo(() => ({ language, locale: localeOf(language), dir: dirOf(language) }), [language])
}

/**
 * The words of these namespaces and `common`; waits for them like for any lazy part of the page. Keys are written in
 * full, as `namespace:dotted.key`, so that a test finds each one.
 */
export function useT(...namespaces: string[]): Translate {
  const { language, locale } = useLanguage()
  for (const namespace of namespaces) use<Catalogue>(load(language, namespace) as Promise<Catalogue>)
  return useMemo(
    () => translator((namespace) => loaded.get(`../locales/${language}/${namespace}.json`), locale),
    [language, locale],
  )
}

/** `common` and, where the reader's language is not the server's own, the sentences of refusals. */
export function useRefusalWords(): Translate {
  const { language } = useLanguage()
  return useT(...(language === 'en' ? [] : ['refusals']))
}
