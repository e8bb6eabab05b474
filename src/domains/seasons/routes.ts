import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { Refusal } from '../../platform/refusal.ts'
import { cursorFor, ID_PART, limitOf, pageOf, readCursor, TIME_PART } from '../ledger/pages.ts'
import { closeSeason } from './close.ts'
import type { Season, seasons } from './contract.ts'
import { createSeason, editSeason } from './plan.ts'
import {
  boardPage,
  boardSeq,
  contributorsOf,
  listSeasons,
  placeOf,
  seasonAt,
  seasonOf,
  standingOf,
  type SeasonRow,
} from './queries.ts'
import { ranked } from './rules.ts'
import { seasonView } from './view.ts'

const view = async (db: Db, row: SeasonRow, now: Date): Promise<Season> =>
  seasonView(row, (await contributorsOf(db, [row.id])).get(row.id) ?? 0, now)

async function known(db: Db, id: string): Promise<SeasonRow> {
  const season = await seasonOf(db, id)
  if (!season) throw new Refusal('season_not_found')
  return season
}

export const seasonRoutes: Handlers<typeof seasons, Ctx> = {
  list: async (ctx, { query }) => {
    const limit = limitOf(query)
    const after = readCursor(query.after, [ID_PART])
    const rows = await listSeasons(ctx.db, after?.[0], limit + 1)
    const counts = await contributorsOf(
      ctx.db,
      rows.map((r) => r.id),
    )
    return pageOf(
      rows,
      limit,
      (r) => [r.id],
      (r) => seasonView(r, counts.get(r.id) ?? 0, ctx.now),
    )
  },
  current: async (ctx) => {
    const season = await seasonAt(ctx.db, ctx.now)
    if (!season) throw new Refusal('no_season')
    return view(ctx.db, season, ctx.now)
  },
  get: async (ctx, { params }) => view(ctx.db, await known(ctx.db, params.season_id), ctx.now),
  create: (ctx, { body }) => createSeason(ctx, body),
  edit: (ctx, { params, body }) => editSeason(ctx, params.season_id, body),
  close: (ctx, { params }) => closeSeason(ctx, params.season_id),
  leaderboard: async (ctx, { params, query }) => {
    await known(ctx.db, params.season_id)
    const limit = limitOf(query)
    const cursor = readCursor(query.after, [/^\d{1,9}$/, TIME_PART, /^[^]{1,100}$/])
    const after = cursor && { score: Number(cursor[0]), reached_at: new Date(Number(cursor[1])), handle: cursor[2] }
    const rows = await boardPage(ctx.db, params.season_id, after, limit + 1)
    const until_seq = await boardSeq(ctx.db, params.season_id)
    const first = rows[0]
    if (!first) return { items: [], next: null, until_seq }
    const place = await placeOf(ctx.db, params.season_id, first)
    const items = ranked(rows.slice(0, limit), place.above, place.tied_before).map((row) => ({
      rank: row.rank,
      handle: row.handle,
      score: row.score,
      reached_at: row.reached_at.toISOString(),
    }))
    const last = rows[limit - 1]
    return {
      items,
      next:
        rows.length > limit && last
          ? cursorFor([String(last.score), String(last.reached_at.getTime()), last.handle])
          : null,
      until_seq,
    }
  },
  my_place: async (ctx, { params }) => {
    await known(ctx.db, params.season_id)
    const mine = await standingOf(ctx.db, params.season_id, callerOf(ctx).account_id)
    if (!mine) return { rank: null, score: 0, reached_at: null }
    const { above } = await placeOf(ctx.db, params.season_id, mine)
    return { rank: above + 1, score: mine.score, reached_at: mine.reached_at.toISOString() }
  },
}
