import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { WithdrawalState } from './rules.ts'

export type TokenRow = {
  currency: string
  scale: number
  name: string
  chain_id: number
  token: Buffer
  distributor: Buffer
  decimals: number
  units_per_minor: bigint
  step_minor: bigint
  is_ladder: boolean
  least_people: number
  every_hours: number
  first_block: bigint
  scanned_to: bigint
  added_at: Date
}

type Read = Omit<TokenRow, 'chain_id' | 'units_per_minor' | 'step_minor' | 'first_block' | 'scanned_to'> & {
  chain_id: string
  units_per_minor: string
  step_minor: string
  first_block: string
  scanned_to: string
}

const tokenOf = (row: Read): TokenRow => ({
  ...row,
  chain_id: Number(row.chain_id),
  units_per_minor: BigInt(row.units_per_minor),
  step_minor: BigInt(row.step_minor),
  first_block: BigInt(row.first_block),
  scanned_to: BigInt(row.scanned_to),
})

/** Tokens by currency; there are as many as an operator recorded. */
export async function tokens(db: Db, currency?: string): Promise<TokenRow[]> {
  const { rows } = await sql<Read>`
    select t.currency, c.scale, c.name, t.chain_id, t.token, t.distributor, t.decimals, t.units_per_minor::text, t.step_minor::text, t.is_ladder,
           t.least_people, t.every_hours, t.first_block, t.scanned_to, t.added_at
      from payment_token t join currency c on c.code = t.currency
     where ${currency === undefined ? sql`true` : sql`t.currency = ${currency}`} order by t.currency limit 200`.execute(
    db,
  )
  return rows.map(tokenOf)
}

