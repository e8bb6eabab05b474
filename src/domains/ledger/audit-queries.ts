import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../platform/context.ts'

const ROWS_AT_ONCE = 5_000

/** Streams a query through a server-side cursor of the caller's transaction, so that memory does not grow with the books. */
async function* stream<T>(db: Db, query: RawBuilder<T>): AsyncGenerator<T> {
  await sql`declare audit_rows no scroll cursor for ${query}`.execute(db)
  for (;;) {
    const { rows } = await sql.raw<T>(`fetch ${ROWS_AT_ONCE} from audit_rows`).execute(db)
    yield* rows
    if (rows.length < ROWS_AT_ONCE) break
  }
  await sql.raw('close audit_rows').execute(db)
}

/** Every account's balance, recomputed from every transfer there is. */
export const recomputedBalances = (db: Db) =>
  stream(
    db,
    sql<{ account: string; currency: string; balance: string; movements: string }>`
    select account, currency, sum(amount)::text as balance, count(*) as movements from (
      select credit as account, currency, amount_minor as amount from transfer
      union all select debit, currency, -amount_minor from transfer) t
     group by account, currency`,
  )

/** Campaigns with the settings of each of their versions. */
export async function auditedCampaigns(db: Db) {
  const { rows } = await sql<{ id: string; mode: string; versions: Record<string, Record<string, unknown>> }>`
    select c.id, c.mode, coalesce((select jsonb_object_agg(v.version, v.settings) from campaign_version v where v.campaign_id = c.id), '{}') as versions
      from campaign c order by c.id`.execute(db)
  return rows
}

export type WorkRow = {
  submission_id: string
  src: 's' | 'd' | 'r' | 't'
  who: string | null
  status: string | null
  n: number | null
  lane: number | null
  accepted: boolean | null
  id: string | null
  debit: string | null
  credit: string | null
  currency: string | null
  amount: string | null
}

/** A campaign's submissions, decisions, reviews and payments, side by side in the order of submissions; gold items among them, decided once they are paid. */
export const paidWorkRows = (db: Db, campaignId: string) =>
  stream(
    db,
    sql<WorkRow>`
    select * from (
      select id as submission_id, 's' as src, author_id::text as who, status, version as n, null::int as lane, null::bool as accepted,
             null::text as id, null::text as debit, null::text as credit, null::text as currency,
             (select p.factor_ppm from price_step p where p.campaign_id = s.campaign_id and p.starts_at <= coalesce(
               (select l.leased_at from lease l where l.campaign_id = s.campaign_id and l.account_id = s.author_id and l.target_id = s.item_id), s.submitted_at)
              order by p.starts_at desc limit 1)::text as amount
        from submission s where campaign_id = ${campaignId}
      union all
      select submission_id, 'd', null, null, round, null, accepted, null, null, null, null, null from decision where campaign_id = ${campaignId}
      union all
      select submission_id, 'r', reviewer_id::text, null, round, lane, null, null, null, null, null, null from review where campaign_id = ${campaignId}
      union all
      select id, 's', '0', 'rejected_final', version, null, null, null, null, null, null, null from gold_item where campaign_id = ${campaignId}
      union all
      select id, 'd', null, null, 1, null, false, null, null, null, null, null from gold_item where campaign_id = ${campaignId} and paid_at is not null
      union all
      select id, 'r', account_id::text, null, 1, 2, null, null, null, null, null, null from gold_item where campaign_id = ${campaignId} and answer_id is not null
      union all
      select subject_id, 't', null, kind, null, null, null, id, debit, credit, currency, amount_minor::text from transfer
       where campaign_id = ${campaignId} and kind in ('reward', 'held', 'bonus', 'novelty', 'review_pay')
    ) w order by submission_id`,
  )

/** What windows of reviewers' pay say they paid, and the transfers that are there, side by side by the transfer's id. */
export const windowPayRows = (db: Db, campaignId: string) =>
  stream(
    db,
    sql<WindowPayRow>`
    with due as (
      select 'review_bonus:' || s.n || ':' || s.account_id || ':' || (p ->> 'version') || ':' || (p ->> 'currency') as id, s.account_id::text as account_id,
             p ->> 'currency' as currency, (p ->> 'version')::int as version, (p ->> 'reviews')::int as reviews, s.factor_ppm, p ->> 'amount_minor' as amount
        from reward_share s cross join lateral jsonb_array_elements(s.paid) p where s.campaign_id = ${campaignId} and not s.carried)
    select coalesce(d.id, t.id) as id, d.account_id, d.currency, d.version, d.reviews, d.factor_ppm, d.amount as due, t.amount_minor::text as paid, t.credit, t.debit
      from due d full join (select * from transfer where campaign_id = ${campaignId} and kind = 'review_bonus') t on t.id = d.id`,
  )
export type WindowPayRow = {
  id: string
  account_id: string | null
  currency: string | null
  version: number | null
  reviews: number | null
  factor_ppm: number | null
  due: string | null
  paid: string | null
  credit: string | null
  debit: string | null
}

