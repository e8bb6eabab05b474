import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Question } from '../templates/contract.ts'
import { judgedQuestions } from '../templates/rules.ts'
import { planFor, firstSnapshot } from '../reliability/plan-rules.ts'
import { SETTINGS } from '../../../test/campaign.ts'
import {
  adaptive,
  afterFinalRejection,
  decideSubmission,
  majority,
  modelsHeard,
  refuseReview,
  voteProblems,
  type ModelWord,
  type PolicyVote,
} from './rules.ts'

const peer = (approve: boolean): PolicyVote => ({ person: 'p', approve, reliability: 'peer' })
const expert = (approve: boolean): PolicyVote => ({ person: 'e', approve, reliability: 'expert' })
const [y, n] = [true, false]

test.each([
  [[], { min: 3, max: 5 }, 'need 3 fresh'],
  [[y], { min: 3, max: 5 }, 'need 2 fresh'],
  [[y, y], { min: 3, max: 5 }, 'need 1 fresh'],
  [[y, y, n], { min: 3, max: 5 }, 'accept'],
  [[n, y, n], { min: 3, max: 5 }, 'reject'],
  [[y, n], { min: 2, max: 3 }, 'need 1 fresh'],
  [[y, n, n], { min: 2, max: 3 }, 'reject'],
  [[y, n, y, n], { min: 2, max: 4 }, 'need 1 expert'],
  [[y], { min: 1, max: 1 }, 'accept'],
] as const)('%j with %j: %s', (votes, budget, expected) => {
  const o = majority(votes.map(peer), undefined, budget)
  expect(o.decision === 'need' ? `need ${o.n} ${o.pool}` : o.decision).toBe(expected)
})

describe('the policy', () => {
  const votes = fc.array(fc.boolean(), { maxLength: 12 })
  const budgets = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 6 }))
    .map(([min, more]) => ({ min, max: min + more }))
  test('does not look at the order of votes', () => {
    fc.assert(
      fc.property(votes, budgets, (v, b) => {
        expect(majority(v.map(peer), undefined, b)).toEqual(majority(v.toReversed().map(peer), undefined, b))
      }),
    )
  })
  test('turned votes turn the decision', () => {
    const turned = { accept: 'reject', reject: 'accept', need: 'need' } as const
    fc.assert(
      fc.property(
        votes,
        budgets,
        (v, b) =>
          majority(
            v.map((x) => peer(!x)),
            undefined,
            b,
          ).decision === turned[majority(v.map(peer), undefined, b).decision],
      ),
    )
  })
  test('never asks peers past the maximum, and one more review always moves it on', () => {
    fc.assert(
      fc.property(votes, budgets, (v, b) => {
        const o = majority(v.map(peer), undefined, b)
        return o.decision !== 'need' || o.pool === 'expert' || v.length + o.n <= b.max
      }),
    )
  })
  test('an expert settles it, whatever the peers said', () => {
    fc.assert(
      fc.property(
        votes,
        fc.boolean(),
        budgets,
        (v, e, b) => majority([...v.map(peer), expert(e)], undefined, b).decision === (e ? 'accept' : 'reject'),
      ),
    )
  })
})

const questions: Question[] = [
  { key: 'a', required: true, widget: 'short_text' },
  { key: 'b', required: true, widget: 'link' },
  { key: 'c', required: false, widget: 'long_text' },
]
const reviewed = (a: boolean, b: boolean) => ({
  person: 'p',
  votes: { a: { approve: a }, b: { approve: b } },
  reliability: 'peer' as const,
})

test('each required question is decided on its own, and all must hold', () => {
  const budget = { min: 3, max: 3 }
  expect(judgedQuestions(questions)).toEqual(['a', 'b'])
  // Two of three like a, two of three like b: accepted, though only one reviewer liked both.
  expect(decideSubmission(questions, [reviewed(y, y), reviewed(y, n), reviewed(n, y)], budget)).toEqual({
    decision: 'decided',
    accepted: true,
    questions: { a: true, b: true },
    leads: {},
  })
  expect(decideSubmission(questions, [reviewed(y, y), reviewed(y, n), reviewed(y, n)], budget)).toEqual({
    decision: 'decided',
    accepted: false,
    questions: { a: true, b: false },
    leads: {},
  })
  expect(decideSubmission(questions, [reviewed(y, y)], budget)).toEqual({ decision: 'need', n: 2, pool: 'fresh' })
  expect(decideSubmission(questions, [reviewed(y, y), reviewed(n, y)], { min: 2, max: 2 })).toEqual({
    decision: 'need',
    n: 1,
    pool: 'expert',
  })
})

