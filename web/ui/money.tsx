import { knownScale, learnScales, useScale } from '../app/currencies.ts'
import { currentLocale, useLanguage, useT } from '../app/i18n.ts'
import { cx } from './cx.ts'

/** Takes currencies that an answer brought. */
export const learnCurrencies = (currencies: readonly { currency: string; scale: number }[]): void =>
  learnScales(currencies.map((c) => ({ code: c.currency, scale: c.scale })))

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

/** The digits a currency has after the point. Before the server's list is known, those of its ISO code, else none. */
export function scaleOf(currency: string): number {
  const known = knownScale(currency)
  if (known !== undefined) return known
  return /^[A-Z]{3}$/.test(currency)
    ? (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2)
    : 0
}

/** An amount as text in a locale. Intl takes decimal strings exactly, so 10^18 wei keep every digit. */
export function formatMoney(amountMinor: string, currency: string, readersLocale: string = currentLocale()): string {
  // Arabic with Latin digits would put the sign in the middle of the figure; the plain form is read everywhere.
  const locale = readersLocale.startsWith('ar') ? 'en' : readersLocale
  const scale = scaleOf(currency)
  const exact = decimalOf(amountMinor, scale) as unknown as number
  const digits = { minimumFractionDigits: Math.min(scale, 2), maximumFractionDigits: Math.min(scale, 20) }
  if (/^[A-Z]{3}$/.test(currency)) {
    try {
      return new Intl.NumberFormat(locale, {
        style: 'currency',
        currency,
        currencyDisplay: 'narrowSymbol',
        ...digits,
      }).format(exact)
    } catch {
      return `${new Intl.NumberFormat(locale, digits).format(exact)} ${currency}`
    }
  }
  return `${new Intl.NumberFormat(locale, digits).format(exact)} ${currency}`
}

/** An amount, kept in one piece and isolated from the direction of the words around it. Points are a word, not a code. */
export function Money({
  amount_minor,
  currency,
  className,
}: {
  amount_minor: string
  currency: string
  className?: string
}) {
  const t = useT()
  const { locale } = useLanguage()
  const scale = useScale(currency)
  if (scale !== undefined && currency === 'POINT' && scale === 0) {
    return (
      <bdi className={cx('whitespace-nowrap', className)}>{t('common:points', { count: Number(amount_minor) })}</bdi>
    )
  }
  return (
    <bdi dir="ltr" className={cx('whitespace-nowrap', className)}>
      {scale === undefined ? '…' : formatMoney(amount_minor, currency, locale)}
    </bdi>
  )
}
