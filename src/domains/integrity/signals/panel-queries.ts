import { sql } from 'kysely'
import type { Db } from '../../../platform/context.ts'

/** One review as evidence: who judged whose work, when, how; and what an audit made known of the work. */
export type Judged = {
  submission_id: string
  author_id: string
  reviewer_id: string
  /** Seconds since 1970. */
  at: number
  approves: boolean
  good: boolean | null
}

/** Campaigns that had reviews since then. */
export async function reviewedCampaigns(db: Db, since: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select c.id from campaign c where exists (select from review r where r.campaign_id = c.id and r.reviewed_at > ${since}) order by c.id`.execute(
    db,
  )
  return rows.map((r) => r.id)
}

/** A campaign's newest reviews since then. What somebody was directed to was not drawn, so it counts for nothing here. */
export async function judgedIn(db: Db, campaignId: string, since: Date, limit: number): Promise<Judged[]> {
  const { rows } = await sql<Judged>`
    select r.submission_id, s.author_id, r.reviewer_id, extract(epoch from r.reviewed_at)::float8 as at,
           not exists (select from jsonb_each(r.votes) v where not (v.value ->> 'approve')::boolean) as approves,
           (select 2 * a.correct_grades > a.grades from audit a
             where a.campaign_id = r.campaign_id and a.submission_id = r.submission_id and a.closed_at is not null
               and 2 * a.correct_grades <> a.grades limit 1) as good
      from review r join submission s on s.campaign_id = r.campaign_id and s.id = r.submission_id
      join account p on p.id = r.reviewer_id and p.erased_at is null join account q on q.id = s.author_id and q.erased_at is null
     where r.campaign_id = ${campaignId} and r.reviewed_at > ${since}
       and not exists (select from lease l where l.campaign_id = r.campaign_id and l.account_id = r.reviewer_id
                          and l.target_id = r.submission_id and l.directed_by is not null)
     order by r.id desc limit ${limit}`.execute(db)
  return rows
}
