import { sql } from 'kysely'
import type { Db } from '../../../platform/context.ts'

/** QA and operators who may decide about this person: neither the person nor anybody kept apart from them. */
export async function decidersFor(db: Db, accountId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select a.id from account a
     where a.roles <> '{}' and a.roles && array['qa', 'operator'] and a.erased_at is null and a.suspended_at is null and a.id <> ${accountId}
       and not exists (select from exclusion x where x.account_id = a.id and x.other_id = ${accountId})
     order by a.id limit 500`.execute(db)
  return rows.map((r) => r.id)
}

/** Held pay that a case keeps, or would from the moment in question on, by currency. */
export async function inQuestionOf(
  db: Db,
  q: { case_id: string; account_id: string; since: Date | null },
): Promise<{ currency: string; scale: number; amount: string; pieces: number }[]> {
  const { rows } = await sql<{ currency: string; scale: number; amount: string; pieces: number }>`
    select h.currency, c.scale, sum(h.amount_minor)::text as amount, count(*)::int as pieces
      from held_pay h join currency c on c.code = h.currency
     where h.account_id = ${q.account_id}::bigint and h.ended_at is null
       and (h.case_id = ${q.case_id}::bigint or (h.case_id is null and h.held_at >= ${q.since}::timestamptz))
     group by 1, 2 order by 1`.execute(db)
  return rows
}

/** Work that a person has in hand. */
export async function inHandOf(db: Db, accountId: string, now: Date): Promise<{ leases: number; until: Date | null }> {
  const { rows } = await sql<{ leases: number; until: Date | null }>`
    select count(*)::int as leases, max(expires_at) as until from lease
     where account_id = ${accountId}::bigint and state = 1 and expires_at > ${now}`.execute(db)
  return rows[0]!
}
