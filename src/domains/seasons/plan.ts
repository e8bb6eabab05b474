import type { Ctx, Db } from '../../platform/context.ts'
import { Refusal, refuseIf } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import type { Season, SeasonRules } from './contract.ts'
import { insertSeason, lockSeasons, nameTaken, overlapping, seasonOf, updateSeason, type SeasonRow } from './queries.ts'
import { defaultRules, refuseDates, refuseEdit } from './rules.ts'
import { seasonView } from './view.ts'

export type PlanGiven = {
  name?: string
  starts_at?: string
  ends_at?: string
  contributor_cap?: number | null
  rules?: Partial<SeasonRules>
}

const fits = async (db: Db, season: SeasonRow, now: Date): Promise<void> => {
  refuseIf(refuseDates(season, now))
  if (await nameTaken(db, season.name, season.id)) throw new Refusal('season_name_taken')
  const other = await overlapping(db, season, season.id)
  if (other) throw new Refusal('season_overlaps', { name: other.name })
}

const changed = (season: SeasonRow, given: PlanGiven): SeasonRow => ({
  ...season,
  name: given.name ?? season.name,
  starts_at: given.starts_at ? new Date(given.starts_at) : season.starts_at,
  ends_at: given.ends_at ? new Date(given.ends_at) : season.ends_at,
  contributor_cap: given.contributor_cap === undefined ? season.contributor_cap : given.contributor_cap,
  rules: { ...season.rules, ...given.rules },
})

/** Plans a season. One that gives no start begins now. */
export function createSeason(ctx: Ctx, given: PlanGiven & { name: string; ends_at: string }): Promise<Season> {
  return transact(ctx, '0', async (db) => {
    await lockSeasons(db)
    const blank: SeasonRow = {
      id: ctx.newId(),
      name: '',
      starts_at: ctx.now,
      ends_at: ctx.now,
      contributor_cap: null,
      rules: defaultRules(ctx.config.freeze_days),
      frozen_at: null,
      closed_at: null,
    }
    const season = changed(blank, given)
    await fits(db, season, ctx.now)
    await insertSeason(db, season)
    return seasonView(season, 0, ctx.now)
  })
}

/** Changes a season that has not started. */
export function editSeason(ctx: Ctx, seasonId: string, given: PlanGiven): Promise<Season> {
  return transact(ctx, '0', async (db) => {
    await lockSeasons(db)
    const before = await seasonOf(db, seasonId)
    if (!before) throw new Refusal('season_not_found')
    refuseIf(refuseEdit(before, ctx.now))
    const season = changed(before, given)
    await fits(db, season, ctx.now)
    await updateSeason(db, season)
    return seasonView(season, 0, ctx.now)
  })
}
