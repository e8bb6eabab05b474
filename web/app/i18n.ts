import i18next, { type TFunction } from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { remember, recall } from './memory.ts'

export const LANGUAGES = ['en', 'ar'] as const
export type Language = (typeof LANGUAGES)[number]
/** Each language in its own words, as the switch shows it. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', ar: 'العربية' }

const catalogues = import.meta.glob<Record<string, unknown>>('../locales/*/*.json', { import: 'default' })

/** The locale for numbers and dates. Arabic keeps Latin digits, so that figures match what form fields and ids show. */
export const localeOf = (language: string): string => (language === 'ar' ? 'ar-u-nu-latn' : language)
export const currentLocale = (): string => localeOf(i18next.language || 'en')

function firstLanguage(): Language {
  const kept = recall('language')
  const wanted = kept ?? navigator.language.slice(0, 2)
  return LANGUAGES.find((l) => l === wanted) ?? 'en'
}

function applyToDocument(language: string): void {
  document.documentElement.lang = language
  document.documentElement.dir = i18next.dir(language)
}

/** Starts the catalogues: each language and namespace is a chunk of its own, fetched when a page first asks. */
export async function startI18n(): Promise<void> {
  i18next.use(initReactI18next).use({
    type: 'backend' as const,
    init: () => {},
    read: (language: string, namespace: string, done: (problem: Error | null, catalogue: Record<string, unknown> | null) => void) => {
      const load = catalogues[`../locales/${language}/${namespace}.json`]
      if (!load) return done(new Error(`no catalogue ${language}/${namespace}`), null)
      load().then(
        (catalogue) => done(null, catalogue),
        (problem: Error) => done(problem, null),
      )
    },
  })
  await i18next.init({
    lng: firstLanguage(),
    fallbackLng: 'en',
    supportedLngs: [...LANGUAGES],
    ns: ['common'],
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    partialBundledLanguages: true,
  })
  i18next.services.formatter?.add('number', (value, language, options) =>
    new Intl.NumberFormat(localeOf(language ?? 'en'), options as Intl.NumberFormatOptions).format(value as number),
  )
  applyToDocument(i18next.language)
  i18next.on('languageChanged', applyToDocument)
}

/** Changes the language for this device; the catalogues load before anything is drawn again. */
export async function setLanguage(language: Language): Promise<void> {
  remember('language', language)
  await i18next.changeLanguage(language)
}

/** The words of these namespaces; keys are written in full, as `namespace:dotted.key`, so that a test finds each one. */
export function useT(...namespaces: string[]): TFunction {
  return useTranslation(['common', ...namespaces]).t as TFunction
}

/** The language in use and its direction. */
export function useLanguage(): { language: Language; locale: string; dir: 'ltr' | 'rtl' } {
  const { i18n } = useTranslation('common')
  const language = (LANGUAGES.find((l) => l === i18n.language) ?? 'en') as Language
  return { language, locale: localeOf(language), dir: i18n.dir(language) }
}
