import { expect, test } from 'vitest'
import { USUAL_SCORE_PPM } from '../domains/campaigns/pay-rules.ts'
import { playHonest } from './deviate.ts'
import { calibrate, meanOf, playCell, type Rule } from './grid.ts'

/** A corner of `bench/incentives.ts`: small, and with the faults planted that the rule is there to stop. */
const world = { people: 60, tasks_each: 100, panel: 5, prior: [0.3, 0.7], audit_share: 0.24, models: 1 }
const rule: Rule = { base_bps: 2_000, s1_ppm: USUAL_SCORE_PPM }
const scale = calibrate(world, rule, 4).scale
const seeds = [1, 2, 3]

test('one who does not look nets at least a quarter less than honest work', () => {
  const worlds = seeds.map((seed) => playHonest({ ...world, seed }, rule, scale))
  for (const strategy of ['always_accept', 'random', 'hash_ring', 'cheap_ring', 'model_same', 'model_80'] as const)
    expect(meanOf(worlds.map((w) => w.honest - w.netOf(strategy))).low, strategy).toBeGreaterThan(0.25)
  const [always] = seeds.map((seed) => playHonest({ ...world, seed }, { ...rule, base_bps: 9_000 }, scale))
  expect(always!.honest - always!.netOf('always_accept'), 'with nearly all of it paid at once').toBeLessThan(0)
})

test('a ring of three in ten earns less than the honest beside it, and the pool is never overdrawn', () => {
  const attackers = 18
  const ring = playCell({ ...world, strategy: 'cheap_ring', attackers }, rule, scale, seeds)
  expect(ring.gap.low).toBeGreaterThan(0.15)
  expect(ring.over_pool).toBe(0)
  expect(ring.auc).toBeGreaterThan(0.85)
  // Planted fault: where nobody grades anything, a ring that agrees with itself earns as honest people do.
  const blind = playCell({ ...world, audit_share: 0, strategy: 'cheap_ring', attackers: 27 }, rule, scale, seeds)
  expect(blind.gap.low).toBeLessThan(0)
})
