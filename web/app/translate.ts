/** A catalogue as its JSON file is: nested by the dots of its keys. */
export type Catalogue = { [key: string]: string | Catalogue }
export type TextValues = Record<string, string | number | undefined>
export type Translate = (key: string, values?: TextValues) => string

/** The text at a dotted key; undefined when there is none. */
export function textAt(catalogue: Catalogue | undefined, key: string): string | undefined {
  let at: string | Catalogue | undefined = catalogue
  for (const part of key.split('.')) {
    if (typeof at !== 'object') return undefined
    at = at[part]
  }
  return typeof at === 'string' ? at : undefined
}

/** Fills `{{name}}`, and `{{name, number}}` with the locale's digits and groups. An unknown name stays visible. */
export const fill = (text: string, values: TextValues, locale: string): string =>
  text.replaceAll(/\{\{(\w+)(, number)?\}\}/g, (whole, name: string, asNumber: string | undefined) => {
    const value = values[name]
    if (value === undefined) return whole
    return asNumber ? new Intl.NumberFormat(locale).format(Number(value)) : String(value)
  })

/**
 * Makes the function that gives words. Keys are `namespace:dotted.key`; with a `count`, the form that the language's
 * plural rules ask for (`key_one`, `key_few`, …). A missing text is `defaultValue` when given, else its own key.
 */
export function translator(find: (namespace: string) => Catalogue | undefined, locale: string): Translate {
  const plural = new Intl.PluralRules(locale)
  return (key, values = {}) => {
    const [namespace = '', path = ''] = key.split(':')
    const catalogue = find(namespace)
    const form =
      typeof values['count'] === 'number' ? textAt(catalogue, `${path}_${plural.select(values['count'])}`) : undefined
    const text = form ?? textAt(catalogue, path)
    if (text === undefined) return values['defaultValue'] === undefined ? key : String(values['defaultValue'])
    return fill(text, values, locale)
  }
}
