import type { Ctx, Db } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { personAccount } from '../ledger/accounts.ts'
import { spend } from '../ledger/transfer.ts'

/** Money that is held while audits on its work are open. `reason_id` names what ended that: one release for each. */
export type HeldPay = {
  campaign_id: string
  account_id: string
  currency: string
  amount_minor: bigint
  reason_id: string
}

/**
 * Lets held money go on to frozen, from where only time stands between it and its person. False when so much is not
 * held. Held is the one state from which money may ever be taken; nothing takes any.
 */
export async function releaseHeld(ctx: Ctx, db: Db, pay: HeldPay): Promise<boolean> {
  const moved = await spend(ctx, db, {
    campaign_id: pay.campaign_id,
    id: `release:${pay.reason_id}:${pay.account_id}:${pay.currency}`,
    kind: 'release',
    subject_id: pay.account_id,
    debit: personAccount(pay.account_id, 'held'),
    credit: personAccount(pay.account_id, 'frozen'),
    currency: pay.currency,
    amount_minor: pay.amount_minor,
  })
  if (moved)
    await recordEvents(ctx, db, [
      {
        campaign_id: pay.campaign_id,
        kind: 'released_pay',
        subject_id: pay.account_id,
        body: { currency: pay.currency, amount_minor: pay.amount_minor.toString(), reason_id: pay.reason_id },
      },
    ])
  return moved
}
