import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SETTINGS } from '../../../test/campaign.ts'
import type { Snapshot } from '../../engine/snapshot.ts'
import { inferAnswers, sureEnough } from '../reliability/redundancy-rules.ts'
import type { ComparedQuestion } from '../templates/redundancy-rules.ts'
import { agrees, decideItem, infer, type Given } from './rules.ts'

const question = (widget: ComparedQuestion['widget'], more: Partial<ComparedQuestion> = {}): ComparedQuestion => ({
  key: 'q',
  widget,
  options: ['a', 'b', 'c'],
  minimum: -Infinity,
  maximum: Infinity,
  ...more,
})
const given = (...answers: unknown[]): Given[] =>
  answers.map((q, i) => ({ submission_id: String(i + 1), author_id: `p${i}`, answer: { q } }))
const scale = question('scale', { minimum: 1, maximum: 5 })
const five = question('ranking', { options: ['a', 'b', 'c', 'd', 'e'] })
const order = (s: string) => s.split('')

describe('inference of one question', () => {
  test.each<[string, ComparedQuestion, unknown[], unknown]>([
    ['a plurality wins without a majority', question('choice'), ['a', 'a', 'b', 'c'], 'a'],
    ['two leaders are a tie', question('choice'), ['a', 'a', 'b', 'b', 'c'], undefined],
    ['a tie can be preferred', question('preference', { options: ['a', 'b', 'tie'] }), ['tie', 'tie', 'a'], 'tie'],
    ['options that more than half chose', question('choices'), [['a', 'b'], ['b'], ['b', 'c']], ['b']],
    ['nobody chose much: an empty selection', question('choices'), [['a'], ['b'], ['c']], []],
    ['half for one option is a tie', question('choices'), [['a', 'b'], ['b']], undefined],
    [
      'the form gives the order of options',
      question('choices'),
      [
        ['c', 'a'],
        ['a', 'c'],
      ],
      ['a', 'c'],
    ],
    ['the middle number', question('number'), [100, 100.5, 9000], 100.5],
    ['of two middle ones the lower', question('number'), [100, 100.5], 100],
    ['scattered numbers are a tie', question('number'), [1, 50, 900], undefined],
    ['zero is a number', question('number'), [0, 0, 5], 0],
    ['negative numbers have a middle', question('number'), [-100, -100, 7], -100],
    ['a scale forgives one point of five', scale, [2, 3, 5], 3],
    ['a scattered scale is a tie', scale, [1, 3, 5], undefined],
    ['a short scale forgives nothing', question('scale', { minimum: 1, maximum: 3 }), [1, 2, 3], undefined],
    ['Borda puts the best first', question('ranking'), [order('abc'), order('abc'), order('cab')], order('abc')],
    [
      'equal counts: as most ranked the two',
      five,
      [order('abcde'), order('abcde'), order('bacde'), order('abcde'), order('bcade')],
      order('abcde'),
    ],
    ['a circle is a tie', question('ranking'), [order('abc'), order('bca'), order('cab')], undefined],
    ['rankings that nobody shares are a tie', five, [order('abcde'), order('edcba'), order('cabed')], undefined],
  ])('%s', (_, q, values, expected) => {
    expect(infer(q, values)).toEqual(expected)
  })

  test.each<[string, ComparedQuestion, unknown, unknown, boolean]>([
    ['within 1 %', question('number'), 101, 100, true],
    ['over 1 %', question('number'), 101.01, 100, false],
    ['nothing is within 1 % of zero', question('number'), 0.0001, 0, false],
    ['a large number agrees with itself', question('number'), 1e308, 1e308, true],
    ['one point of five', scale, 4, 5, true],
    ['two points of five', scale, 3, 5, false],
    ['ten points of a hundred', question('scale', { minimum: 0, maximum: 100 }), 40, 50, true],
    ['eleven points of a hundred', question('scale', { minimum: 0, maximum: 100 }), 39, 50, false],
    ['one option of three', question('choices'), ['a'], ['a', 'b'], false],
    ['one option of ten', question('choices', { options: order('abcdefghij') }), ['a'], ['a', 'b'], true],
    ['two pairs of ten', five, order('badce'), order('abcde'), true],
    ['three pairs of ten', five, order('bcdae'), order('abcde'), false],
    ['two of two swapped', question('ranking', { options: ['a', 'b'] }), ['b', 'a'], ['a', 'b'], false],
  ])('agreement: %s', (_, q, value, inferred, expected) => {
    expect(agrees(q, value, inferred)).toBe(expected)
  })
})

