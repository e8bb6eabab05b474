import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { Refusal } from '../../platform/refusal.ts'
import { OUTSIDE, requesterAccount } from './accounts.ts'
import {
  accountBalances,
  accountTransfers,
  budgetOf,
  currencies,
  isCampaign,
  titlesOf,
  type MovementCursor,
} from './admin-queries.ts'
import { askForAudit, lastAudit } from './audit-run.ts'
import type { ledger } from './contract.ts'
import { createCurrency } from './create-currency.ts'
import { ID_PART, limitOf, pageOf, readCursor, TIME_PART } from './pages.ts'
import { campaignTotals, statementCsv } from './statement.ts'
import { statementDays } from './statement-queries.ts'
import { refund, topUp } from './top-up.ts'

type Row = MovementCursor
const keyOf = (t: Row) => [`${t.at.getTime()}`, t.campaign_id, t.id]
const cursorOf = (after: string | undefined): MovementCursor | undefined => {
  const key = readCursor(after, [TIME_PART, ID_PART, /^[^\u0000]{1,120}$/])
  return key && { at: new Date(Number(key[0])), campaign_id: key[1], id: key[2] }
}
const ofCampaign = (id: string) => (id === '0' ? null : id)

export const ledgerRoutes: Handlers<typeof ledger, Ctx> = {
  currencies: async (ctx) => ({ items: await currencies(ctx.db), next: null }),
  create_currency: (ctx, { body }) => createCurrency(ctx, body),
  top_up: (ctx, { body }) => topUp(ctx, body),
  refund: (ctx, { body }) => refund(ctx, body),
  accounts: async (ctx, { query }) => {
    const limit = limitOf(query)
    const after = readCursor(query.after, [/^[a-z0-9:_]{1,120}$/, /^[A-Z0-9]{2,12}$/])
    const rows = await accountBalances(ctx.db, {
      after: { account: after?.[0] ?? '', currency: after?.[1] ?? '' },
      prefix: query.prefix ?? '',
      limit: limit + 1,
    })
    return pageOf(
      rows,
      limit,
      (r) => [r.account, r.currency],
      (r) => ({ account: r.account, currency: r.currency, scale: r.scale, balance_minor: r.balance }),
    )
  },
  transfers: async (ctx, { query }) => {
    const limit = limitOf(query)
    const rows = await accountTransfers(ctx.db, query.account, cursorOf(query.after), limit + 1)
    return pageOf(rows, limit, keyOf, ({ id, campaign_id, at, ...t }) => ({
      ...t,
      transfer_id: id,
      campaign_id: ofCampaign(campaign_id),
      at: at.toISOString(),
    }))
  },
  last_audit: async (ctx) => ({ audit: await lastAudit(ctx.db) }),
  run_audit: (ctx) => askForAudit(ctx),
  budget: async (ctx) => {
    const who = callerOf(ctx).account_id
    const rows = await budgetOf(ctx.db, requesterAccount(who), who)
    const items = rows.map((r) => ({
      currency: r.currency,
      scale: r.scale,
      name: r.name,
      paid_in_minor: r.paid_in,
      refunded_minor: r.refunded,
      in_campaigns_minor: r.in_campaigns,
      spent_minor: `${BigInt(r.into) - BigInt(r.in_campaigns)}`,
      free_minor: r.free,
    }))
    return { items, next: null }
  },
  movements: async (ctx, { query }) => {
    const limit = limitOf(query)
    const account = requesterAccount(callerOf(ctx).account_id)
    const rows = await accountTransfers(ctx.db, account, cursorOf(query.after), limit + 1)
    const titles = await titlesOf(
      ctx.db,
      rows.map((r) => r.campaign_id),
    )
    return pageOf(rows, limit, keyOf, (t) => ({
      transfer_id: t.id,
      at: t.at.toISOString(),
      kind: t.kind,
      campaign_id: ofCampaign(t.campaign_id),
      title: titles.get(t.campaign_id) ?? null,
      currency: t.currency,
      reference: t.debit === OUTSIDE || t.credit === OUTSIDE ? t.id.slice(t.id.indexOf(':') + 1) : null,
      amount_minor: t.credit === account ? t.amount_minor : `-${t.amount_minor}`,
    }))
  },
  campaign_totals: async (ctx, { params }) => ({ items: await campaignTotals(ctx, params.campaign_id), next: null }),
  campaign_statement: async (ctx, { params, query }) => {
    if (!(await isCampaign(ctx.db, params.campaign_id))) throw new Refusal('campaign_not_found')
    const limit = limitOf(query)
    const key = readCursor(query.after, [/^\d{4}-\d{2}-\d{2}$/, /^[a-z]{1,20}$/, /^[A-Z0-9]{2,12}$/])
    const rows = await statementDays(
      ctx.db,
      params.campaign_id,
      key && { day: key[0], purpose: key[1], currency: key[2] },
      limit + 1,
    )
    return pageOf(
      rows,
      limit,
      (r) => [r.day, r.purpose, r.currency],
      (r) => ({
        day: r.day,
        purpose: r.purpose as never,
        currency: r.currency,
        movements: Number(r.movements),
        amount_minor: r.amount,
      }),
    )
  },
  // A download is bytes, which the contract's JSON shape cannot say.
  campaign_statement_csv: (ctx, { params }) => statementCsv(ctx, params.campaign_id) as Promise<never>,
}
