/** Basis points as a percentage of the locale. */
export const percent = (bps: number, locale: string): string =>
  new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(bps / 10_000)

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** Seconds in words: the largest unit that fits, and the next if it adds anything. */
export function duration(seconds: number, locale: string): string {
  const parts: string[] = []
  let left = Math.max(0, Math.round(seconds))
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size)
    if (count > 0 && parts.length < 2)
      parts.push(new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count))
    left %= size
    if (parts.length > 0 && count === 0) break
  }
  if (parts.length === 0)
    parts.push(new Intl.NumberFormat(locale, { style: 'unit', unit: 'second', unitDisplay: 'long' }).format(0))
  return new Intl.ListFormat(locale, { type: 'unit' }).format(parts)
}
