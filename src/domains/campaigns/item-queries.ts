import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { Write } from '../../platform/db/queries.ts'

export type ItemState = 'waiting' | 'open' | 'done' | 'broken' | 'exhausted' | 'unresolved'

/** What an item asks about; null data for a slot of an open collection. */
export async function itemsData(
  db: Db,
  campaignId: string,
  itemIds: readonly string[],
): Promise<Map<string, Record<string, unknown> | null>> {
  if (itemIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('item')
    .select(['id', 'data'])
    .where('campaign_id', '=', campaignId)
    .where('id', 'in', [...itemIds])
    .execute()
  return new Map(rows.map((r) => [r.id, r.data as Record<string, unknown> | null]))
}

/** Counts one more submission against each item's allowance. */
export function countAttempts(campaignId: string, itemIds: readonly string[]): Write {
  return sql`update item i set attempts = i.attempts + 1
    from (select id from item where campaign_id = ${campaignId} and id = any(${itemIds}::bigint[]) order by id for no key update) l
    where i.campaign_id = ${campaignId} and i.id = l.id`
}

type Attempts = { attempts: number; state: ItemState }

/** How many submissions an item has had. */
export async function attemptsOf(db: Db, campaignId: string, itemId: string): Promise<Attempts | undefined> {
  return (await attemptsOfAll(db, [{ campaign_id: campaignId, item_id: itemId }])).get(itemId)
}

/** The same of many items at once. */
export async function attemptsOfAll(
  db: Db,
  items: readonly { campaign_id: string; item_id: string }[],
): Promise<Map<string, Attempts>> {
  if (items.length === 0) return new Map()
  const keys = items.map(({ campaign_id, item_id }) => ({ campaign_id, item_id }))
  const { rows } = await sql<Attempts & { id: string }>`
    select i.id, i.attempts, i.state from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(campaign_id bigint, item_id bigint)
      join item i on i.campaign_id = k.campaign_id and i.id = k.item_id`.execute(db)
  return new Map(rows.map(({ id, attempts, state }) => [id, { attempts, state }]))
}

/** Moves items that are open to their end state; an item that was marked broken meanwhile stays so. */
export function closeItems(
  items: readonly { campaign_id: string; id: string; state: 'done' | 'exhausted' | 'unresolved'; answer?: unknown }[],
): Write {
  if (items.length === 0) return null
  const rows = items.map((i) => ({ ...i, answer: i.answer ?? null }))
  return sql`update item i set state = r.state, queued = false, answer = r.answer
    from (select r.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(campaign_id bigint, id bigint, state text, answer jsonb)
            join item l on l.campaign_id = r.campaign_id and l.id = r.id order by r.campaign_id, r.id for no key update of l) r
    where i.campaign_id = r.campaign_id and i.id = r.id and i.state = 'open'`
}

/** Items whose queue entry does not match their state: open ones without one, ended ones with one. */
export async function itemsToQueue(
  db: Db,
  limit: number,
): Promise<{ campaign_id: string; id: string; open: boolean; mode: string; needed: number; version: number }[]> {
  const { rows } = await sql<{
    campaign_id: string
    id: string
    open: boolean
    mode: string
    needed: number
    version: number
  }>`
    select i.campaign_id, i.id, i.state = 'open' as open, c.mode, c.version,
           case when c.mode = 'redundancy' then (v.settings->'redundancy'->>'min')::int else 1 end as needed
      from item i join campaign c on c.id = i.campaign_id
      join campaign_version v on v.campaign_id = c.id and v.version = c.version
     where (i.state = 'open') <> i.queued
     order by i.campaign_id, i.id limit ${limit} for no key update of i skip locked`.execute(db)
  return rows
}

export function markQueued(items: readonly { campaign_id: string; id: string }[], queued: boolean): Write {
  return sql`update item i set queued = ${queued}
    from jsonb_to_recordset(${JSON.stringify(items)}::jsonb) as r(campaign_id bigint, id bigint)
    where i.campaign_id = r.campaign_id and i.id = r.id`
}
