import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../platform/rng.ts'
import { decideAnswer, DOUBT_ONE, planAnswers } from './stopping-classes.ts'
import { decideReview, planReview, type PoolTerms } from './stopping.ts'
import type { PooledVote } from './stopping-votes.ts'
import { toUnits, weightsFromConfusion, type Snapshot } from './snapshot.ts'

const peers: PoolTerms = { name: 'fresh', price: 1, approves_good: 0.85, rejects_bad: 0.75, max: 5 }
const experts: PoolTerms = { name: 'expert', price: 12, approves_good: 0.98, rejects_bad: 0.97, max: 1 }
const worth = { good: 60, bad: 90 }

const typical = [1 - 0.25, 0.25, 1 - 0.85, 0.85]
const snapshotOf = (share: number, people: Snapshot['people'] = {}): Snapshot => ({
  format: 'assay-snapshot-1',
  batch: 'b',
  event: '1',
  unit_bits: 16,
  classes: ['reject', 'accept'],
  prior: [0, toUnits(Math.log(share / (1 - share)))],
  margin: [1, 1],
  default_weights: weightsFromConfusion(typical, 2),
  people,
  signals: { record_good: [0, toUnits(1)] },
})
const vote = (approve: boolean, pool = 'fresh', person = 'x'): PooledVote => ({ person, said: approve ? 1 : 0, pool })
const votes = (text: string) => [...text].map((c) => vote(c === '+'))

/** Slow and obvious: the value of a datapoint by trying every future, without a grid. */
function bestValue(p: number, left: number, pool: PoolTerms, money: typeof worth): { value: number; ask: boolean } {
  const now = Math.max(0, p * money.good - (1 - p) * money.bad)
  if (left === 0) return { value: now, ask: false }
  const yes = p * pool.approves_good + (1 - p) * (1 - pool.rejects_bad)
  const then = (up: boolean) => (up ? (p * pool.approves_good) / yes : (p * (1 - pool.approves_good)) / (1 - yes))
  const ask =
    yes * bestValue(then(true), left - 1, pool, money).value +
    (1 - yes) * bestValue(then(false), left - 1, pool, money).value -
    pool.price
  return { value: Math.max(now, ask), ask: ask > now }
}

describe('planReview', () => {
  it('asks exactly where trying every future says that it pays', () => {
    const plan = planReview(worth, [peers])
    for (let left = 0; left <= 5; left++)
      for (let odds = -4; odds <= 4; odds += 0.0301) {
        const units = toUnits(odds)
        const pool = plan.pools[0]!
        // The grid's points are a thirty-second of a nat apart.
        const near = [pool.accept[left]!, pool.reject[left]!].some((x) => Math.abs(x - units) <= 65536 / 16)
        const ask = units < pool.accept[left]! && units > pool.reject[left]!
        if (!near)
          expect([left, odds, ask]).toEqual([left, odds, bestValue(1 / (1 + Math.exp(-odds)), left, peers, worth).ask])
      }
  })

  it('follows the money: dearer mistakes are doubted longer, dearer reviews shorter', () => {
    const range = (money: typeof worth, price: number) => {
      const { accept, reject } = planReview(money, [{ ...peers, price }]).pools[0]!
      return { accept: accept[5]!, reject: reject[5]! }
    }
    const usual = range(worth, 1)
    expect(range({ good: 60, bad: 900 }, 1).accept).toBeGreaterThan(usual.accept)
    expect(range({ good: 600, bad: 90 }, 1).reject).toBeLessThan(usual.reject)
    const dear = range(worth, 8)
    expect(dear.accept).toBeLessThan(usual.accept)
    expect(dear.reject).toBeGreaterThan(usual.reject)
    // A review that costs more than a datapoint can lose is never asked for.
    const never = range(worth, 1000)
    expect(never.accept).toBe(never.reject)
  })

  it('keeps the stated thresholds on the posterior', () => {
    const { accept, reject } = planReview(worth, [peers], { accept_above: 0.95, reject_below: 0.05 }).pools[0]!
    for (const x of accept) expect(x).toBeGreaterThanOrEqual(toUnits(Math.log(19)))
    for (const x of reject) expect(x).toBeLessThanOrEqual(-toUnits(Math.log(19)))
  })

  it('earns more than a fixed majority of three, in simulation', () => {
    const { fraction } = createRng(9)
    const plan = planReview(worth, [peers])
    const snapshot = snapshotOf(0.6)
    let [adaptive, fixed, asked] = [0, 0, 0]
    for (let i = 0; i < 4000; i++) {
      const good = fraction() < 0.6
      const say = () => fraction() < (good ? 0.85 : 0.25)
      const given: PooledVote[] = []
      for (;;) {
        const out = decideReview(plan, snapshot, given)
        if (out.decision !== 'need') {
          if (out.decision === 'accept') adaptive += good ? 60 : -90
          break
        }
        for (let n = 0; n < out.n; n++) given.push(vote(say()))
      }
      adaptive -= given.length
      asked += given.length
      const three = [say(), say(), say()].filter(Boolean).length
      if (three >= 2) fixed += good ? 60 : -90
      fixed -= 3
    }
    expect(adaptive).toBeGreaterThan(fixed * 1.05)
    expect(asked / 4000).toBeLessThan(4)
  })

  it('refuses in a sentence', () => {
    expect(() => planReview({ good: 0, bad: 1 }, [peers])).toThrow('amounts above 0')
    expect(() => planReview(worth, [])).toThrow('nobody to ask')
    expect(() => planReview(worth, [{ ...peers, price: -1 }])).toThrow('The price of a review by fresh is -1')
    expect(() => planReview(worth, [{ ...peers, approves_good: 1 }])).toThrow('A rate of fresh is 1')
    expect(() => planReview(worth, [{ ...peers, approves_good: 0.2 }])).toThrow('no more than chance')
    expect(() => planReview(worth, [peers], { accept_above: 1 })).toThrow('between 0 and 1')
    expect(() => planReview(worth, [peers], { least: -1 })).toThrow('no number of reviews')
  })
})

