/** A language's name in the reader's own. */
export function languageName(code: string, reader: string): string {
  try {
    return new Intl.DisplayNames([reader], { type: 'language' }).of(code) ?? code
  } catch {
    return code
  }
}

/** A country's name in the reader's language. */
export function countryName(code: string, reader: string): string {
  try {
    return new Intl.DisplayNames([reader], { type: 'region' }).of(code) ?? code
  } catch {
    return code
  }
}
