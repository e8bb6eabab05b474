import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { BatchState, PayoutState } from './rules.ts'

export type PayingSeason = { id: string; freeze_days: number; first_campaign_at: Date }

/** The seasons that have campaigns; nothing in them can have frozen before the first of these was made. */
export async function seasonsThatPay(db: Db): Promise<PayingSeason[]> {
  const { rows } = await sql<PayingSeason>`
    select s.id, (s.rules ->> 'freeze_days')::int as freeze_days, min(c.created_at) as first_campaign_at
      from season s join campaign c on c.season_id = s.id group by s.id order by s.id`.execute(db)
  return rows
}

export type Frozen = { campaign_id: string; account_id: string; currency: string; amount: string }

/** What froze on a UTC day for each campaign of a season, person and currency, in that order, after a place in it. */
export async function frozenOn(
  db: Db,
  seasonId: string,
  day: string,
  after: Pick<Frozen, 'campaign_id' | 'account_id' | 'currency'>,
  limit: number,
): Promise<Frozen[]> {
  const { rows } = await sql<Frozen>`
    select * from (
      select campaign_id, split_part(credit, ':', 2)::bigint as account_id, currency, sum(amount_minor)::text as amount from transfer
       where at >= ${`${day}T00:00:00Z`}::timestamptz and at < ${`${day}T00:00:00Z`}::timestamptz + interval '1 day' and credit like 'person:%:frozen'
         and campaign_id in (select id from campaign where season_id = ${seasonId}::bigint)
       group by 1, 2, 3) f
     where (campaign_id, account_id, currency) > (${after.campaign_id}::bigint, ${after.account_id}::bigint, ${after.currency})
     order by campaign_id, account_id, currency limit ${limit}`.execute(db)
  return rows
}

export const currencyOf = (db: Db, code: string) =>
  db.selectFrom('currency').select(['code', 'scale']).where('code', '=', code).executeTakeFirst()

/** Where a person's money goes. */
export const destinationsOf = (db: Db, accountId: string) =>
  db
    .selectFrom('payout_destination')
    .select(['currency', 'destination', 'changed_at'])
    .where('account_id', '=', accountId)
    .orderBy('currency')
    .limit(1000)
    .execute()

export async function destinationOf(db: Db, accountId: string, currency: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('payout_destination')
    .select('destination')
    .where('account_id', '=', accountId)
    .where('currency', '=', currency)
    .executeTakeFirst()
  return row?.destination
}

export async function putDestination(
  db: Db,
  row: { account_id: string; currency: string; destination: string; changed_at: Date },
): Promise<void> {
  await db
    .insertInto('payout_destination')
    .values(row)
    .onConflict((c) =>
      c.columns(['account_id', 'currency']).doUpdateSet({ destination: row.destination, changed_at: row.changed_at }),
    )
    .execute()
}

/**
 * What people asked for that no batch holds and no chain pays. All of it is in transfers under campaign 0, so one range is
 * read; withdrawals to a chain go the same way of accounts, and are known by their rows.
 */
const UNBATCHED = sql`
  select p.account_id, p.currency, p.amount - coalesce(d.amount, 0) - coalesce(w.amount, 0) as amount
    from (select split_part(account, ':', 2)::bigint as account_id, currency, sum(amount) as amount from (
            select credit as account, currency, amount_minor as amount from transfer where campaign_id = 0 and credit like 'person:%:paying'
            union all
            select debit, currency, -amount_minor from transfer where campaign_id = 0 and debit like 'person:%:paying') m
           group by 1, 2 having sum(amount) > 0) p
    left join (select o.account_id, b.currency, sum(o.amount_minor) as amount from payout_batch b join payout o on o.batch_id = b.id
                where b.state = 'draft' and o.state = 'draft' group by 1, 2) d on d.account_id = p.account_id and d.currency = p.currency
    left join (select account_id, currency, sum(amount_minor) as amount from chain_withdrawal
                where state in ('waiting', 'in_epoch') group by 1, 2) w on w.account_id = p.account_id and w.currency = p.currency
   where p.amount > coalesce(d.amount, 0) + coalesce(w.amount, 0)`

export async function waitingByCurrency(db: Db) {
  const { rows } = await sql<{ currency: string; scale: number; people: string; amount: string }>`
    select w.currency, c.scale, count(*) as people, sum(w.amount)::text as amount from (${UNBATCHED}) w
      join payout_destination d on d.account_id = w.account_id and d.currency = w.currency
      join currency c on c.code = w.currency group by 1, 2 order by 1`.execute(db)
  return rows
}

