import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import { LANE } from '../assignment/queries.ts'

/** Campaigns that peers review and somebody has reviewed in, newest first. */
export async function reviewedCampaigns(
  db: Db,
  limit: number,
): Promise<{ campaign_id: string; title: string; task_class: string }[]> {
  const { rows } = await sql<{ campaign_id: string; title: string; task_class: string }>`
    select c.id as campaign_id, c.title, c.task_class from campaign c
     where c.mode = 'review' and c.status not in ('draft', 'awaiting_approval') and exists (select from review r where r.campaign_id = c.id)
     order by c.id desc limit ${limit}`.execute(db)
  return rows
}

export const newestTaken = (db: Db, taskClass: string) =>
  db
    .selectFrom('snapshot')
    .select(['id', 'batch', 'at_review_id', 'body', 'votes', 'people', 'gold', 'taken_at'])
    .where('task_class', '=', taskClass)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()

/** Votes that experts gave: theirs settle, and say nothing of peers. */
export async function expertVotes(db: Db, campaignId: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom('review')
    .select('id')
    .where('campaign_id', '=', campaignId)
    .where('lane', '=', LANE.expert)
    .execute()
  return new Set(rows.map((r) => r.id))
}

/** What of these was drawn for an audit, and whether that audit is over. */
export async function auditsOf(db: Db, campaignId: string): Promise<Map<string, { closed: boolean }>> {
  const rows = await db
    .selectFrom('audit')
    .select(['submission_id', 'closed_at'])
    .where('campaign_id', '=', campaignId)
    .execute()
  return new Map(rows.map((r) => [r.submission_id, { closed: r.closed_at !== null }]))
}

/** Of these submissions those that stand as decided, with the round of their decision. */
export async function standing(
  db: Db,
  campaignId: string,
  ids: readonly string[],
): Promise<Map<string, { round: number; version: number }>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('submission')
    .select(['id', 'round', 'version'])
    .where('campaign_id', '=', campaignId)
    .where('id', '=', sql<string>`any(${[...ids]}::bigint[])`)
    .where('status', 'in', ['accepted', 'rejected', 'rejected_final'])
    .execute()
  return new Map(rows.map((r) => [r.id, { round: r.round, version: r.version }]))
}

/** Items and answers of a few submissions; erased ones have none. */
export async function workOf(
  db: Db,
  campaignId: string,
  ids: readonly string[],
): Promise<Map<string, { data: Record<string, unknown> | null; answer: Record<string, unknown> | null }>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{
    id: string
    data: Record<string, unknown> | null
    answer: Record<string, unknown> | null
  }>`
    select s.id, i.data, a.answer from submission s
      join item i on i.campaign_id = s.campaign_id and i.id = s.item_id
      left join submission_answer a on a.campaign_id = s.campaign_id and a.submission_id = s.id
     where s.campaign_id = ${campaignId}::bigint and s.id = any(${[...ids]}::bigint[])`.execute(db)
  return new Map(rows.map(({ id, ...work }) => [id, work]))
}

/** The key that names reviewers to QA; it never leaves the server. */
export async function namingKey(db: Db): Promise<Uint8Array> {
  const row = await db.selectFrom('installation').select('secret').executeTakeFirst()
  return row?.secret ?? new Uint8Array()
}
