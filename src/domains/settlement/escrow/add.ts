import type { Hex } from 'viem'
import type { Ctx } from '../../../platform/context.ts'
import { recordEvents } from '../../../platform/events/record.ts'
import { Refusal } from '../../../platform/refusal.ts'
import { transact } from '../../../platform/transact.ts'
import { ESCROW } from '../chain/abi.ts'
import { chainOf, sayOf } from '../chain/client.ts'
import { tokens } from '../queries.ts'
import { bytesOf, hexOf } from '../rules.ts'
import { insertEscrow } from './queries.ts'

/** Records where budgets of a currency can be put. The contract is read first: one that pays elsewhere is refused. */
export async function addEscrow(ctx: Ctx, currency: string, given: { escrow: string; first_block: number }) {
  const [token] = await tokens(ctx.db, currency)
  if (!token) throw new Refusal('token_unknown', { currency })
  const { client } = chainOf(ctx.config)
  const at = { address: given.escrow.toLowerCase() as Hex, abi: ESCROW } as const
  const unfit = (reason: string) => new Refusal('escrow_unfit', { reason })
  const read = async () => {
    const [chainId, code] = await Promise.all([client.getChainId(), client.getCode({ address: at.address })])
    if (chainId !== token.chain_id || code === undefined || code === '0x') return undefined
    const [paid, distributor] = await Promise.all([
      client.readContract({ ...at, functionName: 'token' }),
      client.readContract({ ...at, functionName: 'distributor' }),
    ])
    return { token: paid.toLowerCase(), distributor: distributor.toLowerCase() }
  }
  const found = await read().catch((error: unknown) => {
    if (/returned no data|revert/i.test(String((error as Error).message))) return undefined
    throw new Refusal('chain_away', { reason: sayOf(error) })
  })
  if (!found) throw unfit('there is no escrow at this address of the chain.')
  if (found.token !== hexOf(token.token)) throw unfit(`it holds ${found.token}, not the token of ${currency}.`)
  if (found.distributor !== hexOf(token.distributor)) throw unfit(`it pays into ${found.distributor}, not the distributor of ${currency}.`) // prettier-ignore
  return transact(ctx, '0', async (db) => {
    const isNew = await insertEscrow(db, {
      currency,
      escrow: bytesOf(at.address),
      scanned_to: Math.max(0, given.first_block - 1),
      added_by: ctx.caller?.account_id ?? null,
      added_at: ctx.now,
    })
    if (!isNew) throw new Refusal('escrow_exists', { currency })
    await recordEvents(ctx, db, [
      { campaign_id: '0', kind: 'escrow_added', subject_id: ctx.newId(), body: { currency, escrow: at.address } },
    ])
    return { currency, escrow: at.address }
  })
}
