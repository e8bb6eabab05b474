import { describe, expect, test } from 'vitest'
import { comparedQuestions, redundancyProblems } from './redundancy-rules.ts'
import type { Form, Question, Widget } from './contract.ts'

const q = (widget: Widget, required = true, key: string = widget): Question => ({ key, widget, required })

describe('forms for redundancy', () => {
  test.each<[string, Question[], string[]]>([
    ['a choice compares', [q('choice')], []],
    [
      'every comparable kind at once',
      [q('choice'), q('choices'), q('number'), q('ranking'), q('scale'), q('preference')],
      [],
    ],
    ['required text does not', [q('choice'), q('short_text')], ['/form/schema/properties/short_text not_comparable']],
    [
      'long text and links do not',
      [q('long_text'), q('link')],
      ['/form/schema/properties/long_text not_comparable', '/form/schema/properties/link not_comparable'],
    ],
    ['optional text may be asked besides', [q('choice'), q('long_text', false)], []],
    [
      'something must be compared',
      [q('choice', false), q('long_text', false)],
      ['/form/schema/required nothing_to_compare'],
    ],
  ])('%s', (_, questions, expected) => {
    expect(redundancyProblems(questions).map((p) => `${p.field} ${p.code}`)).toEqual(expected)
  })

  test('only required questions are compared, with their options and ends', () => {
    const form: Form = {
      schema: {
        type: 'object',
        required: ['s', 'c', 'm'],
        properties: {
          c: { type: 'string', enum: ['x', 'y'] },
          m: { type: 'array', items: { type: 'string', enum: ['u', 'v'] }, uniqueItems: true },
          s: { type: 'integer', minimum: 1, maximum: 5 },
          why: { type: 'string' },
        },
      },
      ui: {
        order: ['c', 'm', 's', 'why'],
        questions: {
          c: { widget: 'choice', title: 'C' },
          m: { widget: 'choices', title: 'M' },
          s: { widget: 'scale', title: 'S' },
          why: { widget: 'long_text', title: 'W' },
        },
      },
    }
    expect(comparedQuestions(form)).toEqual([
      { key: 'c', widget: 'choice', options: ['x', 'y'], minimum: -Infinity, maximum: Infinity },
      { key: 'm', widget: 'choices', options: ['u', 'v'], minimum: -Infinity, maximum: Infinity },
      { key: 's', widget: 'scale', options: [], minimum: 1, maximum: 5 },
    ])
  })
})
