import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createWorld } from '../../../test/world.ts'
import { findLocalChain } from '../../platform/chain/local.ts'
import { playAndSettle } from './settle.ts'

test.skipIf('missing' in findLocalChain())(
  'a season goes from a budget in an escrow to claims by people who hold no ETH, in both of its currencies',
  async () => {
    const out = mkdtempSync(join(tmpdir(), 'assay-try-'))
    // The database alone is the world's; the command has an application of its own.
    const w = await createWorld()
    try {
      const said: string[] = []
      const say = (text: string) => void said.push(text)
      const isRight = await playAndSettle({ connection: w.connection, people: 8, seed: 1, out, say })
      expect(said.join('\n')).toMatch(/own wallet put the budget into the escrow: \d+ POINT and \d+ USD/)
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
