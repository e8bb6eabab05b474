import { sql } from 'kysely'
import type { Db } from '../../../platform/context.ts'
import { campaignAccount, escrowAccount } from '../../ledger/accounts.ts'
import { bytesOf } from '../rules.ts'
import type { Refused } from './rules.ts'

export type EscrowRow = { currency: string; escrow: Buffer; scanned_to: bigint }

/** Escrows by currency. */
export async function escrows(db: Db, currency?: string): Promise<EscrowRow[]> {
  const { rows } = await sql<{ currency: string; escrow: Buffer; scanned_to: string }>`
    select currency, escrow, scanned_to from token_escrow
     where ${currency === undefined ? sql`true` : sql`currency = ${currency}`} order by currency limit 200`.execute(db)
  return rows.map((r) => ({ ...r, scanned_to: BigInt(r.scanned_to) }))
}

export async function insertEscrow(
  db: Db,
  row: { currency: string; escrow: Uint8Array; scanned_to: number; added_by: string | null; added_at: Date },
): Promise<boolean> {
  const made = await db
    .insertInto('token_escrow')
    .values({ ...row, escrow: Buffer.from(row.escrow) })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

export async function setEscrowScanned(db: Db, currency: string, to: bigint): Promise<void> {
  await db.updateTable('token_escrow').set({ scanned_to: to.toString() }).where('currency', '=', currency).execute()
}

/** After a reorganisation its events are read again from there, like the token's own. */
export async function rollBackEscrows(db: Db, chainId: number, to: bigint): Promise<void> {
  await sql`update token_escrow e set scanned_to = ${to.toString()}::bigint from payment_token t
    where t.currency = e.currency and t.chain_id = ${chainId} and e.scanned_to > ${to.toString()}::bigint`.execute(db)
}

export type CampaignEscrow = {
  currency: string
  escrow_id: Buffer
  campaign_id: string
  requester: Buffer
  deadline: Date
  refused: Refused | null
  deposited: bigint
  uncounted: bigint
  released: bigint
  refunded: bigint
  cancelled_at: Date | null
  opened_at: Date
}
type Read = Omit<CampaignEscrow, 'deposited' | 'uncounted' | 'released' | 'refunded'> &
  Record<'deposited' | 'uncounted' | 'released' | 'refunded', string>
const asRead = (r: Read): CampaignEscrow => ({
  ...r,
  deposited: BigInt(r.deposited),
  uncounted: BigInt(r.uncounted),
  released: BigInt(r.released),
  refunded: BigInt(r.refunded),
})

/** What was opened in escrows: of one campaign, one id, or every one that counts in a currency. */
export async function campaignEscrows(
  db: Db,
  q: { campaign_id?: string; currency?: string; escrow_id?: string; counts?: true },
): Promise<CampaignEscrow[]> {
  let query = db.selectFrom('campaign_escrow').selectAll().orderBy('opened_at').orderBy('escrow_id')
  if (q.campaign_id) query = query.where('campaign_id', '=', q.campaign_id)
  if (q.currency) query = query.where('currency', '=', q.currency)
  if (q.escrow_id) query = query.where('escrow_id', '=', Buffer.from(bytesOf(q.escrow_id)))
  if (q.counts) query = query.where('refused', 'is', null)
  return ((await query.execute()) as unknown as Read[]).map(asRead)
}

export async function insertCampaignEscrow(
  db: Db,
  row: Pick<CampaignEscrow, 'currency' | 'campaign_id' | 'deadline' | 'refused' | 'opened_at'> & {
    escrow_id: Uint8Array
    requester: Uint8Array
  },
): Promise<void> {
  await db
    .insertInto('campaign_escrow')
    .values({ ...row, escrow_id: Buffer.from(row.escrow_id), requester: Buffer.from(row.requester) })
    .onConflict((c) => c.doNothing())
    .execute()
}

export async function setCampaignEscrow(
  db: Db,
  e: Pick<CampaignEscrow, 'currency' | 'escrow_id'>,
  set: Partial<Record<'deposited' | 'uncounted' | 'released' | 'refunded', bigint> & { cancelled_at: Date }>,
): Promise<void> {
  const values = Object.fromEntries(Object.entries(set).map(([k, v]) => [k, typeof v === 'bigint' ? v.toString() : v]))
  await db
    .updateTable('campaign_escrow')
    .set(values)
    .where('currency', '=', e.currency)
    .where('escrow_id', '=', e.escrow_id)
    .execute()
}

/** A campaign's money in one currency by the books: put in by escrow, paid for work less what came back, returned, gone back. */
export async function booksOf(
  db: Db,
  campaignId: string,
  currency: string,
): Promise<{ funded: bigint; spent: bigint; returned: bigint; gone: bigint; otherwise: bigint }> {
  const [own, back] = [campaignAccount(campaignId), escrowAccount(campaignId)]
  const { rows } = await sql<Record<'funded' | 'spent' | 'returned' | 'gone' | 'otherwise', string>>`
    select coalesce(sum(amount_minor) filter (where credit = ${own} and kind = 'escrow_deposited'), 0)::text as funded,
           (coalesce(sum(amount_minor) filter (where debit = ${own} and kind <> 'campaign_returned'), 0)
            - coalesce(sum(amount_minor) filter (where credit = ${own} and kind not in ('escrow_deposited', 'campaign_funded')), 0))::text as spent,
           (coalesce(sum(amount_minor) filter (where credit = ${back}), 0) - coalesce(sum(amount_minor) filter (where debit = ${back}), 0))::text as returned,
           coalesce(sum(amount_minor) filter (where debit = ${back}), 0)::text as gone,
           coalesce(sum(amount_minor) filter (where credit = ${own} and kind = 'campaign_funded'), 0)::text as otherwise
      from transfer where currency = ${currency} and (${own} in (debit, credit) or ${back} in (debit, credit))`.execute(
    db,
  )
  const r = rows[0]!
  return {
    funded: BigInt(r.funded),
    spent: BigInt(r.spent),
    returned: BigInt(r.returned),
    gone: BigInt(r.gone),
    otherwise: BigInt(r.otherwise),
  }
}

/** What was last asked of the chain for a campaign's escrow, whether it is under way, and whether the chain would refuse it. */
export async function lastAsked(
  db: Db,
  campaignId: string,
  currency: string,
): Promise<{ id: string; at: Date; is_open: boolean; is_refused: boolean } | undefined> {
  const { rows } = await sql<{ id: string; at: Date; is_open: boolean; is_refused: boolean }>`
    select id, made_at as at, state in ('ready', 'signed', 'mined') as is_open, state = 'ready' and error is not null as is_refused from chain_transaction
     where role in ('settler', 'relayer') and currency = ${currency} and subject_id = ${campaignId}::bigint order by id desc limit 1`.execute(
    db,
  )
  return rows[0]
}

/** Sums of what an escrow's events say up to a block. */
export async function escrowSums(
  db: Db,
  currency: string,
  upTo: bigint,
): Promise<{ deposited: bigint; released: bigint; refunded: bigint }> {
  const { rows } = await sql<{ kind: string; amount: string }>`
    select kind, sum((body ->> 'amount')::numeric)::text as amount from chain_event
     where currency = ${currency} and block_number <= ${upTo.toString()}::bigint and kind in ('escrow_deposited', 'escrow_released', 'escrow_refunded')
     group by kind`.execute(db)
  const of = (kind: string) => BigInt(rows.find((r) => r.kind === kind)?.amount ?? 0)
  return { deposited: of('escrow_deposited'), released: of('escrow_released'), refunded: of('escrow_refunded') }
}