describe('decision of one item', () => {
  const choice = [question('choice')]
  const policy = { min: 3, max: 5 }
  test.each<[string, Given[], { min: number; max: number; last?: boolean }, string, number?]>([
    ['too few answers ask for the rest', given('a'), policy, 'more', 2],
    ['too few, and no more can come', given('a', 'a'), { ...policy, last: true }, 'unresolved'],
    ['enough and clear', given('a', 'a', 'b'), policy, 'done'],
    ['a tie asks for one more', given('a', 'b', 'c'), policy, 'more', 1],
    ['the fourth may break it', given('a', 'b', 'c', 'a'), policy, 'done'],
    ['still tied at the most answers', given('a', 'a', 'b', 'b', 'c'), policy, 'unresolved'],
    ['a tie, and no more can come', given('a', 'b', 'c'), { ...policy, last: true }, 'unresolved'],
    ['one answer decides where one is wanted', given('b'), { min: 1, max: 1 }, 'done'],
    ['more than the most are still read', given('a', 'b', 'c', 'a', 'b', 'a'), policy, 'done'],
  ])('%s', (_, answers, p, kind, n) => {
    const outcome = decideItem(choice, answers, p)
    expect(outcome.kind).toBe(kind)
    if (outcome.kind === 'more') expect(outcome.n).toBe(n)
  })

  test('says who agreed on what', () => {
    const two = [question('choice', { key: 'x' }), question('choice', { key: 'y' })]
    const answers = [
      ['a', 'a'],
      ['a', 'a'],
      ['a', 'b'],
    ].map(([x, y], i) => ({ submission_id: String(i), author_id: 'p', answer: { x, y } }))
    const outcome = decideItem(two, answers, policy)
    expect(outcome).toEqual({
      kind: 'done',
      answer: { x: 'a', y: 'a' },
      agreed: new Map([
        ['0', { x: true, y: true }],
        ['1', { x: true, y: true }],
        ['2', { x: true, y: false }],
      ]),
    })
  })

  test('an answer from before a question was asked is heard on the others, and nothing is held against it', () => {
    const two = [question('choice', { key: 'x' }), question('choice', { key: 'y' })]
    const answers = [{ x: 'a' }, { x: 'a', y: 'b' }, { x: 'b', y: 'b' }].map((answer, i) => ({
      submission_id: String(i),
      author_id: 'p',
      answer,
    }))
    expect(decideItem(two, answers, policy)).toMatchObject({
      kind: 'done',
      answer: { x: 'a', y: 'b' },
      agreed: new Map([
        ['0', { x: true, y: true }],
        ['1', { x: true, y: true }],
        ['2', { x: false, y: true }],
      ]),
    })
  })

  test('an answer that nobody gave in full asks for one more', () => {
    const three = ['x', 'y', 'z'].map((key) => question('choice', { key }))
    const answers = [
      ['b', 'a', 'a'],
      ['a', 'b', 'a'],
      ['a', 'a', 'b'],
    ].map(([x, y, z], i) => ({ submission_id: String(i), author_id: 'p', answer: { x, y, z } }))
    expect(decideItem(three, answers, policy)).toEqual({ kind: 'more', n: 1 })
  })
})

const options = ['a', 'b', 'c', 'd']
const kinds: { q: ComparedQuestion; value: fc.Arbitrary<unknown> }[] = [
  { q: question('choice', { options }), value: fc.constantFrom(...options) },
  { q: question('preference', { options: ['a', 'b', 'tie'] }), value: fc.constantFrom('a', 'b', 'tie') },
  { q: question('choices', { options }), value: fc.subarray(options) },
  {
    q: question('number'),
    value: fc.oneof(fc.constantFrom(10, 10.05, 11), fc.double({ noNaN: true, noDefaultInfinity: true })),
  },
  { q: scale, value: fc.integer({ min: 1, max: 5 }) },
  { q: question('ranking', { options }), value: fc.shuffledSubarray(options, { minLength: 4, maxLength: 4 }) },
]
const anItem = fc
  .constantFrom(...kinds)
  .chain(({ q, value }) => fc.record({ q: fc.constant(q), values: fc.array(value, { minLength: 1, maxLength: 7 }) }))

