import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

export type ItemKey = { campaign_id: string; item_id: string }
export type WaitingItem = ItemKey & {
  state: string
  over: boolean
  answers: number
  held: number
  needed: number | null
  inferred: Record<string, unknown> | null
}

/**
 * Redundancy items that have answers to decide on, with how many were given and how many people hold the item. Read
 * again after the queue entry is locked, when nobody can take a place any more.
 */
export async function waitingItems(db: Db, items: readonly ItemKey[]): Promise<WaitingItem[]> {
  if (items.length === 0) return []
  const { rows } = await sql<Omit<WaitingItem, 'answers' | 'held'> & { answers: string; held: string }>`
    select i.campaign_id, i.id as item_id, i.state, c.status in ('closing', 'closed', 'cancelled') as over, s.n as answers, l.n as held, q.needed, i.answer as inferred
      from (select distinct campaign_id, item_id from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) as k(campaign_id bigint, item_id bigint)) k
      join campaign c on c.id = k.campaign_id and c.mode = 'redundancy'
      join item i on i.campaign_id = k.campaign_id and i.id = k.item_id
      left join queue q on q.campaign_id = k.campaign_id and q.lane = 1 and q.target_id = k.item_id
      cross join lateral (select count(*) as n from submission s where s.campaign_id = k.campaign_id and s.item_id = k.item_id and s.revises_id is null) s
      cross join lateral (select count(*) as n from lease l where l.campaign_id = k.campaign_id and l.target_id = k.item_id and l.lane = 1 and l.state = 1) l
     where exists (select 1 from submission a where a.campaign_id = k.campaign_id and a.item_id = k.item_id and a.status = 'answered')
     order by i.campaign_id, i.id`.execute(db)
  return rows.map((r) => ({ ...r, answers: Number(r.answers), held: Number(r.held) }))
}

/** Ids of the undecided answers to these items. */
export async function undecidedOf(
  db: Db,
  items: readonly ItemKey[],
): Promise<{ campaign_id: string; submission_id: string }[]> {
  const { rows } = await sql<{ campaign_id: string; submission_id: string }>`
    select s.campaign_id, s.id as submission_id from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) as k(campaign_id bigint, item_id bigint)
      join submission s on s.campaign_id = k.campaign_id and s.item_id = k.item_id where s.status = 'answered'`.execute(
    db,
  )
  return rows
}

/** What these submissions say; an erased answer is missing. */
export async function answersOf(
  db: Db,
  keys: readonly { campaign_id: string; submission_id: string }[],
): Promise<Map<string, Record<string, unknown>>> {
  const { rows } = await sql<{ submission_id: string; answer: Record<string, unknown> }>`
    select a.submission_id, a.answer from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(campaign_id bigint, submission_id bigint)
      join submission_answer a on a.campaign_id = k.campaign_id and a.submission_id = k.submission_id`.execute(db)
  return new Map(rows.map((r) => [r.submission_id, r.answer]))
}

/** Items of ending campaigns, and items that ended otherwise, whose answers nobody may add to any more. */
export async function leftOver(db: Db, limit: number): Promise<ItemKey[]> {
  const { rows } = await sql<ItemKey>`
    select distinct s.campaign_id, s.item_id from campaign c join submission s on s.campaign_id = c.id and s.status = 'answered'
     where c.mode = 'redundancy' and c.status = 'closing'
       and not exists (select 1 from lease l where l.campaign_id = s.campaign_id and l.target_id = s.item_id and l.lane = 1 and l.state = 1)
     limit ${limit}`.execute(db)
  return rows
}
