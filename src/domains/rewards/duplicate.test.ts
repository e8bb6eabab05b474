import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clustersOf, sharesOf, type WindowReview } from './window-rules.ts'

// One person with two accounts that say the same of the same work. In one cluster neither is compared with the other.
const TASKS = 80
const at = new Date('2026-01-05T00:00:00Z')
const world = fc.record({
  truth: fc.array(fc.boolean(), { minLength: TASKS, maxLength: TASKS }),
  /** What is said of each task by five others, right so often as their skill says. */
  others: fc.array(fc.array(fc.integer({ min: 0, max: 99 }), { minLength: TASKS, maxLength: TASKS }), { minLength: 5, maxLength: 5 }), // prettier-ignore
  skill: fc.array(fc.integer({ min: 60, max: 97 }), { minLength: 5, maxLength: 5 }),
  own: fc.array(fc.integer({ min: 0, max: 99 }), { minLength: TASKS, maxLength: TASKS }),
  own_skill: fc.integer({ min: 40, max: 97 }),
})
type W = typeof world extends fc.Arbitrary<infer T> ? T : never

function paid(w: W, accounts: readonly string[], clustered: boolean, one = clustered): number {
  const reviews: WindowReview[] = []
  const say = (reviewer_id: string, task: number, approves: boolean) =>
    reviews.push({
      submission_id: String(1000 + task),
      round: 1,
      version: 1,
      reviewer_id,
      approves,
      decided_at: at,
      accepted: w.truth[task]!,
      correct: task % 3 === 0 ? w.truth[task]! : null,
      chance_ppm: null,
    })
  for (let t = 0; t < TASKS; t++) {
    w.others.forEach((said, o) => say(String(10 + o), t, said[t]! < w.skill[o]! ? w.truth[t]! : !w.truth[t]!))
    for (const a of accounts) say(a, t, w.own[t]! < w.own_skill ? w.truth[t]! : !w.truth[t]!)
  }
  const shares = sharesOf({
    reviews,
    labels: [],
    since: () => at,
    carries: () => 0,
    ...(one
      ? {
          one: new Map([
            ['1', '9'],
            ['2', '9'],
          ]),
        }
      : {}),
    clusters: clustered ? clustersOf([['1', '2']]) : new Map(),
    isAudited: () => true,
    last: true,
  })
  return shares.filter((s) => accounts.includes(s.account_id)).reduce((sum, s) => sum + s.factor_ppm * s.reviews, 0)
}

test('a second account with the same answers never raises what both are paid together', () => {
  fc.assert(
    fc.property(world, (w) => {
      expect(paid(w, ['1', '2'], true)).toBe(paid(w, ['1'], false))
    }),
    { numRuns: 100, seed: 6 },
  )
})

test('planted fault: compared with each other no more, but both paid for one panel, they are paid more', () => {
  const raised = fc.sample(world, { numRuns: 40, seed: 6 }).filter((w) => paid(w, ['1', '2'], true, false) > paid(w, ['1'], false)) // prettier-ignore
  expect(raised.length).toBeGreaterThan(0)
})
