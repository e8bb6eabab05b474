import fc from 'fast-check'
import type { TSchema } from 'typebox'
import type { Rng } from '../../src/platform/rng.ts'
import { ANSWERS, FORMS, IMPORTS, ITEMS_OF_TEXT } from './hostile.ts'

type Shape = {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Shape[]
  properties?: Record<string, Shape>
  patternProperties?: Record<string, Shape>
  required?: string[]
  items?: Shape
  minItems?: number
  maxItems?: number
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  pattern?: string
  format?: string
}
export type Pools = Record<string, string[]>
/** Knows which ids exist and what requests of an endpoint look like when they are meant well. */
export type Maker = {
  valid(shape: TSchema | undefined, name?: string): unknown
  spoil(value: unknown): unknown
  pick<T>(xs: readonly T[]): T
  chance(p: number): boolean
  word(): unknown
  param(name: string): string
}

const matching = new Map<string, string[]>()
/** A few texts that a pattern allows, the same for the same pattern. */
function textsFor(pattern: string): string[] {
  let found = matching.get(pattern)
  if (!found)
    matching.set(pattern, (found = fc.sample(fc.stringMatching(new RegExp(pattern)), { seed: 7, numRuns: 12 })))
  return found
}

/** Values from shapes, well meant or spoiled, all drawn from one seed. */
export function createMaker(rng: Rng, pools: () => Pools, now: () => Date): Maker {
  const pick = <T>(xs: readonly T[]): T => xs[rng.below(xs.length)]!
  const chance = (p: number) => rng.fraction() < p

  function valid(given: TSchema | undefined, name = ''): unknown {
    const s = (given ?? {}) as Shape
    if (name === 'form') return pick(FORMS)
    if (name === 'text' && s.maxLength === 5_000_000) return pick(IMPORTS)
    if (name === 'answer' || name === 'answers') return s.type === 'array' ? list(s, name) : pick(ANSWERS)
    if (name === 'votes' || name === 'grades') {
      if (s.type === 'array') return list(s, name)
      return {
        [chance(0.9) ? 'fact' : 'note']: pick([
          { approve: true },
          { approve: false, reason: 'wrong' },
          { approve: false, reason: 'other', comment: pick(ITEMS_OF_TEXT) },
          { right: true },
          { right: false, reason: 'wrong' },
        ]),
      }
    }
    const known = pools()[name]
    if (known?.length && (s.type === 'string' || s.type === 'integer') && chance(0.85))
      return s.type === 'integer' ? Number(pick(known)) : pick(known)
    if ('const' in s) return s.const
    if (s.enum) return pick(s.enum)
    if (s.anyOf) return valid(pick(s.anyOf) as TSchema, name)
    if (s.type === 'null') return null
    if (s.type === 'boolean') return chance(0.5)
    if (s.type === 'integer' || s.type === 'number') return number(s)
    if (s.type === 'string') return text(s)
    if (s.type === 'array') return list(s, name)
    if (s.type === 'object') return object(s)
    return pick(ANSWERS)
  }
  function number(s: Shape): number {
    const low = s.minimum ?? 0
    const high = s.maximum ?? low + 100
    return pick([low, high, Math.min(high, low + 1), Math.min(high, low + rng.below(10))])
  }
  function text(s: Shape): string {
    if (s.format === 'date-time') return new Date(now().getTime() + pick([-1, 1, 7, 400]) * 86_400_000).toISOString()
    if (s.pattern) {
      const fits = textsFor(s.pattern).filter((t) => s.maxLength === undefined || t.length <= s.maxLength)
      return pick(fits.length > 0 ? fits : [''])
    }
    const least = s.minLength ?? 0
    const most = Math.min(s.maxLength ?? 40, 3000)
    const made = String(pick(['A fact.', 'x', 'نهر النيل', 'line\nline', ...ITEMS_OF_TEXT])).padEnd(least, 'x')
    return Array.from(made).slice(0, most).join('')
  }
  function list(s: Shape, name: string): unknown[] {
    const least = s.minItems ?? 0
    const most = Math.min(s.maxItems ?? 3, 60)
    const count = chance(0.05) ? most : Math.min(most, Math.max(least, rng.below(3)))
    return Array.from({ length: count }, () => valid(s.items as TSchema, name === 'answers' ? '' : name))
  }
  function object(s: Shape): Record<string, unknown> {
    const out: Record<string, unknown> = {}
    for (const [key, inner] of Object.entries(s.properties ?? {}))
      if (s.required?.includes(key) || chance(0.6)) out[key] = valid(inner as TSchema, key)
    for (const [pattern, inner] of Object.entries(s.patternProperties ?? {})) {
      for (let n = rng.below(3); n > 0; n--)
        out[pattern === '^.*$' ? 'fact' : pick(textsFor(pattern))] = valid(inner as TSchema)
    }
    return out
  }

  /** One part of a value replaced by something that does not belong there. */
  function spoil(value: unknown): unknown {
    if (value === null || typeof value !== 'object' || chance(0.15)) return word()
    const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
    const keys = Object.keys(copy)
    const way = rng.below(6)
    if (keys.length === 0 || way === 0) {
      if (Array.isArray(copy)) copy.push(word())
      else
        copy[pick(['unknown', 'constructor', 'toString', '', 'id', 'role', 'account_id', 'ſtatus', 'a'.repeat(300)])] =
          word()
      return copy
    }
    const key = pick(keys)
    if (way === 1 && !Array.isArray(copy)) delete copy[key]
    else copy[key] = spoil(copy[key])
    return copy
  }
  const word = (): unknown =>
    pick([
      ...ITEMS_OF_TEXT,
      ...ODD,
      pick(['1', '9223372036854775807', '8999999999999999999', '0', '-1', '01', '1e3', ' 1', '1; drop table account']),
    ])

  /** An id that exists, somebody else's as likely as one's own, or a text that is no id at all. */
  function param(name: string): string {
    const known = pools()[name] ?? ['1']
    if (chance(0.88) && known.length > 0) return pick(known)
    return pick([
      '1',
      '8999999999999999999',
      '9223372036854775808',
      '0',
      '-1',
      'null',
      'abc',
      '%00',
      '%ud800',
      '%',
      '..%2f..',
      '%2e%2e',
      '１２',
      'a'.repeat(5000),
      "1'--",
      ...known.map((k) => `${k}0`).slice(0, 1),
    ])
  }
  return { valid, spoil, pick, chance, word, param }
}

const nest = (depth: number): unknown => {
  let inner: unknown = 1
  for (let i = 0; i < depth; i++) inner = i % 2 ? [inner] : { a: inner }
  return inner
}
const ODD: unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  0.1,
  1e15,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 63),
  1e300,
  Number.MIN_VALUE,
  [],
  {},
  [null],
  [[]],
  { a: 1 },
  nest(30),
  nest(190),
  Array.from({ length: 300 }, () => 1),
  '2026-02-30T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
  '0000-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.000Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:00:60Z',
  '9'.repeat(78),
  '1'.repeat(79),
  '-5',
  '0',
]
