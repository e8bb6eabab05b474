import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import { LANE } from '../assignment/queries.ts'

export type ExpertWork = { campaign_id: string; title: string; task_class: string; waiting: number; oldest_at: Date }

/** Campaigns with work that only an expert settles, longest wait first; one short index range for each campaign that runs. */
export async function expertWork(db: Db): Promise<ExpertWork[]> {
  const { rows } = await sql<ExpertWork>`
    select c.id as campaign_id, c.title, c.task_class, q.waiting, q.oldest_at
      from campaign c
      cross join lateral (
        select count(*)::int as waiting, min(opened_at) as oldest_at from queue
         where campaign_id = c.id and lane = ${LANE.expert} and cover < needed) q
     where c.status not in ('draft', 'awaiting_approval') and q.waiting > 0
     order by q.oldest_at, c.id
     limit 200`.execute(db)
  return rows
}
