import { beforeAll, describe, expect, test } from 'vitest'
import { findForge, type ForgeTest, runForge } from '../../../test/forge.ts'

const LONG = Boolean(process.env.ASSAY_NIGHTLY)
const CALLS = LONG ? 81_920 : 8_192
const INVARIANTS = {
  AnchorInvariants: ['foreseen', 'history'],
  DistributorInvariants: ['books', 'foreseen', 'roots', 'solvent'],
  EscrowInvariants: ['campaigns', 'foreseen', 'solvent'],
  StakingInvariants: ['capped', 'foreseen', 'solvent', 'stakes'],
}

/** Without the tester's binary (a kind of machine it is not made for) these are skipped; `findForge` says its package. */
describe.skipIf('missing' in findForge())('the contracts', () => {
  let tests: ForgeTest[] = []
  beforeAll(
    async () => {
      tests = await runForge({ folder: process.cwd(), profile: LONG ? 'long' : 'default' })
    },
    LONG ? 7_200_000 : 900_000,
  )

  test('pass all of their own tests', () => {
    expect(tests.filter((t) => !t.passed).map((t) => `${t.suite}.${t.name}: ${t.reason}`)).toEqual([])
    expect(tests.length).toBeGreaterThan(30)
  })

  test.each(Object.entries(INVARIANTS))(`hold the invariants of %s over ${CALLS} calls each`, (suite, names) => {
    const held = tests.filter((t) => t.suite === suite && t.calls !== undefined)
    expect(held.map((t) => [t.name, t.calls]).toSorted()).toEqual(names.map((n) => [`invariant_${n}`, CALLS]))
    // What a handler never gets carried out is not tested by it: counted over all runs of the suite.
    const carriedOut: Record<string, number> = {}
    for (const { shares } of held)
      for (const [call, share] of Object.entries(shares!))
        carriedOut[call] = (carriedOut[call] ?? 0) + share.carried_out
    expect(Object.entries(carriedOut).filter(([, n]) => n === 0)).toEqual([])
  })
})
