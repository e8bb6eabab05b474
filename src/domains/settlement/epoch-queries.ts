import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { EpochState } from './rules.ts'

export type EpochRow = {
  id: string
  currency: string
  chain_id: string
  token: Buffer
  distributor: Buffer
  number: string
  state: EpochState
  rows: number | null
  total_units: string | null
  root: Buffer | null
  file_sha256: Buffer | null
  file_bytes: string | null
  previous_sha256: Buffer | null
  gathered_at: Date
  built_at: Date | null
  proposed_at: Date | null
  valid_at: Date | null
  ended_at: Date | null
}
const EPOCH = sql`e.id, e.currency, t.chain_id, t.token, t.distributor, e.number, e.state, e.rows, e.total_units::text as total_units, e.root,
  e.file_sha256, e.file_bytes, e.previous_sha256, e.gathered_at, e.built_at, e.proposed_at, e.valid_at, e.ended_at`

/** Epochs, newest first. */
export async function epochs(
  db: Db,
  q: {
    id?: string
    currency?: string | undefined
    state?: EpochState
    before?: string | undefined
    limit: number
  },
): Promise<EpochRow[]> {
  const { rows } = await sql<EpochRow>`
    select ${EPOCH} from epoch e join payment_token t on t.currency = e.currency
     where ${q.id === undefined ? sql`true` : sql`e.id = ${q.id}::bigint`}
       and ${q.currency === undefined ? sql`true` : sql`e.currency = ${q.currency}`}
       and ${q.state === undefined ? sql`true` : sql`e.state = ${q.state}`}
       and ${q.before === undefined ? sql`true` : sql`e.id < ${q.before}::bigint`}
     order by e.id desc limit ${q.limit}`.execute(db)
  return rows
}

/** The newest epoch that counts: what the next one is built upon. */
export const lastActive = async (db: Db, currency: string): Promise<EpochRow | undefined> =>
  (await epochs(db, { currency, state: 'active', limit: 1 }))[0]

/** One starter of epochs of a currency at a time. */
export async function lockToken(db: Db, currency: string): Promise<void> {
  await sql`select currency from payment_token where currency = ${currency} for update`.execute(db)
}

export async function lockEpoch(db: Db, id: string): Promise<EpochState | undefined> {
  const { rows } = await sql<{
    state: EpochState
  }>`select state from epoch where id = ${id}::bigint for update`.execute(db)
  return rows[0]?.state
}

export async function insertEpoch(
  db: Db,
  row: { id: string; currency: string; number: string; started_by: string | null; gathered_at: Date },
): Promise<void> {
  await db
    .insertInto('epoch')
    .values({ ...row, state: 'gathered' })
    .execute()
}

/** Puts everything that waits in a currency into an epoch. Returns how many withdrawals. */
export async function gatherInto(db: Db, epochId: string, currency: string): Promise<number> {
  const moved = await db
    .updateTable('chain_withdrawal')
    .set({ epoch_id: epochId, state: 'in_epoch' })
    .where('currency', '=', currency)
    .where('state', '=', 'waiting')
    .executeTakeFirst()
  return Number(moved.numUpdatedRows)
}

/** Gives an epoch's withdrawals back to waiting, when it was revoked. */
export async function ungather(db: Db, epochId: string): Promise<void> {
  await db
    .updateTable('chain_withdrawal')
    .set({ epoch_id: null, state: 'waiting' })
    .where('epoch_id', '=', epochId)
    .where('state', '=', 'in_epoch')
    .execute()
}

export async function setEpoch(
  db: Db,
  id: string,
  set: {
    state: EpochState
    rows?: number
    total_units?: string
    root?: Buffer
    file_sha256?: Buffer
    file_bytes?: number
    previous_sha256?: Buffer | null
    built_at?: Date
    proposed_at?: Date
    valid_at?: Date
    ended_at?: Date
  },
): Promise<void> {
  await db.updateTable('epoch').set(set).where('id', '=', id).execute()
}

export type Sum = { address: Buffer; units: string }

/**
 * All that each address may have claimed up to an epoch, ascending by address, some at a time. Withdrawals of revoked
 * epochs are none of an epoch's, so nothing of them is in the sums.
 */
