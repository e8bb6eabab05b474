import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

export type PersonBalance = { currency: string; scale: number; name: string; state: string; balance: string }

/** A person's balances by currency and state, summed from the transfers. */
export async function personBalances(db: Db, accountId: string): Promise<PersonBalance[]> {
  const { rows } = await sql<PersonBalance>`
    with account as (select state, 'person:' || ${accountId}::text || ':' || state as name from unnest(array['held', 'frozen', 'claimable', 'paying', 'claimed']) state),
    moved as (
      select a.state, t.currency, t.amount_minor from account a join transfer t on t.credit = a.name
      union all
      select a.state, t.currency, -t.amount_minor from account a join transfer t on t.debit = a.name)
    select m.currency, c.scale, c.name, m.state, sum(m.amount_minor)::text as balance
      from moved m join currency c on c.code = m.currency group by 1, 2, 3, 4 order by 1, 4`.execute(db)
  return rows
}

/** What froze for a person on each day that is not thawed yet, with its season's days of freezing. */
export async function frozenDays(
  db: Db,
  accountId: string,
  now: Date,
): Promise<{ currency: string; day: string; freeze_days: number; amount_minor: string }[]> {
  const account = `person:${accountId}:frozen`
  const { rows } = await sql<{ currency: string; day: string; freeze_days: number; amount_minor: string }>`
    select t.currency, (t.at at time zone 'UTC')::date as day, (s.rules ->> 'freeze_days')::int as freeze_days, sum(t.amount_minor)::text as amount_minor
      from transfer t join campaign c on c.id = t.campaign_id join season s on s.id = c.season_id
     where t.credit = ${account} and t.at > ${now}::timestamptz - make_interval(days => (s.rules ->> 'freeze_days')::int + 2)
     group by 1, 2, 3`.execute(db)
  return rows
}

/** Every movement of a person's money, newest first. Ids of transfers tell nothing a person may not know of themselves. */
export async function movementsOf(db: Db, accountId: string, page: { offset: number; limit: number }) {
  const { rows } = await sql<{
    transfer_id: string
    kind: string
    campaign_id: string
    title: string | null
    subject_id: string
    debit: string
    credit: string
    currency: string
    amount_minor: string
    at: Date
  }>`
    with account as (select 'person:' || ${accountId}::text || ':' || state as name from unnest(array['held', 'frozen', 'claimable', 'paying', 'claimed']) state)
    select t.id as transfer_id, t.kind, t.campaign_id, c.title, t.subject_id, t.debit, t.credit, t.currency, t.amount_minor::text, t.at
      from transfer t left join campaign c on c.id = t.campaign_id
     where t.credit in (select name from account) or t.debit in (select name from account)
     order by t.at desc, t.id limit ${page.limit} offset ${page.offset}`.execute(db)
  return rows
}

/** What checks measured of how much work adds, in millionths, by `campaign/submission`. The first run is the one that counts. */
export async function coverageOf(
  db: Db,
  work: readonly { campaign_id: string; submission_id: string }[],
): Promise<Map<string, number>> {
  if (work.length === 0) return new Map()
  const { rows } = await sql<{ campaign_id: string; submission_id: string; coverage_ppm: number }>`
    select c.campaign_id, c.submission_id, c.coverage_ppm
      from jsonb_to_recordset(${JSON.stringify(work.map(({ campaign_id, submission_id }) => ({ campaign_id, submission_id })))}::jsonb) as k(campaign_id bigint, submission_id bigint)
      join check_run c on c.campaign_id = k.campaign_id and c.submission_id = k.submission_id and c.run = 1
     where c.coverage_ppm is not null`.execute(db)
  return new Map(rows.map((r) => [`${r.campaign_id}/${r.submission_id}`, r.coverage_ppm]))
}
