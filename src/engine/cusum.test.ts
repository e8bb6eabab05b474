import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  alarmOf,
  calmed,
  habitOf,
  newWatch,
  watch,
  type Observation,
  type WatchPlan,
  type WatchState,
} from './cusum.ts'

const PLAN: WatchPlan = {
  streams: [
    { typical: 0.9, typical_n: 20, weight: 1, alternatives: [0.5, 0.97] },
    { typical: 0.8, typical_n: 20, weight: 0.5, alternatives: [0.5, { of_habit: 0.1 }] },
  ],
  threshold: 6,
  learning_n: 0,
}
const observations = fc.array(fc.record({ stream: fc.integer({ min: 0, max: 1 }), right: fc.boolean() }), {
  maxLength: 200,
})
const run = (plan: WatchPlan, list: readonly { stream: number; right: boolean }[], from = newWatch(plan)): WatchState =>
  list.reduce<WatchState>((state, o, i) => watch(plan, state, { ...o, mark: i }), from)

/** The textbook's form, slow and obvious: the largest log-likelihood ratio of any suffix, the habit learned before each. */
function bySuffixes(plan: WatchPlan, list: readonly { stream: number; right: boolean }[], way: number): number {
  const seen = plan.streams.map(() => [0, 0] as [number, number])
  const steps: number[] = []
  for (const o of list) {
    const s = plan.streams[o.stream]!
    const p0 = habitOf(s, seen[o.stream]!)
    const given = s.alternatives[way]!
    const p1 = Math.min(0.97, Math.max(0.02, typeof given === 'number' ? given : p0 * given.of_habit))
    steps.push(s.weight * Math.log(o.right ? p1 / p0 : (1 - p1) / (1 - p0)))
    seen[o.stream]![0] += 1
    if (o.right) seen[o.stream]![1] += 1
  }
  let best = 0
  let sum = 0
  for (const step of steps.toReversed()) best = Math.max(best, (sum += step))
  return best
}

describe('change detection', () => {
  test('is the largest likelihood ratio of any recent stretch, while calm', () => {
    fc.assert(
      fc.property(observations, (list) => {
        // A threshold out of reach keeps habits learning throughout, as the slow form does.
        const plan = { ...PLAN, threshold: 1e9 }
        const state = run(plan, list)
        state.sums.forEach((sum, way) => expect(sum).toBeCloseTo(bySuffixes(plan, list, way), 9))
      }),
    )
  })

  test('never falls below zero, counts all, and leaves the state before as it was', () => {
    fc.assert(
      fc.property(observations, (list) => {
        const before = newWatch(PLAN)
        const kept = JSON.stringify(before)
        const state = run(PLAN, list, before)
        expect(state.n).toBe(list.length)
        for (const [i, sum] of state.sums.entries()) {
          expect(sum).toBeGreaterThanOrEqual(0)
          expect(state.began[i] === -1).toBe(sum === 0)
        }
        for (const [n, right] of state.seen) expect(right).toBeLessThanOrEqual(n)
        expect(JSON.stringify(before)).toBe(kept)
      }),
    )
  })

  test('survives being written down and read back', () => {
    fc.assert(
      fc.property(observations, observations, (first, second) => {
        const read = JSON.parse(JSON.stringify(run(PLAN, first))) as WatchState
        expect(run(PLAN, second, read)).toEqual(run(PLAN, second, run(PLAN, first)))
      }),
    )
  })

  test('somebody who goes on as ever is never noticed, whatever their habit', () => {
    for (const [right, wrong] of [
      [9, 1],
      [3, 1],
      [1, 1],
    ] as const) {
      let state = newWatch(PLAN)
      // A habit of being wrong shows at the start, and only then: what is watched is change.
      const list = Array.from({ length: 1000 }, (_, i) => ({ stream: 1, right: i % (right + wrong) < right }))
      for (const [i, o] of list.entries()) {
        state = watch(PLAN, state, { ...o, mark: i })
        if (i < 100) state = calmed(state)
        else expect(alarmOf(PLAN, state)).toBeUndefined()
      }
    }
  })

  test('a change is noticed and dated to about when it was', () => {
    let state = newWatch(PLAN)
    const at = (i: number): Observation => ({ stream: 0, right: i < 300 ? i % 10 !== 0 : i % 2 === 0, mark: i })
    let noticed = -1
    for (let i = 0; i < 400 && noticed < 0; i++) {
      state = watch(PLAN, state, at(i))
      if (alarmOf(PLAN, state)) noticed = i
    }
    expect(noticed).toBeGreaterThan(300)
    expect(noticed).toBeLessThan(330)
    const { since, alternative } = alarmOf(PLAN, state)!
    expect(alternative).toBe(0)
    expect(Math.abs(since - 300)).toBeLessThan(10)
    expect(alarmOf(PLAN, calmed(state))).toBeUndefined()
  })

  test('planted fault: a habit that learns from the change itself would not notice it', () => {
    // Half of the answers turn wrong little by little; learning goes on only below half of the threshold.
    const learnsAlways = (before: WatchState, o: Observation): WatchState => {
      const after = watch(PLAN, before, o)
      const [n, right] = before.seen[o.stream]!
      return {
        ...after,
        seen: before.seen.map((s, i) => (i === o.stream ? [n + 8, right + (o.right ? 8 : 0)] : s)),
      }
    }
    let honest = newWatch(PLAN)
    let fooled = newWatch(PLAN)
    for (let i = 0; i < 120; i++) {
      const o = { stream: 0, right: i < 60 ? i % 10 !== 0 : i % 2 === 0, mark: i }
      honest = watch(PLAN, honest, o)
      fooled = learnsAlways(fooled, o)
    }
    expect(Math.max(...honest.sums)).toBeGreaterThan(PLAN.threshold)
    expect(Math.max(...fooled.sums)).toBeLessThan(Math.max(...honest.sums))
  })

  test('who is bad from the start is not taken for changed while their habit is being learned', () => {
    const coin = Array.from({ length: 100 }, (_, i) => ({ stream: 0, right: i % 2 === 0 }))
    expect(alarmOf(PLAN, run(PLAN, coin))).toBeDefined()
    const patient = { ...PLAN, learning_n: 60 }
    expect(alarmOf(patient, run(patient, coin))).toBeUndefined()
  })

  test('one mistake proves nothing, even of the best', () => {
    let state = newWatch(PLAN)
    for (let i = 0; i < 5000; i++) state = watch(PLAN, state, { stream: 0, right: true, mark: i })
    state = watch(PLAN, state, { stream: 0, right: false, mark: 5001 })
    expect(alarmOf(PLAN, state)).toBeUndefined()
  })

  test('a stream that the plan does not have is a fault', () => {
    expect(() => watch(PLAN, newWatch(PLAN), { stream: 2, right: true, mark: 0 })).toThrow(RangeError)
  })
})
