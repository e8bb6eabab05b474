import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

/** What `purposeOf` says of a movement of campaign `c`'s account, as SQL; a test holds the two together. */
const PURPOSE = sql`case
  when t.credit = 'campaign:' || t.campaign_id then 'reserved'
  when starts_with(t.credit, 'requester:') or starts_with(t.credit, 'escrow:') then 'returned'
  when starts_with(t.credit, 'remainder:') then 'remainder'
  when t.kind = 'bonus' then 'bonus'
  when t.kind in ('review_pay', 'review_bonus') then 'reviewers'
  else 'contributors' end`
const touchesCampaign = (campaignId: string) =>
  sql`t.campaign_id = ${campaignId} and 'campaign:' || t.campaign_id in (t.debit, t.credit)`

export type PurposeSum = { currency: string; scale: number; purpose: string; amount: string }

/** A campaign's money by purpose and currency. */
export async function purposeSums(db: Db, campaignId: string): Promise<PurposeSum[]> {
  const { rows } = await sql<PurposeSum>`
    select t.currency, c.scale, ${PURPOSE} as purpose, sum(t.amount_minor)::text as amount
      from transfer t join currency c on c.code = t.currency where ${touchesCampaign(campaignId)}
     group by 1, 2, 3 order by 1, 3`.execute(db)
  return rows
}

/** A campaign's money by UTC day, purpose and currency, newest first. */
export async function statementDays(
  db: Db,
  campaignId: string,
  after: { day: string; purpose: string; currency: string } | undefined,
  limit: number,
) {
  const { rows } = await sql<{ day: string; purpose: string; currency: string; movements: string; amount: string }>`
    select * from (
      select (t.at at time zone 'UTC')::date::text as day, ${PURPOSE} as purpose, t.currency, count(*) as movements, sum(t.amount_minor)::text as amount
        from transfer t where ${touchesCampaign(campaignId)} group by 1, 2, 3) s
     where ${after ? sql`day < ${after.day} or (day = ${after.day} and (purpose, currency) > (${after.purpose}, ${after.currency}))` : sql`true`}
     order by day desc, purpose, currency limit ${limit}`.execute(db)
  return rows
}

export type StatementRow = {
  at: Date
  id: string
  kind: string
  purpose: string
  subject_id: string
  currency: string
  scale: number
  amount: string
}

/** The next movements of a campaign's money in the order of their ids: pages of a download, each an index range. */
export async function statementRows(
  db: Db,
  campaignId: string,
  afterId: string,
  limit: number,
): Promise<StatementRow[]> {
  const { rows } = await sql<StatementRow>`
    select t.at, t.id, t.kind, ${PURPOSE} as purpose, t.subject_id, t.currency, c.scale, t.amount_minor::text as amount
      from transfer t join currency c on c.code = t.currency
     where ${touchesCampaign(campaignId)} and t.id > ${afterId}
     order by t.id limit ${limit}`.execute(db)
  return rows
}
