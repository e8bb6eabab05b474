import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../platform/rng.ts'
import { lotInterval, weightedUpperLimit, type WeightedAudit } from './confidence-sequence.ts'
import { clopperPearson, logFactorials } from './special.ts'
import { doubtOrder, doubtSizes } from './sampling.ts'

/** Share of simulated lots whose truth is missed at any audit. */
function missed(
  lot: number,
  wrong: number,
  runs: number,
  read: (n: number, k: number) => { low: number; high: number },
) {
  const { fraction } = createRng(lot * 7 + wrong)
  const truth = wrong / lot
  let misses = 0
  for (let r = 0; r < runs; r++) {
    let [left, k] = [wrong, 0]
    for (let n = 1; n <= lot; n++) {
      if (fraction() * (lot - n + 1) < left) {
        left--
        k++
      }
      const { low, high } = read(n, k)
      if (truth < low - 1e-12 || truth > high + 1e-12) {
        misses++
        break
      }
    }
  }
  return misses / runs
}

/** The same by the definition alone: walk outwards from what was seen while no mixture of bets has won 40 to 1. */
function slowInterval({ lot, n, wrong }: { lot: number; n: number; wrong: number }): [number, number] {
  const log = logFactorials(lot)
  const choose = (a: number, b: number) => (b < 0 || b > a ? -Infinity : log[a]! - log[b]! - log[a - b]!)
  const seen = (bad: number) => choose(bad, wrong) + choose(lot - bad, n - wrong)
  const won = (candidate: number, more: boolean) => {
    const bets = [1.1, 1.25, 1.6, 2.5, 5, 12].map((ratio, i) => {
      const odds = ((candidate + 0.5) / (lot - candidate + 0.5)) * (more ? ratio : 1 / ratio)
      const bet = Math.round(((lot + 1) * odds) / (1 + odds) - 0.5)
      const bad = more ? Math.min(lot, Math.max(candidate, bet)) : Math.max(0, Math.min(candidate, bet))
      return [0.05, 0.1, 0.2, 0.3, 0.25, 0.1][i]! * Math.exp(seen(bad) - seen(candidate))
    })
    return bets.reduce((a, b) => a + b, 0) >= 40 * (1 + 1e-9)
  }
  const centre = Math.min(lot - n + wrong, Math.max(wrong, Math.round((wrong / Math.max(1, n)) * lot)))
  let [low, high] = [centre, centre]
  while (high < lot - n + wrong && !won(high + 1, false)) high++
  while (low > wrong && !won(low - 1, true)) low--
  return [low, high]
}

describe('lotInterval', () => {
  it('covers at every audit together, for few, some and many wrong pieces', () => {
    const log = logFactorials(120)
    const cache = new Map<number, { low: number; high: number }>()
    const read = (n: number, k: number) => {
      const key = n * 1000 + k
      if (!cache.has(key)) cache.set(key, lotInterval({ lot: 120, n, wrong: k, alpha: 0.1, log }))
      return cache.get(key)!
    }
    for (const wrong of [0, 1, 6, 30, 60, 110, 120]) expect(missed(120, wrong, 1500, read)).toBeLessThanOrEqual(0.1)
    // The planted fault: an interval for one look, read at all of them.
    expect(missed(120, 30, 500, (n, k) => clopperPearson(k, n, 0.1))).toBeGreaterThan(0.15)
  })

  it('keeps what is possible, holds the share seen, mirrors itself, and ends at the truth', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(300), fc.nat(300), (lot, a, b) => {
        const n = a % (lot + 1)
        const wrong = b % (n + 1)
        const found = lotInterval({ lot, n, wrong })
        expect(found.low).toBeGreaterThanOrEqual(wrong / lot)
        expect(found.high).toBeLessThanOrEqual((lot - n + wrong) / lot)
        expect(found.low).toBeLessThanOrEqual(found.high)
        const mirror = lotInterval({ lot, n, wrong: n - wrong })
        expect(Math.abs(1 - mirror.high - found.low)).toBeLessThan(1e-9 + 1 / lot)
        const upper = lotInterval({ lot, n, wrong, sides: 'upper' })
        expect(upper.low).toBe(0)
        expect(upper.high).toBeLessThanOrEqual(found.high)
        if (n === lot) expect([found.low, found.high]).toEqual([wrong / lot, wrong / lot])
      }),
      { numRuns: 60 },
    )
  })

  it('ends where a search piece by piece does, with bets counted from chances', () => {
    const { below } = createRng(5)
    for (let i = 0; i < 400; i++) {
      const lot = 1 + below(150)
      const n = below(lot + 1)
      const at = { lot, n, wrong: below(n + 1) }
      const { low, high } = lotInterval(at)
      expect([Math.round(low * lot), Math.round(high * lot)], JSON.stringify(at)).toEqual(slowInterval(at))
    }
  })

  it('is within reach of the interval for one look', () => {
    const found = lotInterval({ lot: 5000, n: 400, wrong: 20 })
    const once = clopperPearson(20, 400)
    expect(found.high - found.low).toBeLessThan(1.75 * (once.high - once.low))
  })

  it('refuses counts that do not fit', () => {
    expect(() => lotInterval({ lot: 10, n: 11, wrong: 0 })).toThrow('does not fit a lot of 10')
    expect(() => lotInterval({ lot: 10, n: 5, wrong: 6 })).toThrow('6 wrong of 5')
    expect(() => lotInterval({ lot: 10, n: 5, wrong: 1, alpha: 0 })).toThrow('alpha')
  })
})

