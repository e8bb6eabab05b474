import type { Ctx } from '../../platform/context.ts'
import type { Handlers } from '../../platform/http/endpoint.ts'
import { Refusal } from '../../platform/refusal.ts'
import { transact } from '../../platform/transact.ts'
import { ID_PART, limitOf, pageOf, readCursor } from '../ledger/pages.ts'
import { seasonOf } from '../seasons/queries.ts'
import { askForReport } from './build.ts'
import { drawChart } from './charts.ts'
import type { Chart, Report, reports } from './contract.ts'
import { markdownOf } from './markdown-rules.ts'
import { bodyOf, listReports, publish, reportRow, type ReportRow } from './queries.ts'
import { headView } from './view.ts'

/** Drafts are for those who make reports; everybody else sees what was published. */
const seesDrafts = (ctx: Ctx): boolean =>
  ctx.caller !== undefined &&
  ctx.caller.scopes.includes('audit') &&
  ctx.caller.roles.some((r) => r === 'qa' || r === 'operator')

async function refuseUnknownSeason(ctx: Ctx, seasonId: string): Promise<void> {
  if (!(await seasonOf(ctx.db, seasonId))) throw new Refusal('season_not_found')
}

type Place = { season_id: string; report_id: string }

async function visible(ctx: Ctx, place: Place): Promise<ReportRow> {
  const row = await reportRow(ctx.db, place.season_id, place.report_id)
  if (!row || (row.published_at === null && !seesDrafts(ctx))) throw new Refusal('report_not_found')
  return row
}

/** A finished report that the caller may see, with its canonical bytes. */
async function finished(ctx: Ctx, place: Place): Promise<{ row: ReportRow; body: string }> {
  const row = await visible(ctx, place)
  const body = await bodyOf(ctx.db, place.season_id, place.report_id)
  if (body === null) throw new Refusal('report_not_found')
  return { row, body }
}

const parsed = (body: string): Report => JSON.parse(body) as Report
const bytes = (text: string, type: string, filename?: string) =>
  ({ stream: [Buffer.from(text)], type, ...(filename ? { filename } : {}) }) as never

export const reportRoutes: Handlers<typeof reports, Ctx> = {
  build: (ctx, { params, body }) => askForReport(ctx, params.season_id, body.until_seq),
  list: async (ctx, { params, query }) => {
    await refuseUnknownSeason(ctx, params.season_id)
    const limit = limitOf(query)
    const rows = await listReports(ctx.db, params.season_id, {
      published: !seesDrafts(ctx),
      ready: false,
      before: readCursor(query.after, [ID_PART])?.[0],
      limit: limit + 1,
    })
    return pageOf(rows, limit, (r) => [r.id], headView)
  },
  latest: async (ctx, { params }) => {
    await refuseUnknownSeason(ctx, params.season_id)
    const [row] = await listReports(ctx.db, params.season_id, {
      published: !seesDrafts(ctx),
      ready: true,
      before: undefined,
      limit: 1,
    })
    const body = row && (await bodyOf(ctx.db, row.season_id, row.id))
    if (!row || !body) throw new Refusal('report_not_found')
    return { head: headView(row), report: parsed(body) }
  },
  get: async (ctx, { params }) => {
    const row = await visible(ctx, params)
    const body = await bodyOf(ctx.db, row.season_id, row.id)
    return { head: headView(row), report: body === null ? null : parsed(body) }
  },
  json: async (ctx, { params }) =>
    bytes(
      (await finished(ctx, params)).body,
      'application/json; charset=utf-8',
      `season-report-${params.report_id}.json`,
    ),
  markdown: async (ctx, { params }) => {
    const { row, body } = await finished(ctx, params)
    return bytes(
      markdownOf(parsed(body), row.content_hash ?? ''),
      'text/markdown; charset=utf-8',
      `season-report-${params.report_id}.md`,
    )
  },
  chart: async (ctx, { params }) =>
    bytes(
      await drawChart(parsed((await finished(ctx, params)).body), params.chart.slice(0, -4) as Chart),
      'image/svg+xml',
    ),
  publish: (ctx, { params }) =>
    transact(ctx, '0', async (db) => {
      const row = await reportRow(db, params.season_id, params.report_id)
      if (!row) throw new Refusal('report_not_found')
      if (row.state !== 'ready') throw new Refusal('report_not_ready')
      await publish(db, row, ctx.now)
      return headView({ ...row, published_at: row.published_at ?? ctx.now })
    }),
}
