import type { Job } from '../jobs/job.ts'
import { forgetAnswers } from '../db/queries.ts'
import { appendToSequence, eventsPast } from './queries.ts'

const BATCH = 5000

/** Gives every season's events their gapless order. One at a time, by the job lock. */
export const sequencer: Job = {
  name: 'sequence_events',
  every_ms: 1000,
  async run(ctx, watermark) {
    const after = { tx: (watermark.tx as string | undefined) ?? '0', id: (watermark.id as string | undefined) ?? '0' }
    const events = await eventsPast(ctx.db, after, BATCH)
    const last = events.at(-1)
    if (!last) return { more: false }
    const seasons = new Map<string, { campaign_id: string; id: string }[]>()
    for (const e of events) {
      if (!e.season_id) continue
      const list = seasons.get(e.season_id) ?? []
      list.push({ campaign_id: e.campaign_id, id: e.id })
      seasons.set(e.season_id, list)
    }
    await ctx.db.transaction().execute(async (db) => {
      for (const [season, list] of seasons) await appendToSequence(db, season, list)
    })
    return { more: events.length === BATCH, watermark: { tx: last.tx, id: last.id } }
  },
}

const ANSWERS_KEPT_MS = 7 * 24 * 3600 * 1000

/** Forgets stored answers after a week. */
export const forgetOldAnswers: Job = {
  name: 'forget_old_answers',
  every_ms: 3_600_000,
  async run(ctx) {
    await forgetAnswers(ctx.db, new Date(ctx.now.getTime() - ANSWERS_KEPT_MS))
    return { more: false }
  },
}
