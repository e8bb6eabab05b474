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
