import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

export type ErasureRow = {
  account_id: string
  money: 'none' | 'keep_behind_code' | 'give_back'
  code_hash: string | null
  erased_at: Date
  checked_at: Date
}

export async function insertErasure(db: Db, row: ErasureRow): Promise<void> {
  await db.insertInto('erasure').values(row).execute()
}

/** Erasures with something still to come, the one looked at longest ago first. */
export const openErasures = (db: Db, before: Date, limit: number) =>
  db
    .selectFrom('erasure')
    .select(['account_id', 'money', 'erased_at'])
    .where('settled_at', 'is', null)
    .where('checked_at', '<=', before)
    .orderBy('checked_at')
    .limit(limit)
    .execute()

export async function noteErasure(db: Db, accountId: string, at: Date, settled: boolean): Promise<void> {
  await db
    .updateTable('erasure')
    .set({ checked_at: at, ...(settled ? { settled_at: at } : {}) })
    .where('account_id', '=', accountId)
    .execute()
}

/** The erased account whose money waits behind this code; locked, so that two who know it take turns. */
export const erasureByCode = (db: Db, codeHash: string) =>
  db.selectFrom('erasure').select('account_id').where('code_hash', '=', codeHash).forUpdate().executeTakeFirst()

/** What came into a person's claimable money, newest first, with whose campaign paid it. */
export async function claimableCredits(db: Db, accountId: string, currency: string, limit: number) {
  const { rows } = await sql<{ campaign_id: string; requester_id: string; amount_minor: string }>`
    select t.campaign_id, coalesce(c.requester_id, 0) as requester_id, t.amount_minor::text as amount_minor
      from transfer t left join campaign c on c.id = t.campaign_id
     where t.credit = 'person:' || ${accountId}::text || ':claimable' and t.currency = ${currency}
     order by t.at desc, t.id desc limit ${limit}`.execute(db)
  return rows
}

/** What an account paid in as a requester and no campaign holds, by currency. */
export async function freeBudget(db: Db, accountId: string): Promise<{ currency: string; balance: string }[]> {
  const { rows } = await sql<{ currency: string; balance: string }>`
    select currency, sum(amount)::text as balance from (
      select currency, amount_minor as amount from transfer where credit = 'requester:' || ${accountId}::text
      union all select currency, -amount_minor from transfer where debit = 'requester:' || ${accountId}::text) m
     group by currency having sum(amount) > 0 order by currency`.execute(db)
  return rows
}

/** Every campaign in which an account did anything. */
export async function campaignsWith(db: Db, accountId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select campaign_id as id from member where account_id = ${accountId}
    union select campaign_id from submission where author_id = ${accountId}
    union select campaign_id from review where reviewer_id = ${accountId}
    union select campaign_id from audit_grade where grader_id = ${accountId}
    union select campaign_id from item_flag where account_id = ${accountId}
    union select id from campaign where requester_id = ${accountId}`.execute(db)
  return rows.map((r) => r.id)
}
