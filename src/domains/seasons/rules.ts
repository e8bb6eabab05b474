import type { SEASON_STATES, SeasonRules } from './contract.ts'

export type SeasonState = (typeof SEASON_STATES)[number]
export type SeasonDates = { starts_at: Date; ends_at: Date; closed_at: Date | null }

/** The rules of a season whose operator chooses none. */
export const defaultRules = (freezeDays: number): SeasonRules => ({
  freeze_days: freezeDays,
  default_policy: { reviews: { min: 3, max: 5 }, audit_double_bps: 1000 },
  leaderboard: { score: 'accepted_submissions', ties: 'shared_rank_first_reached_then_handle' },
  definitions: {
    accepted:
      'A submission is accepted when every required question is, by the decision that counts last: that of its reviewers, or of an appeal.',
    score:
      'One point for each submission of the person that was accepted in a campaign of the season. Work taken back after its acceptance keeps its point.',
    precision: 'The share of accepted work that QA finds right.',
    agreement: 'The share of peer decisions, acceptances and rejections, that QA confirms.',
    recall: 'The share of right work that peers accepted.',
    filter_rate:
      'The share of first versions judged by peers that they rejected; automatic refusals and revisions are counted apart.',
  },
})

/** Where a season stands at a moment. */
export function stateOf(season: SeasonDates, now: Date): SeasonState {
  if (season.closed_at) return 'closed'
  if (now < season.starts_at) return 'planned'
  return now < season.ends_at ? 'running' : 'ended'
}

/** Why these dates cannot be a season's, if they cannot. */
export function refuseDates(dates: { starts_at: Date; ends_at: Date }, now: Date): 'season_dates' | undefined {
  return dates.starts_at >= now && dates.ends_at > dates.starts_at ? undefined : 'season_dates'
}

/** From its start on nobody changes a season, whether or not the job that records the freezing has run yet. */
export function refuseEdit(season: SeasonDates & { frozen_at: Date | null }, now: Date): 'season_frozen' | undefined {
  return season.frozen_at || stateOf(season, now) !== 'planned' ? 'season_frozen' : undefined
}

export function refuseClose(season: SeasonDates, now: Date): 'season_closed' | 'season_not_started' | undefined {
  const state = stateOf(season, now)
  return state === 'closed' ? 'season_closed' : state === 'planned' ? 'season_not_started' : undefined
}

/** Places on the board: equal scores share a rank, and the next rank is skipped (1, 2, 2, 4). `above`: how many score more than the first row. */
export function ranked<R extends { score: number }>(
  rows: readonly R[],
  above: number,
  firstTied: number,
): (R & { rank: number })[] {
  let rank = above + 1
  let place = above + 1 + firstTied
  let score = rows[0]?.score
  return rows.map((row) => {
    if (row.score !== score) {
      rank = place
      score = row.score
    }
    place += 1
    return { ...row, rank }
  })
}