/** One drafter of a currency at a time, so that no claim gets into two batches. */
export async function lockDrafting(db: Db, currency: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${currency}, 7216037))`.execute(db)
}

export async function insertBatch(
  db: Db,
  row: { id: string; currency: string; created_by: string; created_at: Date },
): Promise<void> {
  await db
    .insertInto('payout_batch')
    .values({ ...row, state: 'draft' })
    .execute()
}

/** Fills a batch with what waits in its currency; returns how many people it pays. */
export async function fillBatch(db: Db, batchId: string, currency: string, at: Date): Promise<number> {
  const made = await sql`
    insert into payout (batch_id, account_id, amount_minor, destination, state, changed_at)
    select ${batchId}, w.account_id, w.amount, d.destination, 'draft', ${at} from (${UNBATCHED}) w
      join payout_destination d on d.account_id = w.account_id and d.currency = w.currency
     where w.currency = ${currency}`.execute(db)
  return Number(made.numAffectedRows ?? 0n)
}

export type BatchRow = {
  id: string
  currency: string
  scale: number
  state: BatchState
  payouts: string
  amount: string
  failed: string
  failed_amount: string
  created_at: Date
  sent_at: Date | null
  closed_at: Date | null
}

/** Batches with their sums, newest first. */
export async function batches(
  db: Db,
  q: { id?: string; before?: string | undefined; limit: number },
): Promise<BatchRow[]> {
  const { rows } = await sql<BatchRow>`
    select b.id, b.currency, c.scale, b.state, b.created_at, b.sent_at, b.closed_at, s.payouts, s.amount::text as amount, s.failed, s.failed_amount::text as failed_amount
      from payout_batch b join currency c on c.code = b.currency
      cross join lateral (
        select count(*) as payouts, coalesce(sum(p.amount_minor), 0) as amount, count(*) filter (where p.state in ('failed', 'returned')) as failed,
               coalesce(sum(p.amount_minor) filter (where p.state in ('failed', 'returned')), 0) as failed_amount
          from payout p where p.batch_id = b.id) s
     where ${q.id ? sql`b.id = ${q.id}` : q.before ? sql`b.id < ${q.before}::bigint` : sql`true`}
     order by b.id desc limit ${q.limit}`.execute(db)
  return rows
}

/** Locks a batch: whoever changes it or one of its payouts goes one after the other. */
export async function lockBatch(db: Db, id: string) {
  return (await db
    .selectFrom('payout_batch')
    .select(['id', 'currency', 'state'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()) as { id: string; currency: string; state: BatchState } | undefined
}

export async function setBatchState(
  db: Db,
  id: string,
  set: { state: BatchState; sent_at?: Date; closed_at?: Date },
): Promise<void> {
  await db.updateTable('payout_batch').set(set).where('id', '=', id).execute()
}

export type PayoutRow = {
  account_id: string
  handle: string
  destination: string
  amount_minor: string
  state: PayoutState
  note: string
  changed_at: Date
}

/** A batch's payouts by account, after one. */
export async function payoutsIn(db: Db, batchId: string, after: string, limit: number): Promise<PayoutRow[]> {
  const { rows } = await sql<PayoutRow>`
    select p.account_id, a.handle, p.destination, p.amount_minor::text as amount_minor, p.state, p.note, p.changed_at
      from payout p join account a on a.id = p.account_id where p.batch_id = ${batchId} and p.account_id > ${after}::bigint order by p.account_id limit ${limit}`.execute(
    db,
  )
  return rows
}

export async function payoutOf(db: Db, batchId: string, accountId: string): Promise<PayoutRow | undefined> {
  const { rows } = await sql<PayoutRow>`
    select p.account_id, a.handle, p.destination, p.amount_minor::text as amount_minor, p.state, p.note, p.changed_at
      from payout p join account a on a.id = p.account_id where p.batch_id = ${batchId} and p.account_id = ${accountId}`.execute(
    db,
  )
  return rows[0]
}

/** Moves a batch's payouts from one state to another, some at a time; returns those it moved. */
export async function movePayouts(
  db: Db,
  batchId: string,
  from: PayoutState,
  to: PayoutState,
  at: Date,
  limit: number,
) {
  const { rows } = await sql<{ account_id: string; amount_minor: string }>`
    update payout p set state = ${to}, changed_at = ${at}
      from (select account_id from payout where batch_id = ${batchId} and state = ${from} order by account_id limit ${limit} for update) d
     where p.batch_id = ${batchId} and p.account_id = d.account_id returning p.account_id, p.amount_minor::text as amount_minor`.execute(
    db,
  )
  return rows
}

export async function setPayout(
  db: Db,
  batchId: string,
  accountId: string,
  set: { state: PayoutState; note: string; changed_at: Date },
): Promise<void> {
  await db.updateTable('payout').set(set).where('batch_id', '=', batchId).where('account_id', '=', accountId).execute()
}

/** A person's own payouts, newest first. */
export async function payoutsTo(db: Db, accountId: string, before: string | undefined, limit: number) {
  const { rows } = await sql<{
    batch_id: string
    currency: string
    amount: string
    state: PayoutState
    destination: string
    note: string
    changed_at: Date
  }>`
    select p.batch_id, b.currency, p.amount_minor::text as amount, p.state, p.destination, p.note, p.changed_at
      from payout p join payout_batch b on b.id = p.batch_id
     where p.account_id = ${accountId} and p.state <> 'discarded' and ${before ? sql`p.batch_id < ${before}::bigint` : sql`true`}
     order by p.batch_id desc limit ${limit}`.execute(db)
  return rows
}
