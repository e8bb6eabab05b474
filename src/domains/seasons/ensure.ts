import type { Ctx } from '../../platform/context.ts'
import { insertSeason, lockSeasons, nextOrLastSeason, seasonAt, type SeasonRow } from './queries.ts'
import { defaultRules } from './rules.ts'

// Long, so that an installation whose operator never thinks of seasons does not stop taking work.
const FIRST_SEASON_DAYS = 365

/** The season to put work into: the one that runs, else the next, else the last. Makes the first when there is none. */
export async function ensureSeason(ctx: Ctx): Promise<SeasonRow> {
  const known = (await seasonAt(ctx.db, ctx.now)) ?? (await nextOrLastSeason(ctx.db, ctx.now))
  if (known) return known
  return ctx.db.transaction().execute(async (db) => {
    await lockSeasons(db)
    // Another process may have been first.
    const made = await nextOrLastSeason(db, ctx.now)
    if (made) return made
    const season: SeasonRow = {
      id: ctx.newId(),
      name: 'Season 1',
      starts_at: ctx.now,
      ends_at: new Date(ctx.now.getTime() + FIRST_SEASON_DAYS * 86_400_000),
      contributor_cap: null,
      rules: defaultRules(ctx.config.freeze_days),
      frozen_at: null,
      closed_at: null,
    }
    await insertSeason(db, season)
    return season
  })
}
