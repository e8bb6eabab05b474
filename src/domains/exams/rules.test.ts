import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Form, Widget } from '../templates/contract.ts'
import type { BankQuestion } from './contract.ts'
import {
  bankProblems,
  drawQuestions,
  isRight,
  needsReviewer,
  peopleToMove,
  refuseJoin,
  retryAt,
  rolesFor,
  scoreBps,
  shuffledForm,
  standingWith,
  type JoinFacts,
  type Need,
} from './rules.ts'

const one = (widget: Widget, schema: Record<string, unknown>): Form => ({
  schema: { type: 'object', properties: { q: schema }, required: ['q'] },
  ui: { order: ['q'], questions: { q: { widget, title: 'Which?' } } },
})
const choice = one('choice', { type: 'string', enum: ['a', 'b', 'c'] })
const choices = one('choices', { type: 'array', items: { type: 'string', enum: ['a', 'b', 'c'] }, uniqueItems: true })
const ranking = one('ranking', {
  type: 'array',
  items: { type: 'string', enum: ['a', 'b', 'c'] },
  uniqueItems: true,
  minItems: 3,
  maxItems: 3,
})
const number = one('number', { type: 'number', minimum: 0, maximum: 100 })
const text = one('short_text', { type: 'string', maxLength: 100 })
const link = one('link', { type: 'string', format: 'uri' })
const asked = (form: Form, answer: unknown): BankQuestion => ({
  prompt: 'Which?',
  form,
  answer: { q: answer },
  explanation: '',
})

describe('grading', () => {
  test.each<[string, Form, unknown, unknown[], unknown[]]>([
    ['a choice', choice, 'b', ['b'], ['a', 'B', null, ['b']]],
    ['one of several', choice, { one_of: ['a', 'b'] }, ['a', 'b'], ['c']],
    ['a selection, in any order', choices, ['a', 'c'], [['c', 'a']], [['a'], ['a', 'b', 'c'], []]],
    ['a ranking, in its order', ranking, ['b', 'a', 'c'], [['b', 'a', 'c']], [['a', 'b', 'c']]],
    ['a number', number, 42, [42], [41, '42']],
    ['a number within bounds', number, { between: [40, 45] }, [40, 42.5, 45], [39.9, 46]],
    ['a short text, however it is written', text, 'New York', ['new  york', ' New York ', 'Ｎｅｗ York'], ['York']],
    [
      'a link, however it is written',
      link,
      'https://a.example/x',
      ['HTTPS://A.example/x'],
      ['https://a.example/y', 'nonsense'],
    ],
  ])('%s', (_what, form, key, right, wrong) => {
    expect(bankProblems(asked(form, key))).toEqual([])
    for (const answer of right) expect(isRight(form, { q: key }, { q: answer }), `${JSON.stringify(answer)}`).toBe(true)
    for (const answer of wrong)
      expect(isRight(form, { q: key }, { q: answer }), `${JSON.stringify(answer)}`).toBe(false)
    expect(isRight(form, { q: key }, {}), 'left out').toBe(false)
    expect(isRight(form, { q: key }, JSON.parse('{"constructor": 1}') as Record<string, unknown>)).toBe(false)
  })

  test('a score is the share got right, rounded down', () => {
    expect([scoreBps(2, 3), scoreBps(3, 3), scoreBps(0, 3), scoreBps(0, 0)]).toEqual([6666, 10_000, 0, 0])
  })
})

test('a question that cannot be asked or graded is refused by field', () => {
  const problems = (q: BankQuestion) => bankProblems(q).map((p) => `${p.field} ${p.code}`)
  expect(problems(asked(choice, 'd'))).toEqual(['/answer/q not_an_answer'])
  expect(problems(asked(choice, { one_of: ['a', 'd'] }))).toEqual(['/answer/q not_an_answer'])
  expect(problems(asked(choice, { between: [1, 2] }))).toEqual(['/answer/q bad_key'])
  expect(problems(asked(number, { between: [2, 1] }))).toEqual(['/answer/q bad_key'])
  expect(problems(asked(number, { between: [1, Infinity] }))).toEqual(['/answer/q bad_key'])
  expect(problems(asked(number, { about: 3 }))).toEqual(['/answer/q bad_key'])
  expect(problems(asked(choice, { one_of: [] }))).toEqual(['/answer/q bad_key'])
  expect(problems({ ...asked(choice, 'a'), answer: {} })).toEqual(['/answer/q required'])
  expect(problems({ ...asked(choice, 'a'), answer: { q: 'a', r: 'b' } })).toEqual(['/answer/r unknown_question'])
  expect(problems(asked(one('long_text', { type: 'string' }), 'x'))).toEqual(['/form/schema/properties/q not_gradable'])
  expect(problems(asked({ ...choice, schema: { $ref: '#' } }, 'a'))).toContain('/form/schema/$ref unsupported_keyword')
  expect(
    problems(asked({ ...choice, ui: { ...choice.ui, item: [{ field: 'x', title: '', as: 'text' }] } }, 'a')),
  ).toEqual(['/form/ui/item nothing_to_show'])
})

