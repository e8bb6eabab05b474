import type { Trait } from '../../../src/domains/groups/contract.ts'
import type { Translate } from '../../app/translate.ts'
import { countryName, languageName } from '../campaigns/language-name.ts'

/** Languages most people speak first; whoever speaks another one leaves it open. */
export const LANGUAGES = [
  'am', 'ar', 'bn', 'de', 'en', 'es', 'fa', 'fil', 'fr', 'gu', 'ha', 'hi', 'id', 'ig', 'it', 'ja', 'jv', 'kn', 'ko', 'ml',
  'mr', 'ms', 'my', 'nl', 'om', 'or', 'pa', 'pl', 'ps', 'pt', 'ro', 'ru', 'sd', 'so', 'sw', 'ta', 'te', 'th', 'tr', 'uk',
  'ur', 'uz', 'vi', 'yo', 'zh', 'zu',
] as const // prettier-ignore

/** A group's name in the reader's language: the browser knows parts of the world and languages. */
export function groupName(trait: Trait, value: string, reader: string, t: Translate): string {
  if (value === 'undeclared' || value === 'few') return t(`desk:group.${value}`)
  if (trait === 'region') return countryName(value, reader)
  if (trait === 'first_language') return languageName(value, reader)
  return t(`desk:age.${value}`)
}
