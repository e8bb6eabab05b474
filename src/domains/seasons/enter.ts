import type { Ctx, Db } from '../../platform/context.ts'
import { Refusal } from '../../platform/refusal.ts'
import { insertMember, isInSeason, lockSeason, seasonIsFull } from './queries.ts'

/**
 * Counts a person among a season's contributors, in the caller's transaction; who is in stays in. Refuses when the
 * season is full. Only a first entry into a capped season waits for others, so joining a campaign stays cheap.
 */
export async function enterSeason(ctx: Pick<Ctx, 'now'>, db: Db, seasonId: string, accountId: string): Promise<void> {
  if (await isInSeason(db, seasonId, accountId)) return
  const season = await lockSeason(db, seasonId)
  if (!season) throw new Refusal('season_not_found')
  if (await seasonIsFull(db, seasonId)) throw new Refusal('season_full', { cap: season.contributor_cap ?? 0 })
  await insertMember(db, seasonId, accountId, ctx.now)
}
