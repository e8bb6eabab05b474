import { useMemo } from 'react'
import { useLanguage } from '../../app/i18n.ts'
import { scaleOf } from '../../ui/money.tsx'

export type Numbers = {
  int: (n: number) => string
  /** A share such as "0.9204" as a percentage with one decimal; a dash when there is none. */
  percent: (share: string | number | null | undefined, digits?: number) => string
  /** Seconds in the two largest units that say something. */
  duration: (seconds: number | null | undefined) => string
  decimal: (value: string | null | undefined, digits?: number, least?: number) => string
  bytes: (n: number) => string
  /** An amount that may be a fraction of a minor unit, such as a cost per datapoint. */
  precise: (minor: string | null | undefined, currency: string, scale?: number) => string
  locale: string
}

const NONE = '–'
const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** Moves the decimal point of an exact decimal to the left; never through a float. */
export function shiftedDecimal(value: string, places: number): string {
  const negative = value.startsWith('-')
  const [whole = '0', part = ''] = (negative ? value.slice(1) : value).split('.')
  const padded = whole.padStart(places + 1, '0')
  const fraction = padded.slice(padded.length - places) + part
  const kept = places === 0 ? part : fraction
  return `${negative ? '-' : ''}${places === 0 ? padded : padded.slice(0, padded.length - places)}${kept ? `.${kept}` : ''}`
}

/** Figures in the reader's language. */
export function useNumbers(): Numbers {
  const { locale } = useLanguage()
  return useMemo(() => {
    const whole = new Intl.NumberFormat(locale)
    const unit = (value: number, name: string, digits = 0) =>
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: name,
        unitDisplay: 'short',
        maximumFractionDigits: digits,
      }).format(value)
    return {
      locale,
      int: (n) => whole.format(n),
      percent: (share, digits = 1) =>
        share === null || share === undefined
          ? NONE
          : new Intl.NumberFormat(locale, {
              style: 'percent',
              minimumFractionDigits: digits,
              maximumFractionDigits: digits,
            }).format(Number(share)),
      duration: (seconds) => {
        if (seconds === null || seconds === undefined) return NONE
        const at = UNITS.findIndex(([, size]) => seconds >= size)
        if (at < 0) return unit(0, 'second')
        const [name, size] = UNITS[at]!
        const next = UNITS[at + 1]
        const rest = next ? Math.floor((seconds % size) / next[1]) : 0
        return unit(Math.floor(seconds / size), name) + (next && rest > 0 ? ` ${unit(rest, next[0])}` : '')
      },
      decimal: (value, digits = 2, least = 0) =>
        value === null || value === undefined
          ? NONE
          : new Intl.NumberFormat(locale, { minimumFractionDigits: least, maximumFractionDigits: digits }).format(
              Number(value),
            ),
      bytes: (n) => {
        const [name, size] =
          n >= 1e9 ? ['gigabyte', 1e9] : n >= 1e6 ? ['megabyte', 1e6] : n >= 1e3 ? ['kilobyte', 1e3] : ['byte', 1]
        return unit(n / Number(size), String(name), 1)
      },
      precise: (minor, currency, scale = scaleOf(currency)) => {
        if (minor === null || minor === undefined) return NONE
        const exact = shiftedDecimal(minor, scale) as unknown as number
        const digits = { minimumFractionDigits: Math.min(scale, 2), maximumFractionDigits: Math.min(scale + 2, 20) }
        return /^[A-Z]{3}$/.test(currency) && currency !== 'PTS'
          ? new Intl.NumberFormat(locale, {
              style: 'currency',
              currency,
              currencyDisplay: 'narrowSymbol',
              ...digits,
            }).format(exact)
          : `${new Intl.NumberFormat(locale, digits).format(exact)} ${currency}`
      },
    }
  }, [locale])
}
