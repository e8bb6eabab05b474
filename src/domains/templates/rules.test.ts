import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Form, Widget } from './contract.ts'
import { WIDGETS } from './contract.ts'
import { formProblems } from './form-rules.ts'
import { answerProblems, codePoints, FORM_LIMITS, questionsOf, shownData, shownFields } from './rules.ts'

type Ui = Form['ui']['questions'][string]
type Made = { key: string; required: boolean; schema: Record<string, unknown>; ui: Ui; answer: unknown; wrong: unknown }

const form = (questions: Made[]): Form => ({
  schema: {
    type: 'object',
    properties: Object.fromEntries(questions.map((q) => [q.key, q.schema])),
    required: questions.filter((q) => q.required).map((q) => q.key),
  },
  ui: { order: questions.map((q) => q.key), questions: Object.fromEntries(questions.map((q) => [q.key, q.ui])) },
})
const options = fc.uniqueArray(
  fc.string({ minLength: 1, maxLength: 20 }).filter((s) => s.trim() !== ''),
  { minLength: 2, maxLength: 8 },
)
const key = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/)
const plain = (s: string) => s.trim() !== ''
const ui = (widget: Widget, more: Partial<Ui> = {}): Ui => ({ widget, title: 'A question', ...more })

/** For each kind of question: a schema, an answer that fits it and one that does not. */
const kinds: Record<Widget, fc.Arbitrary<Omit<Made, 'key' | 'required'>>> = {
  choice: options.chain((o) =>
    fc.record({
      schema: fc.constant({ type: 'string', enum: o }),
      ui: fc.constant(ui('choice')),
      answer: fc.constantFrom(...o),
      wrong: fc.constantFrom<unknown>(7, null, [], `${o.join('')}!`),
    }),
  ),
  choices: options.chain((o) =>
    fc.record({
      schema: fc.constant({
        type: 'array',
        items: { type: 'string', enum: o },
        uniqueItems: true,
        minItems: 1,
        maxItems: o.length,
      }),
      ui: fc.constant(ui('choices')),
      answer: fc.shuffledSubarray(o, { minLength: 1 }),
      wrong: fc.constantFrom<unknown>([], [o[0], o[0]], ['not in it at all, surely'], 'x', [...o, ...o]),
    }),
  ),
  number: fc.tuple(fc.integer({ min: -1000, max: 0 }), fc.integer({ min: 1, max: 1000 })).chain(([lo, hi]) =>
    fc.record({
      schema: fc.constant({ type: 'integer', minimum: lo, maximum: hi }),
      ui: fc.constant(ui('number')),
      answer: fc.integer({ min: lo, max: hi }),
      wrong: fc.constantFrom<unknown>(lo - 1, hi + 1, 0.5, '3', NaN, Infinity),
    }),
  ),
  short_text: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 5, max: 40 })).chain(([lo, hi]) =>
    fc.record({
      schema: fc.constant({ type: 'string', minLength: lo, maxLength: hi }),
      ui: fc.constant(ui('short_text')),
      answer: fc
        .string({ unit: 'grapheme-composite', minLength: lo, maxLength: hi })
        .filter((s) => plain(s) && codePoints(s) <= hi && codePoints(s) >= lo),
      wrong: fc.constantFrom<unknown>('', '💎'.repeat(hi + 1), 5),
    }),
  ),
  long_text: fc.record({
    schema: fc.constant({ type: 'string', maxLength: 100 }),
    ui: fc.constant(ui('long_text')),
    answer: fc.string({ minLength: 1, maxLength: 50 }).filter(plain),
    wrong: fc.constantFrom<unknown>('x'.repeat(101), {}, ['a']),
  }),
  ranking: options.chain((o) =>
    fc.record({
      schema: fc.constant({
        type: 'array',
        items: { type: 'string', enum: o },
        uniqueItems: true,
        minItems: o.length,
        maxItems: o.length,
      }),
      ui: fc.constant(ui('ranking')),
      answer: fc.shuffledSubarray(o, { minLength: o.length }),
      wrong: fc.constantFrom<unknown>(o.slice(1), [...o.slice(1), o[1]], 'a', [...o, o[0]]),
    }),
  ),
  scale: fc.record({
    schema: fc.constant({ type: 'integer', minimum: 1, maximum: 5 }),
    ui: fc.constant(ui('scale', { min_label: 'not sure', max_label: 'certain' })),
    answer: fc.integer({ min: 1, max: 5 }),
    wrong: fc.constantFrom<unknown>(0, 6, 2.5, '3'),
  }),
  link: fc.record({
    schema: fc.constant({ type: 'string', format: 'uri' }),
    ui: fc.constant(ui('link')),
    answer: fc.webUrl(),
    wrong: fc.constantFrom<unknown>(
      'javascript:alert(1)',
      'ftp://a.example/b',
      'example.org',
      'https://',
      'https://a b.example',
      'https://me:secret@a.example/',
      ' https://a.example',
      'http:/\\a.example',
      `https://a.example/${'x'.repeat(FORM_LIMITS.link_length)}`,
      4,
    ),
  }),
  preference: fc.record({
    schema: fc.constantFrom({ type: 'string', enum: ['a', 'b'] }, { type: 'string', enum: ['a', 'b', 'tie'] }),
    ui: fc.constant(ui('preference', { a_field: 'left', b_field: 'right' })),
    answer: fc.constantFrom('a', 'b'),
    wrong: fc.constantFrom<unknown>('c', 'A', 1),
  }),
}
const question = fc
  .constantFrom(...WIDGETS)
  .chain((w) => fc.record({ key, required: fc.boolean() }).chain((k) => kinds[w].map((q): Made => ({ ...k, ...q }))))
