import type { Ctx, Db } from '../../platform/context.ts'
import { callerOf } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { Refusal } from '../../platform/refusal.ts'
import { closeSeason } from './close.ts'
import type { Season, seasons } from './contract.ts'
import { createSeason, editSeason } from './plan.ts'
import { boardPage, boardSeq, contributorsOf, listSeasons, placeOf, seasonAt, seasonOf, standingOf, type SeasonRow } from './queries.ts'
import { cursorFrom, cursorOf, ranked } from './rules.ts'
import { seasonView } from './view.ts'

async function views(db: Db, rows: readonly SeasonRow[], now: Date): Promise<Season[]> {
  const counts = await contributorsOf(db, rows.map((r) => r.id))
  return rows.map((row) => seasonView(row, counts.get(row.id) ?? 0, now))
}

async function known(db: Db, id: string): Promise<SeasonRow> {
  const season = await seasonOf(db, id)
  if (!season) throw new Refusal('season_not_found')
  return season
}

export const seasonRoutes: Handlers<typeof seasons, Ctx> = {
  list: async (ctx, { query }) => {
    const limit = query.limit ?? 50
    if (query.after && !/^[1-9]\d{0,18}$/.test(query.after)) throw new Refusal('invalid_request', {}, [{ field: '/query/after', code: 'cursor', message: 'Give the `next` of the page before.' }])
    const rows = await listSeasons(ctx.db, query.after, limit)
    return { items: await views(ctx.db, rows, ctx.now), next: rows.length === limit ? rows.at(-1)!.id : null }
  },
  current: async (ctx) => {
    const season = await seasonAt(ctx.db, ctx.now)
    if (!season) throw new Refusal('no_season')
    return (await views(ctx.db, [season], ctx.now))[0]!
  },
  get: async (ctx, { params }) => (await views(ctx.db, [await known(ctx.db, params.season_id)], ctx.now))[0]!,
  create: (ctx, { body }) => createSeason(ctx, body),
  edit: (ctx, { params, body }) => editSeason(ctx, params.season_id, body),
  close: (ctx, { params }) => closeSeason(ctx, params.season_id),
  leaderboard: async (ctx, { params, query }) => {
    await known(ctx.db, params.season_id)
    const after = query.after === undefined ? undefined : cursorFrom(query.after)
    if (query.after !== undefined && !after) throw new Refusal('invalid_request', {}, [{ field: '/query/after', code: 'cursor', message: 'Give the `next` of the page before.' }])
    const limit = query.limit ?? 50
    const page = await boardPage(ctx.db, params.season_id, after, limit)
    const until_seq = await boardSeq(ctx.db, params.season_id)
    const first = page[0]
    if (!first) return { items: [], next: null, until_seq }
    const place = await placeOf(ctx.db, params.season_id, first)
    const items = ranked(page, place.above, place.tied_before).map((row) => ({ rank: row.rank, handle: row.handle, score: row.score, reached_at: row.reached_at.toISOString() }))
    return { items, next: page.length === limit ? cursorOf(page.at(-1)!) : null, until_seq }
  },
  my_place: async (ctx, { params }) => {
    await known(ctx.db, params.season_id)
    const mine = await standingOf(ctx.db, params.season_id, callerOf(ctx).account_id)
    if (!mine) return { rank: null, score: 0, reached_at: null }
    const { above } = await placeOf(ctx.db, params.season_id, mine)
    return { rank: above + 1, score: mine.score, reached_at: mine.reached_at.toISOString() }
  },
}
