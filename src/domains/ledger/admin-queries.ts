import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import { OUTSIDE } from './accounts.ts'

/** Every currency that is money, by code. */
export const currencies = (db: Db) =>
  db
    .selectFrom('currency')
    .select(['code', 'scale', 'name'])
    .where('is_money', '=', true)
    .orderBy('code')
    .limit(1000)
    .execute()

/** One currency, or nothing. */
export const currencyOf = (db: Db, code: string) =>
  db.selectFrom('currency').select(['code', 'scale', 'name']).where('code', '=', code).executeTakeFirst()

/** Adds a currency unless its code is taken. */
export async function insertCurrency(db: Db, row: { code: string; scale: number; name: string }): Promise<void> {
  await db
    .insertInto('currency')
    .values(row)
    .onConflict((c) => c.column('code').doNothing())
    .execute()
}

/** Whether money can be recorded for this account: it exists and is not erased. */
export async function isAccount(db: Db, accountId: string): Promise<boolean> {
  const row = await db
    .selectFrom('account')
    .select('id')
    .where('id', '=', accountId)
    .where('erased_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** A transfer that is about no campaign, by id. */
export async function platformTransfer(db: Db, id: string) {
  return db
    .selectFrom('transfer')
    .select(['id', 'subject_id', 'currency', 'amount_minor'])
    .where('campaign_id', '=', '0')
    .where('id', '=', id)
    .executeTakeFirst()
}

/**
 * Accounts with their balances, by name. Hops from one account to the next along the index of credits, so a page
 * costs the same however many transfers there are; only `outside` may hold money without ever being credited.
 */
export async function accountBalances(
  db: Db,
  q: { after: { account: string; currency: string }; prefix: string; limit: number },
) {
  const { rows } = await sql<{ account: string; currency: string; scale: number; balance: string }>`
    with recursive hop as (
      (select credit as account, currency from transfer
        where (credit, currency) > (${q.after.account}, ${q.after.currency}) order by credit, currency limit 1)
      union all
      select n.account, n.currency from hop h cross join lateral (
        select credit as account, currency from transfer
         where (credit, currency) > (h.account, h.currency) order by credit, currency limit 1) n
    ),
    named as (
      (select account, currency from hop where starts_with(account, ${q.prefix}) and account <> ${OUTSIDE} limit ${q.limit})
      union all
      select ${OUTSIDE}, c.code from currency c
       where starts_with(${OUTSIDE}, ${q.prefix}) and (${OUTSIDE}, c.code) > (${q.after.account}, ${q.after.currency})
         and exists (select 1 from transfer t where t.debit = ${OUTSIDE} and t.currency = c.code)
    ),
    page as (select account, currency from named order by account, currency limit ${q.limit})
    select p.account, p.currency, c.scale,
           (coalesce((select sum(amount_minor) from transfer t where t.credit = p.account and t.currency = p.currency), 0)
          - coalesce((select sum(amount_minor) from transfer t where t.debit = p.account and t.currency = p.currency), 0))::text as balance
      from page p join currency c on c.code = p.currency order by p.account, p.currency`.execute(db)
  return rows
}

export type MovementCursor = { at: Date; campaign_id: string; id: string }

/** One account's movements, newest first. */
export async function accountTransfers(db: Db, account: string, before: MovementCursor | undefined, limit: number) {
  const { rows } = await sql<{
    campaign_id: string
    id: string
    kind: string
    subject_id: string
    debit: string
    credit: string
    currency: string
    amount_minor: string
    at: Date
  }>`
    select campaign_id, id, kind, subject_id, debit, credit, currency, amount_minor::text as amount_minor, at from (
      select * from transfer where credit = ${account} union all select * from transfer where debit = ${account}) t
     where ${before ? sql`(at, campaign_id, id) < (${before.at}, ${before.campaign_id}::bigint, ${before.id})` : sql`true`}
     order by at desc, campaign_id desc, id desc limit ${limit}`.execute(db)
  return rows
}

/** A requester's money by currency: paid in, refunded, moved into campaigns and back, and what those hold or spent. */
export async function budgetOf(db: Db, account: string, accountId: string) {
  const { rows } = await sql<{
    currency: string
    scale: number
    name: string
    paid_in: string
    refunded: string
    free: string
    into: string
    in_campaigns: string
  }>`
    with own as (
      select currency,
             sum(amount_minor) filter (where credit = ${account} and debit = ${OUTSIDE}) as paid_in,
             sum(amount_minor) filter (where debit = ${account} and credit = ${OUTSIDE}) as refunded,
             sum(case when credit = ${account} then amount_minor else -amount_minor end) as free,
             sum(case when debit = ${account} then amount_minor else -amount_minor end)
               filter (where ${OUTSIDE} not in (debit, credit)) as into
        from (select * from transfer where credit = ${account} union all select * from transfer where debit = ${account}) t
       group by currency
    ),
    held as (
      select currency, sum(amount) as amount from (
        select t.currency, t.amount_minor as amount from campaign c join transfer t on t.credit = 'campaign:' || c.id where c.requester_id = ${accountId}
        union all
        select t.currency, -t.amount_minor from campaign c join transfer t on t.debit = 'campaign:' || c.id where c.requester_id = ${accountId}) h
       group by currency
    )
    select o.currency, c.scale, c.name, coalesce(o.paid_in, 0)::text as paid_in, coalesce(o.refunded, 0)::text as refunded, o.free::text as free,
           coalesce(o.into, 0)::text as into, coalesce(h.amount, 0)::text as in_campaigns
      from own o join currency c on c.code = o.currency left join held h on h.currency = o.currency order by o.currency`.execute(
    db,
  )
  return rows
}

/** Titles of campaigns, for lists that name them. */
export async function titlesOf(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('campaign')
    .select(['id', 'title'])
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map((r) => [r.id, r.title]))
}

/** Whether there is such a campaign. */
export async function isCampaign(db: Db, id: string): Promise<boolean> {
  return (await db.selectFrom('campaign').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
}
