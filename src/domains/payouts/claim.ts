import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { requireProof } from '../identity/sessions.ts'
import { withdrawableNow } from '../integrity/standing/limits.ts'
import { personAccount } from '../ledger/accounts.ts'
import { balanceOf } from '../ledger/queries.ts'
import { spend } from '../ledger/transfer.ts'
import { currencyOf, destinationOf, putDestination } from './queries.ts'
import { refuseBeans } from './beans.ts'
import { refuseDestination } from './rules.ts'

/** Says where a person's money of a currency goes. Whoever took over a browser must not be able to turn it to them. */
export async function setDestination(ctx: Ctx, currency: string, destination: string) {
  await requireProof(ctx)
  const refusal = refuseDestination(destination)
  if (refusal) throw new Refusal(refusal)
  return transact(ctx, '0', async (db) => {
    refuseBeans(currency)
    if (!(await currencyOf(db, currency))) throw new Refusal('currency_unknown', { code: currency })
    await putDestination(db, { account_id: callerOf(ctx).account_id, currency, destination, changed_at: ctx.now })
    return { currency, destination, changed_at: ctx.now.toISOString() }
  })
}

/** Asks for part of what is claimable. Claims of one person go one after the other, so none is promised twice. */
export async function claim(ctx: Ctx, currency: string, amount: bigint) {
  const who = callerOf(ctx).account_id
  return transact(ctx, '0', async (db) => {
    refuseBeans(currency)
    if (!(await currencyOf(db, currency))) throw new Refusal('currency_unknown', { code: currency })
    if (!(await destinationOf(db, who, currency))) throw new Refusal('destination_missing', { currency })
    // Limits are read under the person's lock, so none that is imposed meanwhile is missed.
    const allowed = await withdrawableNow(ctx, db, who, currency)
    if (allowed.why.length > 0 && amount > allowed.withdrawable)
      throw new Refusal('claim_limited', {
        withdrawable_minor: allowed.withdrawable.toString(),
        currency,
        until: allowed.until!.toISOString(),
      })
    const [claimable, paying] = [personAccount(who, 'claimable'), personAccount(who, 'paying')]
    const id = ctx.newId()
    const isMoved = await spend(ctx, db, {
      campaign_id: '0',
      id: `claim:${id}`,
      kind: 'claim',
      subject_id: id,
      debit: claimable,
      credit: paying,
      currency,
      amount_minor: amount,
    })
    const left = await balanceOf(db, claimable, currency)
    if (!isMoved) throw new Refusal('claim_too_large', { claimable_minor: left.toString(), currency })
    await recordEvents(ctx, db, [
      {
        campaign_id: '0',
        kind: 'claimed',
        subject_id: id,
        body: { account_id: who, currency, amount_minor: amount.toString() },
      },
    ])
    return {
      claim_id: id,
      currency,
      amount_minor: amount.toString(),
      claimable_minor: left.toString(),
      paying_minor: (await balanceOf(db, paying, currency)).toString(),
    }
  })
}