test.each([
  [{}, ['/a required', '/b required']],
  [{ a: { approve: true }, b: { approve: false } }, ['/b/reason required']],
  [{ a: { approve: true, reason: 'wrong' }, b: { approve: true } }, ['/a/reason not_with_approval']],
  [{ a: { approve: false, reason: 'other' }, b: { approve: true } }, ['/a/comment required']],
  [{ a: { approve: true }, b: { approve: true }, c: { approve: true } }, ['/c unknown_question']],
  [{ a: { approve: false, reason: 'wrong' }, b: { approve: true } }, []],
] as const)('votes %j', (votes, expected) => {
  expect(voteProblems(questions, votes).map((p) => `${p.field} ${p.code}`)).toEqual(expected)
})

test('refusals come in their order', () => {
  const fine = { standing: 'live', place_free: false, is_author: false, status: 'in_review' } as const
  expect(refuseReview(fine)).toBeUndefined()
  expect(refuseReview({ ...fine, standing: 'late' })).toBe('lease_over')
  expect(refuseReview({ ...fine, standing: 'late', place_free: true })).toBeUndefined()
  expect(refuseReview({ ...fine, standing: 'lease_over', status: 'accepted' })).toBe('already_decided')
  expect(refuseReview({ ...fine, standing: 'lease_not_found', status: 'accepted' })).toBe('lease_not_found')
  expect(refuseReview({ ...fine, standing: 'lease_not_found', is_author: true })).toBe('own_submission')
})

test('an item comes back until its attempts are used', () => {
  expect([1, 2, 3, 4].map((attempts) => afterFinalRejection(attempts, 3))).toEqual([
    'reopen',
    'reopen',
    'exhausted',
    'exhausted',
  ])
})

