import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../platform/rng.ts'
import { claimState, outlook, planClaim, type ClaimPlan } from './claim.ts'
import { upperLimit } from './special.ts'

/** Audits a shuffled lot one by one and says where it ended. */
function run(plan: ClaimPlan, wrong: number, fraction: () => number): { n: number; state: string } {
  let left = wrong
  let found = 0
  for (let n = 1; n <= plan.max; n++) {
    if (fraction() * (plan.lot - n + 1) < left) {
      left--
      found++
    }
    const state = claimState(plan, n, found)
    if (state !== 'open') return { n, state }
  }
  return { n: plan.max, state: claimState(plan, plan.max, found) }
}

const tests = { lot: 2000, share: 0.05 }

describe('planClaim', () => {
  it('wins exactly what a gambler wins who bets piece by piece', () => {
    // The martingale written out: each bet multiplies its capital by how much likelier it made what was seen.
    const [lot, boundary] = [60, 12]
    const plan = planClaim({ lot, share: 0.2, alpha: 0.2 })
    expect(plan.boundary).toBe(boundary)
    const bets: [number, number][] = [[1, 0.1], [2, 0.35], [4, 0.2], [5, 0.25], [7, 0.1]] // prettier-ignore
    for (const order of [
      '0000000000000000000000',
      '0100000000000000000000000000000',
      '00000000001000001000000000000',
    ]) {
      const won = bets.map(([, weight]) => weight)
      let k = 0
      ;[...order].forEach((seen, i) => {
        const left = lot - i
        bets.forEach(([wrong], j) => {
          const chance = (m: number) => (seen === '1' ? m - k : left - (m - k)) / left
          won[j] = won[j]! * (Math.max(0, chance(wrong)) / chance(boundary))
        })
        k += Number(seen)
        const capital = won.reduce((a, b) => a + b)
        expect(claimState(plan, i + 1, k) === 'proved').toBe(capital >= 1.07 / 0.2)
      })
    }
  })

  it('falsely proves a lot on the boundary with probability at most alpha, counted exactly', () => {
    for (const [lot, share, alpha] of [
      [2000, 0.05, 0.05],
      [300, 0.1, 0.05],
      [1000, 0.02, 0.01],
      [40, 0.3, 0.1],
    ] as const) {
      const plan = planClaim({ lot, share, alpha })
      expect(outlook(plan, plan.boundary).proved).toBeLessThanOrEqual(alpha)
      // More wrong pieces are proved even less often, and the other way round for refuting.
      expect(outlook(plan, plan.boundary + 5).proved).toBeLessThan(outlook(plan, plan.boundary).proved)
      expect(outlook(plan, plan.boundary - 1).refuted).toBeLessThanOrEqual(alpha)
    }
  })

  it('says as much in simulation as in arithmetic', () => {
    const plan = planClaim({ ...tests, max: 400 })
    const { fraction } = createRng(11)
    for (const wrong of [20, 40, 100]) {
      const runs = Array.from({ length: 2000 }, () => run(plan, wrong, fraction))
      const found = outlook(plan, wrong, 3)
      const mean = runs.reduce((s, r) => s + r.n, 0) / runs.length
      expect(Math.abs(mean - found.audits_mean)).toBeLessThan(8)
      expect(Math.abs(runs.filter((r) => r.state === 'proved').length / 2000 - found.proved)).toBeLessThan(0.03)
      expect(found.price_mean).toBeCloseTo(3 * found.audits_mean, 9)
      expect(runs.filter((r) => r.n <= found.audits_90).length / 2000).toBeGreaterThan(0.87)
    }
  })

  it('needs no more audits than the anchors', () => {
    const plan = planClaim(tests)
    expect(outlook(plan, 20).audits_mean).toBeLessThan(124)
    expect(outlook(plan, 40).audits_mean).toBeLessThan(233)
    expect(outlook(plan, 40).proved).toBeGreaterThan(0.985)
  })

  it('catches the planted fault: an exact interval for one look, read again after each audit', () => {
    const proved = Int32Array.from({ length: 401 }, (_, n) => {
      let k = -1
      while (n > 0 && k + 1 <= n && upperLimit(k + 1, n) < 0.05) k++
      return k
    })
    const fault: ClaimPlan = { ...planClaim({ ...tests, max: 400 }), proved }
    expect(outlook(fault, 100).proved).toBeGreaterThan(0.1)
  })

  it('rises by whole pieces, and ends in a verdict when all is known', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 99 }), fc.nat(150), (lot, s, x) => {
        const plan = planClaim({ lot, share: s / 100 })
        for (let n = 1; n <= lot; n++) {
          expect(plan.proved[n]!).toBeGreaterThanOrEqual(plan.proved[n - 1]!)
          expect(plan.refuted[n]!).toBeGreaterThan(plan.proved[n]!)
        }
        const wrong = Math.min(x, lot)
        expect(claimState(plan, lot, wrong)).toBe(wrong < plan.boundary ? 'proved' : 'refuted')
        const all = outlook(plan, wrong)
        expect(all.proved + all.refuted).toBeCloseTo(1, 9)
      }),
      { numRuns: 40 },
    )
  })

  it('gives up when no number of right pieces could still prove it', () => {
    const plan = planClaim({ ...tests, max: 100 })
    expect(claimState(plan, 20, 0)).toBe('open')
    expect(claimState(plan, 20, plan.proved[100]! + 1)).toBe('spent')
    expect(claimState(planClaim({ ...tests, max: 30 }), 0, 0)).toBe('spent')
  })

  it('refuses in a sentence', () => {
    for (const bad of [
      { lot: 0, share: 0.1 },
      { lot: 1.5, share: 0.1 },
      { lot: 10, share: 0 },
      { lot: 10, share: Number.NaN },
    ])
      expect(() => planClaim(bad)).toThrow(/pieces, not|lies between/)
    expect(() => planClaim({ ...tests, alpha: 1 })).toThrow('alpha lies between 0 and 1')
    expect(() => claimState(planClaim(tests), 3, 4)).toThrow('4 wrong of 3 audits')
    expect(() => outlook(planClaim(tests), 2001)).toThrow('cannot have 2001 wrong')
  })
})
