import type { Ctx, Db } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Allowed } from '../integrity/standing/rules.ts'
import { personAccount } from '../ledger/accounts.ts'
import { balanceOf } from '../ledger/queries.ts'
import { spend } from '../ledger/transfer.ts'

/**
 * What may be taken out, whichever way it leaves: no more than limits allow, which were read under the person's lock, and
 * no more than is claimable. It moves to `paying`, and the evidence says so.
 */
export async function takeOut(
  ctx: Ctx,
  db: Db,
  allowed: Allowed,
  out: {
    account_id: string
    currency: string
    amount: bigint
    kind: 'claim' | 'chain_withdrawal'
    event: 'claimed' | 'chain_withdrawal_asked'
  },
): Promise<{ id: string; claimable: bigint }> {
  const { account_id, currency, amount, kind } = out
  if (allowed.why.length > 0 && amount > allowed.withdrawable)
    throw new Refusal('claim_limited', {
      withdrawable_minor: allowed.withdrawable.toString(),
      currency,
      until: allowed.until!.toISOString(),
    })
  const claimable = personAccount(account_id, 'claimable')
  const id = ctx.newId()
  const isMoved = await spend(ctx, db, {
    campaign_id: '0',
    id: `${kind}:${id}`,
    kind,
    subject_id: id,
    debit: claimable,
    credit: personAccount(account_id, 'paying'),
    currency,
    amount_minor: amount,
  })
  const left = await balanceOf(db, claimable, currency)
  if (!isMoved) throw new Refusal('claim_too_large', { claimable_minor: left.toString(), currency })
  const body = { account_id, currency, amount_minor: amount.toString() }
  await recordEvents(ctx, db, [{ campaign_id: '0', kind: out.event, subject_id: id, body }])
  return { id, claimable: left }
}
