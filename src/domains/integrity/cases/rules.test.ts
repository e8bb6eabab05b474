import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ACTIONS, STRENGTHS } from './contract.ts'
import {
  carries,
  DAY_MS,
  decideBy,
  judge,
  keepsWaiting,
  MOST_DAYS,
  refuseAppealDecision,
  takesTwo,
  weighed,
  whoIsAsked,
  type Decision,
  type Facts,
} from './rules.ts'

const now = new Date('2026-01-05T12:00:00Z')
const later = new Date(now.getTime() + DAY_MS)
const facts = (f: Partial<Facts> = {}): Facts => ({
  state: 'open',
  decide_by: later,
  is_party: false,
  is_opener: false,
  is_proposer: false,
  proposal: null,
  evidence: ['strong'],
  has_since: true,
  kept: 1,
  ...f,
})
const proposed: Partial<Facts> = { state: 'proposed', proposal: { action: 'hold', days: 3 } }
const code = (f: Partial<Facts>, d: Decision) => {
  const v = judge(facts(f), d, now)
  return 'refusal' in v ? v.refusal : v.next
}

test("a program's word alone keeps money only where it would carry a hold; a person's word does", () => {
  const waits = (byPerson: boolean, evidence: Facts['evidence'], has_since = true) =>
    keepsWaiting({ has_since, byPerson, evidence })
  expect([waits(false, ['fair']), waits(false, ['weak', 'fair']), waits(true, ['weak'])]).toEqual([false, false, true])
  expect([waits(false, ['strong']), waits(false, ['fair', 'fair'])]).toEqual([true, true])
  expect([waits(true, ['strong'], false), waits(false, ['strong'], false)]).toEqual([false, false])
})

test('a program that repeats itself adds nothing; people who looked do', () => {
  const e = (kind: string, strength: Facts['evidence'][number], by_signal: boolean) => ({ kind, strength, by_signal })
  expect(weighed([e('reviews_changed', 'weak', true), e('reviews_changed', 'fair', true)])).toEqual(['fair'])
  expect(weighed([e('reviews_changed', 'fair', true), e('work_changed', 'fair', true)])).toEqual(['fair', 'fair'])
  expect(weighed([e('other', 'fair', false), e('other', 'fair', false)])).toEqual(['fair', 'fair'])
})

