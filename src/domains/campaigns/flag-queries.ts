import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

export type FlagRow = {
  campaign_id: string
  id: string
  item_id: string
  account_id: string
  kind: 'broken' | 'question'
  message: string
  created_at: Date
  resolution: 'broken' | 'fine' | 'answered' | null
  reply: string | null
  resolved_at: Date | null
}
const FLAG = [
  'campaign_id',
  'id',
  'item_id',
  'account_id',
  'kind',
  'message',
  'created_at',
  'resolution',
  'reply',
  'resolved_at',
] as const

/** The item behind a target that this person holds or held: the item itself, or that of a submission under review. */
export async function heldItem(
  db: Db,
  campaignId: string,
  accountId: string,
  targetId: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ item_id: string }>`
    select coalesce(s.item_id, l.target_id)::text as item_id
      from lease l left join submission s on l.lane <> 1 and s.campaign_id = l.campaign_id and s.id = l.target_id
      join item i on i.campaign_id = l.campaign_id and i.id = coalesce(s.item_id, l.target_id)
     where l.campaign_id = ${campaignId} and l.account_id = ${accountId} and l.target_id = ${targetId}`.execute(db)
  return rows[0]?.item_id
}

/** False when this person said so of this item already and nobody has answered. */
export async function insertFlag(
  db: Db,
  f: Pick<FlagRow, 'campaign_id' | 'id' | 'item_id' | 'account_id' | 'kind' | 'message' | 'created_at'>,
): Promise<boolean> {
  const made = await db
    .insertInto('item_flag')
    .values(f)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst()
  return made.numInsertedOrUpdatedRows === 1n
}

export async function lockFlag(db: Db, campaignId: string, id: string): Promise<FlagRow | undefined> {
  return (await db
    .selectFrom('item_flag')
    .select(FLAG)
    .where('campaign_id', '=', campaignId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()) as FlagRow | undefined
}

/** Answers one flag; with a verdict on the item, also the others that say it is broken. Returns the flags answered. */
export async function resolveFlags(
  db: Db,
  f: FlagRow,
  r: { resolution: 'broken' | 'fine' | 'answered'; reply: string | null; at: Date },
): Promise<{ id: string; account_id: string }[]> {
  return db
    .updateTable('item_flag')
    .set({ resolution: r.resolution, reply: r.reply, resolved_at: r.at })
    .where('campaign_id', '=', f.campaign_id)
    .where('item_id', '=', f.item_id)
    .where('resolved_at', 'is', null)
    .where((eb) =>
      r.resolution === 'answered' ? eb('id', '=', f.id) : eb.or([eb('id', '=', f.id), eb('kind', '=', 'broken')]),
    )
    .returning(['id', 'account_id'])
    .execute()
}

/** Takes an item out of the work; one that is done stays done. Returns whether it was taken out. */
export async function breakItem(db: Db, campaignId: string, itemId: string): Promise<boolean> {
  const changed = await db
    .updateTable('item')
    .set({ state: 'broken' })
    .where('campaign_id', '=', campaignId)
    .where('id', '=', itemId)
    .where('state', 'in', ['waiting', 'open', 'exhausted', 'unresolved'])
    .executeTakeFirst()
  return changed.numUpdatedRows === 1n
}

/** A campaign's flags, oldest first, with what they are about. */
export async function flagsOf(
  db: Db,
  campaignId: string,
  page: { open: boolean; after: string | undefined; limit: number },
) {
  let query = db
    .selectFrom('item_flag as f')
    .innerJoin('item as i', (j) => j.onRef('i.campaign_id', '=', 'f.campaign_id').onRef('i.id', '=', 'f.item_id'))
    .select(FLAG.map((column) => `f.${column}` as const))
    .select(['i.data', 'i.state as item_state'])
    .where('f.campaign_id', '=', campaignId)
  if (page.open) query = query.where('f.resolved_at', 'is', null)
  if (page.after) query = query.where('f.id', '>', page.after)
  return (await query.orderBy('f.id').limit(page.limit).execute()) as unknown as (FlagRow & {
    data: Record<string, unknown> | null
    item_state: string
  })[]
}

/** What a person flagged or asked, newest first. */
export async function flagsBy(
  db: Db,
  accountId: string,
  page: { before: string | undefined; limit: number },
): Promise<FlagRow[]> {
  let query = db.selectFrom('item_flag').select(FLAG).where('account_id', '=', accountId)
  if (page.before) query = query.where('id', '<', page.before)
  return (await query.orderBy('id', 'desc').limit(page.limit).execute()) as FlagRow[]
}

export type ReportRow = {
  campaign_id: string
  id: string
  account_id: string | null
  reason: string
  message: string
  created_at: Date
  resolved_by: string | null
  resolution: 'dismissed' | 'paused' | null
  note: string | null
  resolved_at: Date | null
}

export async function insertReport(
  db: Db,
  r: Pick<ReportRow, 'campaign_id' | 'id' | 'account_id' | 'reason' | 'message' | 'created_at'>,
): Promise<void> {
  await db.insertInto('campaign_report').values(r).execute()
}

export async function lockReport(db: Db, campaignId: string, id: string): Promise<ReportRow | undefined> {
  return (await db
    .selectFrom('campaign_report')
    .selectAll()
    .where('campaign_id', '=', campaignId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()) as ReportRow | undefined
}

export async function resolveReport(
  db: Db,
  r: {
    campaign_id: string
    id: string
    resolution: 'dismissed' | 'paused'
    note: string
    resolved_by: string
    resolved_at: Date
  },
): Promise<void> {
  const { campaign_id, id, ...set } = r
  await db.updateTable('campaign_report').set(set).where('campaign_id', '=', campaign_id).where('id', '=', id).execute()
}

/** Reports, oldest first. */
export async function reportPage(db: Db, page: { open: boolean; after: string | undefined; limit: number }) {
  let query = db
    .selectFrom('campaign_report as r')
    .innerJoin('campaign as c', 'c.id', 'r.campaign_id')
    .selectAll('r')
    .select(['c.title', 'c.status'])
  if (page.open) query = query.where('r.resolved_at', 'is', null)
  if (page.after) query = query.where('r.id', '>', page.after)
  return (await query.orderBy('r.id').limit(page.limit).execute()) as unknown as (ReportRow & {
    title: string
    status: string
  })[]
}
