import { recordEvents } from '../../platform/events/record.ts'
import type { Job } from '../../platform/jobs/job.ts'
import { boardsBehind, countAccepted, toFreeze, updateSeason } from './queries.ts'

const STRETCH = 20_000

/** Records that a season has started: from now on its dates and rules stand in the log. */
export const freezeSeasons: Job = {
  name: 'freeze_seasons',
  every_ms: 5000,
  async run(ctx) {
    await ctx.db.transaction().execute(async (db) => {
      for (const season of await toFreeze(db, ctx.now)) {
        await updateSeason(db, { ...season, frozen_at: ctx.now })
        await recordEvents(ctx, db, [
          {
            campaign_id: '0',
            kind: 'season_started',
            subject_id: season.id,
            body: {
              log_season_id: season.id,
              season_id: season.id,
              name: season.name,
              starts_at: season.starts_at.toISOString(),
              ends_at: season.ends_at.toISOString(),
              contributor_cap: season.contributor_cap,
              rules: season.rules,
            },
          },
        ])
      }
    })
    return { more: false }
  },
}

/** Counts new events into the leaderboards. Score and place in the log are written together, so a repeat adds nothing. */
export const countScores: Job = {
  name: 'count_season_scores',
  every_ms: 2000,
  async run(ctx) {
    let more = false
    for (const board of await boardsBehind(ctx.db)) {
      const read = await ctx.db
        .transaction()
        .execute((db) => countAccepted(db, board.season_id, board.until_seq, STRETCH))
      more ||= read === STRETCH
    }
    return { more }
  },
}
