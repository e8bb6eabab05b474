import { sql } from 'kysely'
import type { Db } from '../../../platform/context.ts'
import type { Share, Worker } from './rules.ts'

/** Whose work a release holds: authors of its datapoints, and reviewers of these, as of now. */
export async function workersOf(db: Db, campaignId: string, releaseId: string): Promise<Worker[]> {
  const { rows } = await sql<Worker>`
    with piece as (select submission_id from release_entry where campaign_id = ${campaignId}::bigint and release_id = ${releaseId}::bigint and in_data),
         worked as (
           select s.author_id as account_id, 1 as datapoints, 0 as reviews from piece p join submission s on s.campaign_id = ${campaignId}::bigint and s.id = p.submission_id
           union all
           select r.reviewer_id, 0, 1 from piece p join review r on r.campaign_id = ${campaignId}::bigint and r.submission_id = p.submission_id)
    select w.account_id::text as account_id, sum(w.datapoints)::int as datapoints, sum(w.reviews)::int as reviews, a.erased_at is not null as is_erased
      from worked w join account a on a.id = w.account_id group by w.account_id, a.erased_at order by w.account_id`.execute(
    db,
  )
  return rows
}

export type IncomeRow = {
  id: string
  campaign_id: string
  release_id: string
  currency: string
  amount_minor: string
  reference: string
  reviewer_bps: number
  remainder_minor: string
  recorded_at: Date
}

export const incomeByReference = async (db: Db, reference: string): Promise<IncomeRow | undefined> =>
  (await db.selectFrom('release_income').selectAll().where('reference', '=', reference).executeTakeFirst()) as
    | IncomeRow
    | undefined

/** Keeps an income; false when its reference was used already. */
export async function insertIncome(db: Db, row: IncomeRow & { recorded_by: string }): Promise<boolean> {
  const made = await db
    .insertInto('release_income')
    .values(row)
    .onConflict((c) => c.column('reference').doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

export async function insertShares(db: Db, incomeId: string, shares: readonly Share[]): Promise<void> {
  const rows = shares.map((s) => ({ ...s, amount_minor: s.amount_minor.toString() }))
  await sql`
    insert into income_share (income_id, account_id, datapoints, reviews, amount_minor)
    select ${incomeId}::bigint, account_id, datapoints, reviews, amount_minor from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r(account_id bigint, datapoints int, reviews int, amount_minor numeric)`.execute(db)
}

/** What came in for a release, newest first. */
export async function incomesOf(db: Db, campaignId: string, releaseId: string, limit: number) {
  const { rows } = await sql<IncomeRow & { people: number }>`
    select i.id, i.campaign_id, i.release_id, i.currency, i.amount_minor::text as amount_minor, i.reference, i.reviewer_bps, i.remainder_minor::text as remainder_minor,
           i.recorded_at, (select count(*) from income_share s where s.income_id = i.id)::int as people
      from release_income i where i.campaign_id = ${campaignId}::bigint and i.release_id = ${releaseId}::bigint order by i.id desc limit ${limit}`.execute(
    db,
  )
  return rows
}

/** A person's shares of income, newest first. */
export async function sharesOf(db: Db, accountId: string, before: string | undefined, limit: number) {
  const { rows } = await sql<{
    income_id: string
    campaign_id: string
    title: string
    number: number
    currency: string
    amount_minor: string
    of_minor: string
    datapoints: number
    reviews: number
    recorded_at: Date
  }>`
    select s.income_id, i.campaign_id, c.title, r.number, i.currency, s.amount_minor::text as amount_minor, i.amount_minor::text as of_minor,
           s.datapoints, s.reviews, i.recorded_at
      from income_share s join release_income i on i.id = s.income_id join campaign c on c.id = i.campaign_id
      join release r on r.campaign_id = i.campaign_id and r.id = i.release_id
     where s.account_id = ${accountId}::bigint and ${before ? sql`s.income_id < ${before}::bigint` : sql`true`}
     order by s.income_id desc limit ${limit}`.execute(db)
  return rows
}