describe('decideReview', () => {
  const plan = planReview(worth, [peers, experts])
  const decide = (text: string, share = 0.6) => decideReview(plan, snapshotOf(share), votes(text))

  it('asks for as many as would settle it, decides, and escalates what stays open', () => {
    expect(decide('')).toEqual({ decision: 'need', n: 1, pool: 'fresh' })
    expect(decide('+++')).toEqual({ decision: 'accept' })
    expect(decide('---')).toEqual({ decision: 'reject' })
    expect(decide('+-')).toMatchObject({ decision: 'need', pool: 'fresh' })
    expect(decide('+-+-+')).toEqual({ decision: 'need', n: 1, pool: 'expert' })
    const open = votes('+-+-+')
    expect(decideReview(plan, snapshotOf(0.6), [...open, vote(true, 'expert', 'e')])).toEqual({ decision: 'accept' })
    expect(decideReview(plan, snapshotOf(0.6), [...open, vote(false, 'expert', 'e')])).toEqual({ decision: 'reject' })
  })

  it('without a next pool, decides at the break-even', () => {
    const alone = planReview(worth, [peers])
    const out = decideReview(alone, snapshotOf(0.6), votes('+-+-+'))
    expect(['accept', 'reject']).toContain(out.decision)
    // Nobody may be asked: the prior decides, against the money.
    const none = planReview(worth, [{ ...peers, max: 0 }])
    expect(decideReview(none, snapshotOf(0.7), [])).toEqual({ decision: 'accept' })
    expect(decideReview(none, snapshotOf(0.55), [])).toEqual({ decision: 'reject' })
  })

  it('hears prior and signals', () => {
    const sure = decideReview(planReview(worth, [peers], { least: 0 }), snapshotOf(0.97), [])
    expect(sure).toEqual({ decision: 'accept' })
    const first = decideReview(plan, snapshotOf(0.8), votes('+'))
    const known = decideReview(plan, snapshotOf(0.8), votes('+'), ['record_good'])
    expect(first.decision === 'accept' || known.decision === 'accept').toBe(true)
    expect(known).toEqual({ decision: 'accept' })
  })

  it('believes those who are known to be good more than strangers, and spammers not at all', () => {
    const people = {
      good: weightsFromConfusion([0.98, 0.02, 0.02, 0.98], 2),
      spam: weightsFromConfusion([0.1, 0.9, 0.1, 0.9], 2),
    }
    const snapshot = snapshotOf(0.6, people)
    expect(decideReview(plan, snapshot, [vote(true, 'fresh', 'good')])).toEqual({ decision: 'accept' })
    const spam = decideReview(plan, snapshot, [vote(true, 'fresh', 'spam')])
    expect(spam).toMatchObject({ decision: 'need', pool: 'fresh' })
  })

  it('always ends within the budget, whatever is said, and never by the order of votes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        fc.double({ min: 0.02, max: 0.98, noNaN: true }),
        (said, share) => {
          const snapshot = snapshotOf(share)
          const given: PooledVote[] = []
          for (;;) {
            const out = decideReview(plan, snapshot, given)
            expect(decideReview(plan, snapshot, given.toReversed())).toEqual(out)
            if (out.decision !== 'need') break
            expect(out.n).toBeGreaterThan(0)
            for (let n = 0; n < out.n; n++) given.push(vote(said[given.length]!, out.pool))
            expect(given.length).toBeLessThanOrEqual(6)
          }
        },
      ),
    )
  })

  it('refuses a snapshot of other classes', () => {
    expect(() => decideReview(plan, { ...snapshotOf(0.5), classes: ['a', 'b'] }, [])).toThrow('not a, b')
  })
})

