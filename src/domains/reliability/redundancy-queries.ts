import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { Write } from '../../platform/db/queries.ts'
import type { Answered } from './redundancy-rules.ts'

/** Campaigns in redundancy mode whose newest version stops by doubt, with the answers they have. */
export async function adaptiveRedundancy(
  db: Db,
): Promise<{ campaign_id: string; version: number; newest_submission_id: string | null }[]> {
  const { rows } = await sql<{ campaign_id: string; version: number; newest_submission_id: string | null }>`
    select c.id as campaign_id, c.version, (select max(s.id) from submission s where s.campaign_id = c.id) as newest_submission_id
      from campaign c join campaign_version v on v.campaign_id = c.id and v.version = c.version
     where c.mode = 'redundancy' and c.status in ('pilot', 'open', 'paused', 'closing') and v.settings -> 'policy' ->> 'kind' = 'adaptive'
     order by c.id`.execute(db)
  return rows
}

/** The newest snapshot of a campaign's question. */
export const newestAnswerSnapshot = (db: Db, campaignId: string, question: string) =>
  db
    .selectFrom('answer_snapshot')
    .select(['id', 'batch', 'body', 'at_submission_id', 'votes', 'taken_at'])
    .where('campaign_id', '=', campaignId)
    .where('question', '=', question)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()

export async function countNewAnswers(db: Db, campaignId: string, after: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from submission where campaign_id = ${campaignId} and id > ${after}`.execute(db)
  return rows[0]!.n
}

/** The newest answers to one question, erased ones left out. */
export async function answersTo(db: Db, campaignId: string, question: string, limit: number): Promise<Answered[]> {
  const { rows } = await sql<Answered>`
    select s.item_id, s.author_id as account_id, a.answer ->> ${question}::text as value
      from submission s join submission_answer a on a.campaign_id = s.campaign_id and a.submission_id = s.id
     where s.campaign_id = ${campaignId} and a.answer ? ${question}::text
     order by s.id desc limit ${limit}`.execute(db)
  return rows
}

export const insertAnswerSnapshot = (
  row: {
    campaign_id: string
    question: string
    id: string
    batch: string
    at_submission_id: string
    body: string
    hash: string
    votes: number
  },
  at: Date,
): Write =>
  sql`insert into answer_snapshot (campaign_id, question, id, batch, at_submission_id, body, hash, votes, taken_at)
    values (${row.campaign_id}, ${row.question}, ${row.id}, ${row.batch}, ${row.at_submission_id}, ${row.body}, ${row.hash}, ${row.votes}, ${at})`