/** Transfers that move a campaign's money under another id. */
export const strayTransfers = (db: Db) =>
  stream(
    db,
    sql<{ campaign_id: string; id: string; debit: string; credit: string }>`
    select campaign_id, id, debit, credit from transfer
     where (starts_with(debit, 'campaign:') and debit <> 'campaign:' || campaign_id) or (starts_with(credit, 'campaign:') and credit <> 'campaign:' || campaign_id)
        or (starts_with(debit, 'escrow:') and debit <> 'escrow:' || campaign_id) or (starts_with(credit, 'escrow:') and credit <> 'escrow:' || campaign_id)
        or (starts_with(debit, 'remainder:') and debit <> 'remainder:' || campaign_id) or (starts_with(credit, 'remainder:') and credit <> 'remainder:' || campaign_id)`,
  )

/** Between which kinds of account money went. */
export const waysOfMoney = (db: Db) =>
  stream(
    db,
    sql<{ kind: string; from: string; to: string; same: boolean; id: string; n: string }>`
    select kind, coalesce(nullif(split_part(debit, ':', 3), ''), split_part(debit, ':', 1)) as from, coalesce(nullif(split_part(credit, ':', 3), ''), split_part(credit, ':', 1)) as to,
           split_part(debit, ':', 2) = split_part(credit, ':', 2) as same, min(id) as id, count(*) as n
      from transfer group by 1, 2, 3, 4`,
  )

/** Redundancy items with how many of their answers are decided, and how many were passed over when others were. */
export const redundancyItems = (db: Db, campaignId: string) =>
  stream(
    db,
    sql<{ item_id: string; state: string; has_answer: boolean; decided: string; undecided: string }>`
    select i.id as item_id, i.state, i.answer is not null as has_answer, s.decided, s.undecided
      from item i cross join lateral (
        select count(*) filter (where s.decided_at is not null) as decided,
               count(*) filter (where s.decided_at is null and s.submitted_at < d.at) as undecided
          from submission s cross join (select max(decided_at) as at from submission l where l.campaign_id = i.campaign_id and l.item_id = i.id and l.revises_id is null) d
         where s.campaign_id = i.campaign_id and s.item_id = i.id and s.revises_id is null) s
     where i.campaign_id = ${campaignId}`,
  )

/** What froze for each person on each day, beside what thawed of it. */
export const thawBuckets = (db: Db) =>
  stream(
    db,
    sql<{ id: string; day: string; frozen: string; thawed: string | null; season_id: string | null }>`
    with frozen as (
      select 'thaw:' || campaign_id || ':' || split_part(credit, ':', 2) || ':' || currency || ':' || (at at time zone 'UTC')::date as id,
             campaign_id, (at at time zone 'UTC')::date::text as day, sum(amount_minor) as amount
        from transfer where credit like 'person:%:frozen' group by 1, 2, 3)
    select coalesce(f.id, t.id) as id, coalesce(f.day, right(t.id, 10)) as day, coalesce(f.amount, 0)::text as frozen, t.amount_minor::text as thawed, c.season_id
      from frozen f full join (select campaign_id, id, amount_minor from transfer where kind = 'thaw') t on t.campaign_id = f.campaign_id and t.id = f.id
      left join campaign c on c.id = coalesce(f.campaign_id, t.campaign_id)`,
  )

/** Every payout with the transfers that its state calls for. */
export const payoutRows = (db: Db) =>
  stream(
    db,
    sql<{
      batch_id: string
      account_id: string
      state: string
      amount: string
      paid: string | null
      back: string | null
    }>`
    select p.batch_id, p.account_id, p.state, p.amount_minor::text as amount, t.amount_minor::text as paid, b.amount_minor::text as back
      from payout p
      left join transfer t on t.campaign_id = 0 and t.id = 'payout:' || p.batch_id || ':' || p.account_id
      left join transfer b on b.campaign_id = 0 and b.id = 'payout_back:' || p.batch_id || ':' || p.account_id`,
  )

/** What drafts and withdrawals to a chain promise, beside what was asked for. */
export const draftedPayouts = (db: Db) =>
  stream(
    db,
    sql<{ account_id: string; currency: string; drafted: string; paying: string }>`
    select d.account_id, d.currency, d.drafted::text as drafted,
           (coalesce((select sum(amount_minor) from transfer where credit = 'person:' || d.account_id || ':paying' and currency = d.currency), 0)
          - coalesce((select sum(amount_minor) from transfer where debit = 'person:' || d.account_id || ':paying' and currency = d.currency), 0))::text as paying
      from (select account_id, currency, sum(amount) as drafted from (
              select p.account_id, b.currency, p.amount_minor as amount from payout p join payout_batch b on b.id = p.batch_id where p.state = 'draft'
              union all
              select account_id, currency, amount_minor from chain_withdrawal where state in ('waiting', 'in_epoch')) promised
             group by 1, 2) d`,
  )

