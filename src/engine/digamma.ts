/**
 * Derivative of the logarithm of the gamma function for x > 0: recurrence up to 6, then the asymptotic series
 * (Abramowitz and Stegun 6.3.18). Absolute error under 1e-9 for x above 1e-3.
 */
export function digamma(x: number): number {
  let shift = 0
  let y = x
  while (y < 6) shift += 1 / y++
  const r = 1 / (y * y)
  return Math.log(y) - 0.5 / y - r * (1 / 12 - r * (1 / 120 - r * (1 / 252 - r * (1 / 240 - r / 132)))) - shift
}