describe('answers among classes', () => {
  const terms = { classes: 4, right: 20, wrong: 40, price: 1, accuracy: 0.7, min: 1, max: 9 }
  const confusion = Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 0.7 : 0.1))
  const snapshot: Snapshot = {
    ...snapshotOf(0.5),
    classes: ['a', 'b', 'c', 'd'],
    prior: [0, 0, 0, 0],
    margin: [1, 1, 1, 1],
    default_weights: weightsFromConfusion(confusion, 4),
    signals: {},
  }
  const of = (said: readonly number[]) => said.map((s): PooledVote => ({ person: 'x', said: s, pool: 'fresh' }))

  it('stops when sure, asks while it pays, and reports what stays tied', () => {
    const plan = planAnswers(terms)
    expect(decideAnswer(plan, snapshot, [])).toEqual({ decision: 'need', n: 1 })
    expect(decideAnswer(plan, snapshot, of([2]))).toEqual({ decision: 'need', n: 1 })
    expect(decideAnswer(plan, snapshot, of([2, 2, 2]))).toEqual({ decision: 'answer', class: 2 })
    // Three of nine is a posterior of 0.7: enough for a wrong answer's cost of 40 against 20, not for 80.
    const scattered = of([0, 1, 2, 3, 0, 1, 2, 3, 0])
    expect(decideAnswer(plan, snapshot, scattered)).toEqual({ decision: 'answer', class: 0 })
    expect(decideAnswer(planAnswers({ ...terms, wrong: 80 }), snapshot, scattered)).toEqual({ decision: 'unresolved' })
    expect(decideAnswer(plan, snapshot, of([0, 1, 0, 1, 0, 1, 0, 1]))).toEqual({ decision: 'need', n: 1 })
    const even = planAnswers({ ...terms, max: 8 })
    expect(decideAnswer(even, snapshot, of([0, 1, 0, 1, 0, 1, 0, 1]))).toEqual({ decision: 'unresolved' })
  })

  it('weighs doubt as the exponential, never less, by at most a sixteenth more', () => {
    const { doubt, enough } = planAnswers(terms)
    doubt.forEach((d, i) => expect(Math.abs(d - DOUBT_ONE * Math.exp(-i / 16))).toBeLessThan(1))
    expect(enough).toHaveLength(10)
    for (const e of enough) expect(e).toBeGreaterThan(0)
  })

  it('is right about as often as the money asks, with fewer answers than the fixed number', () => {
    const { fraction } = createRng(12)
    const plan = planAnswers({ ...terms, wrong: 200, right: 20, max: 11 })
    let [asked, right, answered] = [0, 0, 0]
    for (let i = 0; i < 2000; i++) {
      const truth = Math.floor(4 * fraction())
      const given: number[] = []
      for (;;) {
        const out = decideAnswer(plan, snapshot, of(given))
        if (out.decision === 'need') {
          for (let n = 0; n < out.n; n++)
            given.push(fraction() < 0.7 ? truth : (truth + 1 + Math.floor(3 * fraction())) % 4)
          continue
        }
        asked += given.length
        if (out.decision === 'answer') {
          answered++
          if (out.class === truth) right++
        }
        break
      }
    }
    expect(right / answered).toBeGreaterThan(0.97)
    expect(asked / 2000).toBeLessThan(6)
  })

  it('refuses in a sentence', () => {
    expect(() => planAnswers({ ...terms, classes: 1 })).toThrow('nothing to decide')
    expect(() => planAnswers({ ...terms, accuracy: 0.2 })).toThrow('more than 1 in 4')
    expect(() => planAnswers({ ...terms, min: 5, max: 3 })).toThrow('From 5 to 3')
    expect(() => planAnswers({ ...terms, right: 0 })).toThrow('A right answer')
  })
})
