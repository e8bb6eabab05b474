import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { requireProof } from '../identity/sessions.ts'
import { withdrawableNow } from '../integrity/standing/limits.ts'
import { personAccount } from '../ledger/accounts.ts'
import { balanceOf } from '../ledger/queries.ts'
import { currencyOf, destinationOf, putDestination } from './queries.ts'
import { refuseBeans } from './beans.ts'
import { takeOut } from './take-out.ts'
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
    const out = { account_id: who, currency, amount, kind: 'claim', event: 'claimed' } as const
    const { id, claimable } = await takeOut(ctx, db, allowed, out)
    return {
      claim_id: id,
      currency,
      amount_minor: amount.toString(),
      claimable_minor: claimable.toString(),
      paying_minor: (await balanceOf(db, personAccount(who, 'paying'), currency)).toString(),
    }
  })
}