describe('weightedUpperLimit', () => {
  const lots = (seed: number, lot: number, informed: boolean) => {
    const { fraction } = createRng(seed)
    const doubt = Array.from({ length: lot }, () => (fraction() < 0.1 ? 0.4 : 0.01))
    const wrong = doubt.map((d) => fraction() < (informed ? d : 0.05))
    const sizes = doubtSizes(doubt)
    const audits = doubtOrder(sizes, fraction).map((i): WeightedAudit => ({ size: sizes[i]!, wrong: wrong[i]! }))
    return { sizes, audits, truth: wrong.filter(Boolean).length / lot }
  }

  it('is above the truth at every audit in at least 1 - alpha of lots, whether the doubts are right or not', () => {
    for (const informed of [true, false]) {
      let misses = 0
      for (let seed = 0; seed < 300; seed++) {
        const { sizes, audits, truth } = lots(seed, 150, informed)
        // The limit keeps the best that any audit had won, so the last one speaks for all.
        if (weightedUpperLimit(sizes, audits.slice(0, 149), 0.1) < truth - 1e-6) misses++
      }
      expect(misses / 300).toBeLessThanOrEqual(0.1)
    }
  })

  it('catches the planted fault: weights that are left out', () => {
    let [misses, honest_misses] = [0, 0]
    for (let seed = 0; seed < 200; seed++) {
      const { fraction } = createRng(seed)
      // Bad pieces are drawn four times less often; as if all sizes were equal, they would seem rare.
      const wrong = Array.from({ length: 400 }, (_, i) => i < 80)
      const sizes = Float64Array.from(wrong, (w) => (w ? 0.25 : 1))
      const audits = doubtOrder(sizes, fraction)
        .slice(0, 80)
        .map((i) => ({ size: 1, wrong: wrong[i]! }))
      if (weightedUpperLimit(new Float64Array(400).fill(1), audits) < 0.2) misses++
      const honest = doubtOrder(sizes, fraction)
        .slice(0, 80)
        .map((i) => ({ size: sizes[i]!, wrong: wrong[i]! }))
      if (weightedUpperLimit(sizes, honest) < 0.2) honest_misses++
    }
    expect(misses / 200).toBeGreaterThan(0.2)
    expect(honest_misses / 200).toBeLessThanOrEqual(0.05)
  })

  it('needs fewer audits when the doubts are right', () => {
    let [weighted, uniform] = [0, 0]
    for (let seed = 0; seed < 40; seed++) {
      const { sizes, audits } = lots(seed, 1000, true)
      weighted += weightedUpperLimit(sizes, audits.slice(0, 300))
      const { fraction } = createRng(seed + 999)
      const order = doubtOrder(new Float64Array(1000).fill(1), fraction)
      uniform += lotInterval({
        lot: 1000,
        n: 300,
        wrong: order.slice(0, 300).filter((_, j) => audits[order[j]!]!.wrong).length,
        sides: 'upper',
      }).high
    }
    expect(weighted).toBeLessThan(uniform)
  })

  it('with nothing audited rules nothing out, and refuses sizes that can never be drawn', () => {
    expect(weightedUpperLimit([1, 2, 3], [])).toBe(1)
    expect(() => weightedUpperLimit([1, 0], [])).toThrow('Piece 2 has the size 0')
    expect(() =>
      weightedUpperLimit(
        [1],
        [
          { size: 1, wrong: false },
          { size: 1, wrong: true },
        ],
      ),
    ).toThrow('2 audits')
  })
})
