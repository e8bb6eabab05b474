import fc from 'fast-check'
import { expect, test } from 'vitest'
import { learnScales } from '../app/currencies.ts'
import { duration, percent } from '../pages/campaigns/figures.ts'
import { codePoints } from './code-points.ts'
import { blocksOf, plainText, spansOf } from './markdown-parse.ts'
import { decimalOf, formatMoney, minorOf } from './money.tsx'
import { relativeTime } from './time.tsx'

test('amounts keep every digit, in any scale and both ways', () => {
  expect(decimalOf('5', 2)).toBe('0.05')
  expect(decimalOf('-1234', 2)).toBe('-12.34')
  expect(decimalOf('0', 0)).toBe('0')
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 40n }),
      fc.integer({ min: 0, max: 18 }),
      (amount, scale) => minorOf(decimalOf(amount.toString(), scale), scale) === amount.toString(),
    ),
  )
})

test('a typed amount that the currency cannot hold is none', () => {
  expect([minorOf('1.005', 2), minorOf('1,5', 2), minorOf('', 2), minorOf('-1', 2), minorOf('1e3', 2)]).toEqual([
    undefined,
    '150',
    undefined,
    undefined,
    undefined,
  ])
})

test('money is written in its scale and locale, and beyond what a float can hold', () => {
  learnScales([
    { code: 'WEI', scale: 18 },
    { code: 'POINT', scale: 0 },
  ])
  expect(formatMoney('128450', 'USD', 'en')).toBe('$1,284.50')
  expect(formatMoney('9007199254740993', 'POINT', 'en')).toBe('9,007,199,254,740,993 POINT')
  expect(formatMoney('1234567890123456789012345678', 'WEI', 'en')).toContain('1,234,567,890.123456789012345678')
})

test('instructions become blocks; what looks like HTML stays text', () => {
  expect(blocksOf('# Head\n\nOne\ntwo\n- a\n- b\n1. c\n```\nx < y\n```').map((b) => b.kind)).toEqual([
    'heading',
    'paragraph',
    'list',
    'list',
    'code',
  ])
  expect(spansOf('<img src=x onerror=alert(1)>')).toEqual([{ kind: 'text', text: '<img src=x onerror=alert(1)>' }])
})

test('a hint at instructions carries no signs', () => {
  expect([plainText('Find the **official** `page`\n\nmore'), plainText('- one\n- two'), plainText('')]).toEqual([
    'Find the official page',
    'one',
    '',
  ])
})

test('only http and https become links', () => {
  expect(
    spansOf('[a](javascript:alert(1)) [b](https://b.example) http://c.example.').filter((s) => s.kind === 'link'),
  ).toEqual([
    { kind: 'link', text: 'b', href: 'https://b.example' },
    { kind: 'link', text: 'http://c.example', href: 'http://c.example' },
  ])
})

test('no text is lost between the signs, and hostile text takes no longer', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      const plain = text.replaceAll(/[*`[\]()]/g, '')
      expect(
        spansOf(plain)
          .map((s) => s.text)
          .join(''),
      ).toBe(plain)
    }),
  )
  const begun = performance.now()
  spansOf('*'.repeat(50_000))
  spansOf('[a'.repeat(25_000))
  expect(performance.now() - begun).toBeLessThan(1500)
})

test('length counts code points, as the server does', () => {
  expect([codePoints('👍'), codePoints('e\u0301'), codePoints('')]).toEqual([1, 2, 0])
})

test('times and shares in words', () => {
  const now = Date.UTC(2026, 0, 1)
  expect([
    relativeTime(now + 3 * 86_400_000, now, 'en'),
    relativeTime(now - 7_200_000, now, 'en'),
    relativeTime(now, now, 'en'),
  ]).toEqual(['in 3 days', '2 hours ago', 'now'])
  expect([duration(0, 'en'), duration(90, 'en'), duration(3600, 'en'), duration(90_061, 'en')]).toEqual([
    '0 seconds',
    '1 minute, 30 seconds',
    '1 hour',
    '1 day, 1 hour',
  ])
  expect(percent(8333, 'en')).toBe('83.33%')
})
