import { sql } from 'kysely'
import type { Db } from '../../../platform/context.ts'
import type { Limit } from './rules.ts'

/** Whoever claims money and whoever limits it take turns, person by person. */
export async function lockPerson(db: Db, accountId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`standing:${accountId}`}, 7216038))`.execute(db)
}

/** The limits that a person is under: an open case with work in question, limits and holds. */
export async function liveLimits(db: Db, accountId: string, now: Date): Promise<Limit[]> {
  const { rows } = await sql<Limit>`
    select 'case_open' as why, decide_by as until, suspect_since as since from case_file
     where account_id = ${accountId} and state <> 'closed' and keeps_waiting and decide_by > ${now}
    union all
    select action, ends_at, since from sanction
     where account_id = ${accountId} and ended_at is null and ends_at > ${now} and action in ('limit', 'hold')`.execute(
    db,
  )
  return rows
}

export type MoneyRow = {
  currency: string
  scale: number
  earned: string
  pieces: number
  frozen: string
  claimable: string
  out: string
  first_at: Date | null
}

/** A person's money by currency, summed from the transfers. */
export const moneyOf = (db: Db, accountId: string, currency?: string): Promise<MoneyRow[]> =>
  moneyOfAll(db, [accountId], currency)

/** The money of several people, as if they were one. */
export async function moneyOfAll(db: Db, accountIds: readonly string[], currency?: string): Promise<MoneyRow[]> {
  const of = currency ? sql`and t.currency = ${currency}` : sql``
  const { rows } = await sql<MoneyRow>`
    with account as (select state, 'person:' || id || ':' || state as name from unnest(${[...accountIds]}::text[]) id, unnest(array['frozen', 'claimable', 'paying', 'claimed']) state),
    moved as (
      select a.state, t.currency, t.amount_minor, t.kind, t.at, true as isin from account a join transfer t on t.credit = a.name ${of}
      union all
      select a.state, t.currency, -t.amount_minor, t.kind, t.at, false from account a join transfer t on t.debit = a.name ${of})
    select m.currency, c.scale,
           coalesce(sum(m.amount_minor) filter (where m.state = 'frozen' and m.isin), 0)::text as earned,
           (count(*) filter (where m.state = 'frozen' and m.isin and m.kind in ('reward', 'review_pay')))::int as pieces,
           coalesce(sum(m.amount_minor) filter (where m.state = 'frozen'), 0)::text as frozen,
           coalesce(sum(m.amount_minor) filter (where m.state = 'claimable'), 0)::text as claimable,
           coalesce(sum(m.amount_minor) filter (where m.state in ('paying', 'claimed')), 0)::text as out,
           min(m.at) filter (where m.state = 'frozen' and m.isin) as first_at
      from moved m join currency c on c.code = m.currency group by 1, 2 order by 1`.execute(db)
  return rows
}

/** What was paid to a person for work decided since a moment. */
export async function earnedSince(db: Db, accountId: string, currency: string, since: Date): Promise<bigint> {
  const { rows } = await sql<{ sum: string }>`
    select coalesce(sum(amount_minor), 0)::text as sum from transfer
     where credit = ${`person:${accountId}:frozen`} and currency = ${currency} and at >= ${since}`.execute(db)
  return BigInt(rows[0]!.sum)
}

/** How often audits found right what people wrote, and what they said of others' work. */
export async function auditedGood(db: Db, accountIds: readonly string[]): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select (select count(*) from submission s join audit a on a.campaign_id = s.campaign_id and a.submission_id = s.id
             where s.author_id = any(${[...accountIds]}::bigint[]) and a.closed_at is not null and 2 * a.correct_grades > a.grades)::int
         + (select count(*) from review r join audit a on a.campaign_id = r.campaign_id and a.submission_id = r.submission_id
             where r.reviewer_id = any(${[...accountIds]}::bigint[]) and a.closed_at is not null and 2 * a.correct_grades <> a.grades
               and (2 * a.correct_grades > a.grades) = not exists (select from jsonb_each(r.votes) v where not (v.value ->> 'approve')::boolean))::int as n`.execute(
    db,
  )
  return rows[0]!.n
}
