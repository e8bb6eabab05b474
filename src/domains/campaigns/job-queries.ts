import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'
import type { CampaignRow } from './manage-queries.ts'

/** Running campaigns that have given out fewer items than they may. */
export async function campaignsToOpen(db: Db): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from campaign where status in ('pilot', 'open') and opened_items < case status when 'pilot' then least(pilot_size, quota) else quota end order by id limit 100`.execute(
    db,
  )
  return rows.map((r) => r.id)
}

/** Opens the next items in the order they were imported. */
export async function openWaiting(db: Db, campaignId: string, n: number, pilot: boolean): Promise<number> {
  const result = await sql`
    update item set state = 'open', pilot = ${pilot}
     where campaign_id = ${campaignId} and id in (select id from item where campaign_id = ${campaignId} and state = 'waiting' order by id limit ${n})`.execute(
    db,
  )
  return Number(result.numAffectedRows ?? 0n)
}

/** Makes slots of an open collection: items without data, open at once. */
export async function insertSlots(
  db: Db,
  campaignId: string,
  ids: readonly string[],
  pilot: boolean,
  at: Date,
): Promise<void> {
  await sql`insert into item (campaign_id, id, state, pilot, created_at)
    select ${campaignId}::bigint, id, 'open', ${pilot}, ${at} from unnest(${[...ids]}::bigint[]) as t(id)`.execute(db)
}

export async function addOpened(db: Db, campaignId: string, n: number): Promise<void> {
  await sql`update campaign set opened_items = opened_items + ${n} where id = ${campaignId}`.execute(db)
}

/** Live campaigns and what decides whether they are at their end. */
export async function campaignsToWatch(
  db: Db,
): Promise<(CampaignRow & { season_ends_at: Date; has_open_items: boolean })[]> {
  const { rows } = await sql<CampaignRow & { season_ends_at: Date; has_open_items: boolean }>`
    select c.*, case when s.closed_at is null then s.ends_at else least(s.ends_at, s.closed_at) end as season_ends_at,
           exists (select from item i where i.campaign_id = c.id and i.state = 'open') as has_open_items
      from campaign c join season s on s.id = c.season_id where c.status in ('pilot', 'open', 'paused') order by c.id`.execute(
    db,
  )
  return rows
}

export async function closingCampaigns(db: Db): Promise<string[]> {
  return (await db.selectFrom('campaign').select('id').where('status', '=', 'closing').orderBy('id').execute()).map(
    (r) => r.id,
  )
}

/**
 * Whether anything given out is still to be decided or paid: work in somebody's hands, work before its peers or within
 * its time for an appeal, answers that are not compared yet (those to a broken item are paid like the others), a window
 * of reviewers' pay that is not settled, held pay that may still come back.
 */
export async function hasPending(db: Db, campaignId: string): Promise<boolean> {
  const { rows } = await sql<{ pending: boolean }>`
    select exists (select from reward_window where campaign_id = ${campaignId} and settled_at is null)
        or (exists (select from campaign_version where campaign_id = ${campaignId} and settings ? 'reviewer_pay')
            and exists (select from decision where campaign_id = ${campaignId})
            and not exists (select from reward_window where campaign_id = ${campaignId} and last))
        or exists (select from held_pay where campaign_id = ${campaignId} and ended_at is null) as pending`.execute(db)
  return rows[0]!.pending || (await hasWorkPending(db, campaignId))
}

/** Whether anything given out is still to be decided, or, of gold items, to be paid as if it were. */
export async function hasWorkPending(db: Db, campaignId: string): Promise<boolean> {
  const { rows } = await sql<{ pending: boolean }>`
    select exists (select from lease where campaign_id = ${campaignId} and state = 1 and lane = 1)
        or exists (select from submission where campaign_id = ${campaignId} and status in ('in_review', 'rejected', 'answered'))
        or exists (select from gold_item where campaign_id = ${campaignId} and due_at is not null and paid_at is null) as pending`.execute(
    db,
  )
  return rows[0]!.pending
}

/** Takes back items that nobody will finish any more, so that no queue holds them. Returns how many. */
export async function withdrawItems(db: Db, campaignId: string, limit: number): Promise<number> {
  const result = await sql`
    update item set state = 'waiting'
     where campaign_id = ${campaignId} and id in (select id from item where campaign_id = ${campaignId} and state = 'open' limit ${limit})`.execute(
    db,
  )
  return Number(result.numAffectedRows ?? 0n)
}

/** Whether an item can still be claimed or handed in late: open, or not yet let go by its queue. */
export async function hasPlaces(db: Db, campaignId: string): Promise<boolean> {
  const { rows } = await sql<{ left: boolean }>`
    select exists (select from item where campaign_id = ${campaignId} and state = 'open')
        or exists (select from item where campaign_id = ${campaignId} and (state = 'open') <> queued) as left`.execute(
    db,
  )
  return rows[0]!.left
}

const MANY_PLACES = 10_000

/** Measures running campaigns for the public list; places beyond 10,000 are counted as that many. */
export async function measureCampaigns(db: Db, now: Date): Promise<void> {
  await sql`insert into campaign_stats (campaign_id, places_left, accepted, seconds_contribute, measured_at)
    select c.id,
           (select count(*) from (select from item i where i.campaign_id = c.id and i.state = 'open' limit ${MANY_PLACES}) o)
             + greatest(0, case when c.status = 'pilot' then least(c.pilot_size, c.quota) else c.quota end - c.opened_items),
           (select count(*) from item i where i.campaign_id = c.id and i.state = 'done'),
           (select percentile_disc(0.5) within group (order by t.took_seconds) from (
              select took_seconds from submission s where s.campaign_id = c.id order by s.id desc limit 200) t having count(*) >= 10),
           ${now}
      from campaign c where c.status in ('pilot', 'open', 'paused', 'closing')
    on conflict (campaign_id) do update set places_left = excluded.places_left, accepted = excluded.accepted,
      seconds_contribute = excluded.seconds_contribute, measured_at = excluded.measured_at`.execute(db)
}
