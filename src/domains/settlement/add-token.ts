import type { Hex, PublicClient } from 'viem'
import type { Ctx } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { currencies } from '../ledger/admin-queries.ts'
import { DISTRIBUTOR, TOKEN } from './chain/abi.ts'
import { chainOf, sayOf } from './chain/client.ts'
import { insertToken, tokens, type TokenRow } from './queries.ts'
import { bytesOf, unitsPerMinor } from './rules.ts'

export type NewToken = {
  currency: string
  token: string
  distributor: string
  first_block: number
  step_minor: string
  is_ladder?: boolean
  least_people: number
  every_hours: number
}

/**
 * Records that a currency is paid through a token. Both contracts are read first: a wrong address would send people's
 * money nowhere, and a distributor with an epoch that is not ours would refuse the first of ours.
 */
export async function addToken(ctx: Ctx, given: NewToken): Promise<TokenRow> {
  const { client } = chainOf(ctx.config)
  // Only what is money: points that tell of a wallet are not for sale.
  const currency = (await currencies(ctx.db)).find((c) => c.code === given.currency)
  if (!currency) throw new Refusal('currency_unknown', { code: given.currency })
  const unfit = (reason: string) => new Refusal('token_unfit', { reason })
  const read = await readContracts(client, given)
  if (read === 'no_contract') throw unfit('there is no contract at one of the two addresses.')
  if (read.token.toLowerCase() !== given.token.toLowerCase())
    throw unfit(`the distributor pays ${read.token}, not this token.`)
  if (read.epoch !== 0n || read.hasPending)
    throw unfit('the distributor has epochs already; take one that was just deployed.')
  const units = unitsPerMinor(read.decimals, currency.scale)
  if (units === undefined)
    throw unfit(`it has ${read.decimals} decimal places, fewer than the ${currency.scale} of ${given.currency}.`)
  return transact(ctx, '0', async (db) => {
    const isNew = await insertToken(db, {
      currency: given.currency,
      chain_id: read.chainId,
      token: bytesOf(given.token),
      distributor: bytesOf(given.distributor),
      decimals: read.decimals,
      units_per_minor: units,
      step_minor: BigInt(given.step_minor),
      is_ladder: given.is_ladder ?? false,
      least_people: given.least_people,
      every_hours: given.every_hours,
      first_block: given.first_block,
      added_by: ctx.caller?.account_id ?? null,
      added_at: ctx.now,
    })
    if (!isNew) throw new Refusal('token_exists', { currency: given.currency })
    await recordEvents(ctx, db, [
      {
        campaign_id: '0',
        kind: 'token_added',
        subject_id: ctx.newId(),
        body: {
          currency: given.currency,
          chain_id: read.chainId,
          token: given.token.toLowerCase(),
          distributor: given.distributor.toLowerCase(),
          decimals: read.decimals,
        },
      },
    ])
    return (await tokens(db, given.currency))[0]!
  })
}

async function readContracts(client: PublicClient, given: NewToken) {
  const [token, distributor] = [given.token as Hex, given.distributor as Hex]
  try {
    const [chainId, ...codes] = await Promise.all([
      client.getChainId(),
      client.getCode({ address: token }),
      client.getCode({ address: distributor }),
    ])
    if (codes.some((code) => code === undefined || code === '0x')) return 'no_contract'
    const at = { address: distributor, abi: DISTRIBUTOR } as const
    const [paid, current, pending, decimals] = await Promise.all([
      client.readContract({ ...at, functionName: 'token' }),
      client.readContract({ ...at, functionName: 'current' }),
      client.readContract({ ...at, functionName: 'pending' }),
      client.readContract({ address: token, abi: TOKEN, functionName: 'decimals' }),
    ])
    return { chainId, token: paid, epoch: current.number, hasPending: pending.number !== 0n, decimals }
  } catch (error) {
    throw new Refusal('chain_away', { reason: sayOf(error) })
  }
}
