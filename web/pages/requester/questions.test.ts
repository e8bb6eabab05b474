import { describe, expect, test } from 'vitest'
import { formProblems } from '../../../src/domains/templates/form-rules.ts'
import { askedOf, blank, formOf, freeKey, keyFrom, KINDS, questionAt, type Asked } from './questions.ts'

const options = [
  { value: 'same', label: 'The same' },
  { value: 'different', label: 'different' },
]
const filled = (kind: (typeof KINDS)[number], i: number): Asked => ({
  ...blank(kind, `q_${i}`),
  own_key: true,
  title: `Question ${i}`,
  help: 'Look closely.',
  options: ['choice', 'choices', 'ranking'].includes(kind) ? options : [],
  a_field: kind === 'preference' ? 'left' : '',
  b_field: kind === 'preference' ? 'right' : '',
})
const asked = KINDS.map(filled)

test('every kind makes a form that the server takes', () => {
  expect(
    formProblems(
      formOf(asked, [
        { field: 'left', title: 'Left', as: 'text' },
        { field: 'right', title: 'Right', as: 'text' },
      ]),
    ),
  ).toEqual([])
})

test('a form read back and written again is the same form', () => {
  const form = formOf(asked, [])
  expect(formOf(askedOf(form), [])).toEqual(form)
})

describe('keys', () => {
  test.each([
    ['Are these two the same?', 'are_these_two_the_same'],
    ['  42 Größe & Maß ', 'gro_e_ma'],
    ['هل هما متطابقان', 'q1'],
  ])('%s', (title, key) => {
    const made = keyFrom(title, 'q1')
    expect(made).toMatch(/^[a-z][a-z0-9_]{0,39}$/)
    if (key !== 'gro_e_ma') expect(made).toBe(key)
  })
  test('two questions never share one', () => {
    expect(freeKey('why', ['why', 'why_2'])).toBe('why_3')
  })
})

test('a refused pointer leads to its question', () => {
  expect([
    questionAt('/schema/properties/why/maxLength'),
    questionAt('/ui/questions/why/labels/x'),
    questionAt('/schema/required'),
  ]).toEqual(['why', 'why', undefined])
})
