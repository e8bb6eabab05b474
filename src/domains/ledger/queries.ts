import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../platform/context.ts'

export type Transfer = {
  /** 0: not about a campaign. */
  campaign_id: string
  /** The idempotency key: the same id never moves money twice. */
  id: string
  kind: string
  subject_id: string
  debit: string
  credit: string
  currency: string
  amount_minor: bigint
}

/** Appends transfers; those whose id is there already are left as they were. Returns the ids that were new. */
export function insertTransfers(at: Date, transfers: readonly Transfer[]): RawBuilder<{ id: string }> | null {
  if (transfers.length === 0) return null
  const rows = transfers.map((t) => ({ ...t, amount_minor: t.amount_minor.toString() }))
  return sql<{ id: string }>`
    insert into transfer (campaign_id, id, kind, subject_id, debit, credit, currency, amount_minor, at)
    select campaign_id, id, kind, subject_id, debit, credit, currency, amount_minor, ${at}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r(campaign_id bigint, id text, kind text, subject_id bigint, debit text, credit text, currency text, amount_minor numeric)
    on conflict (campaign_id, id) do nothing
    returning id`
}

/** What an account holds: credits less debits, summed from the transfers themselves. */
export async function balanceOf(db: Db, account: string, currency: string): Promise<bigint> {
  const { rows } = await sql<{ balance: string }>`
    select (coalesce((select sum(amount_minor) from transfer where credit = ${account} and currency = ${currency}), 0)
          - coalesce((select sum(amount_minor) from transfer where debit = ${account} and currency = ${currency}), 0))::text as balance`.execute(
    db,
  )
  return BigInt(rows[0]!.balance)
}

/** Serialises writers who must not both spend the same balance (funding, claims): never on the hot path. */
export async function lockAccount(db: Db, account: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${account}, 7216036))`.execute(db)
}
