import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { claimState, planClaim } from '../../engine/claim.ts'
import { createRng } from '../../platform/rng.ts'
import { isDoubled } from '../audits/rules.ts'
import { byClassOf, claimSaid, classOf, statementOf } from './certificate-rules.ts'
import { auditLogOf, readAuditLog } from './audit-log-rules.ts'
import {
  doubtOf,
  emptyTally,
  figuresOf,
  leastAudits,
  microOf,
  outcomeOf,
  planOf,
  promised,
  shareOf,
  standingOf,
  windowOf,
  withPiece,
  wrongAtMost,
  type Claim,
  type Tally,
} from './rules.ts'

const claim = (over: Partial<Claim> = {}): Claim => ({
  lot: 2000,
  at_least_micro: 950_000,
  alpha_micro: 50_000,
  max_audits: 2000,
  ...over,
})
const tally = (over: Partial<Tally>): Tally => ({ ...emptyTally(), ...over })
/** So many pieces, a tenth of them graded twice, all graders of one mind. */
const agreed = (n: number, wrong: number): Tally => tally({ n, wrong, graded: n, doubles: Math.ceil(n / 10) })

describe('shares', () => {
  test.each([
    ['0.95', 950_000],
    ['0.9', 900_000],
    ['0.000001', 1],
    ['0.0', undefined],
    ['1.0', undefined],
    ['.5', undefined],
    ['0.1234567', undefined],
    ['0,5', undefined],
  ])('%s', (text, micro) => expect(microOf(text)).toBe(micro))
  test('are the same there and back', () =>
    fc.assert(fc.property(fc.integer({ min: 1, max: 999_999 }), (m) => microOf(shareOf(m)) === m)))
  test('are promised rounded down', () => {
    expect([promised(0.9499999), promised(0.95), promised(-1), promised(1)]).toEqual([
      '0.949999',
      '0.950000',
      '0.000000',
      '1.000000',
    ])
  })
})

describe('reading grades', () => {
  test.each([
    [[], 'ungraded', { wrong: 1, graded: 0, doubles: 0, disagreements: 0, found_wrong: 0, ungraded: 1 }],
    [[true], 'right', { wrong: 0, graded: 1, doubles: 0, disagreements: 0 }],
    [[false], 'wrong', { wrong: 1, graded: 1, doubles: 0 }],
    [[true, true], 'right', { wrong: 0, doubles: 1, disagreements: 0 }],
    [[false, false], 'wrong', { wrong: 1, doubles: 1, disagreements: 0, found_wrong: 0 }],
    [[true, false], 'unresolved', { wrong: 1, doubles: 1, disagreements: 1, found_wrong: 1, unresolved: 1 }],
    [[true, false, true], 'right', { wrong: 0, doubles: 1, disagreements: 1, found_wrong: 0 }],
    [[false, true, false], 'wrong', { wrong: 1, doubles: 1, disagreements: 1, found_wrong: 1 }],
  ] as const)('%j', (grades, outcome, counts) => {
    expect(outcomeOf(grades)).toBe(outcome)
    expect(withPiece(emptyTally(), grades)).toMatchObject({ n: 1, ...counts })
  })

  test('of every first part of the order, at least the share asked for is graded twice', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 10_000 }), fc.integer({ min: 1, max: 400 }), (bps, n) => {
        const doubles = Array.from({ length: n }, (_, i) => isDoubled(i + 1, bps)).filter(Boolean).length
        expect(doubles).toBe(Math.ceil((n * bps) / 10_000))
      }),
    ))
})

