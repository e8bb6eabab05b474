import fc from 'fast-check'
import { expect, test } from 'vitest'
import { informednessOf } from './informedness.ts'
import { peerPosteriors, sharesByStratum, strataOf, type Window } from './peer-score.ts'
import { factorPpm, MOST_FACTOR_PPM, scoreWindow } from './reviewer-score.ts'

const CLASSES = 3
/** Whatever people answer about whatever tasks, three to a panel, some of them audited, in strata of a hidden label. */
const window: fc.Arbitrary<Window> = fc
  .record({
    tasks: fc.integer({ min: 5, max: 30 }),
    numbers: fc.infiniteStream(fc.integer({ min: 0, max: 999 })),
  })
  .map(({ tasks, numbers }) => {
    const stream = numbers[Symbol.iterator]()
    const below = (n: number) => (stream.next().value as number) % n
    const panel = 3
    const people = 6
    return {
      classes: CLASSES,
      people,
      strata: 2,
      stratum: Int32Array.from({ length: tasks }, () => below(2)),
      truth: Int8Array.from({ length: tasks }, () => below(5) - 1).map((t) => (t >= CLASSES ? 0 : t)),
      audit_weight: Float64Array.from({ length: tasks }, () => 1 + below(4)),
      task: Int32Array.from({ length: tasks * panel }, (_, i) => Math.floor(i / panel)),
      person: Int32Array.from({ length: tasks * panel }, (_, i) => (Math.floor(i / panel) * 2 + (i % panel)) % people),
      answer: Uint8Array.from({ length: tasks * panel }, () => below(CLASSES)),
    }
  })
const changed = (w: Window, of: (answer: number, i: number) => number): Window => ({
  ...w,
  answer: w.answer.map(of),
})

test('constant answers are worth exactly nothing, to audits and to peers', () => {
  fc.assert(
    fc.property(window, fc.integer({ min: 0, max: CLASSES - 1 }), (w, c) => {
      const [score] = scoreWindow(changed(w, (a, i) => (w.person[i] === 0 ? c : a)))
      expect(score!.g_raw).toBe(0)
      expect(score!.p).toBeCloseTo(0, 12)
    }),
    { numRuns: 100 },
  )
})

test("answers that follow from the models' label alone are worth exactly nothing", () => {
  fc.assert(
    fc.property(window, (w) => {
      const [score] = scoreWindow(changed(w, (a, i) => (w.person[i] === 0 ? w.stratum[w.task[i]!]! : a)))
      expect(score!.g_raw).toBe(0)
      expect(score!.p).toBeCloseTo(0, 12)
    }),
    { numRuns: 100 },
  )
})

test("naming the classes otherwise leaves everybody's score as it was", () => {
  fc.assert(
    fc.property(window, fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (w, names) => {
      const renamed = {
        ...changed(w, (a) => names[a]!),
        truth: w.truth.map((t) => (t < 0 ? t : names[t]!)),
      }
      const before = scoreWindow(w)
      scoreWindow(renamed).forEach((s, i) => expect(s.s).toBeCloseTo(before[i]!.s, 9))
    }),
    { numRuns: 100 },
  )
})

test('what audits stand for counts by comparison only', () => {
  fc.assert(
    fc.property(window, (w) => {
      // Twice the weight for every audit is the same sample.
      const doubled = scoreWindow({ ...w, audit_weight: w.audit_weight.map((x) => 2 * x) })
      scoreWindow(w).forEach((s, i) => expect(doubled[i]!.g_raw).toBeCloseTo(s.g_raw, 9))
    }),
    { numRuns: 50 },
  )
})

test('nobody is compared with themselves, nor with those connected with them', () => {
  fc.assert(
    fc.property(window, fc.integer({ min: 0, max: CLASSES - 1 }), (w, c) => {
      const clustered = { ...w, cluster: Int32Array.from([7, 7, -1, -1, -1, -1]) }
      const shares = sharesByStratum(w)
      const weights = Array.from({ length: w.people }, () => 1)
      const other = changed(clustered, (a, i) => (w.person[i] === 0 ? c : a))
      const before = peerPosteriors(clustered, shares, weights)
      const after = peerPosteriors(other, shares, weights)
      w.person.forEach((p, i) => {
        if (p === 0 || p === 1)
          expect(after.slice(i * CLASSES, (i + 1) * CLASSES)).toEqual(before.slice(i * CLASSES, (i + 1) * CLASSES))
      })
    }),
    { numRuns: 50 },
  )
})

test('somebody who is always right is worth 1, and one who is right so often as much as that says', () => {
  const n = 4_000
  const truth = Array.from({ length: n }, (_, i) => ((i * 7) % 10 < 3 ? 0 : 1))
  const said = (wrongEvery: number) => truth.map((t, i) => (i % wrongEvery === 0 ? 1 - t : t))
  const found = (answer: number[]) =>
    informednessOf({
      classes: 2,
      stratum: truth.map(() => 0),
      answer,
      weight: truth.map(() => 1),
      reference: truth.flatMap((t) => [1 - t, t]),
      most: [1 - 0.3 ** 2 - 0.7 ** 2],
    })
  expect(found(truth).value).toBeCloseTo(1, 2)
  // One answer in eleven wrong: (10/11 - 1/2) / (1/2).
  expect(found(said(11)).value).toBeCloseTo(9 / 11, 2)
  expect(found(truth).effective).toBeCloseTo(n, 6)
})

test('what a score pays is a whole number of millionths between nothing and one and a quarter, and never falls', () => {
  expect([0, 337_500, 675_000, 2_000_000].map((s) => factorPpm(s, 675_000))).toEqual([0, 0, 1_000_000, MOST_FACTOR_PPM])
  fc.assert(
    fc.property(fc.integer({ min: -2_000_000, max: 2_000_000 }), fc.nat(100_000), (s, more) => {
      const [low, high] = [factorPpm(s, 675_000), factorPpm(s + more, 675_000)]
      expect(Number.isInteger(low) && low >= 0 && high <= MOST_FACTOR_PPM && high >= low).toBe(true)
    }),
  )
})

test('labels that few tasks share are pooled, first by the first model, then all together', () => {
  const tuples = [...Array(5).fill([0, 0]), ...Array(5).fill([0, 1]), ...Array(2).fill([1, 0]), [1, 1]] as number[][]
  expect(strataOf(tuples, 5).strata).toBe(3)
  expect(strataOf(tuples, 3)).toMatchObject({ strata: 3 })
  expect(strataOf(tuples, 100).strata).toBe(1)
  expect(
    strataOf(
      tuples.map(() => []),
      5,
    ).strata,
  ).toBe(1)
})