describe('laws', () => {
  const policy = { min: 1, max: 7 }
  test('the order of answers does not matter', () => {
    fc.assert(
      fc.property(
        anItem.chain((i) =>
          fc.record({
            q: fc.constant(i.q),
            values: fc.constant(i.values),
            shuffled: fc.shuffledSubarray(given(...i.values), { minLength: i.values.length }),
          }),
        ),
        ({ q, values, shuffled }) => {
          const [a, b] = [decideItem([q], given(...values), policy), decideItem([q], shuffled, policy)]
          expect(b.kind).toBe(a.kind)
          if (a.kind === 'done' && b.kind === 'done') {
            expect(b.answer).toEqual(a.answer)
            expect(new Map([...b.agreed].sort())).toEqual(new Map([...a.agreed].sort()))
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
  test('a decided item has somebody who agrees in full, and everybody is told', () => {
    fc.assert(
      fc.property(anItem, ({ q, values }) => {
        const outcome = decideItem([q], given(...values), policy)
        if (outcome.kind !== 'done') return
        expect(outcome.agreed.size).toBe(values.length)
        expect([...outcome.agreed.values()].some((a) => a.q)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
  test('one voice is believed: when all say the same, that is the answer and all agree', () => {
    fc.assert(
      fc.property(anItem, fc.integer({ min: 1, max: 7 }), ({ q, values }, n) => {
        const outcome = decideItem([q], given(...Array.from({ length: n }, () => values[0])), policy)
        expect(outcome.kind).toBe('done')
        if (outcome.kind === 'done') expect([...outcome.agreed.values()].every((a) => a.q)).toBe(true)
      }),
    )
  })
  test('it ends: with the most answers, or when no more can come, nobody else is asked', () => {
    fc.assert(
      fc.property(anItem, fc.boolean(), ({ q, values }, last) => {
        const outcome = decideItem(
          [q],
          given(...values),
          last ? { min: 3, max: 9, last } : { min: 1, max: values.length },
        )
        expect(outcome.kind).not.toBe('more')
      }),
    )
  })
})

describe('answers weighed by whom they come from', () => {
  const options = ['a', 'b', 'c']
  const sure = (units: number) => options.map((_, said) => options.map((_, truth) => (said === truth ? units : -units)))
  const snapshot: Snapshot = {
    format: 'assay-snapshot-1',
    batch: 'x',
    event: '1',
    unit_bits: 16,
    classes: options,
    prior: [0, 0, 0],
    margin: [100_000, 100_000, 100_000],
    default_weights: sure(20_000),
    people: { p0: sure(80_000) },
    signals: {},
  }
  const basis = new Map([['q', snapshot]])
  const choice = question('choice')
  const one = (answer: string, author_id = 'stranger') => ({
    submission_id: `${author_id}${answer}`,
    author_id,
    answer: { q: answer },
  })
  test('one who is known to be right is enough, strangers are asked until they lead by the margin', () => {
    expect(decideItem([choice], [one('b', 'p0')], { min: 1, max: 5, basis })).toMatchObject({
      kind: 'done',
      answer: { q: 'b' },
    })
    expect(decideItem([choice], [one('b')], { min: 1, max: 5, basis })).toEqual({ kind: 'more', n: 1 })
    const three = [one('b', 's1'), one('b', 's2'), one('b', 's3')]
    expect(decideItem([choice], three, { min: 1, max: 5, basis })).toMatchObject({ kind: 'done', answer: { q: 'b' } })
  })
  test('against a plurality of strangers; and when nobody more can be asked, the one that leads', () => {
    const given = [one('a', 's1'), one('a', 's2'), one('b', 'p0')]
    expect(decideItem([choice], given, { min: 1, max: 5, basis })).toEqual({ kind: 'more', n: 1 })
    expect(decideItem([choice], given, { min: 1, max: 3, basis })).toMatchObject({ kind: 'done', answer: { q: 'b' } })
    expect(decideItem([choice], [one('a', 's1'), one('b', 's2')], { min: 1, max: 2, basis })).toEqual({
      kind: 'unresolved',
    })
  })
  test('the weights come from the answers: who disagrees with everybody is not believed', () => {
    const answers = Array.from({ length: 60 }, (_, i) => i).flatMap((i) => {
      const truth = options[i % 3]!
      const wrong = options[(i + 1) % 3]!
      return ['x', 'y', 'z', 'bad'].map((account_id) => ({
        item_id: String(i),
        account_id,
        value: account_id === 'bad' ? wrong : truth,
      }))
    })
    const learnt = inferAnswers(answers, options, 0.95, { batch: 'b', event: '1' })
    const given = [one('c', 'x'), one('a', 'bad')]
    expect(decideItem([choice], given, { min: 1, max: 5, basis: new Map([['q', learnt]]) })).toMatchObject({
      kind: 'done',
      answer: { q: 'c' },
    })
  })
  test('is sure enough when even a perfect answer would not be worth its price', () => {
    const settings = (good: string) => ({
      ...SETTINGS,
      policy: { kind: 'adaptive' as const, good_value_minor: good, bad_cost_minor: good },
    })
    expect(sureEnough(settings('100'))).toBeCloseTo(0.9)
    expect(sureEnough(settings('10000'))).toBeCloseTo(0.999)
    expect(sureEnough(settings('1'))).toBe(0.6)
    expect(sureEnough(SETTINGS)).toBeUndefined()
  })
})
