import type { Ctx } from '../../../platform/context.ts'
import { callerOf } from '../../../platform/context.ts'
import { recordEvents } from '../../../platform/events/record.ts'
import { Refusal, refuseIf } from '../../../platform/refusal.ts'
import { transact } from '../../../platform/transact.ts'
import { releaseOf } from '../../datasets/queries.ts'
import { incomeAccount, OUTSIDE, personAccount, remainderAccount } from '../../ledger/accounts.ts'
import { currencies } from '../../ledger/admin-queries.ts'
import { balanceOf, lockAccount, type Transfer } from '../../ledger/queries.ts'
import { refuseTopUp } from '../../ledger/rules.ts'
import { recordTransfers } from '../../ledger/transfer.ts'
import { incomeByReference, insertIncome, insertShares, workersOf, type IncomeRow } from './queries.ts'
import { splitIncome, type Share } from './rules.ts'

export type NewIncome = {
  campaign_id: string
  release_id: string
  currency: string
  amount_minor: string
  reference: string
  reviewer_bps: number
}

const AT_ONCE = 2_000

/**
 * Records money that came in for a release and splits it over those whose work it holds, in one transaction: it is frozen
 * for them as any pay is. A reference counts once, whoever repeats it.
 */
export async function recordIncome(ctx: Ctx, given: NewIncome): Promise<IncomeRow & { people: number }> {
  return transact(ctx, given.campaign_id, async (db) => {
    const release = await releaseOf(db, given.campaign_id, given.release_id)
    if (!release) throw new Refusal('release_not_found')
    if (release.state !== 'ready') throw new Refusal('release_not_ready', { state: release.state })
    if (!(await currencies(db)).some((c) => c.code === given.currency))
      throw new Refusal('currency_unknown', { code: given.currency })
    await lockAccount(db, OUTSIDE)
    const before = await incomeByReference(db, given.reference)
    const amount = BigInt(given.amount_minor)
    if (before) {
      const isSame =
        before.release_id === given.release_id &&
        before.currency === given.currency &&
        BigInt(before.amount_minor) === amount &&
        before.reviewer_bps === given.reviewer_bps
      if (!isSame) throw new Refusal('reference_used', { reference: given.reference })
      return { ...before, people: -1 }
    }
    refuseIf(refuseTopUp(-(await balanceOf(db, OUTSIDE, given.currency)), amount))
    const { shares, remainder } = splitIncome(
      amount,
      given.reviewer_bps,
      await workersOf(db, given.campaign_id, given.release_id),
    )
    if (shares.length === 0) throw new Refusal('income_for_nobody')
    const row = { ...given, id: ctx.newId(), remainder_minor: remainder.toString(), recorded_at: ctx.now }
    await insertIncome(db, { ...row, recorded_by: callerOf(ctx).account_id })
    await insertShares(db, row.id, shares)
    await moveMoney(ctx, db, row, shares)
    await recordEvents(ctx, db, [
      {
        campaign_id: given.campaign_id,
        kind: 'income_recorded',
        subject_id: given.release_id,
        body: {
          currency: given.currency,
          amount_minor: given.amount_minor,
          reviewer_bps: given.reviewer_bps,
          people: shares.length,
          remainder_minor: row.remainder_minor,
        },
      },
      ...shares.map((s) => ({
        campaign_id: given.campaign_id,
        kind: 'income_shared',
        subject_id: row.id,
        body: { account_id: s.account_id, currency: given.currency, amount_minor: s.amount_minor.toString() },
      })),
    ])
    return { ...row, people: shares.length }
  })
}

async function moveMoney(
  ctx: Ctx,
  db: Parameters<typeof recordTransfers>[1],
  row: IncomeRow,
  shares: readonly Share[],
) {
  const income = incomeAccount(row.release_id)
  const common = { campaign_id: row.campaign_id, subject_id: row.id, currency: row.currency }
  const transfers: Transfer[] = [
    {
      ...common,
      id: `income:${row.id}`,
      kind: 'income',
      debit: OUTSIDE,
      credit: income,
      amount_minor: BigInt(row.amount_minor),
    },
    ...shares.map((s) => ({
      ...common,
      id: `income_share:${row.id}:${s.account_id}`,
      kind: 'income_share',
      debit: income,
      credit: personAccount(s.account_id, 'frozen'),
      amount_minor: s.amount_minor,
    })),
  ]
  if (row.remainder_minor !== '0')
    transfers.push({
      ...common,
      id: `income_remainder:${row.id}`,
      kind: 'income_remainder',
      debit: income,
      credit: remainderAccount(row.campaign_id),
      amount_minor: BigInt(row.remainder_minor),
    })
  for (let i = 0; i < transfers.length; i += AT_ONCE) await recordTransfers(ctx, db, transfers.slice(i, i + AT_ONCE))
}
