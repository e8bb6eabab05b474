import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { ID_PART, limitOf, pageOf, readCursor } from '../ledger/pages.ts'
import {
  batchCsv,
  closeBatch,
  discardBatch,
  draftBatch,
  markBack,
  markSent,
  readBatch,
  showBatch,
  showPayout,
} from './batch.ts'
import { claim, setDestination } from './claim.ts'
import type { payouts } from './contract.ts'
import { batches, destinationsOf, payoutsIn, payoutsTo, waitingByCurrency } from './queries.ts'

const idAfter = (after: string | undefined): string | undefined => readCursor(after, [ID_PART])?.[0]

export const payoutRoutes: Handlers<typeof payouts, Ctx> = {
  destinations: async (ctx) => ({
    items: (await destinationsOf(ctx.db, callerOf(ctx).account_id)).map((d) => ({
      ...d,
      changed_at: d.changed_at.toISOString(),
    })),
    next: null,
  }),
  set_destination: (ctx, { params, body }) => setDestination(ctx, params.currency, body.destination),
  claim: (ctx, { body }) => claim(ctx, body.currency, BigInt(body.amount_minor)),
  my_payouts: async (ctx, { query }) => {
    const limit = limitOf(query)
    const rows = await payoutsTo(ctx.db, callerOf(ctx).account_id, idAfter(query.after), limit + 1)
    return pageOf(
      rows,
      limit,
      (p) => [p.batch_id],
      ({ amount, changed_at, ...p }) => ({ ...p, amount_minor: amount, changed_at: changed_at.toISOString() }),
    )
  },
  waiting: async (ctx) => ({
    items: (await waitingByCurrency(ctx.db)).map((w) => ({
      currency: w.currency,
      scale: w.scale,
      people: Number(w.people),
      amount_minor: w.amount,
    })),
    next: null,
  }),
  batches: async (ctx, { query }) => {
    const limit = limitOf(query)
    return pageOf(
      await batches(ctx.db, { before: idAfter(query.after), limit: limit + 1 }),
      limit,
      (b) => [b.id],
      showBatch,
    )
  },
  draft: (ctx, { body }) => draftBatch(ctx, body.currency),
  batch: (ctx, { params }) => readBatch(ctx.db, params.batch_id),
  batch_payouts: async (ctx, { params, query }) => {
    await readBatch(ctx.db, params.batch_id)
    const limit = limitOf(query)
    return pageOf(
      await payoutsIn(ctx.db, params.batch_id, idAfter(query.after) ?? '0', limit + 1),
      limit,
      (p) => [p.account_id],
      showPayout,
    )
  },
  // A download is bytes, which the contract's JSON shape cannot say.
  batch_csv: (ctx, { params }) => batchCsv(ctx, params.batch_id) as Promise<never>,
  mark_sent: (ctx, { params }) => markSent(ctx, params.batch_id),
  close: (ctx, { params }) => closeBatch(ctx, params.batch_id),
  discard: (ctx, { params }) => discardBatch(ctx, params.batch_id),
  mark_failed: (ctx, { params, body }) => markBack(ctx, 'failed', params.batch_id, params.account_id, body.note),
  mark_returned: (ctx, { params, body }) => markBack(ctx, 'returned', params.batch_id, params.account_id, body.note),
}
