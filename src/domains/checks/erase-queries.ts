import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

const UNDECIDED = sql`('in_review', 'answered')`

/**
 * Deletes what a person's decided work was compared by, and what checks pointed out of it; that checks ran and how they
 * ended stays. Whoever is alike later is then compared with somebody else.
 */
export async function eraseChecks(db: Db, accountId: string): Promise<void> {
  const { rows } = await sql<{ campaign_id: string; submission_id: string; keys: Buffer }>`
    select p.campaign_id, p.submission_id, p.keys from submission s
      join text_print p on p.campaign_id = s.campaign_id and p.submission_id = s.id
     where s.author_id = ${accountId} and s.status not in ${UNDECIDED}`.execute(db)
  for (const { campaign_id, submission_id, keys } of rows) {
    const all = Array.from({ length: keys.length / 8 }, (_, i) => keys.readBigUInt64LE(8 * i).toString())
    await sql`delete from text_key where campaign_id = ${campaign_id} and submission_id = ${submission_id} and key = any(${all}::bigint[])`.execute(
      db,
    )
  }
  await sql`delete from text_print p using submission s
    where s.author_id = ${accountId} and s.status not in ${UNDECIDED} and p.campaign_id = s.campaign_id and p.submission_id = s.id`.execute(
    db,
  )
  await sql`update check_run r set results = (select coalesce(jsonb_agg(x - 'detail' - 'evidence'), '[]') from jsonb_array_elements(r.results) x)
    from submission s
    where s.author_id = ${accountId} and s.status not in ${UNDECIDED} and r.campaign_id = s.campaign_id and r.submission_id = s.id
      and (r.results @? '$[*].evidence' or r.results @? '$[*].detail')`.execute(db)
}
