import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

export type ReadEvent = {
  tx_hash: Uint8Array
  log_index: number
  currency: string
  block_number: bigint
  block_hash: Uint8Array
  kind: string
  body: Record<string, string>
}

/** Keeps events as they were read; one that is there already is left alone. */
export async function insertEvents(db: Db, chainId: number, events: readonly ReadEvent[]): Promise<void> {
  for (let i = 0; i < events.length; i += 500)
    await db
      .insertInto('chain_event')
      .values(
        events.slice(i, i + 500).map((e) => ({
          ...e,
          chain_id: chainId,
          tx_hash: Buffer.from(e.tx_hash),
          block_hash: Buffer.from(e.block_hash),
          block_number: e.block_number.toString(),
          body: JSON.stringify(e.body),
          applied_at: null,
        })),
      )
      .onConflict((c) => c.columns(['chain_id', 'tx_hash', 'log_index']).doNothing())
      .execute()
}

/** How far a token was read. */
export async function setScanned(db: Db, currency: string, to: bigint): Promise<void> {
  await db.updateTable('payment_token').set({ scanned_to: to.toString() }).where('currency', '=', currency).execute()
}

export async function putBlock(db: Db, chainId: number, number: bigint, hash: Uint8Array): Promise<void> {
  const row = { chain_id: chainId, number: number.toString(), hash: Buffer.from(hash) }
  await db
    .insertInto('chain_block')
    .values(row)
    .onConflict((c) => c.columns(['chain_id', 'number']).doUpdateSet({ hash: row.hash }))
    .execute()
}

/** Blocks that were seen, newest first, below a number. */
export async function blocksBelow(
  db: Db,
  chainId: number,
  below: bigint | undefined,
  limit: number,
): Promise<{ number: bigint; hash: Buffer }[]> {
  const { rows } = await sql<{ number: string; hash: Buffer }>`
    select number, hash from chain_block where chain_id = ${chainId} and ${below === undefined ? sql`true` : sql`number < ${below.toString()}::bigint`}
     order by number desc limit ${limit}`.execute(db)
  return rows.map((r) => ({ number: BigInt(r.number), hash: r.hash }))
}

/**
 * Forgets what was read above a block that the chain no longer has. Returns how many credited events lie there: there can
 * be none as long as what is called final is final.
 */
export async function rollBack(db: Db, chainId: number, to: bigint): Promise<number> {
  const above = to.toString()
  const { rows } = await sql<{ n: string }>`
    select count(*) as n from chain_event where chain_id = ${chainId} and block_number > ${above}::bigint and applied_at is not null`.execute(
    db,
  )
  if (Number(rows[0]!.n) > 0) return Number(rows[0]!.n)
  await sql`delete from chain_event where chain_id = ${chainId} and block_number > ${above}::bigint`.execute(db)
  await sql`delete from chain_block where chain_id = ${chainId} and number > ${above}::bigint`.execute(db)
  await sql`update payment_token set scanned_to = ${above}::bigint where chain_id = ${chainId} and scanned_to > ${above}::bigint`.execute(
    db,
  )
  return 0
}

/** Blocks far below what is final will never be compared again. */
export async function forgetBlocks(db: Db, chainId: number, below: bigint): Promise<void> {
  await sql`
    delete from chain_block where chain_id = ${chainId} and number < ${below.toString()}::bigint
       and number < (select max(number) from chain_block where chain_id = ${chainId} and number <= ${below.toString()}::bigint)`.execute(
    db,
  )
}

export type DueEvent = {
  tx_hash: Buffer
  log_index: number
  block_number: string
  kind: string
  body: Record<string, string>
}

/** Events of a token that are final and not credited, in the chain's order, locked. */
export async function dueEvents(db: Db, currency: string, final: bigint, limit: number): Promise<DueEvent[]> {
  const { rows } = await sql<DueEvent>`
    select tx_hash, log_index, block_number, kind, body from chain_event
     where currency = ${currency} and applied_at is null and block_number <= ${final.toString()}::bigint
     order by block_number, log_index limit ${limit} for update`.execute(db)
  return rows
}

