import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { ChainKey } from '../../platform/config.ts'
import type { TRANSACTION_STATES } from './contract.ts'

export type TransactionRow = {
  id: string
  chain_id: string
  role: ChainKey
  purpose: string
  currency: string | null
  subject_id: string
  to: Buffer
  data: Buffer
  rows: number
  state: (typeof TRANSACTION_STATES)[number]
  sender: Buffer | null
  nonce: string | null
  raw: Buffer | null
  hash: Buffer | null
  tries: number
  block_number: string | null
  block_hash: Buffer | null
  succeeded: boolean | null
  gas_used: string | null
  cost_wei: string | null
  error: string | null
  made_at: Date
  sent_at: Date | null
  ended_at: Date | null
}

/** Asks for a transaction; asking twice for the same purpose asks once. */
export async function askTransaction(
  db: Db,
  row: {
    id: string
    chain_id: number
    role: ChainKey
    purpose: string
    currency: string
    subject_id: string
    to: Uint8Array
    data: Uint8Array
    rows?: number
    made_at: Date
  },
): Promise<boolean> {
  const made = await db
    .insertInto('chain_transaction')
    .values({ ...row, to: Buffer.from(row.to), data: Buffer.from(row.data), state: 'ready' })
    .onConflict((c) => c.column('purpose').doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

/** Calls off what was asked for an epoch that is revoked and is not signed yet. */
export async function dropAsked(db: Db, epochId: string, at: Date): Promise<void> {
  await sql`
    update chain_transaction set state = 'failed', error = 'the epoch was revoked', ended_at = ${at}, purpose = purpose || '#' || id
     where subject_id = ${epochId}::bigint and state = 'ready'`.execute(db)
}

/** Calls off one that was never signed; its purpose is free again. */
export async function callOff(db: Db, id: string, at: Date): Promise<void> {
  await sql`update chain_transaction set state = 'failed', ended_at = ${at}, purpose = purpose || '#' || id where id = ${id}::bigint and state = 'ready'`.execute(
    db,
  )
}

/** Transactions that are not done, in the order they were asked for. */
export const openTransactions = async (db: Db, chainId: number, limit: number): Promise<TransactionRow[]> =>
  (await db
    .selectFrom('chain_transaction')
    .selectAll()
    .where('chain_id', '=', String(chainId))
    .where('state', 'in', ['ready', 'signed', 'mined'])
    .orderBy('id')
    .limit(limit)
    .execute()) as unknown as TransactionRow[]

export const transactionFor = async (db: Db, purpose: string): Promise<TransactionRow | undefined> =>
  (await db
    .selectFrom('chain_transaction')
    .selectAll()
    .where('purpose', '=', purpose)
    .executeTakeFirst()) as unknown as TransactionRow | undefined

export const newestTransactions = async (
  db: Db,
  before: string | undefined,
  limit: number,
): Promise<TransactionRow[]> =>
  (await db
    .selectFrom('chain_transaction')
    .selectAll()
    .$if(before !== undefined, (q) => q.where('id', '<', before!))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()) as unknown as TransactionRow[]

/** Notes the signed bytes, unless the transaction was called off meanwhile; only noted bytes may be sent. */
export async function noteSigned(
  db: Db,
  id: string,
  set: { sender: Buffer; nonce: string; raw: Buffer; hash: Buffer; tries: number; sent_at: Date },
): Promise<boolean> {
  const noted = await db
    .updateTable('chain_transaction')
    .set({ ...set, state: 'signed', error: null })
    .where('id', '=', id)
    .where('state', '=', 'ready')
    .executeTakeFirst()
  return noted.numUpdatedRows === 1n
}

/** A failed transaction leaves its purpose free to be asked for again. */
export const endedPurpose = (t: Pick<TransactionRow, 'id' | 'purpose'>): string => `${t.purpose}#${t.id}`

export async function setTransaction(
  db: Db,
  id: string,
  set: Partial<{
    state: TransactionRow['state']
    purpose: string
    sender: Buffer
    nonce: string | null
    raw: Buffer | null
    hash: Buffer | null
    tries: number
    block_number: string | null
    block_hash: Buffer | null
    succeeded: boolean | null
    gas_used: string
    cost_wei: string
    error: string | null
    sent_at: Date
    ended_at: Date
  }>,
): Promise<void> {
  await db.updateTable('chain_transaction').set(set).where('id', '=', id).execute()
}

/** The highest number that one of our own transactions from an address uses. */
export async function lastNonce(db: Db, chainId: number, sender: Buffer): Promise<number | undefined> {
  const { rows } = await sql<{ nonce: string | null }>`
    select max(nonce) as nonce from chain_transaction where chain_id = ${chainId} and sender = ${sender} and state <> 'failed'`.execute(
    db,
  )
  return rows[0]?.nonce === null || rows[0] === undefined ? undefined : Number(rows[0].nonce)
}

/** Claims that were sent for people since a moment, dropped ones not counted. */
export async function claimsSentSince(db: Db, since: Date): Promise<number> {
  const { rows } = await sql<{ n: string }>`
    select coalesce(sum(rows), 0) as n from chain_transaction where role = 'relayer' and made_at >= ${since} and state <> 'failed'`.execute(
    db,
  )
  return Number(rows[0]!.n)
}

/** Whether claims of a currency are on their way: the next batch waits for them. */
export async function claimsUnderWay(db: Db, currency: string): Promise<number> {
  const { rows } = await sql<{ n: string }>`
    select count(*) as n from chain_transaction where role = 'relayer' and rows > 0 and currency = ${currency} and state in ('ready', 'signed', 'mined')`.execute(
    db,
  )
  return Number(rows[0]!.n)
}

export async function putDrops(
  db: Db,
  currency: string,
  rows: readonly { address: Uint8Array; reason: string; at: Date; retry_at: (tries: number) => Date }[],
): Promise<void> {
  for (const d of rows) {
    const address = Buffer.from(d.address)
    const before = await db
      .selectFrom('claim_drop')
      .select('tries')
      .where('currency', '=', currency)
      .where('address', '=', address)
      .executeTakeFirst()
    const set = {
      reason: d.reason,
      tries: (before?.tries ?? 0) + 1,
      dropped_at: d.at,
      retry_at: d.retry_at((before?.tries ?? 0) + 1),
    }
    await db
      .insertInto('claim_drop')
      .values({ currency, address, ...set })
      .onConflict((c) => c.columns(['currency', 'address']).doUpdateSet(set))
      .execute()
  }
}

export async function forgetDrop(db: Db, currency: string, address: Uint8Array): Promise<void> {
  await db
    .deleteFrom('claim_drop')
    .where('currency', '=', currency)
    .where('address', '=', Buffer.from(address))
    .execute()
}

export const dropOf = (db: Db, currency: string, address: Uint8Array) =>
  db
    .selectFrom('claim_drop')
    .selectAll()
    .where('currency', '=', currency)
    .where('address', '=', Buffer.from(address))
    .executeTakeFirst()

/** A dropped row is tried at once when its owner asks. */
export async function retryDrop(db: Db, currency: string, address: Uint8Array, at: Date): Promise<void> {
  await db
    .updateTable('claim_drop')
    .set({ retry_at: at })
    .where('currency', '=', currency)
    .where('address', '=', Buffer.from(address))
    .execute()
}

export const drops = (db: Db, offset: number, limit: number) =>
  db
    .selectFrom('claim_drop')
    .selectAll()
    .orderBy('dropped_at', 'desc')
    .orderBy('address')
    .offset(offset)
    .limit(limit)
    .execute()
