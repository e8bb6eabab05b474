// What every act of the contracts costs, on a local chain. Run: npx tsx bench/gas.ts
import { openContracts } from '../test/contracts.ts'
import { ANCHORS, distributorGas, type Gas, otherGas } from './lib/gas.ts'
import { saveResult } from './lib/harness.ts'

const c = await openContracts()
try {
  const distributor: Record<string, Gas> = {}
  for (const rows of [100_000, 1_000_000]) distributor[rows] = await distributorGas(c, rows)
  const others = await otherGas(c)
  const compared = Object.entries(ANCHORS).flatMap(([rows, anchors]) =>
    Object.entries(anchors).map(([act, anchor]) => {
      const gas = distributor[rows]![act]!
      return { rows: Number(rows), act, gas, anchor, ratio: Math.round((gas / anchor) * 1000) / 1000 }
    }),
  )
  saveResult('gas', 'npx tsx bench/gas.ts', { RewardDistributor: distributor, ...others, compared })
} finally {
  await c.stop()
}
