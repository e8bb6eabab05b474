import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { withdrawableNow } from '../integrity/standing/limits.ts'
import { personAccount } from '../ledger/accounts.ts'
import { recordTransfers } from '../ledger/transfer.ts'
import { takeOut } from '../payouts/take-out.ts'
import type { Withdrawal } from './contract.ts'
import {
  cancelWithdrawal,
  destinationOf,
  hasWaiting,
  insertWithdrawal,
  lockWithdrawal,
  tokens,
  type WithdrawalRow,
} from './queries.ts'
import { hexOf, leaving } from './rules.ts'

export const showWithdrawal = (w: WithdrawalRow): Withdrawal => ({
  withdrawal_id: w.id,
  currency: w.currency,
  amount_minor: w.amount_minor,
  address: hexOf(w.address),
  state: w.state,
  epoch_id: w.epoch_id,
  asked_at: w.asked_at.toISOString(),
  ended_at: w.ended_at?.toISOString() ?? null,
})

/**
 * Takes part of what is claimable out to the person's wallet, in whole steps; the rest stays claimable. The address is
 * written down now: choosing another wallet later does not turn what is on its way.
 */
export async function withdraw(ctx: Ctx, currency: string, amount: bigint) {
  const who = callerOf(ctx).account_id
  return transact(ctx, '0', async (db) => {
    const [token] = await tokens(db, currency)
    if (!token) throw new Refusal('token_unknown', { currency })
    const to = await destinationOf(db, who, currency)
    if (!to) throw new Refusal('wallet_missing', { currency })
    // The lock first, then what it guards: a limit that is imposed meanwhile is not missed.
    const allowed = await withdrawableNow(ctx, db, who, currency)
    const whole = leaving(amount, token)
    if (whole === 0n) throw new Refusal('less_than_step', { step_minor: token.step_minor.toString(), currency })
    // Under the person's lock: two at once would together be an amount of no ladder.
    if (token.is_ladder && (await hasWaiting(db, who, currency))) throw new Refusal('withdrawal_waits', { currency })
    const out = {
      account_id: who,
      currency,
      amount: whole,
      kind: 'chain_withdrawal',
      event: 'chain_withdrawal_asked',
    } as const
    const { id, claimable } = await takeOut(ctx, db, allowed, out)
    const row = { id, account_id: who, currency, address: to.address, amount_minor: whole, asked_at: ctx.now }
    await insertWithdrawal(db, { ...row, units: whole * token.units_per_minor })
    const withdrawal = showWithdrawal({
      ...row,
      amount_minor: whole.toString(),
      state: 'waiting',
      epoch_id: null,
      ended_at: null,
    })
    return { withdrawal, claimable_minor: claimable.toString() }
  })
}

/** Calls back what no epoch has gathered. */
export async function callBack(ctx: Ctx, currency: string, id: string): Promise<Withdrawal> {
  const who = callerOf(ctx).account_id
  return transact(ctx, '0', async (db) => {
    const row = await lockWithdrawal(db, who, id)
    if (!row || row.currency !== currency) throw new Refusal('withdrawal_not_found')
    if (row.state === 'cancelled') return showWithdrawal(row)
    if (row.state !== 'waiting') throw new Refusal('withdrawal_gathered')
    await cancelWithdrawal(db, id, ctx.now)
    await recordTransfers(ctx, db, [
      {
        campaign_id: '0',
        id: `chain_call_back:${id}`,
        kind: 'chain_call_back',
        subject_id: id,
        debit: personAccount(who, 'paying'),
        credit: personAccount(who, 'claimable'),
        currency,
        amount_minor: BigInt(row.amount_minor),
      },
    ])
    await recordEvents(ctx, db, [
      {
        campaign_id: '0',
        kind: 'chain_withdrawal_called_back',
        subject_id: id,
        body: { account_id: who, currency, amount_minor: row.amount_minor },
      },
    ])
    return showWithdrawal({ ...row, state: 'cancelled', ended_at: ctx.now })
  })
}