export async function cumulative(
  db: Db,
  q: { currency: string; number: string; after: Buffer | undefined; limit: number },
): Promise<Sum[]> {
  const { rows } = await sql<Sum>`
    select w.address, sum(w.units)::text as units from chain_withdrawal w join epoch e on e.id = w.epoch_id
     where w.currency = ${q.currency} and w.state in ('in_epoch', 'claimed') and e.number <= ${q.number}::bigint and e.state <> 'revoked'
       and ${q.after === undefined ? sql`true` : sql`w.address > ${q.after}`}
     group by w.address order by w.address limit ${q.limit}`.execute(db)
  return rows
}

/** Addresses of the epoch that counts whose claims are not credited yet, with all they may claim, after one. */
export async function unclaimed(
  db: Db,
  q: { currency: string; now: Date; after: Buffer | undefined; limit: number },
): Promise<Sum[]> {
  const { rows } = await sql<Sum>`
    select w.address, sum(w.units)::text as units from chain_withdrawal w join epoch e on e.id = w.epoch_id
     where w.currency = ${q.currency} and e.state = 'active' and ${q.after === undefined ? sql`true` : sql`w.address > ${q.after}`}
       and w.address in (select o.address from chain_withdrawal o join epoch a on a.id = o.epoch_id
                          where o.currency = ${q.currency} and o.state = 'in_epoch' and a.state = 'active')
       and not exists (select 1 from claim_drop d where d.currency = ${q.currency} and d.address = w.address and d.retry_at > ${q.now})
     group by w.address order by w.address limit ${q.limit}`.execute(db)
  return rows
}

/** What the books say of a token's chain side, in its units. */
export async function bookSums(
  db: Db,
  currency: string,
): Promise<{ declared: bigint; owed: bigint; credited: bigint }> {
  const { rows } = await sql<{ declared: string; owed: string; credited: string }>`
    select coalesce(sum(w.units), 0)::text as declared, coalesce(sum(w.units) filter (where w.state = 'in_epoch'), 0)::text as owed,
           coalesce(sum(w.units) filter (where w.state = 'claimed'), 0)::text as credited
      from chain_withdrawal w join epoch e on e.id = w.epoch_id where w.currency = ${currency} and e.state = 'active'`.execute(
    db,
  )
  const r = rows[0]!
  return { declared: BigInt(r.declared), owed: BigInt(r.owed), credited: BigInt(r.credited) }
}

/** What people's accounts hold for withdrawals under way, by the ledger alone, and what withdrawals say; minor units. */
export async function ledgerSums(db: Db, currency: string): Promise<{ paying: bigint; open: bigint }> {
  const { rows } = await sql<{ paying: string; open: string }>`
    select (select coalesce(sum(case when credit like 'person:%:paying' then amount_minor else -amount_minor end), 0) from transfer
             where campaign_id = 0 and currency = ${currency} and kind in ('chain_withdrawal', 'chain_call_back', 'chain_claimed'))::text as paying,
           (select coalesce(sum(amount_minor), 0) from chain_withdrawal where currency = ${currency} and state in ('waiting', 'in_epoch'))::text as open`.execute(
    db,
  )
  return { paying: BigInt(rows[0]!.paying), open: BigInt(rows[0]!.open) }
}

/** Addresses whose claimed sum by the books differs from what the chain's last event for them says. */
export async function accountsOff(db: Db, currency: string, upTo: bigint, limit: number): Promise<string[]> {
  const { rows } = await sql<{ address: string }>`
    with said as (select distinct on (body ->> 'account') body ->> 'account' as address, (body ->> 'cumulative')::numeric as units from chain_event
                   where currency = ${currency} and kind = 'claimed' and block_number <= ${upTo.toString()}::bigint
                   order by body ->> 'account', block_number desc, log_index desc),
         kept as (select '0x' || encode(address, 'hex') as address, sum(units) as units from chain_withdrawal
                   where currency = ${currency} and state = 'claimed' group by 1)
    select coalesce(s.address, k.address) as address from said s full join kept k on k.address = s.address
     where s.units is distinct from k.units order by 1 limit ${limit}`.execute(db)
  return rows.map((r) => r.address)
}
