import { Problem } from './problem.ts'

/** A whole number of an option within its bounds, or a sentence about it. */
export function whole(name: string, text: string, low: number, high: number): number {
  const n = Number(text)
  if (!Number.isInteger(n) || n < low || n > high)
    throw new Problem(`${name} must be a whole number from ${low} to ${high}, not "${text}".`)
  return n
}
