import { leaving } from '../src/domains/settlement/rules.ts'
import { createRng, type Rng } from '../src/platform/rng.ts'
import { saveResult } from './lib/harness.ts'

/**
 * How many wallets an attacker joins to the right person by amounts alone: `npx tsx bench/wallet-joining.ts`. The attacker is the
 * strongest there can be: knows to the last unit what every pseudonym of a release had earned at each epoch, and everybody takes
 * everything out at every epoch. People whose withdrawals look alike cannot be told apart, so of a group the attacker is
 * right about one in all; the share joined is the number of groups over the number of people, less chance.
 */
const PEOPLE = [1_000, 10_000]
const EPOCHS = [1, 4]
/** Minor units of a currency with two places: none, then 1, 10 and 100 whole units. */
const STEPS = [1n, 100n, 1_000n, 10_000n]
const WAYS = [...STEPS.map((step_minor) => ({ step_minor, is_ladder: false })), { step_minor: 100n, is_ladder: true }]
const SEEDS = 5

const normal = (rng: Rng): number =>
  Math.sqrt(-2 * Math.log(1 - rng.fraction())) * Math.cos(2 * Math.PI * rng.fraction())

/**
 * Incomes by epoch in minor units, drawn as a season pays: some twenty pieces a person with a long tail, three classes with prices
 * of their own, reviews whose pay depends on a score of one's own, so that exact amounts are nearly unique.
 */
function incomes(rng: Rng, epochs: number): bigint[] {
  const volume = Math.max(1, Math.round(Math.exp(2.6 + 0.9 * normal(rng))))
  const price = [20, 60, 150][rng.below(3)]!
  const accepted = 0.5 + 0.5 * rng.fraction()
  const score = 0.5 + rng.fraction()
  let all = 0
  return Array.from({ length: epochs }, () => {
    const pieces = Math.max(0, Math.round((volume / epochs) * (1 + 0.5 * normal(rng))))
    all += Math.round(pieces * accepted) * price + Math.floor(3 * pieces * 5 * score)
    return BigInt(all)
  })
}

const cells = PEOPLE.flatMap((people) =>
  EPOCHS.flatMap((epochs) =>
    WAYS.map((way) => {
      const runs = Array.from({ length: SEEDS }, (_, seed) => {
        const rng = createRng(seed + 1)
        const groups = new Map<string, number>()
        let [earned, taken] = [0n, 0n]
        let paid = 0
        for (let i = 0; i < people; i++) {
          const income = incomes(rng, epochs)
          // What stays is added to what comes, and may leave with the next epoch.
          let out = 0n
          const seen = income.map((amount) => (out += leaving(amount - out, way)))
          earned += income.at(-1)!
          taken += seen.at(-1)!
          // Who never reaches a step has no wallet on the chain to be found.
          if (seen.at(-1) === 0n) continue
          paid += 1
          groups.set(seen.join(), (groups.get(seen.join()) ?? 0) + 1)
        }
        return {
          joined: groups.size / people,
          unique: [...groups.values()].filter((n) => n === 1).length / people,
          largest: Math.max(...groups.values()),
          paid: paid / people,
          left: Number(earned - taken) / Number(earned),
        }
      })
      const mean = (f: (r: (typeof runs)[number]) => number) =>
        Math.round((runs.reduce((sum, r) => sum + f(r), 0) / runs.length) * 10_000) / 10_000
      return {
        people,
        epochs,
        step_minor: Number(way.step_minor),
        ladder: way.is_ladder,
        joined_beyond_chance: Math.max(
          0,
          mean((r) => r.joined - 1 / people),
        ),
        told_apart_for_sure: mean((r) => r.unique),
        people_paid: mean((r) => r.paid),
        money_left_in_the_books: mean((r) => r.left),
      }
    }),
  ),
)
saveResult('wallet-joining', 'npx tsx bench/wallet-joining.ts', { seeds: SEEDS, cells })
