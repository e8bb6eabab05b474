import type { Ctx } from '../../platform/context.ts'
import { recordEvents } from '../../platform/events/record.ts'
import { Refusal, refuseIf } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import type { Season } from './contract.ts'
import { contributorsOf, lockSeason, updateSeason } from './queries.ts'
import { refuseClose } from './rules.ts'
import { seasonView } from './view.ts'

/** Ends a season for good, early or after its last day. Work under way is still decided and paid by its campaigns. */
export function closeSeason(ctx: Ctx, seasonId: string): Promise<Season> {
  return transact(ctx, '0', async (db) => {
    const season = await lockSeason(db, seasonId)
    if (!season) throw new Refusal('season_not_found')
    refuseIf(refuseClose(season, ctx.now))
    // Ending now is what makes every claim of its campaigns say that the season is over.
    const ends_at =
      season.ends_at < ctx.now ? season.ends_at : new Date(Math.max(ctx.now.getTime(), season.starts_at.getTime() + 1))
    const closed = { ...season, ends_at, closed_at: ctx.now }
    await updateSeason(db, closed)
    await recordEvents(ctx, db, [
      {
        campaign_id: '0',
        kind: 'season_closed',
        subject_id: season.id,
        body: { log_season_id: season.id, season_id: season.id, ends_at: ends_at.toISOString() },
      },
    ])
    return seasonView(closed, (await contributorsOf(db, [seasonId])).get(seasonId) ?? 0, ctx.now)
  })
}
