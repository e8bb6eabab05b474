import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

function theme(selector: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const block of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    if (block[1]?.replaceAll(/\/\*[^]*?\*\//g, '').trim() !== selector) continue
    for (const [, name, value] of block[2]!.matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6})/g)) found[name!] = value!
  }
  return found
}
const light = theme(':root')
const dark = { ...light, ...theme(":root[data-theme='dark']") }

const luminance = (hex: string): number => {
  const [r, g, b] = [1, 3, 5]
    .map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
/** WCAG 2 contrast of two colours, 1 to 21. */
export const contrast = (a: string, b: string): number => {
  const [high, low] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (high! + 0.05) / (low! + 0.05)
}

const TEXT: [ink: string, on: string][] = [
  ...['ink', 'ink-soft', 'ink-faint', 'accent-ink'].flatMap((ink): [string, string][] =>
    ['page', 'surface', 'sunken'].map((on) => [ink, on]),
  ),
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['ink', 'accent-soft'],
  ['accent-ink', 'accent-soft'],
  ...['good', 'warn', 'bad', 'info'].flatMap((tone): [string, string][] => [
    [`${tone}-ink`, `${tone}-soft`],
    [`${tone}-ink`, 'surface'],
    [`${tone}-ink`, 'page'],
  ]),
  ['on-stone', 'stone'],
  ['on-stone-soft', 'stone'],
  ['on-stone-soft', 'stone-2'],
  ['molten', 'stone'],
]
const EDGES: [edge: string, on: string][] = [
  ['line-strong', 'surface'],
  ['line-strong', 'page'],
  ['accent', 'surface'],
  ['good', 'surface'],
  ['bad', 'surface'],
  ['focus', 'surface'],
  ['focus', 'page'],
  ...[1, 2, 3, 4, 5, 6].map((i): [string, string] => [`chart-${i}`, 'surface']),
]

describe.each([
  ['light', light],
  ['dark', dark],
] as const)('%s theme', (_name, colours) => {
  test.each(TEXT)('%s on %s can be read', (ink, on) => {
    expect(contrast(colours[ink]!, colours[on]!)).toBeGreaterThanOrEqual(4.5)
  })
  test.each(EDGES)('%s on %s can be seen', (edge, on) => {
    expect(contrast(colours[edge]!, colours[on]!)).toBeGreaterThanOrEqual(3)
  })
})

test('the measure itself agrees with the standard’s known values', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})
