import type { Ctx } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import type { earnings } from './contract.ts'
import { nextOrLastSeason, seasonAt } from '../seasons/queries.ts'
import { frozenDays, movementsOf, personBalances } from './queries.ts'
import { heldOf } from '../ledger/held-queries.ts'
import { insightOf } from './insight-rules.ts'
import { nextThaws } from './rules.ts'
import { windowsOf } from './window-queries.ts'

/** What a person calls the other side of a movement. */
const sideName = (account: string): string =>
  account.startsWith('person:') ? account.split(':')[2]! : account.split(':')[0]!

export const earningsRoutes: Handlers<typeof earnings, Ctx> = {
  balances: async (ctx) => {
    const who = callerOf(ctx).account_id
    const next = nextThaws(await frozenDays(ctx.db, who, ctx.now), ctx.now)
    const byCurrency = new Map<
      string,
      { currency: string; scale: number; name: string; amounts: Map<string, string> }
    >()
    for (const b of await personBalances(ctx.db, who)) {
      const entry = byCurrency.get(b.currency) ?? {
        currency: b.currency,
        scale: b.scale,
        name: b.name,
        amounts: new Map<string, string>(),
      }
      entry.amounts.set(b.state, b.balance)
      byCurrency.set(b.currency, entry)
    }
    const items = [...byCurrency.values()].map(({ amounts, ...c }) => {
      const of = (state: string) => amounts.get(state) ?? '0'
      return {
        ...c,
        held_minor: of('held'),
        frozen_minor: of('frozen'),
        claimable_minor: of('claimable'),
        paying_minor: of('paying'),
        claimed_minor: of('claimed'),
        next_claimable: of('frozen') === '0' ? null : (next.get(c.currency) ?? null),
      }
    })
    const season = (await seasonAt(ctx.db, ctx.now)) ?? (await nextOrLastSeason(ctx.db, ctx.now))
    return { items, next: null, freeze_days: season?.rules.freeze_days ?? ctx.config.freeze_days }
  },
  statement: async (ctx, { query }) => {
    const limit = query.limit ?? 50
    const offset = Number(/^\d{1,9}$/.exec(query.after ?? '')?.[0] ?? 0)
    const rows = await movementsOf(ctx.db, callerOf(ctx).account_id, { offset, limit })
    const items = rows.map((r) => ({
      transfer_id: r.transfer_id,
      kind: r.kind,
      campaign_id: r.campaign_id === '0' ? null : r.campaign_id,
      title: r.title,
      subject_id: r.subject_id,
      from: sideName(r.debit),
      to: sideName(r.credit),
      currency: r.currency,
      amount_minor: r.amount_minor,
      at: r.at.toISOString(),
    }))
    return { items, next: items.length === limit ? String(offset + limit) : null }
  },
  held: async (ctx) => ({
    items: (await heldOf(ctx.db, callerOf(ctx).account_id, 500)).map((h) => ({
      ...h,
      release_at: h.release_at.toISOString(),
    })),
    next: null,
  }),
  insight: async (ctx) => ({
    items: (await windowsOf(ctx.db, callerOf(ctx).account_id, 100)).map((w) => insightOf(w, ctx.now)),
    next: null,
  }),
}
