import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

/** Takes a person's words out of flags and reports, and what they said of themselves out of their consents. */
export async function eraseWords(db: Db, accountId: string): Promise<void> {
  await db
    .updateTable('item_flag')
    .set({ message: '' })
    .where('account_id', '=', accountId)
    .where('message', '<>', '')
    .execute()
  await db
    .updateTable('item_flag')
    .set({ reply: '' })
    .where('account_id', '=', accountId)
    .where('reply', '<>', '')
    .execute()
  await db
    .updateTable('campaign_report')
    .set({ account_id: null, message: '', note: null })
    .where('account_id', '=', accountId)
    .execute()
  await db
    .updateTable('campaign_consent')
    .set({ country: null })
    .where('account_id', '=', accountId)
    .where('country', 'is not', null)
    .execute()
}

/** Campaigns of this requester that are not over. */
export async function runningCampaigns(db: Db, accountId: string): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from campaign where requester_id = ${accountId} and status not in ('closed', 'cancelled', 'draft')`.execute(
    db,
  )
  return rows[0]!.n
}