describe('standingOf', () => {
  const c = claim()
  const plan = planOf(c)
  const least = leastAudits(plan)!
  test.each<[string, Tally, string, string | null]>([
    ['nothing read', emptyTally(), 'open', null],
    ['one short of the fewest', agreed(least - 1, 0), 'open', null],
    ['the fewest, all right', agreed(least, 0), 'proved', 'proved'],
    ['the fewest, but hardly any graded twice', { ...agreed(least, 0), doubles: 2 }, 'open', null],
    ['the fewest, none graded twice', { ...agreed(least, 0), doubles: 0 }, 'open', null],
    [
      'the fewest, graders differed and it was right',
      { ...agreed(least, 0), disagreements: 2, found_wrong: 0 },
      'proved',
      'proved',
    ],
    [
      'twice as many, and second graders found what the first overlooked',
      { ...agreed(2 * least, 1), disagreements: 1, found_wrong: 1 },
      'open',
      null,
    ],
    ['far too many wrong', agreed(60, 25), 'failed', 'refuted'],
    ['all read, at the boundary', agreed(2000, 100), 'failed', 'refuted'],
    ['all read, one under it', agreed(2000, 99), 'proved', 'proved'],
  ])('%s', (_, t, state, why) => expect(standingOf(c, plan, t)).toEqual({ state, why }))

  test('it fails when its audits are spent, or cannot suffice any more', () => {
    const short = claim({ max_audits: 100 })
    const p = planOf(short)
    expect(standingOf(short, p, agreed(100, 2)).why).toBe('spent')
    expect(standingOf(short, p, agreed(40, p.proved[100]! + 1)).why).toBe('spent')
    expect(standingOf(short, p, { ...agreed(100, 0), doubles: 0 })).toEqual({ state: 'failed', why: 'spent' })
  })

  test('it is proved of a lot on the boundary in at most alpha of runs, though looked at after each audit', () => {
    const c = claim({ lot: 300, at_least_micro: 900_000, max_audits: 300 })
    const p = planOf(c)
    const rng = createRng(3)
    const runs = 1500
    let proved = 0
    for (let run = 0; run < runs; run++) {
      let left = 30
      let t = emptyTally()
      for (let n = 1; n <= 300; n++) {
        const wrong = rng.fraction() * (300 - n + 1) < left
        if (wrong) left--
        t = withPiece(t, isDoubled(n, 1000) ? [!wrong, !wrong] : [!wrong])
        const { state } = standingOf(c, p, t)
        if (state === 'open') continue
        if (state === 'proved') proved++
        break
      }
    }
    expect(proved / runs).toBeLessThan(0.05)
    expect(proved).toBeGreaterThan(0)
  })

  test('graders who overlook half of what is wrong do not get a bad lot through', () => {
    // 150 of 1000 are wrong; a lone grader sees half of them, so grades alone say 7.5 %, under the 10 % claimed.
    const c = claim({ lot: 1000, at_least_micro: 900_000, max_audits: 1000 })
    const p = planOf(c)
    const rng = createRng(8)
    const proved = { widened: 0, fault: 0 }
    for (let run = 0; run < 60; run++) {
      let left = 150
      let t = emptyTally()
      const ended = { widened: 'open', fault: 'open' }
      for (let n = 1; n <= 1000 && Object.values(ended).includes('open'); n++) {
        const wrong = rng.fraction() * (1000 - n + 1) < left
        if (wrong) left--
        const say = () => !wrong || rng.fraction() < 0.5
        const two = isDoubled(n, 2000) ? [say(), say()] : [say()]
        t = withPiece(t, two[1] !== undefined && two[0] !== two[1] ? [...two, !wrong] : two)
        if (ended.widened === 'open') ended.widened = standingOf(c, p, t).state
        // The planted fault takes grades for truth.
        if (ended.fault === 'open') ended.fault = claimState(p, n, t.wrong)
      }
      if (ended.widened === 'proved') proved.widened++
      if (ended.fault === 'proved') proved.fault++
    }
    expect(proved.fault).toBeGreaterThan(50)
    expect(proved.widened).toBeLessThanOrEqual(6)
  })
})

describe('wrongAtMost', () => {
  test('is one less than the smallest claim that the audits prove, for every claim', () =>
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 120 }), fc.nat(120), fc.nat(40), (lot, some, k) => {
        const n = Math.min(lot, some + 1)
        const wrong = Math.min(n, k)
        const most = wrongAtMost(lot, n, wrong, 0.05)
        expect(most).toBeGreaterThanOrEqual(wrong)
        expect(most).toBeLessThanOrEqual(lot - n + wrong)
        for (let b = 1; b < lot; b++) {
          const proved = planClaim({ lot, share: b / lot, max: n }).proved[n]! >= wrong
          if (b <= lot - n + wrong) expect(proved, `${b} of ${lot}`).toBe(b > most)
        }
      }),
      { numRuns: 60 },
    ))
  test('smaller claims are never proved where larger ones are not: what the search and the widening stand on', () => {
    for (const [lot, alpha] of [
      [40, 0.05],
      [300, 0.05],
      [300, 0.01],
      [1500, 0.1],
    ] as const) {
      let before: Int32Array | undefined
      for (let b = 1; b < Math.min(lot, 260); b++) {
        const { proved } = planClaim({ lot, share: b / lot, alpha, max: Math.min(lot, 250) })
        if (before) expect(proved.every((k, n) => k >= before![n]!)).toBe(true)
        before = proved
      }
    }
  })
  test('says nothing before the first audit, and all after the last', () => {
    expect(wrongAtMost(50, 0, 0, 0.05)).toBe(50)
    expect(wrongAtMost(50, 50, 7, 0.05)).toBe(7)
    expect(wrongAtMost(5, 5, 5, 0.05)).toBe(5)
  })
})

