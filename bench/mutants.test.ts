import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { findForge } from '../test/forge.ts'
import { MUTANTS } from './lib/mutants.ts'
import { tryMutants } from './mutants.ts'

describe('the planted faults of the contracts', () => {
  test('each stand in exactly one place', () => {
    const lost = MUTANTS.filter(
      ({ contract, from }) => readFileSync(`contracts/src/${contract}.sol`, 'utf8').split(from).length !== 2,
    )
    expect(lost).toEqual([])
    expect(MUTANTS.length).toBeGreaterThan(150)
  })

  // All of them, one after the other, are a night's work: bin/nightly.mjs.
  test.skipIf('missing' in findForge())(
    'are noticed, here two of them',
    async () => {
      const two = [
        MUTANTS.find((m) => m.contract === 'ProvenanceAnchor' && m.to.includes('size < head.size'))!,
        MUTANTS.find((m) => m.contract === 'ReviewerStaking' && m.from.includes('owedToSink = 0'))!,
      ]
      const outcomes = await tryMutants(two, () => {}, { fresh: true })
      expect(outcomes.map((o) => o.error)).toEqual([undefined, undefined])
      expect(outcomes[0]!.killedBy).toContain('AnchorInvariants.invariant_foreseen')
      expect(outcomes[1]!.killedBy).toContain('StakingInvariants.invariant_solvent')
    },
    600_000,
  )
})
