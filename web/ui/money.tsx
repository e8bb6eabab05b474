import { currentLocale, useLanguage } from '../app/i18n.ts'
import { cx } from './cx.ts'

/** How many minor digits a currency has; the server's list replaces these as soon as it is known. */
const scales: Record<string, number> = { USD: 2, EUR: 2, PTS: 0 }

/** Takes the server's currencies, so that figures are shown at their true scale. */
export function learnCurrencies(currencies: readonly { currency: string; scale: number }[]): void {
  for (const c of currencies) scales[c.currency] = c.scale
}

/** Minor units to an exact decimal string; never through a float. */
export function decimalOf(amountMinor: string, scale: number): string {
  const negative = amountMinor.startsWith('-')
  const digits = (negative ? amountMinor.slice(1) : amountMinor).padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const part = scale > 0 ? digits.slice(-scale) : ''
  return `${negative ? '-' : ''}${whole}${part ? `.${part}` : ''}`
}

/** A typed decimal to minor units, or undefined when it does not fit the currency exactly. */
export function minorOf(typed: string, scale: number): string | undefined {
  const match = /^(\d{1,60})(?:[.,](\d*))?$/.exec(typed.trim())
  if (!match) return undefined
  const part = match[2] ?? ''
  if (part.length > scale) return undefined
  return ((match[1] ?? '0') + part.padEnd(scale, '0')).replace(/^0+(?=\d)/, '')
}

/** The digits a currency has after the point. */
export const scaleOf = (currency: string): number => scales[currency] ?? 2

/** An amount as text in a locale. Intl takes decimal strings exactly, so 10^18 wei keep every digit. */
export function formatMoney(amountMinor: string, currency: string, locale: string = currentLocale()): string {
  const scale = scaleOf(currency)
  const exact = decimalOf(amountMinor, scale) as unknown as number
  const digits = { minimumFractionDigits: Math.min(scale, 2), maximumFractionDigits: Math.min(scale, 20) }
  if (/^[A-Z]{3}$/.test(currency) && currency !== 'PTS') {
    try {
      return new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol', ...digits }).format(exact)
    } catch {
      return `${new Intl.NumberFormat(locale, digits).format(exact)} ${currency}`
    }
  }
  return `${new Intl.NumberFormat(locale, digits).format(exact)} ${currency}`
}

/** An amount, kept in one piece and isolated from the direction of the words around it. */
export function Money({ amount_minor, currency, className }: { amount_minor: string; currency: string; className?: string }) {
  const { locale } = useLanguage()
  return <bdi className={cx('whitespace-nowrap', className)}>{formatMoney(amount_minor, currency, locale)}</bdi>
}