describe('the adaptive policy', () => {
  const settings = (good: string, bad: string, price = '5') => ({
    ...SETTINGS,
    reviews: { min: 1, max: 7 },
    prices: [{ ...SETTINGS.prices[0]!, review_minor: price }],
    policy: { kind: 'adaptive' as const, good_value_minor: good, bad_cost_minor: bad },
  })
  const snapshot = {
    ...firstSnapshot('labelling-0'),
    people: {
      sure: [
        [200_000, -200_000],
        [-200_000, 200_000],
      ],
      poor: [
        [3_000, -3_000],
        [-3_000, 3_000],
      ],
    },
    signals: { 'author:good': [-40_000, 40_000] },
  }
  const ask = (votes: PolicyVote[], s: ReturnType<typeof settings>, author = 'new') =>
    adaptive(author)(votes, snapshot, { ...s.reviews, plan: planFor(s, snapshot)! })
  const by = (person: string, approve: boolean): PolicyVote => ({ person, approve, reliability: 'peer' })
  const usual = settings('100', '100')

  test('one vote of somebody sure is enough; one of somebody poor is not', () => {
    expect(ask([by('sure', true)], usual).decision).toBe('accept')
    expect(ask([by('sure', false)], usual).decision).toBe('reject')
    expect(ask([by('poor', true)], usual)).toEqual({ decision: 'need', n: 1, pool: 'fresh' })
  })
  test('a dear mistake asks for more, a dear review for fewer', () => {
    const two = [by('a', true), by('b', true)]
    expect(ask(two, settings('100', '100', '30')).decision).toBe('accept')
    expect(ask(two, settings('100', '100000')).decision).toBe('need')
  })
  test('a good record is a reason to ask less', () => {
    const one = [by('a', true)]
    expect(ask(one, usual).decision).toBe('need')
    expect(ask(one, usual, 'good').decision).toBe('accept')
  })
  const heard = {
    ...snapshot,
    signals: { ...snapshot.signals, 'model:m=accept': [-65_536, 65_536], 'model:m=reject': [65_536, -65_536] },
  }
  const plan = planFor(usual, heard)!
  const withModels = (votes: PolicyVote[], models: ModelWord[], budget = usual.reviews) =>
    adaptive('new', models)(votes, heard, { ...budget, plan })
  const approves = { model: 'model:m', approve: true }

  test("a model's word is added by its published weight; an unknown one weighs nothing", () => {
    const one = [by('a', true)]
    expect(withModels(one, []).decision).toBe('need')
    expect(withModels(one, [{ model: 'model:new', approve: true }])).toEqual(withModels(one, []))
    expect(withModels(one, [approves]).decision).toBe('accept')
    expect(withModels(one, [{ ...approves, approve: false }]).decision).toBe('need')
    const lead = (models: ModelWord[]) => (withModels([by('sure', true)], models) as { lead: number }).lead
    expect(lead([approves]) - lead([])).toBe(2 * 65_536)
  })
  test('no model settles anything alone, nor counts as a review', () => {
    const many = Array.from({ length: 40 }, () => approves)
    expect(withModels([], many)).toMatchObject({ decision: 'need', pool: 'fresh' })
    const two = { ...usual, reviews: { min: 2, max: 7 } }
    const asking = adaptive('new', many)([by('sure', true)], heard, { ...two.reviews, plan: planFor(two, heard)! })
    expect(asking).toEqual({ decision: 'need', n: 1, pool: 'fresh' })
  })
  test('an expert outweighs every model, and a majority hears none', () => {
    const review = (person: string, approve: boolean, reliability: 'peer' | 'expert') => ({
      person,
      votes: { q: approve ? { approve } : { approve, reason: 'wrong' as const } },
      reliability,
    })
    const basis = { author: 'new', snapshot: heard, models: [{ model: 'model:m', votes: { q: true } }] }
    const form: Question[] = [{ key: 'q', required: true, widget: 'short_text' }]
    const decided = decideSubmission(form, [review('e', false, 'expert')], { ...usual.reviews, plan }, basis)
    expect(decided).toMatchObject({ accepted: false, leads: {} })
    const peers = [review('a', false, 'peer'), review('b', false, 'peer'), review('c', true, 'peer')]
    expect(decideSubmission(form, peers, { min: 3, max: 5 }, basis)).toMatchObject({ accepted: false })
    expect(decideSubmission(form, [review('a', true, 'peer')], { ...usual.reviews, plan }, basis)).toMatchObject({
      accepted: true,
    })
    expect(modelsHeard([...basis.models, { model: 'model:new', votes: { q: true } }], heard)).toEqual(['model:m'])
    expect(modelsHeard([{ model: 'model:m', votes: {} }], heard)).toEqual([])
  })
  test('does not look at the order of votes; an expert settles it; peers are never asked past the most', () => {
    const votes = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'sure', 'poor'), fc.boolean()), {
      minLength: 1,
      maxLength: 7,
    })
    fc.assert(
      fc.property(votes, fc.boolean(), (v, e) => {
        const given = v.map(([p, a]) => by(p, a))
        expect(ask(given, usual)).toEqual(ask(given.toReversed(), usual))
        expect(ask([...given, expert(e)], usual).decision).toBe(e ? 'accept' : 'reject')
        const o = ask(given, usual)
        if (o.decision === 'need') expect(o.pool === 'expert' || given.length + o.n <= 7).toBe(true)
      }),
    )
  })
  test('what doubt is left when the peers are used up goes to an expert while that is worth it', () => {
    const split = ['a', 'b', 'c', 'd', 'e', 'f'].map((p, i) => by(p, i % 2 === 0))
    expect(ask([...split, by('poor', true)], usual)).toEqual({ decision: 'need', n: 1, pool: 'expert' })
    expect(ask([...split, by('poor', true)], settings('20', '20', '30')).decision).not.toBe('need')
  })
})
