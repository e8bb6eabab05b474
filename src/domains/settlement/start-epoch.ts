import type { Ctx } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { epochs, gatherInto, insertEpoch, lastActive, lockToken, type EpochRow } from './epoch-queries.ts'
import { tokens, waitingIn } from './queries.ts'
import { whyStopped } from './stopping.ts'

/** Gathers what waits in a currency. From here on it is on its way and cannot be called back. */
export async function startEpoch(ctx: Ctx, currency: string): Promise<EpochRow> {
  if (!ctx.config.chain) throw new Refusal('chain_off')
  return transact(ctx, '0', async (db) => {
    const [token] = await tokens(db, currency)
    if (!token) throw new Refusal('token_unknown', { currency })
    await lockToken(db, currency)
    const [last] = await epochs(db, { currency, limit: 1 })
    if (last && last.state !== 'active' && last.state !== 'revoked')
      throw new Refusal('epoch_under_way', { number: last.number, currency })
    const stopped = await whyStopped(db, currency)
    if (stopped) throw new Refusal('token_unfit', { reason: stopped })
    const waiting = await waitingIn(db, currency)
    if (waiting.amount === 0n) throw new Refusal('nothing_to_settle', { currency })
    if (waiting.people < token.least_people)
      throw new Refusal('too_few_people', { people: waiting.people, least_people: token.least_people, currency })
    const id = ctx.newId()
    const number = (BigInt((await lastActive(db, currency))?.number ?? 0) + 1n).toString()
    await insertEpoch(db, {
      id,
      currency,
      number,
      started_by: ctx.caller?.account_id ?? null,
      gathered_at: ctx.now,
    })
    const withdrawals = await gatherInto(db, id, currency)
    await recordEvents(ctx, db, [
      {
        campaign_id: '0',
        kind: 'epoch_gathered',
        subject_id: id,
        body: { currency, number: Number(number), withdrawals, amount_minor: waiting.amount.toString() },
      },
    ])
    return (await epochs(db, { id, limit: 1 }))[0]!
  })
}
