import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ANCHORS, distributorGas, type Gas } from '../../../bench/lib/gas.ts'
import { type Contracts, openContracts } from '../../../test/contracts.ts'
import { findLocalChain } from './local.ts'

const SIZES = process.env.ASSAY_NIGHTLY ? [100_000, 1_000_000] : [100_000]
/** What people and relayers pay again and again; an epoch's two acts of the operator are compared in the docs. */
const HELD = ['claim_first', 'claim_later', 'claim_later_11_epochs_missed', 'claim_many_50_later_each', 'claim_to']

describe.skipIf('missing' in findLocalChain())('the gas of claims', () => {
  let c: Contracts
  beforeAll(async () => {
    c = await openContracts()
  }, 60_000)
  afterAll(() => c?.stop())

  test.each(SIZES)(
    'with %i rows is not above the best known, and is what is published',
    async (rows) => {
      const published = JSON.parse(readFileSync('bench/results/gas.json', 'utf8')) as {
        RewardDistributor: Record<string, Gas>
      }
      const gas = await distributorGas(c, rows)
      for (const act of HELD) {
        const anchor = ANCHORS[rows]![act]
        if (anchor) expect(gas[act], act).toBeLessThanOrEqual(anchor)
        // Addresses, and so proofs, are the same each time; only the moment a signature ends varies by its zero bytes.
        const ratio = gas[act]! / published.RewardDistributor[rows]![act]!
        expect(Math.abs(ratio - 1), `${act}: run npx tsx bench/gas.ts`).toBeLessThan(0.001)
      }
    },
    600_000,
  )
})
