import type { Completeness } from '../../platform/chain/gas/completeness-rules.ts'
import { beansFor, indexOfLevel, levelOf } from '../../platform/chain/gas/level-rules.ts'
import type { Stretch } from '../../platform/chain/gas/provider.ts'
import type { Ctx, Db } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { creditBeans } from '../ledger/beans.ts'
import { historiesOf, historyOf, levelRow, lockPerson, putHistory, putLevel, raiseCredited } from './queries.ts'
import { NOTHING, tallied, totalOf } from './rules.ts'
import { changeScan, countFound, dropFound, dropOldScans, foundAfter, type ScanRow } from './scan-queries.ts'

const AT_ONCE = 2000

/** Ends a scan: its sums stay, the list it came from goes. Then Beans and level follow, in the same transaction. */
export async function conclude(
  ctx: Ctx,
  db: Db,
  scan: ScanRow,
  stretch: Stretch,
  verdict: { completeness: Completeness; missing: number },
): Promise<void> {
  // Load. A scan that began at the first block builds on nothing.
  await lockPerson(db, scan.account_id)
  const chain_id = Number(scan.chain_id)
  const base = stretch.after > 0 ? await historyOf(db, scan.wallet_id, chain_id) : undefined
  let tally = base ?? NOTHING
  let authorisations = base?.authorisations ?? 0
  for (let after = -1; ;) {
    const rows = await foundAfter(db, scan.id, after, AT_ONCE)
    tally = tallied(
      tally,
      rows.flatMap((r) => (r.spent ? [r.spent] : [])),
    )
    authorisations += rows.filter((r) => !r.spent).length
    if (rows.length < AT_ONCE) break
    after = rows.at(-1)!.nonce
  }

  // Record.
  const found = await countFound(db, scan.id)
  await putHistory(db, {
    wallet_id: scan.wallet_id,
    chain_id,
    account_id: scan.account_id,
    address: scan.address,
    provider: scan.provider,
    completeness: verdict.completeness,
    missing: verdict.missing,
    block: stretch.pin.block,
    block_hash: stretch.pin.hash,
    block_at: new Date(stretch.pin.at * 1000),
    nonces: stretch.nonce_end ?? tally.sums.transactions + authorisations,
    authorisations,
    tally: { sums: tally.sums, months: tally.months, contracts: tally.contracts },
    scanned_at: ctx.now,
  })
  await dropFound(db, scan.id)
  await changeScan(db, scan.id, {
    state: 'done',
    done_ppm: 1_000_000,
    found,
    stage: {},
    why: null,
    tries: 0,
    ended_at: ctx.now,
  })
  await dropOldScans(db, scan.wallet_id, chain_id, scan.id)
  if (layerOf(ctx, chain_id) === 'l1') await bringBeans(ctx, db, scan, BigInt(tally.sums.wei))
  await tellLevel(ctx, db, scan.account_id)
}

export const layerOf = (ctx: Ctx, chainId: number): 'l1' | 'l2' | undefined =>
  ctx.config.gas.chains.find((c) => c.chain_id === chainId)?.layer

/** Beans for a wallet's gas: those that it has not brought before, to whomever. */
async function bringBeans(ctx: Ctx, db: Db, scan: ScanRow, wei: bigint): Promise<void> {
  const beans = beansFor(wei, ctx.config.gas.table)
  const more = await raiseCredited(db, scan.address, beans)
  await creditBeans(ctx, db, {
    account_id: scan.account_id,
    id: `gas:${scan.address.toString('hex')}:${beans}`,
    kind: 'beans_gas',
    beans: more,
  })
}

/** Says when a person's level has risen above every one they had; falling, by unlinking, is no event. */
export async function tellLevel(ctx: Ctx, db: Db, accountId: string): Promise<void> {
  const { table } = ctx.config.gas
  const counted = (await historiesOf(db, accountId)).filter((h) => layerOf(ctx, Number(h.chain_id)) === 'l1')
  const total = totalOf(
    counted.map((h) => ({ wei: h.sums.wei, address: '', completeness: h.completeness })),
    table,
  )
  const { index, level } = levelOf(total.wei, table)
  const before = await levelRow(db, accountId)
  if (before?.level === level.key) return
  const best = before ? Math.max(before.best_index, indexOfLevel(before.level, table)) : 0
  await putLevel(db, {
    account_id: accountId,
    level: level.key,
    best_index: Math.max(best, index),
    changed_at: ctx.now,
  })
  if (index <= best) return
  await recordEvents(ctx, db, [
    {
      campaign_id: '0',
      kind: 'gas_level',
      subject_id: accountId,
      body: { account_id: accountId, from_level: before?.level ?? table.levels[0]!.key, to_level: level.key },
    },
  ])
}
