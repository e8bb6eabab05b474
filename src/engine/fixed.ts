/**
 * Decimals printed by rule: so many places, no locale, no exponent, no minus zero. The same number gives the same
 * characters on every machine, because ECMAScript defines toFixed exactly.
 */
export function fixed(value: number, places: number): string {
  const text = value.toFixed(places)
  return /^-0(?:\.0*)?$/.test(text) ? text.slice(1) : text
}

/** `count / of` with so many places, rounded half up in whole numbers, so that no floating point comes in. */
export function fixedRatio(count: number | bigint, of: number | bigint, places: number): string {
  const scale = 10n ** BigInt(places)
  const bottom = BigInt(of)
  const units = (2n * BigInt(count) * scale + bottom) / (2n * bottom)
  const whole = (units / scale).toString()
  return places === 0 ? whole : `${whole}.${(units % scale).toString().padStart(places, '0')}`
}