describe('the draw', () => {
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }).map(String), { minLength: 1, maxLength: 30 })
  test('has as many different questions as it can, unseen ones first, and the seed alone decides', () => {
    fc.assert(
      fc.property(fc.nat(), ids, fc.nat(), fc.nat({ max: 10 }), (seed, bank, seenCount, count) => {
        const seen = bank.slice(0, seenCount % (bank.length + 1))
        const drawn = drawQuestions(seed, bank, seen, count)
        expect(drawQuestions(seed, [...bank].reverse(), seen, count), 'whatever order the bank comes in').toEqual(drawn)
        expect(new Set(drawn).size).toBe(Math.min(count, bank.length))
        const fresh = bank.filter((id) => !seen.includes(id))
        expect(drawn.filter((id) => fresh.includes(id)).length).toBe(Math.min(count, fresh.length))
      }),
    )
  })
  test('when all were seen, those seen longest ago come back', () => {
    for (let seed = 0; seed < 20; seed++)
      expect(drawQuestions(seed, ['1', '2', '3', '4'], ['4', '3', '2', '1'], 2).sort()).toEqual(['1', '2'])
  })
  test('differs from person to person', () => {
    const bank = Array.from({ length: 20 }, (_, i) => String(i + 1))
    expect(
      new Set(Array.from({ length: 50 }, (_, seed) => drawQuestions(seed, bank, [], 5).join())).size,
    ).toBeGreaterThan(45)
  })
  test('options are the same in another order; a scale keeps its own', () => {
    const orders = new Set<string>()
    for (let seed = 0; seed < 40; seed++) {
      const { enum: options } = (
        shuffledForm(choice, seed, '123456789012345').schema as { properties: { q: { enum: string[] } } }
      ).properties.q
      expect([...options].sort()).toEqual(['a', 'b', 'c'])
      orders.add(options.join())
    }
    expect(orders.size).toBe(6)
    const scale = one('scale', { type: 'integer', minimum: 1, maximum: 5 })
    expect(shuffledForm(scale, 3, '9')).toEqual(scale)
    expect(shuffledForm(ranking, 1, '9')).toEqual(shuffledForm(ranking, 1, '9'))
  })
})

test('where a person stands', () => {
  const now = new Date('2026-01-10T12:00:00Z')
  const ago = (s: number) => new Date(now.getTime() - s * 1000)
  const f = { now, joined: true, has_exam: true, passed: false, last: undefined, cooldown_seconds: 600 }
  expect(standingWith({ ...f, joined: false })).toBe('not_joined')
  expect(standingWith({ ...f, has_exam: false })).toBe('not_needed')
  expect(standingWith(f)).toBe('ready')
  expect(standingWith({ ...f, passed: true })).toBe('passed')
  expect(standingWith({ ...f, last: { submitted_at: null, expires_at: ago(-1), passed: null } })).toBe('open')
  expect(standingWith({ ...f, last: { submitted_at: ago(599), expires_at: ago(0), passed: false } })).toBe(
    'cooling_down',
  )
  expect(standingWith({ ...f, last: { submitted_at: ago(600), expires_at: ago(0), passed: false } })).toBe('ready')
  // Letting an attempt run out is no way round the cool-down.
  expect(standingWith({ ...f, last: { submitted_at: null, expires_at: ago(1), passed: null } })).toBe('cooling_down')
  expect(retryAt({ submitted_at: null, expires_at: now, passed: null }, 60)).toEqual(new Date('2026-01-10T12:01:00Z'))
})

