import { sql } from 'kysely'
import type { Completeness } from '../../platform/chain/gas/completeness-rules.ts'
import type { ProviderId } from '../../platform/chain/gas/provider.ts'
import type { Db } from '../../platform/context.ts'
import type { ContractSum, Month, Sums, Tally } from './rules.ts'

export type HistoryRow = {
  wallet_id: string
  chain_id: string
  account_id: string
  address: Buffer
  provider: ProviderId
  completeness: Completeness
  missing: number
  block: string
  block_hash: string
  block_at: Date
  nonces: number
  authorisations: number
  sums: Sums
  months: Month[]
  contracts: { list: ContractSum[]; others: number }
  scanned_at: Date
}

/** What is known of the wallets that are on an account now. */
export async function historiesOf(db: Db, accountId: string): Promise<HistoryRow[]> {
  const { rows } = await sql<HistoryRow>`
    select h.* from gas_history h join wallet w on w.id = h.wallet_id and w.unlinked_at is null and w.account_id = h.account_id
     where h.account_id = ${accountId}::bigint order by h.wallet_id, h.chain_id limit 400`.execute(db)
  return rows
}

export async function historyOf(db: Db, walletId: string, chainId: number): Promise<HistoryRow | undefined> {
  const { rows } = await sql<HistoryRow>`
    select * from gas_history where wallet_id = ${walletId}::bigint and chain_id = ${chainId}`.execute(db)
  return rows[0]
}

export async function putHistory(
  db: Db,
  row: Omit<HistoryRow, 'sums' | 'months' | 'contracts' | 'chain_id' | 'block'> & {
    chain_id: number
    block: number
  } & { tally: Tally },
): Promise<void> {
  const { tally, ...rest } = row
  const values = {
    ...rest,
    sums: JSON.stringify(tally.sums),
    months: JSON.stringify(tally.months),
    contracts: JSON.stringify(tally.contracts),
  }
  const { wallet_id: _w, chain_id: _c, ...set } = values
  await db
    .insertInto('gas_history')
    .values(values as never)
    .onConflict((c) => c.columns(['wallet_id', 'chain_id']).doUpdateSet(set as never))
    .execute()
}

/** What was found of wallets that are linked no more is forgotten. Returns how many. */
export async function forgetUnlinked(db: Db, limit: number): Promise<number> {
  const gone = await sql`
    delete from gas_history where (wallet_id, chain_id) in (
      select h.wallet_id, h.chain_id from gas_history h join wallet w on w.id = h.wallet_id
       where w.unlinked_at is not null or w.account_id <> h.account_id limit ${limit})`.execute(db)
  const scans = await sql`
    delete from gas_scan where id in (
      select s.id from gas_scan s join wallet w on w.id = s.wallet_id
       where w.unlinked_at is not null or w.account_id <> s.account_id limit ${limit})`.execute(db)
  return Number(gone.numAffectedRows ?? 0n) + Number(scans.numAffectedRows ?? 0n)
}