/** Leases of a campaign by person, lane and day, beside what was counted as taken. Directed ones count against nobody. */
export const takenRows = (db: Db, campaignId: string, lane: number) =>
  stream(
    db,
    sql<{ account_id: string; day: string; leases: string; taken: string }>`
    select coalesce(w.account_id, l.account_id) as account_id, coalesce(w.day, l.day)::text as day, coalesce(l.n, 0) as leases, coalesce(w.taken, 0) as taken
      from (select account_id, day, taken from work_taken where campaign_id = ${campaignId} and lane = ${lane}) w
      full join (select account_id, (leased_at at time zone 'UTC')::date as day, count(*) as n from lease
                  where campaign_id = ${campaignId} and lane = ${lane} and state <> 3 and directed_by is null group by 1, 2) l
        on l.account_id = w.account_id and l.day = w.day`,
  )

/**
 * Open work beside what holds its places. An item's place is held by each first version that it or its revision may
 * still make good; a review's by the votes of the round that runs. Leases older than the entry belong to an earlier
 * round; one of the very moment it opened may be either, so the count is a range.
 */
export const coverRows = (db: Db) =>
  stream(
    db,
    sql<{ campaign_id: string; lane: number; target_id: string; cover: number; least: string; most: string }>`
    select q.campaign_id, q.lane, q.target_id, q.cover, done.n + held.least as least, done.n + held.most as most
      from queue q
      cross join lateral (
        select count(*) filter (where leased_at > q.opened_at) as least, count(*) as most from lease l
         where l.campaign_id = q.campaign_id and l.target_id = q.target_id and l.lane = q.lane and l.state = 1 and l.leased_at >= q.opened_at) held
      cross join lateral (
        select count(*) as n from (
          select 1 from submission s left join submission r on r.campaign_id = s.campaign_id and r.revises_id = s.id
           where q.lane = 1 and s.campaign_id = q.campaign_id and s.item_id = q.target_id and s.revises_id is null and coalesce(r.status, s.status) <> 'rejected_final'
          union all
          select 1 from submission s join review r on r.campaign_id = s.campaign_id and r.submission_id = s.id and r.round = s.round
           where q.lane <> 1 and s.campaign_id = q.campaign_id and s.id = q.target_id and r.lane = q.lane) d) done
     where q.lane <> 5`,
  )

/** Until which day the thaw says it is done, by season. */
export async function thawedUntil(db: Db): Promise<Record<string, { day?: string } | undefined>> {
  const row = await db.selectFrom('job_state').select('watermark').where('name', '=', 'thaw').executeTakeFirst()
  return (row?.watermark as { seasons?: Record<string, { day?: string }> } | undefined)?.seasons ?? {}
}

/** Runs what reads with one unmoving view of everything. */
export async function readStill<T>(db: Db, read: (db: Db) => Promise<T>): Promise<T> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      await sql`set transaction read only`.execute(tx)
      return read(tx)
    })
}

export type AuditRow = {
  id: string
  asked_at: Date
  started_at: Date | null
  counted: Record<string, number>
  problem_count: number | null
  problems: unknown
}

/** Asks for an audit, unless one waits already. */
export async function insertAsked(db: Db, row: { id: string; asked_by: string | null; asked_at: Date }): Promise<void> {
  await sql`insert into ledger_audit (id, asked_by, asked_at)
    select ${row.id}, ${row.asked_by}::bigint, ${row.asked_at} where not exists (select 1 from ledger_audit where started_at is null)`.execute(
    db,
  )
}

/** The audit that waits, and when the last one began. */
export async function auditState(db: Db): Promise<{ waiting: string | null; last: Date | null }> {
  const { rows } = await sql<{ waiting: string | null; last: Date | null }>`
    select (select id from ledger_audit where started_at is null order by id limit 1) as waiting, (select started_at from ledger_audit where started_at is not null order by id desc limit 1) as last`.execute(
    db,
  )
  return rows[0]!
}

const AUDITS_KEPT = 200

/** Keeps what an audit found, and forgets the oldest. */
export async function saveAudit(
  db: Db,
  row: { id: string; at: Date; counted: Record<string, number>; problem_count: number; problems: readonly object[] },
): Promise<void> {
  const found = {
    started_at: row.at,
    counted: JSON.stringify(row.counted),
    problem_count: row.problem_count,
    problems: JSON.stringify(row.problems),
  }
  await db
    .insertInto('ledger_audit')
    .values({ id: row.id, asked_at: row.at, ...found })
    .onConflict((c) => c.column('id').doUpdateSet(found))
    .execute()
  await sql`delete from ledger_audit where id < (select id from ledger_audit order by id desc offset ${AUDITS_KEPT} limit 1)`.execute(
    db,
  )
}

export const lastAuditRow = (db: Db) =>
  db
    .selectFrom('ledger_audit')
    .select(['started_at', 'counted', 'problem_count', 'problems'])
    .where('started_at', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