export async function markApplied(db: Db, chainId: number, e: DueEvent, at: Date): Promise<void> {
  await db
    .updateTable('chain_event')
    .set({ applied_at: at })
    .where('chain_id', '=', String(chainId))
    .where('tx_hash', '=', e.tx_hash)
    .where('log_index', '=', e.log_index)
    .execute()
}

/** Withdrawals to an address that a claim of so much in all covers and that are not credited yet. */
export async function coveredBy(db: Db, currency: string, address: Uint8Array, cumulative: bigint) {
  const { rows } = await sql<{ id: string; account_id: string; amount_minor: string }>`
    select id, account_id, amount_minor::text as amount_minor from (
      select w.id, w.account_id, w.amount_minor, w.state, sum(w.units) over (order by e.number, w.id) as running
        from chain_withdrawal w join epoch e on e.id = w.epoch_id
       where w.currency = ${currency} and w.address = ${Buffer.from(address)} and w.state in ('in_epoch', 'claimed') and e.state <> 'revoked') r
     where running <= ${cumulative.toString()}::numeric and state = 'in_epoch' order by id`.execute(db)
  return rows
}

export async function markClaimed(db: Db, ids: readonly string[], at: Date): Promise<void> {
  if (ids.length === 0) return
  await db
    .updateTable('chain_withdrawal')
    .set({ state: 'claimed', ended_at: at })
    .where('id', 'in', [...ids])
    .where('state', '=', 'in_epoch')
    .execute()
}

/** Sums of what a token's events say up to a block. */
export async function eventSums(
  db: Db,
  currency: string,
  upTo: bigint,
): Promise<{ funded: bigint; sent: bigint; events_claimed: bigint }> {
  const { rows } = await sql<{ kind: string; amount: string }>`
    select kind, sum((body ->> 'amount')::numeric)::text as amount from chain_event
     where currency = ${currency} and block_number <= ${upTo.toString()}::bigint and kind in ('funded', 'sent', 'claimed') group by kind`.execute(
    db,
  )
  const of = (kind: string) => BigInt(rows.find((r) => r.kind === kind)?.amount ?? 0)
  return { funded: of('funded'), sent: of('sent'), events_claimed: of('claimed') }
}

/** Claims that paid the account itself another amount than they say: the token keeps a part. Named by address, some of them. */
export async function shortPaid(db: Db, currency: string, upTo: bigint, limit: number): Promise<string[]> {
  const { rows } = await sql<{ account: string }>`
    select distinct c.body ->> 'account' as account from chain_event c
     where c.currency = ${currency} and c.kind = 'claimed' and c.block_number <= ${upTo.toString()}::bigint and c.body ->> 'account' = c.body ->> 'recipient'
       and not exists (select from chain_event s where s.chain_id = c.chain_id and s.tx_hash = c.tx_hash and s.currency = c.currency and s.kind = 'sent'
                          and s.body ->> 'other' = c.body ->> 'account' and s.body ->> 'amount' = c.body ->> 'amount')
     order by 1 limit ${limit}`.execute(db)
  return rows.map((r) => r.account)
}

export async function putReconciliation(
  db: Db,
  row: {
    currency: string
    compared_at: Date
    block_number: string
    figures: Record<string, string>
    differences: readonly { code: string; message: string }[]
  },
): Promise<void> {
  const set = { ...row, figures: JSON.stringify(row.figures), differences: JSON.stringify(row.differences) }
  await db
    .insertInto('reconciliation')
    .values(set)
    .onConflict((c) => c.column('currency').doUpdateSet(set))
    .execute()
}

export const reconciliations = (db: Db) =>
  db.selectFrom('reconciliation').selectAll().orderBy('currency').limit(200).execute()

/** All that was credited of claims to an address, in units. */
export async function creditedTo(db: Db, currency: string, address: Uint8Array): Promise<bigint> {
  const { rows } = await sql<{ units: string }>`
    select coalesce(sum(units), 0)::text as units from chain_withdrawal
     where currency = ${currency} and address = ${Buffer.from(address)} and state = 'claimed'`.execute(db)
  return BigInt(rows[0]!.units)
}