export async function insertToken(
  db: Db,
  row: {
    currency: string
    chain_id: number
    token: Uint8Array
    distributor: Uint8Array
    decimals: number
    units_per_minor: bigint
    step_minor: bigint
    is_ladder: boolean
    least_people: number
    every_hours: number
    first_block: number
    added_by: string | null
    added_at: Date
  },
): Promise<boolean> {
  const made = await db
    .insertInto('payment_token')
    .values({
      ...row,
      token: Buffer.from(row.token),
      distributor: Buffer.from(row.distributor),
      units_per_minor: row.units_per_minor.toString(),
      step_minor: row.step_minor.toString(),
      scanned_to: Math.max(0, row.first_block - 1),
    })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

export async function changeToken(
  db: Db,
  currency: string,
  set: { step_minor?: string; is_ladder?: boolean; least_people?: number; every_hours?: number },
): Promise<void> {
  if (Object.keys(set).length > 0)
    await db.updateTable('payment_token').set(set).where('currency', '=', currency).execute()
}

/** The wallet somebody chose; nothing once it was unlinked, for then it may be another's. */
export async function destinationOf(db: Db, accountId: string, currency: string) {
  const { rows } = await sql<{ wallet_id: string; address: Buffer; label: string; chosen_at: Date }>`
    select d.wallet_id, w.address, w.label, d.chosen_at
      from wallet_destination d join wallet w on w.id = d.wallet_id and w.account_id = d.account_id and w.unlinked_at is null
     where d.account_id = ${accountId}::bigint and d.currency = ${currency}`.execute(db)
  return rows[0]
}

export async function putDestination(
  db: Db,
  row: { account_id: string; currency: string; wallet_id: string; chosen_at: Date },
): Promise<void> {
  await db
    .insertInto('wallet_destination')
    .values(row)
    .onConflict((c) =>
      c.columns(['account_id', 'currency']).doUpdateSet({ wallet_id: row.wallet_id, chosen_at: row.chosen_at }),
    )
    .execute()
}

export async function dropDestination(db: Db, accountId: string, currency: string): Promise<void> {
  await db
    .deleteFrom('wallet_destination')
    .where('account_id', '=', accountId)
    .where('currency', '=', currency)
    .execute()
}

export type WithdrawalRow = {
  id: string
  account_id: string | null
  currency: string
  address: Buffer
  amount_minor: string
  state: WithdrawalState
  epoch_id: string | null
  asked_at: Date
  ended_at: Date | null
}
const WITHDRAWAL = sql`id, account_id, currency, address, amount_minor::text as amount_minor, state, epoch_id, asked_at, ended_at`

export async function insertWithdrawal(
  db: Db,
  row: {
    id: string
    account_id: string
    currency: string
    address: Uint8Array
    amount_minor: bigint
    units: bigint
    asked_at: Date
  },
): Promise<void> {
  await db
    .insertInto('chain_withdrawal')
    .values({
      ...row,
      address: Buffer.from(row.address),
      amount_minor: row.amount_minor.toString(),
      units: row.units.toString(),
      state: 'waiting',
    })
    .execute()
}

/** A person's own withdrawals of a currency, newest first. */
export async function withdrawalsOf(
  db: Db,
  accountId: string,
  currency: string,
  before: string | undefined,
  limit: number,
): Promise<WithdrawalRow[]> {
  const { rows } = await sql<WithdrawalRow>`
    select ${WITHDRAWAL} from chain_withdrawal
     where account_id = ${accountId}::bigint and currency = ${currency} and ${before ? sql`id < ${before}::bigint` : sql`true`}
     order by id desc limit ${limit}`.execute(db)
  return rows
}

/** One withdrawal of a person, locked, so that calling back and gathering go one after the other. */
export async function lockWithdrawal(db: Db, accountId: string, id: string): Promise<WithdrawalRow | undefined> {
  const { rows } = await sql<WithdrawalRow>`
    select ${WITHDRAWAL} from chain_withdrawal where id = ${id}::bigint and account_id = ${accountId}::bigint for update`.execute(
    db,
  )
  return rows[0]
}

export async function cancelWithdrawal(db: Db, id: string, at: Date): Promise<void> {
  await db.updateTable('chain_withdrawal').set({ state: 'cancelled', ended_at: at }).where('id', '=', id).execute()
}

/** Whether a withdrawal of a person waits for an epoch. */
export async function hasWaiting(db: Db, accountId: string, currency: string): Promise<boolean> {
  const { rows } = await sql<{ waits: boolean }>`
    select exists (select from chain_withdrawal where account_id = ${accountId}::bigint and currency = ${currency} and state = 'waiting') as waits`.execute(
    db,
  )
  return rows[0]!.waits
}

/** What waits for an epoch in a currency: withdrawals, and the people they are of. */
export async function waitingIn(db: Db, currency: string): Promise<{ people: number; amount: bigint }> {
  const { rows } = await sql<{ people: string; amount: string }>`
    select count(distinct account_id) as people, coalesce(sum(amount_minor), 0)::text as amount
      from chain_withdrawal where currency = ${currency} and state = 'waiting'`.execute(db)
  return { people: Number(rows[0]!.people), amount: BigInt(rows[0]!.amount) }
}

/** A person's withdrawals of a currency by how far they have come, in minor units. */
export async function progressOf(
  db: Db,
  accountId: string,
): Promise<{ currency: string; place: 'waiting' | 'proposed' | 'on_chain' | 'claimed'; amount: string }[]> {
  const { rows } = await sql<{
    currency: string
    place: 'waiting' | 'proposed' | 'on_chain' | 'claimed'
    amount: string
  }>`
    select w.currency, case when w.state in ('waiting', 'claimed') then w.state when e.state = 'active' then 'on_chain' else 'proposed' end as place,
           sum(w.amount_minor)::text as amount
      from chain_withdrawal w left join epoch e on e.id = w.epoch_id
     where w.account_id = ${accountId}::bigint and w.state <> 'cancelled' group by 1, 2`.execute(db)
  return rows
}

/** The addresses a person has taken a currency out to, with the newest epoch that holds something for each, newest first. */
export async function lastEpochOf(db: Db, accountId: string, currency: string, onlyActive: boolean) {
  const { rows } = await sql<{ address: Buffer; epoch_id: string }>`
    select w.address, e.id as epoch_id from chain_withdrawal w join epoch e on e.id = w.epoch_id
     where w.account_id = ${accountId}::bigint and w.currency = ${currency} and ${onlyActive ? sql`e.state = 'active'` : sql`true`}
     order by e.id desc, w.id desc limit 1`.execute(db)
  return rows[0]
}
