import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { Write } from '../../platform/db/queries.ts'
import type { LeaseKey } from './queries.ts'

/**
 * Live leases that a claim would not give any more, because who belongs together was found after it did: on work of one's
 * own cluster, or beside a member of it who reviewed already or was there first.
 */
export async function seatedTogether(db: Db, limit: number): Promise<LeaseKey[]> {
  const { rows } = await sql<LeaseKey>`
    select l.campaign_id, l.account_id, l.target_id from cluster_member m
      join lease l on l.account_id = m.account_id and l.state = 1
      left join queue q on q.campaign_id = l.campaign_id and q.lane = l.lane and q.target_id = l.target_id
     where (select n.cluster_id from cluster_member n where n.account_id = q.author_id) = m.cluster_id
        or exists (select from lease o where o.campaign_id = l.campaign_id and o.target_id = l.target_id and o.account_id <> l.account_id
             and (o.state = 2 or (o.state = 1 and (o.leased_at, o.account_id) < (l.leased_at, l.account_id)))
             and (select n.cluster_id from cluster_member n where n.account_id = o.account_id) = m.cluster_id)
     limit ${limit}`.execute(db)
  return rows
}

/** A verdict that came after its lease was over: the week runs from it. */
export function noteLate(rows: readonly { judge_id: string; author_id: string; at: string }[]): Write {
  if (rows.length === 0) return null
  return sql`update judged j set last_at = greatest(j.last_at, r.at)
    from (select least(judge_id, author_id) as low_id, greatest(judge_id, author_id) as high_id, judge_id < author_id as by_low, max(at) as at
            from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(judge_id bigint, author_id bigint, at timestamptz) group by 1, 2, 3) r
   where j.low_id = r.low_id and j.high_id = r.high_id and j.by_low = r.by_low`
}

/** Forgets who judged whom once it keeps nobody from anything. */
export async function forgetJudged(db: Db, before: Date): Promise<void> {
  await sql`delete from judged where last_at < ${before}`.execute(db)
}
