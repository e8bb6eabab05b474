import { lotInterval } from '../src/engine/confidence-sequence.ts'
import { claimState, outlook, planClaim, type ClaimPlan } from '../src/engine/claim.ts'
import { logFactorials } from '../src/engine/special.ts'
import { createRng } from '../src/platform/rng.ts'
import { saveResult } from './lib/harness.ts'

/** The claim "error at most 5 %" on lots of 2,000, looked at after every audit: how soon it is proved, and how often falsely. */
const LOT = 2000
const RUNS = Number(process.argv[2] ?? 10_000)
const plan = planClaim({ lot: LOT, share: 0.05, alpha: 0.05 })

type Simulated = { proved: number; audits_mean: number; audits_98_5: number }

function simulate(wrong: number, seed: number, stopAt: ClaimPlan): Simulated {
  const { fraction } = createRng(seed)
  const audits: number[] = []
  let proved = 0
  for (let r = 0; r < RUNS; r++) {
    let [left, found, n] = [wrong, 0, 0]
    for (let state = 'open'; state === 'open';) {
      if (fraction() * (LOT - n) < left) {
        left--
        found++
      }
      n++
      state = claimState(stopAt, n, found)
      if (state === 'proved') proved++
    }
    audits.push(n)
  }
  audits.sort((a, b) => a - b)
  return {
    proved: proved / RUNS,
    audits_mean: audits.reduce((a, b) => a + b, 0) / RUNS,
    audits_98_5: audits[Math.ceil(0.985 * RUNS) - 1]!,
  }
}

const exact = (wrong: number) => {
  const found = outlook(plan, wrong)
  return { proved: found.proved, audits_mean: found.audits_mean }
}

/** How often the two-sided interval, read after each audit, misses the truth anywhere. */
function coverage(wrong: number, runs: number): number {
  const { fraction } = createRng(wrong)
  const log = logFactorials(LOT)
  const read = new Map<number, boolean>()
  let misses = 0
  for (let r = 0; r < runs; r++) {
    let [left, found] = [wrong, 0]
    for (let n = 1; n <= 600; n++) {
      if (fraction() * (LOT - n + 1) < left) {
        left--
        found++
      }
      const key = n * LOT + found
      let holds = read.get(key)
      if (holds === undefined) {
        const { low, high } = lotInterval({ lot: LOT, n, wrong: found, log })
        holds = low <= wrong / LOT && wrong / LOT <= high
        read.set(key, holds)
      }
      if (!holds) {
        misses++
        break
      }
    }
  }
  return 1 - misses / runs
}

saveResult('certificate', `npx tsx bench/certificate.ts${process.argv[2] ? ` ${RUNS}` : ''}`, {
  what: 'lot 2,000, claim "error <= 5 %" at 95 %, looked at after every audit; runs that end refuted count as not proved, and their audits count',
  runs: RUNS,
  anchor: { true_1_percent: 124, true_2_percent: 233, true_2_percent_proved: 0.985, false_pass: 0.041 },
  reach: { true_1_percent: 124, true_2_percent: 233, false_pass_at_most: 0.05 },
  true_1_percent: { ...simulate(20, 1, plan), exact: exact(20) },
  true_2_percent: { ...simulate(40, 2, plan), exact: exact(40) },
  at_the_boundary_100_wrong: { false_pass: simulate(100, 3, plan).proved, exact: exact(100).proved },
  just_over_101_wrong: { false_pass: simulate(101, 4, plan).proved, exact: exact(101).proved },
  interval_coverage_600_looks: { true_1_percent: coverage(20, 2000), true_5_percent: coverage(100, 2000) },
})