/** Serialises what changes a person's level, Beans or cards. */
export async function lockPerson(db: Db, accountId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${accountId}, 7216028))`.execute(db)
}

export const levelRow = (db: Db, accountId: string) =>
  db
    .selectFrom('gas_level')
    .select(['level', 'best_index', 'changed_at'])
    .where('account_id', '=', accountId)
    .executeTakeFirst()

export async function putLevel(
  db: Db,
  row: { account_id: string; level: string; best_index: number; changed_at: Date },
): Promise<void> {
  await db
    .insertInto('gas_level')
    .values(row)
    .onConflict((c) =>
      c.column('account_id').doUpdateSet({ level: row.level, best_index: row.best_index, changed_at: row.changed_at }),
    )
    .execute()
}

/** Raises what a wallet's gas has brought to so many Beans; returns by how many. Two at once go one after the other. */
export async function raiseCredited(db: Db, address: Buffer, beans: bigint): Promise<bigint> {
  await sql`insert into gas_credited (address, beans) values (${address}, 0) on conflict (address) do nothing`.execute(
    db,
  )
  const { rows } = await sql<{ beans: string }>`
    select beans::text as beans from gas_credited where address = ${address} for update`.execute(db)
  const before = BigInt(rows[0]!.beans)
  if (beans <= before) return 0n
  await sql`update gas_credited set beans = ${beans.toString()}::numeric where address = ${address}`.execute(db)
  return beans - before
}

export type QuestRow = { quest: string; beans: string; claimed_at: Date }
export async function questsOf(db: Db, accountId: string): Promise<QuestRow[]> {
  const { rows } = await sql<QuestRow>`
    select quest, beans::text as beans, claimed_at from gas_quest where account_id = ${accountId}::bigint order by quest limit 200`.execute(
    db,
  )
  return rows
}

/** Claims a quest; nothing when the wallet served another account for it. The first claim stays as it is. */
export async function insertQuest(
  db: Db,
  row: { account_id: string; quest: string; address: Buffer | null; beans: bigint; claimed_at: Date },
): Promise<boolean> {
  const done = await sql`
    insert into gas_quest (account_id, quest, address, beans, claimed_at)
    values (${row.account_id}, ${row.quest}, ${row.address}, ${row.beans.toString()}::numeric, ${row.claimed_at}) on conflict do nothing`.execute(
    db,
  )
  return Number(done.numAffectedRows ?? 0n) === 1
}

/** Pieces of a person's work that were accepted, up to a limit. */
export async function acceptedWork(db: Db, accountId: string, limit: number): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from (select 1 from submission where author_id = ${accountId}::bigint and status in ('accepted', 'answered') limit ${limit}) s`.execute(
    db,
  )
  return rows[0]!.n
}

export type UseRow = {
  purpose: 'bonus' | 'trust'
  address: Buffer
  account_id: string | null
  burned_wei: string | null
  used_at: Date
}
/** How wallets were used in a season. */
export async function usesOf(db: Db, seasonId: string, addresses: readonly Buffer[]): Promise<UseRow[]> {
  if (addresses.length === 0) return []
  const { rows } = await sql<UseRow>`
    select purpose, address, account_id, burned_wei::text as burned_wei, used_at from gas_use
     where season_id = ${seasonId}::bigint and address in (${sql.join(addresses)}) limit 400`.execute(db)
  return rows
}

export async function insertUse(
  db: Db,
  row: {
    season_id: string
    purpose: 'bonus' | 'trust'
    address: Buffer
    account_id: string
    used_at: Date
    burned_wei?: string
    block?: string
    block_hash?: string
  },
): Promise<boolean> {
  const done = await db
    .insertInto('gas_use')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst()
  return done.numInsertedOrUpdatedRows === 1n
}

export type Trust = { address: Buffer; burned_wei: string; block: string; block_hash: string; used_at: Date }
/** The wallet that speaks for a person in a season. */
export async function trustOf(db: Db, seasonId: string, accountId: string): Promise<Trust | undefined> {
  const { rows } = await sql<Trust>`
    select address, burned_wei::text as burned_wei, block, block_hash, used_at from gas_use
     where season_id = ${seasonId}::bigint and account_id = ${accountId}::bigint and purpose = 'trust'`.execute(db)
  return rows[0]
}

export type CardRow = {
  id: string
  account_id: string
  body: string
  created_at: Date
  revoked_at: Date | null
}
const CARD = ['id', 'account_id', 'body', 'created_at', 'revoked_at'] as const

export async function cardsOf(db: Db, accountId: string, limit: number): Promise<CardRow[]> {
  return db
    .selectFrom('gas_card')
    .select(CARD)
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute()
}

export const cardById = (db: Db, id: string): Promise<CardRow | undefined> =>
  db.selectFrom('gas_card').select(CARD).where('id', '=', id).executeTakeFirst()

export async function insertCard(
  db: Db,
  row: { id: string; account_id: string; body: string; key_id: string; created_at: Date },
): Promise<void> {
  await db.insertInto('gas_card').values(row).execute()
}

export async function revokeCard(db: Db, id: string, at: Date): Promise<void> {
  await db
    .updateTable('gas_card')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute()
}

export async function installationId(db: Db): Promise<string> {
  const row = await db.selectFrom('installation').select('id').executeTakeFirst()
  return row?.id ?? ''
}