const questions = fc
  .uniqueArray(question, { minLength: 1, maxLength: 8, selector: (q) => q.key })
  .map((qs) => [{ ...qs[0]!, required: true }, ...qs.slice(1)])

describe('answers', () => {
  test('a generated form is accepted, and so is an answer that fits it', () => {
    fc.assert(
      fc.property(questions, (qs) => {
        expect(formProblems(form(qs))).toEqual([])
        expect(questionsOf(form(qs)).map((q) => q.key)).toEqual(qs.map((q) => q.key))
        expect(answerProblems(form(qs), Object.fromEntries(qs.map((q) => [q.key, q.answer])))).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('what is optional may be left out, what is required may not', () => {
    fc.assert(
      fc.property(questions, (qs) => {
        const none = answerProblems(form(qs), {})
        expect(none.map((p) => p.field)).toEqual(qs.filter((q) => q.required).map((q) => `/${q.key}`))
        expect(new Set(none.map((p) => p.code))).toEqual(new Set(['required']))
      }),
    )
  })

  test('each wrong answer is refused and the right question named', () => {
    fc.assert(
      fc.property(questions, fc.nat(), (qs, n) => {
        const bad = qs[n % qs.length]!
        const answer = Object.fromEntries(qs.map((q) => [q.key, q === bad ? q.wrong : q.answer]))
        const problems = answerProblems(form(qs), answer)
        // An empty optional selection or text is no answer, which is allowed.
        const isSilent =
          !bad.required &&
          (bad.wrong === '' || (Array.isArray(bad.wrong) && bad.wrong.length === 0)) &&
          problems.length === 0
        if (!isSilent) expect(problems.map((p) => p.field)).toEqual([`/${bad.key}`])
      }),
      { numRuns: 500 },
    )
  })

  test('an answer to a question that is not there is refused by name', () => {
    const one = form([
      { key: 'a', required: true, schema: { type: 'string' }, ui: ui('short_text'), answer: '', wrong: '' },
    ])
    for (const extra of ['b', 'constructor', 'toString', 'a/b']) {
      const problems = answerProblems(one, { a: 'x', [extra]: 1 })
      expect(problems).toMatchObject([{ code: 'unknown_question' }])
    }
    expect(answerProblems(one, { a: 'x', 'a/b~': 1 })[0]!.field).toBe('/a~1b~0')
  })

  test('length counts characters as people see their code points, not halves of them', () => {
    const f = form([
      {
        key: 'a',
        required: true,
        schema: { type: 'string', minLength: 2, maxLength: 2 },
        ui: ui('short_text'),
        answer: '',
        wrong: '',
      },
    ])
    expect(answerProblems(f, { a: '💎💎' })).toEqual([])
    expect(answerProblems(f, { a: '💎' })).toMatchObject([{ code: 'too_short' }])
  })

  test('blank text and an empty selection do not answer a required question, and leave an optional one out', () => {
    const optional = form([
      {
        key: 'a',
        required: false,
        schema: { type: 'string', minLength: 5 },
        ui: ui('short_text'),
        answer: '',
        wrong: '',
      },
    ])
    expect(answerProblems(optional, { a: '' })).toEqual([])
    expect(answerProblems(optional, { a: 'abc' })).toMatchObject([{ code: 'too_short' }])
    const text = form([
      { key: 'a', required: true, schema: { type: 'string' }, ui: ui('long_text'), answer: '', wrong: '' },
    ])
    expect(answerProblems(text, { a: ' \n ' })).toMatchObject([{ field: '/a', code: 'required' }])
    const some = (minItems?: number) =>
      form([
        {
          key: 'a',
          required: true,
          schema: {
            type: 'array',
            items: { type: 'string', enum: ['x', 'y'] },
            uniqueItems: true,
            ...(minItems === undefined ? {} : { minItems }),
          },
          ui: ui('choices'),
          answer: [],
          wrong: [],
        },
      ])
    expect(answerProblems(some(), { a: [] })).toMatchObject([{ code: 'required' }])
    expect(answerProblems(some(0), { a: [] }), 'none of these is an answer where the form says so').toEqual([])
  })
})

describe('hostile and mistaken forms', () => {
  const good: Made[] = [
    { key: 'a', required: true, schema: { type: 'string' }, ui: ui('short_text'), answer: 'x', wrong: 1 },
  ]
  const withSchema = (schema: unknown): Form => ({ ...form(good), schema })
  const withQuestion = (widget: Widget, schema: Record<string, unknown>, more: Partial<Ui> = {}): Form =>
    form([{ ...good[0]!, schema, ui: ui(widget, more) }])
  const cyclic: Record<string, unknown> = { type: 'object' }
  cyclic.properties = { a: cyclic }
  const deep = (n: number): unknown => (n === 0 ? 1 : { x: deep(n - 1) })
  const many = (n: number) => form(Array.from({ length: n }, (_, i) => ({ ...good[0]!, key: `q${i}` })))

  const corpus: [string, Form, string, string][] = [
    ['a schema that is no object', withSchema(null), '/schema', 'not_an_object'],
    ['a list', withSchema([]), '/schema', 'not_an_object'],
    ['a boolean schema', withSchema(true), '/schema', 'not_an_object'],
    ['a schema that contains itself', withSchema(cyclic), '/schema', 'too_deep'],
    ['depth', withSchema({ type: 'object', properties: { a: deep(30) } }), '/schema', 'too_deep'],
    [
      'size',
      withSchema({ type: 'object', title: 'x'.repeat(FORM_LIMITS.json_bytes + 1), properties: {} }),
      '/schema',
      'too_large',
    ],
    [
      'many nodes',
      withSchema({
        type: 'object',
        properties: { a: { type: 'string', enum: Array.from({ length: FORM_LIMITS.nodes + 1 }, () => 'x') } },
      }),
      '/schema',
      'too_large',
    ],
    [
      'another dialect',
      withSchema({
        $schema: 'http://json-schema.org/draft-07/schema#',
        type: 'object',
        properties: { a: { type: 'string' } },
        required: ['a'],
      }),
      '/schema/$schema',
      'other_dialect',
    ],
    [
      'root $ref',
      withSchema({ $ref: '#', type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }),
      '/schema/$ref',
      'unsupported_keyword',
    ],
    [
      'root $defs',
      withSchema({ $defs: { a: {} }, type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }),
      '/schema/$defs',
      'unsupported_keyword',
    ],
    [
      'root allOf',
      withSchema({ allOf: [{}], type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }),
      '/schema/allOf',
      'unsupported_keyword',
    ],
    [
      'patternProperties',
      withSchema({
        patternProperties: { '^(a+)+$': {} },
        type: 'object',
        properties: { a: { type: 'string' } },
        required: ['a'],
      }),
      '/schema/patternProperties',
      'unsupported_keyword',
    ],
    [
      'additional answers',
      withSchema({
        additionalProperties: true,
        type: 'object',
        properties: { a: { type: 'string' } },
        required: ['a'],
      }),
      '/schema/additionalProperties',
      'must_be_false',
    ],
    [
      'a root of another type',
      withSchema({ type: 'array', properties: { a: { type: 'string' } }, required: ['a'] }),
      '/schema/type',
      'wrong_type',
    ],
    ['no properties', withSchema({ type: 'object' }), '/schema/properties', 'not_an_object'],
    [
      'no required question',
      withSchema({ type: 'object', properties: { a: { type: 'string' } } }),
      '/schema/required',
      'none_required',
    ],
    [
      'required that is not a list',
      withSchema({ type: 'object', properties: { a: { type: 'string' } }, required: 'a' }),
      '/schema/required',
      'wrong_type',
    ],
    [
      'required names a stranger',
      withSchema({ type: 'object', properties: { a: { type: 'string' } }, required: ['a', 'toString'] }),
      '/schema/required',
      'unknown_question',
    ],
    [
      'required twice',
      withSchema({ type: 'object', properties: { a: { type: 'string' } }, required: ['a', 'a'] }),
      '/schema/required',
      'named_twice',
    ],
    [
      'a catastrophic pattern',
      withQuestion('short_text', { type: 'string', pattern: '^(a+)+$' }),
      '/schema/properties/a/pattern',
      'unsupported_keyword',
    ],
    [
      'recursion in a question',
      withQuestion('short_text', { type: 'string', $ref: '#' }),
      '/schema/properties/a/$ref',
      'unsupported_keyword',
    ],
    [
      'anyOf in a question',
      withQuestion('choice', { type: 'string', enum: ['x', 'y'], anyOf: [] }),
      '/schema/properties/a/anyOf',
      'unsupported_keyword',
    ],
    [
      'a type that is a list',
      withQuestion('short_text', { type: ['string', 'null'] }),
      '/schema/properties/a/type',
      'widget_misfit',
    ],
    [
      'a widget that does not fit',
      withQuestion('number', { type: 'string' }),
      '/schema/properties/a/type',
      'widget_misfit',
    ],
    [
      'a number for a scale',
      withQuestion('scale', { type: 'number', minimum: 1, maximum: 5 }),
      '/schema/properties/a/type',
      'widget_misfit',
    ],
    [
      'a scale without an end',
      withQuestion('scale', { type: 'integer', minimum: 1 }),
      '/schema/properties/a',
      'bad_scale',
    ],
    [
      'an endless scale',
      withQuestion('scale', { type: 'integer', minimum: 0, maximum: 1e9 }),
      '/schema/properties/a',
      'bad_scale',
    ],
    [
      'limits that cross',
      withQuestion('number', { type: 'number', minimum: 2, maximum: 1 }),
      '/schema/properties/a/minimum',
      'bad_range',
    ],
    [
      'a limit that is no number',
      withQuestion('number', { type: 'number', minimum: '2' }),
      '/schema/properties/a/minimum',
      'bad_range',
    ],
    [
      'a length below nothing',
      withQuestion('short_text', { type: 'string', minLength: -1 }),
      '/schema/properties/a/minLength',
      'bad_range',
    ],
    [
      'a short text that is long',
      withQuestion('short_text', { type: 'string', maxLength: FORM_LIMITS.short_text + 1 }),
      '/schema/properties/a/maxLength',
      'bad_range',
    ],
    ['one option', withQuestion('choice', { type: 'string', enum: ['x'] }), '/schema/properties/a/enum', 'bad_options'],
    ['no options', withQuestion('choice', { type: 'string' }), '/schema/properties/a/enum', 'bad_options'],
    [
      'an option that is no text',
      withQuestion('choice', { type: 'string', enum: ['x', 1] }),
      '/schema/properties/a/enum/1',
      'bad_options',
    ],
    [
      'an option twice',
      withQuestion('choice', { type: 'string', enum: ['x', 'y', 'x'] }),
      '/schema/properties/a/enum/2',
      'option_twice',
    ],
    [
      'too many options',
      withQuestion('choice', { type: 'string', enum: Array.from({ length: 501 }, (_, i) => `o${i}`) }),
      '/schema/properties/a/enum',
      'too_many_options',
    ],
    [
      'choices that may repeat',
      withQuestion('choices', { type: 'array', items: { type: 'string', enum: ['x', 'y'] } }),
      '/schema/properties/a/uniqueItems',
      'must_be_true',
    ],
    [
      'more to choose than there is',
      withQuestion('choices', {
        type: 'array',
        items: { type: 'string', enum: ['x', 'y'] },
        uniqueItems: true,
        minItems: 3,
      }),
      '/schema/properties/a/minItems',
      'bad_range',
    ],
    [
      'nothing to choose',
      withQuestion('choices', {
        type: 'array',
        items: { type: 'string', enum: ['x', 'y'] },
        uniqueItems: true,
        maxItems: 0,
      }),
      '/schema/properties/a/maxItems',
      'bad_range',
    ],
    [
      'items by reference',
      withQuestion('choices', {
        type: 'array',
        items: { $ref: '#/x', type: 'string', enum: ['x', 'y'] },
        uniqueItems: true,
      }),
      '/schema/properties/a/items/$ref',
      'unsupported_keyword',
    ],
    [
      'a ranking of some',
      withQuestion('ranking', {
        type: 'array',
        items: { type: 'string', enum: ['x', 'y', 'z'] },
        uniqueItems: true,
        minItems: 2,
        maxItems: 3,
      }),
      '/schema/properties/a',
      'bad_range',
    ],
    [
      'a link without its format',
      withQuestion('link', { type: 'string' }),
      '/schema/properties/a/format',
      'bad_format',
    ],
    [
      'a preference among three',
      withQuestion('preference', { type: 'string', enum: ['a', 'b', 'c'] }, { a_field: 'l', b_field: 'r' }),
      '/schema/properties/a/enum',
      'bad_options',
    ],
    [
      'a preference without sides',
      withQuestion('preference', { type: 'string', enum: ['a', 'b'] }),
      '/ui/questions/a/a_field',
      'side_missing',
    ],
    [
      'a preference of one with itself',
      withQuestion('preference', { type: 'string', enum: ['a', 'b'] }, { a_field: 'l', b_field: 'l' }),
      '/ui/questions/a/b_field',
      'named_twice',
    ],
    [
      'sides of a text',
      withQuestion('short_text', { type: 'string' }, { a_field: 'l' }),
      '/ui/questions/a/a_field',
      'widget_misfit',
    ],
    [
      'a label for no option',
      withQuestion('choice', { type: 'string', enum: ['x', 'y'] }, { labels: { z: 'Z' } }),
      '/ui/questions/a/labels/z',
      'unknown_option',
    ],
    [
      'ends of a choice',
      withQuestion('choice', { type: 'string', enum: ['x', 'y'] }, { min_label: 'low' }),
      '/ui/questions/a/min_label',
      'widget_misfit',
    ],
    [
      'a question that nothing shows',
      { ...form(good), ui: { ...form(good).ui, questions: {} } },
      '/ui/questions',
      'question_missing',
    ],
    [
      'a question out of the order',
      {
        ...form([...good, { ...good[0]!, key: 'b' }]),
        ui: { ...form([...good, { ...good[0]!, key: 'b' }]).ui, order: ['a'] },
      },
      '/ui/order',
      'question_missing',
    ],
    [
      'an order that names a stranger',
      { ...form(good), ui: { ...form(good).ui, order: ['a', 'b'] } },
      '/ui/order',
      'unknown_question',
    ],
    [
      'an order that repeats',
      { ...form(good), ui: { ...form(good).ui, order: ['a', 'a'] } },
      '/ui/order',
      'named_twice',
    ],
    [
      'a widget for no question',
      { ...form(good), ui: { ...form(good).ui, questions: { ...form(good).ui.questions, b: ui('number') } } },
      '/ui/questions/b',
      'unknown_question',
    ],
    [
      'a key that is no key',
      withSchema({ type: 'object', properties: { a: { type: 'string' }, 'B c': { type: 'string' } }, required: ['a'] }),
      '/schema/properties/B c',
      'bad_key',
    ],
    ['sixty-one questions', many(61), '/schema/properties', 'too_many_questions'],
    [
      'a field shown twice',
      {
        ...form(good),
        ui: {
          ...form(good).ui,
          item: [
            { field: 'x', title: '', as: 'text' },
            { field: 'x', title: '', as: 'text' },
          ],
        },
      },
      '/ui/item/1/field',
      'named_twice',
    ],
  ]
  test.each(corpus)('%s', (_what, hostile, field, code) => {
    const problems = formProblems(hostile)
    expect(problems.map((p) => `${p.field} ${p.code}`)).toContain(`${field} ${code}`)
    for (const p of problems) expect(p.message.length).toBeGreaterThan(10)
  })

  test('the example of each widget is accepted', () => {
    expect(formProblems(form(good))).toEqual([])
    expect(formProblems(many(60))).toEqual([])
  })

  test('whatever a schema holds, checking it ends and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (schema) => {
        expect(Array.isArray(formProblems(withSchema(schema)))).toBe(true)
      }),
      { numRuns: 300 },
    )
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('type', 'enum', 'items', 'minimum', 'maxItems', 'pattern', '$ref', 'uniqueItems'),
          fc.jsonValue({ maxDepth: 3 }),
        ),
        fc.constantFrom(...WIDGETS),
        (q, w) => {
          expect(Array.isArray(formProblems(withQuestion(w, q as Record<string, unknown>)))).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })
})

test("the fields that a form shows are the item's and the two sides", () => {
  const two: Made = {
    key: 'better',
    required: true,
    schema: { type: 'string', enum: ['a', 'b'] },
    ui: ui('preference', { a_field: 'left', b_field: 'right' }),
    answer: 'a',
    wrong: 1,
  }
  const f = form([two])
  expect(
    shownFields({
      ...f,
      ui: {
        ...f.ui,
        item: [
          { field: 'prompt', title: 'Prompt', as: 'markdown' },
          { field: 'left', title: 'A', as: 'text' },
        ],
      },
    }),
  ).toEqual(['prompt', 'left', 'right'])
})

test('of an item, people see what the form shows and nothing else', () => {
  const form = (item?: { field: string; title: string; as: 'text' }[]): Form => ({
    schema: { type: 'object', properties: { q: { type: 'string' } } },
    ui: { order: ['q'], questions: { q: { widget: 'short_text', title: 'Q' } }, ...(item ? { item } : {}) },
  })
  const data = { question: 'Which?', expected: 'secret', __proto__: null }
  expect(shownData(form([{ field: 'question', title: 'Question', as: 'text' }]), data)).toEqual({ question: 'Which?' })
  expect(shownData(form(), data)).toBe(data)
  expect(shownData(form([]), data)).toEqual({})
  expect(shownData(form([]), null)).toBeNull()
})
