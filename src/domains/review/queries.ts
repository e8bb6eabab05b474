import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { Write } from '../../platform/db/queries.ts'
import type { Votes } from './contract.ts'

export type Review = {
  campaign_id: string
  submission_id: string
  reviewer_id: string
  id: string
  round: number
  lane: number
  votes: Votes
  reviewed_at: Date
}
export type NewReview = Omit<Review, 'reviewed_at'> & { took_seconds: number; reviewed_at: string }

export function insertReviews(rows: readonly NewReview[]): Write {
  if (rows.length === 0) return null
  return sql`insert into review (campaign_id, submission_id, reviewer_id, id, round, lane, votes, took_seconds, reviewed_at)
    select campaign_id, submission_id, reviewer_id, id, round, lane, votes, took_seconds, reviewed_at
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(campaign_id bigint, submission_id bigint, reviewer_id bigint, id bigint, round smallint, lane smallint,
        votes jsonb, took_seconds int, reviewed_at timestamptz)`
}

/** All reviews of these submissions. Read after their locks are held, so none is missed. */
export async function reviewsOf(
  db: Db,
  keys: readonly { campaign_id: string; submission_id: string }[],
): Promise<Review[]> {
  if (keys.length === 0) return []
  const { rows } =
    await sql<Review>`select r.campaign_id, r.submission_id, r.reviewer_id, r.id, r.round, r.lane, r.votes, r.reviewed_at
    from (select distinct campaign_id, submission_id from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(campaign_id bigint, submission_id bigint)) k
    join review r on r.campaign_id = k.campaign_id and r.submission_id = k.submission_id
    order by r.id`.execute(db)
  return rows
}

export type NewDecision = {
  campaign_id: string
  submission_id: string
  round: number
  accepted: boolean
  questions: Record<string, boolean>
  reviews: number
  decided_at: string
}

export function insertDecisions(rows: readonly NewDecision[]): Write {
  if (rows.length === 0) return null
  return sql`insert into decision (campaign_id, submission_id, round, accepted, questions, reviews, decided_at)
    select campaign_id, submission_id, round, accepted, questions, reviews, decided_at
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(campaign_id bigint, submission_id bigint, round smallint, accepted boolean, questions jsonb, reviews smallint, decided_at timestamptz)`
}

export async function lastDecision(db: Db, campaignId: string, submissionId: string) {
  return db
    .selectFrom('decision')
    .select(['round', 'accepted', 'questions', 'reviews', 'decided_at'])
    .where('campaign_id', '=', campaignId)
    .where('submission_id', '=', submissionId)
    .orderBy('round', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export async function appealOf(db: Db, campaignId: string, submissionId: string) {
  return db
    .selectFrom('appeal')
    .select(['reason', 'opened_at', 'upheld', 'decided_at'])
    .where('campaign_id', '=', campaignId)
    .where('submission_id', '=', submissionId)
    .executeTakeFirst()
}

export async function insertAppeal(
  db: Db,
  row: { campaign_id: string; submission_id: string; id: string; account_id: string; reason: string; opened_at: Date },
): Promise<boolean> {
  const made = await db
    .insertInto('appeal')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

export function decideAppeals(
  rows: readonly { campaign_id: string; submission_id: string; upheld: boolean }[],
  at: Date,
): Write {
  if (rows.length === 0) return null
  return sql`update appeal a set upheld = r.upheld, decided_at = ${at}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(campaign_id bigint, submission_id bigint, upheld boolean)
    where a.campaign_id = r.campaign_id and a.submission_id = r.submission_id and a.decided_at is null`
}

/** What this submission paid its author. */
export async function rewardsFor(
  db: Db,
  campaignId: string,
  submissionId: string,
  credit: string,
): Promise<{ currency: string; amount_minor: string }[]> {
  const rows = await db
    .selectFrom('transfer')
    .select(['currency', (eb) => eb.fn.sum<string>('amount_minor').as('amount_minor')])
    .where('campaign_id', '=', campaignId)
    .where('subject_id', '=', submissionId)
    .where('credit', '=', credit)
    .where('kind', 'in', ['reward', 'bonus'])
    .groupBy('currency')
    .orderBy('currency')
    .execute()
  return rows.map((r) => ({ currency: r.currency, amount_minor: String(r.amount_minor) }))
}