describe('deciding a case', () => {
  // In order of precedence: each with every later fault beside it.
  test.each<[string, Partial<Facts>, Decision]>([
    ['case_own', { is_party: true, state: 'closed', decide_by: now }, { decision: 'confirm' }],
    ['case_closed', { state: 'closed' }, { decision: 'confirm' }],
    ['case_closed', { decide_by: now }, { decision: 'dismiss' }],
    ['case_nothing_proposed', { is_proposer: true }, { decision: 'confirm' }],
    ['case_same_decider', { ...proposed, is_proposer: true }, { decision: 'confirm' }],
    ['case_same_decider', { ...proposed, is_proposer: true }, { decision: 'disagree' }],
    ['case_action_missing', { evidence: [] }, { decision: 'impose', action: 'warn' }],
    ['case_action_missing', { evidence: [] }, { decision: 'impose', days: 3 }],
    ['case_days_too_many', { evidence: [] }, { decision: 'impose', action: 'hold', days: 15 }],
    ['case_evidence_thin', { evidence: [], has_since: false }, { decision: 'impose', action: 'limit', days: 3 }],
    ['limit_needs_since', { has_since: false }, { decision: 'impose', action: 'limit', days: 3 }],
    ['limit_needs_since', { has_since: false, kept: 0 }, { decision: 'impose', action: 'forfeit', days: 7 }],
    ['nothing_held', { kept: 0 }, { decision: 'impose', action: 'forfeit', days: 7 }],
    ['propose', {}, { decision: 'impose', action: 'forfeit', days: 1 }],
    ['dismiss', proposed, { decision: 'dismiss' }],
    ['disagree', proposed, { decision: 'disagree' }],
    ['confirm', proposed, { decision: 'confirm' }],
    ['impose', {}, { decision: 'impose', action: 'warn', days: 90 }],
    ['impose', {}, { decision: 'impose', action: 'limit', days: 30 }],
    ['propose', { is_opener: true }, { decision: 'impose', action: 'limit', days: 30 }],
    ['propose', {}, { decision: 'impose', action: 'hold', days: 14 }],
    ['propose', {}, { decision: 'impose', action: 'suspend', days: 365 }],
  ])('%s', (expected, f, d) => {
    expect(code(f, d)).toBe(expected)
  })

  test('no single decision ever imposes a hold or a suspension, nor one longer than it may be', () => {
    fc.assert(
      fc.property(
        fc.record({
          state: fc.constantFrom('open' as const, 'proposed' as const),
          is_opener: fc.boolean(),
          is_proposer: fc.boolean(),
          evidence: fc.array(fc.constantFrom(...STRENGTHS), { maxLength: 4 }),
          has_since: fc.boolean(),
        }),
        fc.constantFrom('impose' as const, 'confirm' as const, 'disagree' as const, 'dismiss' as const),
        fc.constantFrom(...ACTIONS),
        fc.integer({ min: 1, max: 400 }),
        (f, decision, action, days) => {
          const v = judge(
            facts({ ...f, proposal: f.state === 'proposed' ? { action: 'hold', days: 3 } : null }),
            { decision, action, days },
            now,
          )
          if (!('next' in v)) return
          if (v.next === 'impose') {
            expect(['warn', 'limit']).toContain(v.action)
            expect(v.days).toBeLessThanOrEqual(MOST_DAYS[v.action])
            expect(carries(v.action, f.evidence)).toBe(true)
          }
          if (v.next === 'confirm') expect(f.is_proposer).toBe(false)
        },
      ),
    )
  })

  test('more evidence never carries less, and what is stronger needs no less of it', () => {
    const evidence = fc.array(fc.constantFrom(...STRENGTHS), { maxLength: 5 })
    fc.assert(
      fc.property(evidence, fc.constantFrom(...STRENGTHS), (some, more) => {
        for (const action of ACTIONS)
          if (carries(action, some)) expect(carries(action, [...some, more]), action).toBe(true)
        if (carries('suspend', some)) expect(carries('limit', some)).toBe(true)
        if (carries('limit', some)) expect(carries('warn', some)).toBe(true)
      }),
    )
    expect(ACTIONS.filter((a) => carries(a, ['weak', 'weak', 'weak']))).toEqual(['warn'])
    expect(ACTIONS.filter((a) => carries(a, ['fair']))).toEqual(['warn', 'limit'])
    expect(ACTIONS.filter((a) => carries(a, ['fair', 'fair']))).toEqual([...ACTIONS])
    expect(ACTIONS.filter((a) => takesTwo(a, false))).toEqual(['hold', 'suspend', 'forfeit'])
  })

  test('keeps nobody waiting longer than it says: sooner where money waits, a day after what the person says', () => {
    const days = (ms: Date) => (ms.getTime() - now.getTime()) / DAY_MS
    expect(days(decideBy(now, false, null))).toBe(14)
    expect(days(decideBy(now, true, null))).toBe(3)
    expect(days(decideBy(now, true, later))).toBe(2)
    expect(days(decideBy(now, true, new Date(now.getTime() + 2.5 * DAY_MS))), 'never later than without it').toBe(3)
  })
})

describe('answering an appeal', () => {
  const appeal = { due_at: later, decided: false, is_party: false, had_part: false }
  test.each([
    ['appeal_not_open', undefined],
    ['case_own', { ...appeal, is_party: true, had_part: true, decided: true, due_at: now }],
    ['appeal_own_decision', { ...appeal, had_part: true, decided: true, due_at: now }],
    ['appeal_not_open', { ...appeal, decided: true, due_at: now }],
    ['appeal_overdue', { ...appeal, due_at: now }],
    [undefined, appeal],
  ])('%s', (expected, given) => {
    expect(refuseAppealDecision(given, now)).toBe(expected)
  })

  test('those overturned least are asked, few decisions are not taken for a good record, and ties go to the least busy', () => {
    const who = (account_id: string, decided: number, overturned: number, waiting = 0) => ({
      account_id,
      decided,
      overturned,
      waiting,
    })
    expect(whoIsAsked([who('1', 20, 10), who('2', 20, 1), who('3', 0, 0), who('4', 1, 1)], 4)).toEqual([
      '2',
      '3',
      '4',
      '1',
    ])
    expect(whoIsAsked([who('1', 0, 0, 3), who('2', 0, 0, 1), who('3', 0, 0, 2)])).toEqual(['2', '3'])
    expect(whoIsAsked([])).toEqual([])
  })
})
