import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Form } from '../../src/domains/templates/contract.ts'
import { answerOf, numberOf, problemOf, problemsOf, type Question, questionsOf } from './form.ts'
import { fieldsToShow } from './item-view.tsx'
import { plainKey } from './quick-keys.ts'
import { moved } from './ranking.ts'

const form: Form = {
  schema: {
    type: 'object',
    required: ['same', 'why', 'stars'],
    properties: {
      same: { type: 'string', enum: ['yes', 'no'] },
      marks: {
        type: 'array',
        items: { type: 'string', enum: ['a', 'b', 'c'] },
        uniqueItems: true,
        minItems: 1,
        maxItems: 2,
      },
      why: { type: 'string', minLength: 3, maxLength: 5 },
      price: { type: 'number', minimum: 0, maximum: 9.5 },
      stars: { type: 'integer', minimum: 1, maximum: 5 },
      source: { type: 'string', format: 'uri', pattern: '^https?://' },
      order: { type: 'array', items: { enum: ['x', 'y'] }, uniqueItems: true, minItems: 2, maxItems: 2 },
      better: { type: 'string', enum: ['a', 'b', 'tie'] },
    },
  },
  ui: {
    order: ['same', 'marks', 'why', 'price', 'stars', 'source', 'order', 'better'],
    questions: {
      same: { widget: 'choice', title: 'Same?', labels: { yes: 'Yes' } },
      marks: { widget: 'choices', title: 'Marks' },
      why: { widget: 'long_text', title: 'Why' },
      price: { widget: 'number', title: 'Price' },
      stars: { widget: 'scale', title: 'Stars' },
      source: { widget: 'link', title: 'Source' },
      order: { widget: 'ranking', title: 'Order' },
      better: { widget: 'preference', title: 'Better', a_field: 'left', b_field: 'right' },
    },
  },
}
const questions = questionsOf(form)
const q = (key: string): Question => questions.find((x) => x.key === key)!

test('a form is read in its order, with labels, limits and what is required', () => {
  expect(questions.map((x) => x.key)).toEqual(form.ui.order)
  expect(q('same').options).toEqual([
    { value: 'yes', label: 'Yes' },
    { value: 'no', label: 'no' },
  ])
  expect([q('marks').min, q('marks').max, q('why').min, q('why').max, q('stars').min, q('stars').integer]).toEqual([
    1,
    2,
    3,
    5,
    1,
    true,
  ])
  expect(questions.filter((x) => x.required).map((x) => x.key)).toEqual(['same', 'why', 'stars'])
})

test.each<[string, unknown, string | undefined]>([
  ['same', undefined, 'required'],
  ['same', 'yes', undefined],
  ['same', 'maybe', 'not_offered'],
  ['marks', undefined, undefined],
  ['marks', ['a', 'b', 'c'], 'too_many'],
  ['marks', ['z'], 'not_offered'],
  ['why', '   ', 'required'],
  ['why', 'ab', 'too_short'],
  ['why', 'abcdef', 'too_long'],
  ['why', '👍🏽👍', undefined],
  ['why', '👍👍👍👍👍👍', 'too_long'],
  ['price', 'ten', 'not_a_number'],
  ['price', '-1', 'too_small'],
  ['price', '9,6', 'too_large'],
  ['price', '٣٫٥', undefined],
  ['stars', '2.5', 'not_whole'],
  ['stars', 3, undefined],
  ['source', 'javascript:alert(1)', 'not_a_link'],
  ['source', 'https://', 'not_a_link'],
  ['source', ' https://example.org/a ', undefined],
  ['order', ['x'], 'too_few'],
  ['order', ['y', 'x'], undefined],
  ['better', 'tie', undefined],
])('%s = %j: %s', (key, value, code) => {
  expect(problemOf(q(key), value)?.code).toBe(code)
})

test('an answer leaves out what is empty and carries numbers as numbers', () => {
  expect(
    answerOf(questions, {
      same: 'yes',
      why: 'because',
      stars: 4,
      price: '1,5',
      source: ' https://a.example ',
      marks: [],
      order: undefined,
    }),
  ).toEqual({
    same: 'yes',
    why: 'because',
    stars: 4,
    price: 1.5,
    source: 'https://a.example',
  })
  expect(Object.keys(problemsOf(questions, {}))).toEqual(['same', 'why', 'stars'])
})

describe('numbers', () => {
  test('every finite decimal a person types comes back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.integer({ min: 0, max: 999 }),
        (whole, part) => numberOf(`${whole}.${part}`) === Number(`${whole}.${part}`),
      ),
    )
  })
  test.each(['1e5', '0x10', '', ' ', '1.2.3', '--1', 'NaN', 'Infinity'])('%j is no number', (typed) => {
    expect(numberOf(typed)).toBeUndefined()
  })
})

test('moving keeps every element and changes only the order', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 9 }),
      fc.nat(9),
      fc.nat(9),
      (order, from, to) => {
        const next = moved(order, from, to)
        const byValue = (a: number, b: number) => a - b
        expect([...next].toSorted(byValue)).toEqual([...order].toSorted(byValue))
        if (from < order.length && to < order.length) expect(next[to]).toBe(order[from])
        else expect(next).toBe(order)
      },
    ),
  )
})

test('keys mean the same on every layout', () => {
  const keys = [
    { key: 'a', code: 'KeyA' },
    { key: 'A', code: 'KeyA' },
    { key: 'ش', code: 'KeyA' },
    { key: 'a', code: 'KeyQ' },
    { key: '١', code: 'Digit1' },
    { key: '?', code: 'Slash' },
    { key: 'Enter', code: 'Enter' },
  ]
  expect(keys.map(plainKey)).toEqual(['a', 'a', 'a', 'a', '1', '?', 'Enter'])
})

test('an item shows its own fields, and leaves a pair to its question', () => {
  const data = { left: 'l', right: 'r', title: 't' }
  expect(fieldsToShow(form, data).map((f) => f.field)).toEqual(['title'])
  expect(
    fieldsToShow(
      {
        ...form,
        ui: {
          ...form.ui,
          item: [
            { field: 'left', title: 'Left', as: 'text' },
            { field: 'gone', title: 'Gone', as: 'text' },
          ],
        },
      },
      data,
    ).map((f) => f.field),
  ).toEqual(['left'])
})
