import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

/** Takes a person's own words out of their reviews and appeals. Votes and reason codes stay: decisions rest on them. */
export async function eraseComments(db: Db, accountId: string): Promise<void> {
  await sql`update review set votes = (select coalesce(jsonb_object_agg(key, value - 'comment'), '{}') from jsonb_each(votes))
    where reviewer_id = ${accountId} and votes::text like '%"comment"%'`.execute(db)
  await sql`update appeal a set reason = '' from submission s
    where s.author_id = ${accountId} and a.campaign_id = s.campaign_id and a.submission_id = s.id and a.account_id = ${accountId} and a.reason <> ''`.execute(
    db,
  )
}

/** How many reviews by this person wait for their submission's decision, which pays for them. */
export async function undecidedReviews(db: Db, accountId: string): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from review r join submission s on s.campaign_id = r.campaign_id and s.id = r.submission_id
    where r.reviewer_id = ${accountId} and s.status = 'in_review'`.execute(db)
  return rows[0]!.n
}