test('the window holds the fewest audits that can prove it, then a little more than was read', () => {
  const c = claim({ max_audits: 90 })
  expect(windowOf(c, 80, 0)).toBe(80)
  expect(windowOf(c, 80, 60)).toBe(85)
  expect(windowOf(c, 80, 80)).toBe(90)
})

test('figures promise no more than the audits and the graders allow', () => {
  const f = figuresOf(2000, 100, 99, 0.05, 0.01)
  expect(f).toMatchObject({ lot: 2000, n: 100, right: 99, precision: '0.990000' })
  expect(Number(f.anytime.right_at_least)).toBeCloseTo(1 - f.anytime.wrong_at_most / 2000 - 0.01, 5)
  expect(Number(f.anytime.right_at_least)).toBeLessThan(Number(f.clopper_pearson.low))
  expect(figuresOf(10, 0, 0, 0.05, 0)).toMatchObject({
    precision: null,
    anytime: { wrong_at_most: 10, right_at_least: '0.000000' },
    clopper_pearson: { low: '0.000000', high: '1.000000' },
  })
})

test('classes are the answers to the first choice', () => {
  expect(classOf({ q: 'a' }, 'q')).toBe('a')
  expect(classOf({ q: true }, 'q')).toBe('true')
  expect(classOf({}, 'q')).toBeUndefined()
  const classes = { question: 'q', sizes: new Map([['b', 5], ['a', 7]]), audited: ['a', 'b', undefined, 'a'] } // prettier-ignore
  expect(byClassOf(classes, [true, false, true, true], claim(), 0)?.classes).toMatchObject([
    { class: 'a', lot: 7, n: 2, right: 2 },
    { class: 'b', lot: 5, n: 1, right: 0 },
  ])
  const many = new Map(Array.from({ length: 51 }, (_, i) => [`c${i}`, 1]))
  expect(byClassOf({ ...classes, sizes: many }, [true], claim(), 0)).toBeNull()
})

test('the statement and the claim are said in whole words', () => {
  expect(claimSaid(claim())).toEqual({ at_least: '0.950000', confidence: '0.950000', alpha: '0.050000' })
  expect(statementOf(claim({ at_least_micro: 992_500 }), { number: 3, title: 'Rivers' }, agreed(124, 1))).toBe(
    'At least 99.25 % of the 2,000 datapoints of release 3 of "Rivers" are right, with confidence 95 %. ' +
      '124 of them, drawn at random in an order fixed beforehand, were graded blind, 13 of them by two graders or more; ' +
      '1 was wrong or not shown to be right, and graders differed on 0.',
  )
})

test('an audit log reads back as it was written, and a broken line is named', () => {
  const pieces = [
    { id: 'd1', grades: [{ right: true, questions: { a: true } }] },
    { id: 'd2', grades: [] },
  ]
  const text = auditLogOf(pieces)
  expect(readAuditLog(text).map((l) => [l.position, l.id, l.outcome])).toEqual([
    [1, 'd1', 'right'],
    [2, 'd2', 'ungraded'],
  ])
  expect(() => readAuditLog(`${text}nonsense\n`)).toThrow('Line 3 of audit-log.jsonl is not JSON')
  expect(() => readAuditLog(`${text}{"position":3}\n`)).toThrow('Line 3 of audit-log.jsonl is no audited piece')
})

test('what graders overlook is what doubles found, whole for lone grades and half for two', () => {
  expect(doubtOf(tally({ n: 100, graded: 100, doubles: 20, disagreements: 3, found_wrong: 2 })).allowance).toBeCloseTo(
    0.1 * 0.9,
    9,
  )
})
