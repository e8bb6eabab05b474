import type { Season } from './contract.ts'
import type { SeasonRow } from './queries.ts'
import { stateOf } from './rules.ts'

/** A season as everybody sees it. */
export const seasonView = (season: SeasonRow, contributors: number, now: Date): Season => ({
  season_id: season.id,
  name: season.name,
  state: stateOf(season, now),
  starts_at: season.starts_at.toISOString(),
  ends_at: season.ends_at.toISOString(),
  contributor_cap: season.contributor_cap,
  contributors,
  rules: season.rules,
  frozen_at: season.frozen_at?.toISOString() ?? null,
  closed_at: season.closed_at?.toISOString() ?? null,
})
