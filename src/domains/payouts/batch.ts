import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { csvLine } from '../../platform/files/csv.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { personAccount } from '../ledger/accounts.ts'
import { decimalOf } from '../ledger/rules.ts'
import { recordTransfers } from '../ledger/transfer.ts'
import { refuseBeans } from './beans.ts'
import type { Batch } from './contract.ts'
import {
  batches,
  currencyOf,
  fillBatch,
  insertBatch,
  lockBatch,
  lockDrafting,
  movePayouts,
  payoutOf,
  payoutsIn,
  setBatchState,
  setPayout,
  type BatchRow,
  type PayoutRow,
} from './queries.ts'
import { moneyBack } from './rules.ts'

const AT_ONCE = 2_000

export const showBatch = (b: BatchRow): Batch => ({
  batch_id: b.id,
  currency: b.currency,
  scale: b.scale,
  state: b.state,
  payouts: Number(b.payouts),
  amount_minor: b.amount,
  failed: Number(b.failed),
  failed_minor: b.failed_amount,
  created_at: b.created_at.toISOString(),
  sent_at: b.sent_at?.toISOString() ?? null,
  closed_at: b.closed_at?.toISOString() ?? null,
})
export const showPayout = (p: PayoutRow) => ({ ...p, changed_at: p.changed_at.toISOString() })

/** One batch as operators see it. */
export async function readBatch(db: Db, id: string): Promise<Batch> {
  const [row] = await batches(db, { id, limit: 1 })
  if (!row) throw new Refusal('batch_not_found')
  return showBatch(row)
}

/** Drafts a batch of all that people wait for in a currency and no other draft holds. */
export async function draftBatch(ctx: Ctx, currency: string): Promise<Batch> {
  return transact(ctx, '0', async (db) => {
    refuseBeans(currency)
    if (!(await currencyOf(db, currency))) throw new Refusal('currency_unknown', { code: currency })
    await lockDrafting(db, currency)
    const id = ctx.newId()
    await insertBatch(db, { id, currency, created_by: callerOf(ctx).account_id, created_at: ctx.now })
    if ((await fillBatch(db, id, currency, ctx.now)) === 0) throw new Refusal('nothing_to_pay', { currency })
    return readBatch(db, id)
  })
}

/** The batch was paid: its money leaves `paying`. Marking it again changes nothing, whoever does. */
export async function markSent(ctx: Ctx, id: string): Promise<Batch> {
  return transact(ctx, '0', async (db) => {
    const batch = await lockBatch(db, id)
    if (!batch) throw new Refusal('batch_not_found')
    if (batch.state === 'sent') return readBatch(db, id)
    if (batch.state !== 'draft') throw new Refusal('batch_not_draft', { state: batch.state })
    await setBatchState(db, id, { state: 'sent', sent_at: ctx.now })
    for (;;) {
      const sent = await movePayouts(db, id, 'draft', 'sent', ctx.now, AT_ONCE)
      await recordTransfers(
        ctx,
        db,
        sent.map((p) => ({
          campaign_id: '0',
          id: `payout:${id}:${p.account_id}`,
          kind: 'payout',
          subject_id: id,
          debit: personAccount(p.account_id, 'paying'),
          credit: personAccount(p.account_id, 'claimed'),
          currency: batch.currency,
          amount_minor: BigInt(p.amount_minor),
        })),
      )
      await recordEvents(
        ctx,
        db,
        sent.map((p) => ({
          campaign_id: '0',
          kind: 'payout_sent',
          subject_id: id,
          body: { account_id: p.account_id, currency: batch.currency, amount_minor: p.amount_minor },
        })),
      )
      if (sent.length < AT_ONCE) return readBatch(db, id)
    }
  })
}

/** Ends a sent batch. What still comes back can be marked returned even then: money that is there is somebody's. */
export async function closeBatch(ctx: Ctx, id: string): Promise<Batch> {
  return transact(ctx, '0', async (db) => {
    const batch = await lockBatch(db, id)
    if (!batch) throw new Refusal('batch_not_found')
    if (batch.state === 'draft' || batch.state === 'discarded')
      throw new Refusal('batch_not_sent', { state: batch.state })
    if (batch.state === 'sent') await setBatchState(db, id, { state: 'closed', closed_at: ctx.now })
    return readBatch(db, id)
  })
}

/** Drops a draft. Its claims wait for the next batch; no money moved, so none moves back. */
export async function discardBatch(ctx: Ctx, id: string): Promise<Batch> {
  return transact(ctx, '0', async (db) => {
    const batch = await lockBatch(db, id)
    if (!batch) throw new Refusal('batch_not_found')
    if (batch.state === 'sent' || batch.state === 'closed') throw new Refusal('batch_not_draft', { state: batch.state })
    if (batch.state === 'draft') {
      await setBatchState(db, id, { state: 'discarded', closed_at: ctx.now })
      while ((await movePayouts(db, id, 'draft', 'discarded', ctx.now, AT_ONCE)).length === AT_ONCE);
    }
    return readBatch(db, id)
  })
}

/** A payout did not arrive: its money is claimable again, once. */
export async function markBack(
  ctx: Ctx,
  mark: 'failed' | 'returned',
  batchId: string,
  accountId: string,
  note: string,
) {
  return transact(ctx, '0', async (db) => {
    const batch = await lockBatch(db, batchId)
    if (!batch) throw new Refusal('batch_not_found')
    const payout = await payoutOf(db, batchId, accountId)
    if (!payout) throw new Refusal('payout_not_found')
    const from = moneyBack(mark, payout.state, batch.state)
    if (!from) throw new Refusal('payout_settled', { state: payout.state, batch_state: batch.state })
    if (from !== 'again') {
      // Sent money that came back is a return, whatever the operator calls it: the books show it went out.
      const state = from === 'claimed' ? 'returned' : 'failed'
      await setPayout(db, batchId, accountId, { state, note, changed_at: ctx.now })
      await recordTransfers(ctx, db, [
        {
          campaign_id: '0',
          id: `payout_back:${batchId}:${accountId}`,
          kind: 'payout_back',
          subject_id: batchId,
          debit: personAccount(accountId, from),
          credit: personAccount(accountId, 'claimable'),
          currency: batch.currency,
          amount_minor: BigInt(payout.amount_minor),
        },
      ])
      await recordEvents(ctx, db, [
        {
          campaign_id: '0',
          kind: `payout_${state}`,
          subject_id: batchId,
          body: { account_id: accountId, currency: batch.currency, amount_minor: payout.amount_minor },
        },
      ])
    }
    return showPayout((await payoutOf(db, batchId, accountId))!)
  })
}

/** The batch for the bank or payment tool; no cell of it can run in a spreadsheet. */
export async function batchCsv(ctx: Ctx, id: string) {
  const batch = await readBatch(ctx.db, id)
  async function* lines() {
    yield csvLine(['batch_id', 'account_id', 'handle', 'destination', 'currency', 'amount', 'amount_minor', 'state'])
    for (let after = '0'; ;) {
      const rows = await payoutsIn(ctx.db, id, after, AT_ONCE)
      yield rows
        .map((p) =>
          csvLine([
            id,
            p.account_id,
            p.handle,
            p.destination,
            batch.currency,
            decimalOf(BigInt(p.amount_minor), batch.scale),
            p.amount_minor,
            p.state,
          ]),
        )
        .join('')
      if (rows.length < AT_ONCE) return
      after = rows.at(-1)!.account_id
    }
  }
  return { stream: lines(), type: 'text/csv; charset=utf-8', filename: `assay-payouts-${id}.csv` }
}
