import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createWorld } from '../../../test/world.ts'
import { findLocalChain } from '../../platform/chain/local.ts'
import { openLane } from '../../sim/platform.ts'
import { playTrial } from './play.ts'
import { settleOnLocalChain } from './settle.ts'

test.skipIf('missing' in findLocalChain())(
  'a season goes from a funded budget to claims by people who hold no ETH, in both of its currencies',
  async () => {
    const out = mkdtempSync(join(tmpdir(), 'assay-try-'))
    // The database alone is the world's; the command has an application of its own.
    const w = await createWorld()
    try {
      const { connection } = w
      const lane = await openLane({ connection, seed: 1, name: 'trial', node: 1, config: { data_dir: out } })
      const played = await playTrial(lane, { people: 8, seed: 1 })
      await lane.close()
      expect(played.reviews).toBeGreaterThanOrEqual(3 * played.submissions)
      const said: string[] = []
      const isRight = await settleOnLocalChain({ connection, seed: 1, out, say: (text) => void said.push(text) })
      expect(said.join('\n')).toMatch(/hold what they earned, and no ETH/)
      expect(said.filter((s) => s === 'The books and the chain agree.')).toHaveLength(2)
      expect(said.at(-1)).toMatch(/^The books are right/)
      expect(isRight).toBe(true)
      expect(readdirSync(join(out, 'epochs'))).toHaveLength(2)
    } finally {
      await w.close()
      rmSync(out, { recursive: true, force: true })
    }
  },
  120_000,
)
