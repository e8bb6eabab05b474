import { levelOf } from '../../platform/chain/gas/level-rules.ts'
import type { Ctx, Db } from '../../platform/context.ts'
import { walletsOf } from '../identity/wallets/queries.ts'
import { layerOf } from './conclude.ts'
import { acceptedWork, historiesOf } from './queries.ts'
import { type Deeds, mostAccepted } from './quest-rules.ts'
import { totalOf } from './rules.ts'

/** A person's gas as it is known now: every history of a chain that is still looked up, and layer 1 added up. */
export async function standingOf(ctx: Ctx, db: Db, accountId: string) {
  const { table } = ctx.config.gas
  const histories = (await historiesOf(db, accountId)).filter((h) => layerOf(ctx, Number(h.chain_id)))
  const first = histories.filter((h) => layerOf(ctx, Number(h.chain_id)) === 'l1')
  const total = totalOf(
    first.map((h) => ({ wei: h.sums.wei, address: '', completeness: h.completeness })),
    table,
  )
  return { histories, first, total, ...levelOf(total.wei, table) }
}
export type Standing = Awaited<ReturnType<typeof standingOf>>

/** What quests are checked against, and the wallets that a claim may rest on: one of them that served nobody yet. */
export async function deedsOf(
  ctx: Ctx,
  db: Db,
  accountId: string,
  standing: Standing,
): Promise<Deeds & { by: { linked: Buffer[]; read: Buffer[] } }> {
  const wallets = await walletsOf(db, accountId)
  return {
    wallets: wallets.length,
    scanned: standing.first.length,
    level_index: standing.index,
    accepted: await acceptedWork(db, accountId, mostAccepted(ctx.config.gas.table)),
    by: {
      linked: wallets.map((w) => w.address),
      // Those that paid most first: what a level rests on.
      read: standing.first.toSorted((a, b) => (BigInt(a.sums.wei) < BigInt(b.sums.wei) ? 1 : -1)).map((h) => h.address),
    },
  }
}
