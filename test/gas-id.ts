import type { GasSettings } from '../src/platform/chain/gas/settings.ts'
import { DEFAULT_TABLE } from '../src/platform/chain/gas/level-rules.ts'
import type { World } from './world.ts'

/** Looks wallets up on a local chain, by halving, as deep as its newest block. */
export const gasOn = (rpc_url: string, change: Partial<GasSettings> = {}): GasSettings => ({
  chains: [
    {
      chain_id: 31_337,
      name: 'Local',
      layer: 'l1',
      method: 'bisection',
      explorer: undefined,
      rpc_url,
      per_second: 10_000,
      batch: 50,
      confirmations: 0,
    },
  ],
  table: DEFAULT_TABLE,
  ...change,
})

/** Puts a wallet on an account as if it had been proved; returns its id. */
export async function linked(
  w: World,
  accountId: string,
  address: string,
  more: { kind?: 'eoa' | 'contract'; chain_id?: string } = {},
): Promise<string> {
  const id = w.parts.newId()
  await w.db
    .insertInto('wallet')
    .values({
      id,
      account_id: accountId,
      kind: more.kind ?? 'eoa',
      chain_id: more.chain_id ?? null,
      address: Buffer.from(address.slice(2), 'hex'),
      message: 'proved elsewhere',
      signature: Buffer.alloc(65),
      linked_at: w.clock.now(),
      last_used_at: w.clock.now(),
    })
    .execute()
  return id
}

export async function unlinked(w: World, walletId: string): Promise<void> {
  await w.db.updateTable('wallet').set({ unlinked_at: w.clock.now() }).where('id', '=', walletId).execute()
}
