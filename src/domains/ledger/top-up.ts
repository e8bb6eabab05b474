import type { Ctx, Db } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal, refuseIf } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { BEAN, OUTSIDE, requesterAccount } from './accounts.ts'
import { currencyOf, isAccount, platformTransfer } from './admin-queries.ts'
import { balanceOf, lockAccount } from './queries.ts'
import { judgeReference, refuseTopUp, type Movement } from './rules.ts'
import { recordTransfers, spend } from './transfer.ts'

type Recorded = Movement & { reference: string }

/** Records money that came in from outside for a requester. A reference counts once, whoever repeats it. */
export async function topUp(ctx: Ctx, given: Recorded) {
  return transact(ctx, '0', async (db) => {
    const id = `top_up:${given.reference}`
    await lockAccount(db, OUTSIDE)
    if ((await standingOf(db, id, given)) === 'new') {
      refuseIf(refuseTopUp(-(await balanceOf(db, OUTSIDE, given.currency)), BigInt(given.amount_minor)))
      const account = requesterAccount(given.requester_id)
      await recordTransfers(ctx, db, [
        {
          campaign_id: '0',
          id,
          kind: 'top_up',
          subject_id: given.requester_id,
          debit: OUTSIDE,
          credit: account,
          currency: given.currency,
          amount_minor: BigInt(given.amount_minor),
        },
      ])
      await recordMoved(ctx, db, 'topped_up', given)
    }
    return movedAnswer(db, id, given)
  })
}

/** Records money that went back to a requester; only what no campaign holds can. */
export async function refund(ctx: Ctx, given: Recorded) {
  return transact(ctx, '0', async (db) => {
    const id = `refund:${given.reference}`
    const account = requesterAccount(given.requester_id)
    await lockAccount(db, OUTSIDE)
    if ((await standingOf(db, id, given)) === 'new') {
      const isSpent = await spend(ctx, db, {
        campaign_id: '0',
        id,
        kind: 'refund',
        subject_id: given.requester_id,
        debit: account,
        credit: OUTSIDE,
        currency: given.currency,
        amount_minor: BigInt(given.amount_minor),
      })
      if (!isSpent)
        throw new Refusal('balance_too_small', {
          balance_minor: (await balanceOf(db, account, given.currency)).toString(),
          currency: given.currency,
        })
      await recordMoved(ctx, db, 'refunded', given)
    }
    return movedAnswer(db, id, given)
  })
}

/** Whether this reference is new, or was recorded just like this before; anything else is refused. */
async function standingOf(db: Db, id: string, given: Recorded): Promise<'new' | 'same'> {
  if (given.currency === BEAN) throw new Refusal('currency_not_money', { code: BEAN })
  if (!(await currencyOf(db, given.currency))) throw new Refusal('currency_unknown', { code: given.currency })
  if (!(await isAccount(db, given.requester_id)))
    throw new Refusal('account_unknown', { account_id: given.requester_id })
  const standing = judgeReference(await platformTransfer(db, id), given)
  if (standing === 'reference_used') throw new Refusal(standing, { reference: given.reference })
  return standing
}

const recordMoved = (ctx: Ctx, db: Db, kind: string, given: Recorded) =>
  recordEvents(ctx, db, [
    {
      campaign_id: '0',
      kind,
      subject_id: given.requester_id,
      body: { currency: given.currency, amount_minor: given.amount_minor },
    },
  ])

async function movedAnswer(db: Db, id: string, given: Recorded) {
  const balance = await balanceOf(db, requesterAccount(given.requester_id), given.currency)
  return {
    transfer_id: id,
    requester_id: given.requester_id,
    currency: given.currency,
    amount_minor: given.amount_minor,
    balance_minor: balance.toString(),
  }
}
