import { sql } from 'kysely'
import type { Db } from '../../platform/context.ts'

/** A season's public folder that was written whole: it holds the log up to a size. */
export type Edition = { edition: number; manifest_sha256: Buffer; bytes: number; written_at: Date }

/** A season's folders, newest first. */
export async function editionsOf(db: Db, seasonId: string): Promise<Edition[]> {
  const rows = await db
    .selectFrom('season_edition')
    .select(['edition', 'manifest_sha256', 'bytes', 'written_at'])
    .where('season_id', '=', seasonId)
    .orderBy('edition', 'desc')
    .limit(10)
    .execute()
  return rows.map((r) => ({ ...r, edition: Number(r.edition), bytes: Number(r.bytes) }))
}

export async function insertEdition(db: Db, seasonId: string, e: Edition): Promise<void> {
  await db
    .insertInto('season_edition')
    .values({ ...e, season_id: seasonId, edition: String(e.edition), bytes: String(e.bytes) })
    .onConflict((c) => c.columns(['season_id', 'edition']).doNothing())
    .execute()
}

/** Forgets folders other than these: what the log added since is in a later one. */
export async function forgetEditions(db: Db, seasonId: string, kept: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ edition: string }>`delete from season_edition
    where season_id = ${seasonId}::bigint and edition <> all (${kept.map(String)}::bigint[]) returning edition`.execute(
    db,
  )
  return rows.map((r) => Number(r.edition))
}

/**
 * Seasons whose folder is to be written: closed, every campaign over, everything that happened in the log and under its
 * newest checkpoint; and either there is none yet, or the last is older than `before` and the log has grown.
 */
export async function dueFolders(db: Db, before: Date): Promise<{ season_id: string; size: number }[]> {
  const { rows } = await sql<{ season_id: string; size: string }>`
    select s.id as season_id, l.size from season s join log l on l.season_id = s.id
     where s.closed_at is not null and l.size > 0
       and not exists (select from campaign c where c.season_id = s.id and c.status not in ('draft', 'awaiting_approval', 'closed', 'cancelled'))
       and (select max(c.size) from log_checkpoint c where c.season_id = s.id) = l.size
       and not exists (select from season_edition e where e.season_id = s.id and (e.edition >= l.size or e.written_at > ${before}))
       -- Last, because it reads all that happened in the season: once an edition.
       and not exists (select from campaign c join event e on e.campaign_id = c.id
                        where c.season_id = s.id
                          and not exists (select from event_sequence q join log_leaf p on p.season_id = q.season_id and p.seq = q.seq
                                           where q.campaign_id = e.campaign_id and q.event_id = e.id and p.leaf < l.size))
       and not exists (select from event e where e.campaign_id = 0 and e.kind in ('season_started', 'season_closed') and e.subject_id = s.id
                          and not exists (select from event_sequence q where q.campaign_id = 0 and q.event_id = e.id))
     order by s.id limit 10`.execute(db)
  return rows.map((r) => ({ season_id: r.season_id, size: Number(r.size) }))
}