test('joining: the first broken rule is named', () => {
  const fine: JoinFacts = {
    is_public: true,
    status: 'open',
    season_over: false,
    deadline_passed: false,
    own: false,
    vetted_only: false,
    vetted: false,
    consent_version: 2,
    agreed_version: 2,
    adults_only: true,
    adult: true,
    countries: ['FR'],
    country: 'FR',
  }
  expect(refuseJoin(fine)).toBeUndefined()
  expect(
    refuseJoin({ ...fine, status: 'pilot', countries: null, country: undefined, adults_only: false, adult: false }),
  ).toBeUndefined()
  const broken: [Partial<JoinFacts>, string][] = [
    [{ country: 'DE' }, 'country_not_eligible'],
    [{ country: undefined }, 'country_needed'],
    [{ adult: false }, 'adults_only'],
    [{ agreed_version: 1 }, 'consent_changed'],
    [{ vetted_only: true }, 'vetted_only'],
    [{ own: true }, 'own_campaign'],
    [{ season_over: true }, 'season_over'],
    [{ deadline_passed: true }, 'campaign_not_open'],
    [{ deadline_passed: false, status: 'paused' }, 'campaign_not_open'],
    [{ is_public: false }, 'campaign_not_found'],
  ]
  let facts = fine
  for (const [wrong, code] of broken) {
    facts = { ...facts, ...wrong }
    expect(refuseJoin(facts)).toBe(code)
  }
})

describe('roles', () => {
  const calm: Need = { reviews: 0, contributions: 100, reviewers: 5, contributors: 10, panel: 3 }
  const f = { mode: 'review' as const, may_do_both: false, score_bps: 9000, reviewer_bps: 8000, need: calm }
  test('by need and quality, and the reason is said', () => {
    expect(rolesFor(f)).toEqual([{ role: 'contributor', why: 'contribute_needed' }])
    expect(rolesFor({ ...f, need: { ...calm, reviews: 51 } })).toEqual([{ role: 'reviewer', why: 'review_needed' }])
    expect(rolesFor({ ...f, need: { ...calm, reviews: 50 } }), 'as much per reviewer as per contributor').toEqual([
      { role: 'contributor', why: 'contribute_needed' },
    ])
    expect(rolesFor({ ...f, score_bps: 7999, need: { ...calm, reviews: 51 } })).toEqual([
      { role: 'contributor', why: 'below_reviewer_score' },
    ])
    expect(
      rolesFor({ ...f, score_bps: null, need: { ...calm, reviews: 51 } }),
      'without an exam by need alone',
    ).toEqual([{ role: 'reviewer', why: 'review_needed' }])
    expect(rolesFor({ ...f, mode: 'redundancy' })).toEqual([{ role: 'contributor', why: 'answers_only' }])
    expect(rolesFor({ ...f, may_do_both: true }).map((r) => r.role)).toEqual(['contributor', 'reviewer'])
    expect(rolesFor({ ...f, may_do_both: true, score_bps: 7999 })).toEqual([
      { role: 'contributor', why: 'below_reviewer_score' },
    ])
  })
  test('a panel that cannot be filled comes first', () => {
    expect(needsReviewer({ ...calm, reviews: 1, reviewers: 2 })).toBe(true)
    expect(needsReviewer({ ...calm, reviews: 0, reviewers: 0 })).toBe(false)
  })
  test('people are moved towards the work, a tenth at a time, never the last ones', () => {
    expect(peopleToMove(calm)).toBeLessThanOrEqual(0)
    expect(peopleToMove({ ...calm, reviews: 500 })).toBe(1)
    expect(peopleToMove({ ...calm, reviews: 500, contributors: 100, contributions: 0 })).toBe(10)
    expect(
      peopleToMove({ reviews: 3, contributions: 9, reviewers: 0, contributors: 1, panel: 3 }),
      'the only contributor stays',
    ).toBe(0)
    expect(peopleToMove({ reviews: 3, contributions: 9, reviewers: 0, contributors: 4, panel: 3 })).toBe(3)
    expect(peopleToMove({ reviews: 0, contributions: 100, reviewers: 13, contributors: 2, panel: 3 })).toBe(-2)
    const need = fc.record({
      reviews: fc.nat({ max: 5000 }),
      contributions: fc.nat({ max: 5000 }),
      reviewers: fc.nat({ max: 50 }),
      contributors: fc.nat({ max: 50 }),
      panel: fc.integer({ min: 1, max: 9 }),
    })
    fc.assert(
      fc.property(need, (n) => {
        const moved = peopleToMove(n)
        if (moved > 0) expect(n.contributors - moved).toBeGreaterThanOrEqual(1)
        if (moved < 0) expect(n.reviewers + moved).toBeGreaterThanOrEqual(n.panel)
        // Once moved, the rule does not send the same people straight back.
        const after = { ...n, reviewers: n.reviewers + moved, contributors: n.contributors - moved }
        if (moved > 0) expect(peopleToMove(after)).toBeGreaterThanOrEqual(0)
        if (moved < 0) expect(peopleToMove(after)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 5000 },
    )
  })
})
