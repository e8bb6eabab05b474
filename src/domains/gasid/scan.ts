import { callerOf, type Ctx } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { walletsOf } from '../identity/wallets/queries.ts'
import { insertScan, newestScans, type ScanRow } from './scan-queries.ts'

/** Asks for a look at every linked wallet on every chain that is looked up here. One that is under way serves. */
export async function askForScans(ctx: Ctx): Promise<{ scans: ShownScan[] }> {
  const { account_id } = callerOf(ctx)
  const { chains } = ctx.config.gas
  if (chains.length === 0) throw new Refusal('gas_off')
  return transact(ctx, '0', async (db) => {
    // A contract sends nothing itself: whoever sends for it pays.
    const wallets = (await walletsOf(db, account_id)).filter((w) => w.kind === 'eoa')
    if (wallets.length === 0) throw new Refusal('no_wallet')
    for (const wallet of wallets)
      for (const chain of chains)
        await insertScan(db, {
          id: ctx.newId(),
          account_id,
          wallet_id: wallet.id,
          chain_id: chain.chain_id,
          address: wallet.address,
          provider: chain.method,
          asked_at: ctx.now,
        })
    return { scans: (await newestScans(db, account_id)).map(shownScan) }
  })
}

export type ShownScan = ReturnType<typeof shownScan>
export const shownScan = (s: ScanRow) => ({
  wallet_id: s.wallet_id,
  chain_id: Number(s.chain_id),
  state: s.state,
  done_ppm: s.done_ppm,
  found: s.found,
  why: s.why,
  tries: s.tries,
  asked_at: s.asked_at.toISOString(),
  next_at: s.ended_at ? null : s.next_at.toISOString(),
  ended_at: s.ended_at?.toISOString() ?? null,
})
