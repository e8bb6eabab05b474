import { sql } from 'kysely'
import type { Stage } from '../../platform/chain/gas/run.ts'
import type { ProviderId } from '../../platform/chain/gas/provider.ts'
import type { Db } from '../../platform/context.ts'
import type { SCAN_FAILURES, SCAN_STATES } from './contract.ts'
import type { Spent } from './rules.ts'

export type ScanRow = {
  id: string
  account_id: string
  wallet_id: string
  chain_id: string
  address: Buffer
  provider: ProviderId
  state: (typeof SCAN_STATES)[number]
  after_block: string | null
  nonce_start: number | null
  nonce_end: number | null
  block: string | null
  block_hash: string | null
  block_at: Date | null
  stage: Stage | Record<string, never>
  done_ppm: number
  found: number
  tries: number
  restarts: number
  why: (typeof SCAN_FAILURES)[number] | null
  asked_at: Date
  next_at: Date
  ended_at: Date | null
}

/** Begins a scan unless one of this wallet and chain is under way. */
export async function insertScan(
  db: Db,
  row: Pick<ScanRow, 'id' | 'account_id' | 'wallet_id' | 'address' | 'provider' | 'asked_at'> & { chain_id: number },
): Promise<void> {
  await sql`
    insert into gas_scan (id, account_id, wallet_id, chain_id, address, provider, state, asked_at, next_at)
    values (${row.id}, ${row.account_id}, ${row.wallet_id}, ${row.chain_id}, ${row.address}, ${row.provider}, 'waiting', ${row.asked_at}, ${row.asked_at})
    on conflict (wallet_id, chain_id) where state in ('waiting', 'scanning') do nothing`.execute(db)
}

/** The newest scan of each wallet and chain of an account. */
export async function newestScans(db: Db, accountId: string): Promise<ScanRow[]> {
  const { rows } = await sql<ScanRow>`
    select distinct on (s.wallet_id, s.chain_id) s.* from gas_scan s join wallet w on w.id = s.wallet_id and w.unlinked_at is null
     where s.account_id = ${accountId}::bigint and w.account_id = s.account_id order by s.wallet_id, s.chain_id, s.id desc limit 400`.execute(
    db,
  )
  return rows
}

export async function dueScans(db: Db, now: Date, limit: number): Promise<ScanRow[]> {
  const { rows } = await sql<ScanRow>`
    select * from gas_scan where state in ('waiting', 'scanning') and next_at <= ${now} order by next_at, id limit ${limit}`.execute(
    db,
  )
  return rows
}

/** Locks a scan that is still under way; its wallet may have been unlinked meanwhile. */
export async function lockScan(db: Db, id: string): Promise<(ScanRow & { linked: boolean }) | undefined> {
  const { rows } = await sql<ScanRow & { linked: boolean }>`
    select s.*, w.unlinked_at is null and w.account_id = s.account_id as linked from gas_scan s join wallet w on w.id = s.wallet_id
     where s.id = ${id} and s.state in ('waiting', 'scanning') for update of s`.execute(db)
  return rows[0]
}

export type ScanChange = Partial<
  Pick<
    ScanRow,
    | 'state'
    | 'nonce_start'
    | 'nonce_end'
    | 'block_hash'
    | 'block_at'
    | 'done_ppm'
    | 'found'
    | 'tries'
    | 'restarts'
    | 'why'
    | 'next_at'
    | 'ended_at'
  >
> & { after_block?: number | null; block?: number | null; stage?: Stage | Record<string, never> }

export async function changeScan(db: Db, id: string, { stage, ...set }: ScanChange): Promise<void> {
  await db
    .updateTable('gas_scan')
    .set({ ...set, ...(stage === undefined ? {} : { stage: JSON.stringify(stage) }) } as never)
    .where('id', '=', id)
    .execute()
}

export type FoundRow = { nonce: number; block: number; hash: string; spent: Spent | null }

/** Puts aside what a step found. Returns a nonce that was there with another transaction: one of the two cannot be. */
export async function keepFound(db: Db, scanId: string, found: readonly FoundRow[]): Promise<number | undefined> {
  if (found.length === 0) return undefined
  await sql`
    insert into gas_found (scan_id, nonce, block, hash, spent)
    select ${scanId}::bigint, nonce, block, hash, spent
      from jsonb_to_recordset(${JSON.stringify(found)}::jsonb) as f(nonce integer, block bigint, hash text, spent jsonb)
    on conflict (scan_id, nonce) do update set block = excluded.block, hash = excluded.hash, spent = excluded.spent
     where gas_found.spent is null and excluded.spent is not null`.execute(db)
  const { rows } = await sql<{ nonce: number }>`
    select f.nonce from jsonb_to_recordset(${JSON.stringify(found)}::jsonb) as g(nonce integer, hash text, spent jsonb)
      join gas_found f on f.scan_id = ${scanId}::bigint and f.nonce = g.nonce and f.hash <> g.hash
     where jsonb_typeof(g.spent) = 'object' limit 1`.execute(db)
  return rows[0]?.nonce
}

export async function noncesFound(db: Db, scanId: string): Promise<{ nonce: number; block: number }[]> {
  const { rows } = await sql<{ nonce: number; block: string }>`
    select nonce, block from gas_found where scan_id = ${scanId}::bigint order by nonce`.execute(db)
  return rows.map((r) => ({ nonce: r.nonce, block: Number(r.block) }))
}

export async function foundAfter(db: Db, scanId: string, after: number, limit: number) {
  const { rows } = await sql<{ nonce: number; spent: Spent | null }>`
    select nonce, spent from gas_found where scan_id = ${scanId}::bigint and nonce > ${after} order by nonce limit ${limit}`.execute(
    db,
  )
  return rows
}

export async function countFound(db: Db, scanId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from gas_found where scan_id = ${scanId}::bigint and spent is not null`.execute(db)
  return rows[0]!.n
}

export async function dropFound(db: Db, scanId: string): Promise<void> {
  await db.deleteFrom('gas_found').where('scan_id', '=', scanId).execute()
}

/** Ended scans of a wallet and chain but the newest: nobody asks for them any more. */
export async function dropOldScans(db: Db, walletId: string, chainId: number, but: string): Promise<void> {
  await sql`
    delete from gas_scan where wallet_id = ${walletId}::bigint and chain_id = ${chainId} and id <> ${but}::bigint and state not in ('waiting', 'scanning')`.execute(
    db,
  )
}
