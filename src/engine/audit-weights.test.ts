import { expect, test } from 'vitest'
import { createRng } from '../platform/rng.ts'
import { auditWeights, type Drawable } from './audit-weights.ts'
import type { Window } from './peer-score.ts'
import { scoreWindow } from './reviewer-score.ts'

const piece = (accepted: boolean, audited: boolean, chance_ppm: number | null = null): Drawable => ({
  accepted,
  audited,
  chance_ppm,
})

test('where lots were even each audit stands for as much as its kind had, however many plans drew', () => {
  const work = [
    ...Array.from({ length: 8 }, (_, i) => piece(true, i < 2)),
    ...Array.from({ length: 6 }, (_, i) => piece(false, i < 3)),
  ]
  expect([...auditWeights(work)]).toEqual([4, 4, 0, 0, 0, 0, 0, 0, 2, 2, 2, 0, 0, 0])
  const same = work.map((w, i) => (i === 0 ? { ...w, chance_ppm: 250_000 } : w))
  for (const [i, w] of auditWeights(same).entries()) expect(w).toBeCloseTo(auditWeights(work)[i]!, 12)
})

test('an aimed lot stands for one over its chance, a grade beside lots for a part of what they left', () => {
  const aimed = [piece(true, true, 500_000), piece(true, true, 100_000), ...Array.from({ length: 10 }, () => piece(true, false))] // prettier-ignore
  const [often, seldom] = auditWeights(aimed)
  expect(seldom! / often!).toBeCloseTo(5, 9)
  expect(often! + seldom!).toBeCloseTo(12, 9)
  const mixed = [...aimed.slice(0, 11), piece(true, true)]
  const all = auditWeights(mixed)
  expect(all.reduce((a, b) => a + b, 0)).toBeCloseTo(12, 9)
  expect(all[11]).toBeCloseTo(4, 9)
  // All of it graded: nothing stands for anything else.
  const whole = [piece(true, true, 500_000), piece(true, true, 100_000), piece(true, true)]
  expect([...auditWeights(whole)]).toEqual([1, 1, 1])
  expect([...auditWeights([piece(true, true, 900_000), piece(true, true, 900_000)])]).toEqual([1, 1])
  expect([...auditWeights([piece(true, false)])]).toEqual([0])
})

// A hundred tasks judged by three people; person 0 errs on hard ones, on which the others differ too.
const TASKS = 120
const rng = createRng(11)
const truth = Array.from({ length: TASKS }, () => (rng.below(10) < 6 ? 1 : 0))
const isHard = Array.from({ length: TASKS }, () => rng.below(4) === 0)
const said = (person: number, t: number): number =>
  rng.below(100) < (isHard[t] ? 55 : 95 - person) ? truth[t]! : 1 - truth[t]!
const answers = truth.flatMap((_, t) => [0, 1, 2].map((p) => said(p, t)))
const verdict = truth.map((_, t) => (answers[3 * t]! + answers[3 * t + 1]! + answers[3 * t + 2]! >= 2 ? 1 : 0))
const isDoubted = truth.map((_, t) => new Set(answers.slice(3 * t, 3 * t + 3)).size > 1)

/** What audits of these tasks say of person 0, before it is held towards anything. */
function seen(audited: (t: number) => boolean, weight: (t: number) => number): number {
  const window: Window = {
    classes: 2,
    people: 3,
    stratum: new Int32Array(TASKS),
    strata: 1,
    truth: Int8Array.from(truth, (c, t) => (audited(t) ? c : -1)),
    audit_weight: Float64Array.from(truth, (_, t) => weight(t)),
    task: Int32Array.from(answers, (_, i) => Math.floor(i / 3)),
    person: Int32Array.from(answers, (_, i) => i % 3),
    answer: Uint8Array.from(answers),
  }
  const [mine] = scoreWindow(window)
  return mine!.g_raw
}

test('scored from aimed audits a reviewer gets on average what grading all of their work would say', () => {
  const all = seen(() => true, () => 1) // prettier-ignore
  const RUNS = 600
  let weighed = 0
  let plain = 0
  for (let run = 0; run < RUNS; run++) {
    const lots = createRng(1_000 + run)
    // Of each kind and part a fixed number, without replacement: seven in ten of the doubted, one in five of the rest.
    const chance = new Map<number, number>()
    for (const kind of [0, 1])
      for (const doubted of [true, false]) {
        const own = truth.flatMap((_, t) => (verdict[t] === kind && isDoubted[t] === doubted ? [t] : []))
        const n = Math.max(1, Math.round(own.length * (doubted ? 0.7 : 0.2)))
        const order = own.map((t) => ({ t, lot: lots.fraction() })).sort((a, b) => a.lot - b.lot)
        for (const { t } of order.slice(0, n)) chance.set(t, Math.round((1_000_000 * n) / own.length))
      }
    const weights = auditWeights(
      truth.map((_, t) => ({ accepted: verdict[t] === 1, audited: chance.has(t), chance_ppm: chance.get(t) ?? null })),
    )
    weighed += seen((t) => chance.has(t), (t) => weights[t]!) / RUNS // prettier-ignore
    // The planted fault: every audit counts as if lots had been even.
    plain += seen((t) => chance.has(t), () => 1) / RUNS // prettier-ignore
  }
  expect(Math.abs(weighed - all)).toBeLessThan(0.02)
  expect(all - plain).toBeGreaterThan(0.08)
})
